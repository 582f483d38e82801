"""Refusals of the review."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.errors import Conflict
from app.core.words import both


class NotReady(Conflict):
    code = "key-check-not-ready"
    title = "The key check begins when the sitting is over and every submitted attempt is scored."


class AlreadyCleared(Conflict):
    code = "key-check-cleared"
    title = "The key check was cleared before."


class NotCleared(Conflict):
    code = "key-check-not-cleared"
    title = "Results are released only after a named person has cleared the key check, knowing every incident."


class RescuesWaiting(Conflict):
    code = "rescues-waiting"
    title = "A rescue file of this sitting waits for a decision; decide on it first."


class IncidentsOpen(Conflict):
    code = "incidents-open"
    title = "Incidents of this sitting are still open; close them first."


class ItemsUnseen(Conflict):
    """`items` names them."""

    code = "items-unseen"
    title = "Somebody has to look at each item with a signal or a remark first."

    def __init__(self, items: Sequence[str]) -> None:
        listed = ", ".join(items)
        super().__init__(
            both(f"Soal ini belum dilihat: {listed}.", f"Nobody has looked at these items: {listed}."),
            items=list(items),
        )


class ItemsToCorrect(Conflict):
    """`items` names them."""

    code = "items-to-correct"
    title = "Items are still to be corrected before the results go out."

    def __init__(self, items: Sequence[str]) -> None:
        listed = ", ".join(items)
        super().__init__(
            both(
                f"Soal ini masih harus dikoreksi: {listed}. Ajukan koreksi kunci, putuskan yang diajukan, atau lihat lagi soalnya.",
                f"These items are still to be corrected: {listed}. Propose a correction, decide on a proposed one, or look again.",
            ),
            items=list(items),
        )


class LookTooLate(Conflict):
    code = "results-out"
    title = "The results are out; what is wrong now becomes a finding and a correction."


class NotPlanned(Conflict):
    code = "forms-not-planned"
    title = "The forms of this sitting were drawn before there were plans; nothing says how hard they were meant to be."
