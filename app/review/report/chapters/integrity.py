"""Integrity: what was compared and how many leads came of it. No candidate, no seat, no option: those stay in the integrity file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.review.report import blocks, words
from app.review.report.blocks import Block, Chapter
from app.review.report.types import ReportFacts
from app.review.report.voice import Voice

TOPICS: Final = {
    "similarity": (
        "Kemiripan jawaban peserta yang duduk berdekatan",
        "Likeness of answers of candidates who sat close",
    ),
    "effort": ("Kesungguhan menurut waktu jawab", "Effort by response times"),
    "fit": ("Kewajaran pola jawaban", "Likelihood of answer patterns"),
    "gains": ("Kenaikan nilai pada ujian ulang", "Gains in retakes"),
}
RULES: Final = ("similar-pair", "rapid", "misfit", "gain", "leak")


def integrity(facts: ReportFacts, voice: Voice) -> Chapter:
    part = facts.part("integrity")
    rules = facts.part("leads").get("rules", {})
    counts = Counter((lead["rule"], lead["strength"]) for lead in facts.leads)
    columns = [
        blocks.column(voice.say("Tanda", "Lead"), 3),
        *(blocks.column(voice.say(*pair), 2, right=True) for pair in words.STRENGTHS.values()),
    ]
    rows = [
        [voice.told(rules.get(rule, {}), "text"), *(str(counts[rule, strength]) for strength in words.STRENGTHS)]
        for rule in RULES
    ]
    return blocks.chapter(
        voice.say("Integritas", "Integrity"),
        blocks.text(
            voice.say(
                "Tanda berikut adalah alasan bagi petugas yang berwenang untuk melihat, bukan bukti kecurangan dan bukan putusan."
                " Laporan ini hanya menyebut banyaknya; siapa yang dimaksud hanya ada dalam berkas integritas.",
                "These leads are reasons for those in charge to look, no proof of cheating and no verdicts. This report names only how"
                " many there are; whom they are about stands in the integrity file alone.",
            )
        ),
        blocks.table(columns, rows),
        *(block for name, title in TOPICS.items() for block in _topic(voice.say(*title), part.get(name, {}), voice)),
    )


def _topic(title: str, content: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    """What it rests on and its counts; the candidates and pairs that the part lists stay out of the paper."""
    if not content:
        return
    yield blocks.heading(title)
    yield blocks.text(voice.told(content, "text"))
    if basis := blocks.bullets(voice.told(one, "text") for one in content.get("basis", ())):
        yield basis
    if table := blocks.lines(content.get("figures", ()), voice):
        yield table
