"""The evidence map: for each clause that a review serves, which of its records show it, how many there are and of when the last is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from app.proctoring.papers import BODY_ZONE
from app.review.findings.types import State
from app.review.report.types import ReportFacts

INTEGRITY: Final = frozenset({"similar-pair", "rapid", "misfit", "gain", "leak"})
Pair = tuple[str, str]
WORDS: Final[dict[str, Pair]] = {
    "sittings": ("pelaksanaan ujian yang dikaji", "sittings in the review"),
    "candidates": ("peserta yang hasilnya dikaji", "candidates whose results were looked at"),
    "forms": ("paket yang dibandingkan dengan rencananya", "forms compared with their plan"),
    "items": ("soal yang dihitung", "items computed"),
    "integrity": ("tanda integritas untuk petugas yang berwenang", "integrity leads for those in charge"),
    "method": ("metode kajian yang disetujui", "approved review method"),
    "computed": ("data beku dengan sidik", "frozen data with a fingerprint"),
    "meeting": ("rapat komite", "meeting of the committee"),
    "decisions": ("keputusan atas soal", "decisions on items"),
    "findings": ("temuan", "findings"),
    "actions": ("tindakan korektif yang dilaksanakan", "corrective actions carried out"),
    "verifications": ("verifikasi keberhasilan", "verifications that it worked"),
    "closed": ("temuan yang ditutup", "findings closed"),
    "corrections": ("koreksi kunci yang dijalankan", "corrections of keys applied"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Records of one kind for one clause."""

    clause: str
    iso: str
    asks_id: str
    asks_en: str
    what_id: str
    what_en: str
    count: int
    last: date | None


def evidence(facts: ReportFacts) -> list[Evidence]:
    """Only what is there."""
    found = _records(facts)
    return [
        Evidence(entry["clause"], entry["iso"], entry["asks_id"], entry["asks_en"], *WORDS[name], *found[name])
        for entry in list_clauses()
        for name in entry["records"]
        if found[name][0]
    ]


@cache
def list_clauses() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(resources.files(__package__).joinpath("evidence.yaml").read_text(encoding="utf-8")))


def _records(facts: ReportFacts) -> dict[str, tuple[int, date | None]]:
    review, exam = facts.review, facts.part("exam")
    held = max((one.held_on for one in review.sittings), default=None)
    computed = _day(review.computed_at)
    forms = [form for sitting in exam.get("forms", {}).get("sittings", ()) for form in sitting["forms"]]
    actions = [action for one in facts.findings for action in one.actions]
    closed = [one.closed_at for one in facts.findings if one.mark.state is State.CLOSED]
    return {
        "sittings": (len(review.sittings), held),
        "candidates": (exam.get("n", 0), held),
        "forms": (len(forms), held),
        "items": (len(facts.part("items").get("rows", ())), computed),
        "integrity": (sum(lead["rule"] in INTEGRITY for lead in facts.leads), computed),
        "method": (int(facts.method.approved_at is not None), _day(facts.method.approved_at)),
        "computed": (1, computed),
        "meeting": (int(facts.meeting.held_on is not None), facts.meeting.held_on),
        "decisions": _dated(one.at for one in facts.decisions),
        "findings": _dated(one.raised_at for one in facts.findings),
        "actions": _dated(one.done_at for one in actions),
        "verifications": _dated(seen.at for one in facts.findings for seen in one.verifications),
        "closed": _dated(closed),
        "corrections": _dated(one.ended_at for one in facts.corrections if one.state == "applied"),
    }


def _dated(moments: Iterable[datetime | None]) -> tuple[int, date | None]:
    known = [at for at in moments if at]
    return len(known), _day(max(known, default=None))


def _day(at: datetime | None) -> date | None:
    return at.astimezone(ZoneInfo(BODY_ZONE)).date() if at else None
