"""The letter to the candidate after a decision: what was suspected, who was heard, what follows, and the right of appeal.

In Indonesian, since the scheme's papers are; the page around it speaks both languages. The same words are read there and printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.core.dates import long_date, wall_clock
from app.delivery import Sitting
from app.proctoring.irregularities.rules import DECIDED, appeal_until
from app.proctoring.irregularities.types import Case, Reason, State, Step
from app.proctoring.papers import TITLES, Kind

SUSPECTED: Final[Mapping[Reason, str]] = {
    Reason.IMPERSONATION: "Ujian dikerjakan oleh orang lain",
    Reason.NOTES: "Memakai catatan atau buku yang tidak diizinkan",
    Reason.DEVICE: "Memakai perangkat yang tidak diizinkan",
    Reason.TALKING: "Berkomunikasi dengan orang lain selama ujian",
    Reason.COPYING: "Menyalin jawaban peserta lain",
    Reason.CONTENT_TAKEN: "Menyalin, memotret, atau menyebarkan soal",
    Reason.OTHER: "Hal lain sebagaimana diuraikan di bawah",
}
VOID: Final = (
    "Ujian Saudara pada sesi tersebut dinyatakan BATAL dan nilainya tidak diumumkan. Keputusan ini hanya tentang ujian ini; "
    "LSP akan memberitahukan apakah dan kapan Saudara dapat mengikuti ujian lagi."
)
RELEASED: Final = (
    "Dugaan tersebut TIDAK TERBUKTI atau tidak cukup untuk membatalkan ujian. Hasil ujian Saudara diumumkan bersama hasil sesi "
    "tersebut, dan tidak ada akibat lain bagi Saudara."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom, and what it says under which headings."""

    to: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]


def write_letter(case: Case, sitting: Sitting, decision: Step) -> Letter:
    zone = sitting.zone
    void = decision.state is State.VOID
    sections = [
        ("Yang diduga", f"{SUSPECTED[case.reason]}.\n{case.account}"),
        ("Keterangan Saudara", _heard(case, zone)),
        (f"Keputusan, {_moment(decision.at, zone)}", VOID if void else RELEASED),
        ("Pertimbangan", decision.words or ""),
    ]
    if void:
        until = _moment(appeal_until(decision.at, zone), zone)
        appeal = (
            f"Saudara berhak mengajukan banding secara tertulis kepada LSP paling lambat {until}. "
            "Banding ditangani oleh orang yang tidak terlibat dalam perkara ini."
        )
        sections.append(("Hak banding", appeal))
    return Letter((f"Kepada Saudara {case.name}", f"Nomor peserta {case.number}"), tuple(sections))


def letter_text(case: Case, sitting: Sitting) -> str | None:
    """As the page shows it; nothing before the decision."""
    if case.state not in DECIDED:
        return None
    letter = write_letter(case, sitting, case.steps[-1])
    to = "\n".join((*letter.to, f"Sesi {sitting.title} ({sitting.code})"))
    return "\n\n".join((TITLES[Kind.DECISION].upper(), to, *(f"{title}:\n{text}" for title, text in letter.sections)))


def _heard(case: Case, zone: str) -> str:
    given = case.at(State.STATEMENT_GIVEN)
    if given:
        return (
            f"Saudara memberikan keterangan pada {_moment(given.at, zone)}; keterangan itu dibaca sebelum diputuskan."
        )
    if case.until:
        return (
            f"Saudara diminta memberikan keterangan paling lambat {_moment(case.until, zone)} dan tidak memberikannya."
        )
    return "Keterangan Saudara tidak diperlukan."


def _moment(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{long_date(local, 'id')} {wall_clock(local, 'id')}"
