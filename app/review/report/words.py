"""Codes of the review in the committee's words, Indonesian and English; those of findings are theirs (`findings.wording`)."""

from __future__ import annotations

from typing import Final

from app.review.report.voice import Voice

Pair = tuple[str, str]

STATES: Final[dict[str, Pair]] = {
    "planned": ("direncanakan", "planned"),
    "computing": ("sedang dihitung", "being computed"),
    "discussion": ("sedang dibahas", "under discussion"),
    "decided": ("diputuskan", "decided"),
    "closed": ("ditutup", "closed"),
    "withdrawn": ("dibatalkan", "withdrawn"),
}
DECISIONS: Final[dict[str, Pair]] = {
    "accepted": ("diterima", "accepted"),
    "revise": ("direvisi", "to be revised"),
    "suspended": ("ditangguhkan", "suspended"),
    "retired": ("ditarik", "retired"),
}
CORRECTIONS: Final[dict[str, Pair]] = {
    "void": ("soal tidak dihitung: setiap peserta mendapat nilainya", "voided: everybody gets the point"),
    "rekey": ("kunci diganti", "another key"),
    "double": ("dua jawaban dianggap benar", "two answers count as right"),
}
CORRECTION_STATES: Final[dict[str, Pair]] = {
    "proposed": ("diusulkan", "proposed"),
    "applied": ("dijalankan", "applied"),
    "withdrawn": ("dicabut", "withdrawn"),
}
STRENGTHS: Final[dict[str, Pair]] = {
    "strong": ("bermasalah (bukti kuat)", "a problem (strong evidence)"),
    "expert": ("perlu ditelaah ahli", "for experts to look at"),
}
CONCLUSIONS: Final[dict[str, Pair]] = {
    "fairness": ("Keadilan", "Fairness"),
    "validity": ("Validitas", "Validity"),
    "reliability": ("Keandalan", "Reliability"),
    "performance": ("Kinerja umum", "General performance"),
}
VERDICTS: Final[dict[str, Pair]] = {
    "strong-problem": STRENGTHS["strong"],
    "needs-expert": STRENGTHS["expert"],
    "no-sign": ("tidak ada tanda masalah", "no sign of a problem"),
    "not-enough": ("belum cukup data", "not enough data yet"),
}


def worded(words: dict[str, Pair], code: str, voice: Voice) -> str:
    """A code without a word is printed as it is: nothing is left out."""
    return voice.say(*words.get(code, (code, code)))
