"""A review as the rest of the committee's pages see it, and what may follow what. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID


class ReviewState(StrEnum):
    PLANNED = "planned"
    COMPUTING = "computing"
    DISCUSSION = "discussion"
    DECIDED = "decided"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


S = ReviewState
# Back to planned: computing came to nothing, or the committee wants newer data before it has decided.
TRANSITIONS: Final[dict[ReviewState, frozenset[ReviewState]]] = {
    S.PLANNED: frozenset({S.COMPUTING, S.WITHDRAWN}),
    S.COMPUTING: frozenset({S.DISCUSSION, S.PLANNED, S.WITHDRAWN}),
    S.DISCUSSION: frozenset({S.DECIDED, S.PLANNED, S.WITHDRAWN}),
    S.DECIDED: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.WITHDRAWN: frozenset(),
}

# What 9.3.5 asks to be reaffirmed, each with a short text.
CONCLUSIONS: Final = ("fairness", "validity", "reliability", "performance")


@dataclass(frozen=True, slots=True)
class Meeting:
    """As it was kept last; `revision` counts how often, so that two people do not write over one another."""

    held_on: date | None = None
    place: str = ""
    present: tuple[UUID, ...] = ()
    guests: str = ""
    minutes: str = ""
    fairness: str = ""
    validity: str = ""
    reliability: str = ""
    performance: str = ""
    next_due: date | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands in the way, and what to do, in both languages."""

    field: str
    text_id: str
    text_en: str


def meeting_out(meeting: Meeting) -> dict[str, Any]:
    return {
        "held_on": _out(meeting.held_on),
        "place": meeting.place,
        "present": [str(person) for person in meeting.present],
        "guests": meeting.guests,
        "minutes": meeting.minutes,
        **{name: getattr(meeting, name) for name in CONCLUSIONS},
        "next_due": _out(meeting.next_due),
        "revision": meeting.revision,
    }


def meeting_in(kept: dict[str, Any]) -> Meeting:
    if not kept:
        return Meeting()
    return Meeting(
        **kept
        | {
            "held_on": _in(kept["held_on"]),
            "present": tuple(UUID(person) for person in kept["present"]),
            "next_due": _in(kept["next_due"]),
        }
    )


def _out(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _in(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
