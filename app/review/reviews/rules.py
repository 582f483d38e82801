"""What is missing before the committee can decide on a review or close it; when the next one is due. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.core.dates import plain_date
from app.review.reviews.types import CONCLUSIONS, Meeting, Missing

CONCLUSION_WORDS: Final = {
    "fairness": ("keadilan", "fairness"),
    "validity": ("validitas", "validity"),
    "reliability": ("keandalan", "reliability"),
    "performance": ("kinerja umum ujian", "general performance"),
}
MOST_NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class Ground:
    """What a decision rests on besides the meeting. `unspoken`: what strong leads point at without the committee's word, in both
    languages. `corrected`: items whose key was corrected after the figures were computed, by code."""

    members: Collection[UUID]
    quorum: int
    unspoken: Collection[tuple[str, str]]
    corrected: Collection[str]
    today: date
    period_to: date
    latest_due: date


def missing_to_decide(meeting: Meeting, ground: Ground) -> list[Missing]:
    return [
        *_meeting(meeting, ground),
        *_corrections(ground),
        *_leads(ground),
        *_conclusions(meeting),
        *_next(meeting, ground),
    ]


def missing_to_close(decided_by: UUID | None, closer: UUID, *, printed: bool) -> list[Missing]:
    found = []
    if decided_by == closer:
        found.append(
            Missing(
                "closer",
                "Anda yang mencatat keputusan; mintalah anggota komite lain menutup kajian ini.",
                "You recorded the decision; ask another member of the committee to close this review.",
            )
        )
    if not printed:
        found.append(
            Missing(
                "report",
                "Laporan belum dicetak sesudah keputusan; cetaklah di bagian Laporan.",
                "The report has not been printed since the decision; print it under Report.",
            )
        )
    return found


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month; from the last of a month to the last of a month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last, last_here = calendar.monthrange(year, month + 1)[1], calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if day.day == last_here else min(day.day, last))


def _meeting(meeting: Meeting, ground: Ground) -> Iterator[Missing]:
    if meeting.held_on is None:
        yield Missing("held_on", "Tanggal rapat belum diisi.", "The date of the meeting is missing.")
    elif not ground.period_to <= meeting.held_on <= ground.today:
        yield Missing(
            "held_on",
            "Tanggal rapat harus sesudah periode berakhir dan tidak di masa depan; perbaiki.",
            "The meeting is held after the period ends and not in the future; correct its date.",
        )
    if not meeting.place:
        yield Missing("place", "Tempat rapat belum diisi.", "The place of the meeting is missing.")
    present = len(set(meeting.present) & set(ground.members))
    if present < ground.quorum:
        yield Missing(
            "present",
            f"Hadir {present} anggota komite, kuorum {ground.quorum}; tandai yang hadir atau rapatkan lagi.",
            f"{present} members of the committee were present, the quorum is {ground.quorum}; tick who was, or meet again.",
        )
    if not meeting.minutes:
        yield Missing("minutes", "Risalah rapat belum ditulis.", "The minutes are not written.")


def _corrections(ground: Ground) -> Iterator[Missing]:
    named = _named(ground.corrected)
    if named:
        yield Missing(
            "corrections",
            f"Kunci dikoreksi sesudah kajian ini dihitung: {named}. Buka lagi kajian ini dan hitung ulang.",
            f"Keys were corrected after this review was computed: {named}. Reopen it and compute it again.",
        )


def _leads(ground: Ground) -> Iterator[Missing]:
    count = len(ground.unspoken)
    if count:
        yield Missing(
            "leads",
            f"{count} hal dengan bukti kuat belum diputuskan dan belum menjadi temuan: "
            f"{_named(one for one, _ in ground.unspoken)}.",
            f"{count} things with strong evidence are neither decided on nor a finding: "
            f"{_named(one for _, one in ground.unspoken)}.",
        )


def _named(what: Iterable[str]) -> str:
    ordered = sorted(what)
    return ", ".join(ordered[:MOST_NAMED]) + (", …" if len(ordered) > MOST_NAMED else "")


def _conclusions(meeting: Meeting) -> Iterator[Missing]:
    texts: Mapping[str, str] = {name: getattr(meeting, name) for name in CONCLUSIONS}
    for name, said in texts.items():
        if not said:
            word_id, word_en = CONCLUSION_WORDS[name]
            yield Missing(
                name, f"Simpulan tentang {word_id} belum ditulis.", f"The conclusion on {word_en} is not written."
            )


def _next(meeting: Meeting, ground: Ground) -> Iterator[Missing]:
    if meeting.next_due is None:
        yield Missing("next_due", "Tanggal kajian berikutnya belum diisi.", "The date of the next review is missing.")
    elif not ground.period_to < meeting.next_due <= ground.latest_due:
        yield Missing(
            "next_due",
            f"Kajian berikutnya paling lambat {plain_date(ground.latest_due, 'id')}, menurut jarak dalam metode; perbaiki.",
            f"The next review is due by {plain_date(ground.latest_due, 'en')}, as the method's interval has it; correct it.",
        )
