"""Refusals of panels, each with what to do instead."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed
from app.core.words import both


class PanelMoved(Conflict):
    code = "angoff-state"
    title = "The panel is in another state now."

    def __init__(self) -> None:
        super().__init__(
            both(
                "Panel ini sudah dalam keadaan lain; muat ulang dan lihat lagi.",
                "The panel is in another state now; read it again.",
            )
        )


class RoundDone(Conflict):
    code = "angoff-round-done"
    title = "This judge is done with the round."

    def __init__(self) -> None:
        super().__init__(
            both(
                "Anda sudah menyatakan putaran ini selesai; tunggu putaran berikutnya.",
                "You said that you are done with this round; wait for the next one.",
            )
        )


class NotAllRated(Conflict):
    """`missing`: how many items are left."""

    code = "angoff-not-all-rated"
    title = "Some items are not rated."

    def __init__(self, left: int) -> None:
        super().__init__(
            both(
                f"percent: {left} soal belum diisi; isi semuanya, lalu nyatakan selesai.",
                f"percent: {left} items are not rated; rate them all, then say that you are done.",
            ),
            missing=left,
        )


class TooFewJudges(Conflict):
    code = "angoff-too-few-judges"
    title = "Too few judges are done with the round."

    def __init__(self, least: int) -> None:
        super().__init__(
            both(
                f"judges: sedikitnya {least} juri harus menyatakan putaran ini selesai; ingatkan mereka.",
                f"judges: at least {least} judges must be done with this round; remind them.",
            )
        )


class CompromiseFault(Malformed):
    """`field` is the one that makes no sense."""

    code = "angoff-compromise"
    title = "The answers on cuts and failing shares do not go together."

    def __init__(self, field: str, indonesian: str, english: str) -> None:
        super().__init__(both(f"{field}: {indonesian}", f"{field}: {english}"), field=field)


class JudgeUnknown(Malformed):
    code = "angoff-judge-unknown"
    title = "That person has no role in which items are judged."

    def __init__(self) -> None:
        super().__init__(
            both(
                "judges: pilih juri dari daftar, masing-masing satu kali.",
                "judges: choose judges from the list, each once.",
            )
        )


class ItemUnknown(Malformed):
    code = "angoff-item-unknown"
    title = "That item is not in use in this scheme, or not of this panel."

    def __init__(self) -> None:
        super().__init__(
            both(
                "items: pilih soal yang dipakai dari daftar, masing-masing satu kali.",
                "items: choose items in use from the list, each once.",
            )
        )
