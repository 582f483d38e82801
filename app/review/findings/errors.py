"""Refusals of findings, each with what to do instead."""

from __future__ import annotations

from typing import Final

from app.core.errors import Conflict, Malformed
from app.core.words import both
from app.review.findings.types import Bar, Mark

SAYS: Final[dict[Bar, tuple[str, str]]] = {
    Bar.STATE: (
        "Temuan ini sudah dalam keadaan lain; muat ulang dan lihat lagi.",
        "The finding is in another state now; read it again.",
    ),
    Bar.CAUSE: (
        "Akar masalah belum ditulis; tulis dahulu, baru temuan dapat diverifikasi.",
        "The root cause is not named; name it before the finding is verified.",
    ),
    Bar.OWNER: (
        "Penanggung jawab tindakan, dan yang melaporkannya selesai, tidak memutuskan temuannya; mintalah anggota komite lain.",
        "Who owns an action, or reported it done, does not judge its finding; ask another member of the committee.",
    ),
    Bar.RAISER: (
        "Yang membuat temuan tidak mencabutnya sendiri; mintalah anggota komite lain.",
        "Who raised a finding does not withdraw it; ask another member of the committee.",
    ),
    Bar.DONE: (
        "Sudah ada tindakan yang selesai; temuan ini ditutup lewat verifikasi.",
        "Something was done about it; this finding ends by verification.",
    ),
    Bar.NOT_OWNER: (
        "Tindakan ini milik orang lain; penanggung jawabnya atau komite yang melaporkan.",
        "This action is somebody else's; its owner or the committee reports it.",
    ),
    Bar.DONE_BEFORE: ("Tindakan ini sudah dilaporkan selesai.", "This action was reported done before."),
    Bar.NOT_COMPUTED: (
        "Kajian itu belum dihitung; pilih kajian yang sudah dihitung.",
        "That review is not computed yet; choose one that is.",
    ),
    Bar.NOT_LATER: (
        "Kajian itu mencakup masa sebelum tindakan terakhir selesai; pilih kajian periode berikutnya.",
        "That review covers days before the last action was done; choose one of a later period.",
    ),
    Bar.NOT_AT_ONCE: (
        "Keefektifan tindakan ini baru tampak pada kajian periode berikutnya; pilih kajian itu sebagai bukti.",
        "Whether these actions work shows in a later period only; name that review as evidence.",
    ),
    Bar.NOT_A_FACT: (
        "Server belum mencatat koreksi yang diterapkan atau soal yang ditarik itu; selesaikan dahulu, atau pilih kajian berikutnya.",
        "The server holds no such applied correction or retired item yet; finish that first, or name a later review.",
    ),
}


class Barred(Conflict):
    """The code is that of the bar."""

    title = "A rule of findings says no."

    def __init__(self, bar: Bar) -> None:
        self.code = bar
        super().__init__(both(*SAYS[bar]))


class FindingStands(Conflict):
    """`finding` is the one that stands."""

    code = "finding-stands"
    title = "This lead is a finding already that is not closed."

    def __init__(self, mark: Mark) -> None:
        super().__init__(
            both(f"Tanda ini sudah menjadi temuan {mark.no}.", f"This lead is finding {mark.no} already."),
            finding=mark.as_json(),
        )


class LeadUnknown(Conflict):
    code = "lead-unknown"
    title = "The review holds no such lead."


class DueInPast(Malformed):
    code = "due-in-past"
    title = "The day by which something is to be done lies in the past."

    def __init__(self) -> None:
        super().__init__(
            both("due_on: tenggat sudah lewat; pilih hari ini atau sesudahnya.", "due_on: choose today or later.")
        )


class OwnerUnknown(Malformed):
    code = "owner-unknown"
    title = "That person has no role in which actions are reported."

    def __init__(self) -> None:
        super().__init__(
            both("owner_id: pilih penanggung jawab dari daftar.", "owner_id: choose an owner from the list.")
        )


def require(bar: Bar | None) -> None:
    """Raises Barred where something stands in the way."""
    if bar is not None:
        raise Barred(bar)
