"""How far the board is behind: from the acknowledgement of what a candidate did to the moment at which a proctor's stream shows it.

An acknowledgement promises a value that the board must show: the time of a save or of a contact, or the state. Both the
generator and the proctors count seconds from the beginning of the level, on the one steady clock of the machine.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

SAVED, HEARD, STATE = "last_saved_at", "last_contact_at", "state"
RUNNING, SUBMITTED = "running", "submitted"
ORDER = {"assigned": "0", "admitted": "1", RUNNING: "2", SUBMITTED: "3"}

Promise = tuple[str, str, float, str]  # number, field, when it was acknowledged, value
Shown = Mapping[
    str, Sequence[tuple[float, str]]
]  # of one proctor: "number field" → (when, value), each value above the last


class Screen:
    """What one proctor saw: for each candidate and field when its value rose."""

    def __init__(self) -> None:
        self.shown: dict[str, list[tuple[float, str]]] = {}

    def show(self, number: str, field: str, value: str | None, at: float) -> None:
        known = self.shown.setdefault(f"{number} {field}", [])
        if value is not None and (not known or rank(field, value) > known[-1][1]):
            known.append((at, rank(field, value)))


def rank(field: str, value: str) -> str:
    """Values of one field in the order in which they follow each other; times are text that sorts."""
    return ORDER.get(value, "") if field == STATE else value


def lags(promises: Iterable[Promise], screens: Sequence[Shown]) -> tuple[list[float], int]:
    """The lag of every acknowledgement on every proctor's stream, and how many were never shown."""
    found, unseen = [], 0
    for number, field, acknowledged, value in promises:
        for shown in screens:
            known = shown.get(f"{number} {field}", ())
            at = bisect_left(known, rank(field, value), key=lambda one: one[1])
            if at == len(known):
                unseen += 1
            else:
                found.append(max(0.0, known[at][0] - acknowledged))
    return found, unseen
