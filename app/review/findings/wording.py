"""Codes of findings in the committee's words, Indonesian and English. The screen has its own in `frontend/src/i18n`."""

from __future__ import annotations

from typing import Final

from app.review.findings.types import ActionKind, Grade, State
from app.review.shown import SubjectKind

Pair = tuple[str, str]

GRADES: Final[dict[str, Pair]] = {
    Grade.MAJOR: ("temuan mayor", "major finding"),
    Grade.MINOR: ("temuan minor", "minor finding"),
    Grade.SUGGESTION: ("saran perbaikan", "suggestion"),
}
FINDING_STATES: Final[dict[str, Pair]] = {
    State.OPEN: ("terbuka", "open"),
    State.ACTING: ("ditindaklanjuti", "being acted on"),
    State.VERIFYING: ("menunggu verifikasi", "waits for verification"),
    State.CLOSED: ("ditutup, terbukti efektif", "closed, proven effective"),
    State.WITHDRAWN: ("dicabut", "withdrawn"),
}
ACTIONS: Final[dict[str, Pair]] = {
    ActionKind.ITEM_REVISED: ("soal direvisi", "item revised"),
    ActionKind.ITEM_SUSPENDED: ("soal ditangguhkan", "item suspended"),
    ActionKind.ITEM_RETIRED: ("soal ditarik", "item withdrawn from use"),
    ActionKind.REKEYED: ("kunci dikoreksi", "key corrected"),
    ActionKind.VOIDED: ("soal dianulir", "item voided"),
    ActionKind.BLUEPRINT: ("kisi-kisi ditinjau", "blueprint looked at again"),
    ActionKind.PASS_MARK_STUDY: ("telaah batas lulus", "study of the pass mark"),
    ActionKind.PROCTORING: ("pengawasan", "proctoring"),
    ActionKind.TRAINING: ("pelatihan", "training"),
    ActionKind.OTHER: ("tindakan lain", "other action"),
}
SUBJECTS: Final[dict[str, Pair]] = {
    SubjectKind.ITEM: ("soal", "item"),
    SubjectKind.FORM: ("paket", "form"),
    SubjectKind.PAIR: ("pasangan peserta", "pair of candidates"),
    SubjectKind.CANDIDATE: ("peserta", "candidate"),
    SubjectKind.GROUP: ("kelompok", "group"),
    SubjectKind.EXAM: ("ujian", "exam"),
    SubjectKind.SITTING: ("sesi", "sitting"),
}
