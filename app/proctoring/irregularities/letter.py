"""The letter to the candidate after a decision: what was suspected, who was heard, what follows, and the right of appeal.

In Indonesian, since the scheme's papers are; the page around it speaks both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.core.dates import long_date, wall_clock
from app.delivery import Sitting
from app.proctoring.irregularities.rules import appeal_until
from app.proctoring.irregularities.types import Case, Reason, State, Step

SUSPECTED: Final[Mapping[Reason, str]] = {
    Reason.IMPERSONATION: "ujian dikerjakan oleh orang lain",
    Reason.NOTES: "memakai catatan atau buku yang tidak diizinkan",
    Reason.DEVICE: "memakai perangkat yang tidak diizinkan",
    Reason.TALKING: "berkomunikasi dengan orang lain selama ujian",
    Reason.COPYING: "menyalin jawaban peserta lain",
    Reason.CONTENT_TAKEN: "menyalin, memotret, atau menyebarkan soal",
    Reason.OTHER: "hal lain sebagaimana diuraikan di bawah",
}
VOID: Final = (
    "Ujian Saudara pada sesi tersebut dinyatakan BATAL dan nilainya tidak diumumkan. Keputusan ini hanya tentang ujian ini; "
    "LSP akan memberitahukan apakah dan kapan Saudara dapat mengikuti ujian lagi."
)
RELEASED: Final = (
    "Dugaan tersebut TIDAK TERBUKTI atau tidak cukup untuk membatalkan ujian. Hasil ujian Saudara diumumkan bersama hasil sesi "
    "tersebut, dan tidak ada akibat lain bagi Saudara."
)


def letter(case: Case, sitting: Sitting, decision: Step) -> str:
    """The text of the letter, to be shown and later printed."""
    zone = sitting.zone
    void = decision.state is State.VOID
    parts = [
        "KEPUTUSAN ATAS DUGAAN PELANGGARAN UJIAN",
        f"Kepada Saudara {case.name}\nNomor peserta {case.number}\nSesi {sitting.title} ({sitting.code})",
        f"Yang diduga: {SUSPECTED[case.reason]}.\n{case.account}",
        _heard(case, zone),
        f"Keputusan, {_moment(decision.at, zone)}:\n{VOID if void else RELEASED}",
        f"Pertimbangan:\n{decision.words}",
    ]
    if void:
        until = _moment(appeal_until(decision.at, zone), zone)
        parts.append(
            f"Hak banding: Saudara berhak mengajukan banding secara tertulis kepada LSP paling lambat {until}. "
            "Banding ditangani oleh orang yang tidak terlibat dalam perkara ini."
        )
    return "\n\n".join(parts)


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
