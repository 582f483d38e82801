"""Pure decisions of a case: its moves, who may decide, when a candidate counts as heard. `now` is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from app.proctoring.irregularities.types import Bar, Involved, State

S = State

# A suspicion that came to nothing is dropped at any time; nothing is void before the candidate was asked. A second statement
# may follow the first while there is time.
MOVES: Final[Mapping[State, frozenset[State]]] = {
    S.OPENED: frozenset({S.STATEMENT_ASKED, S.RELEASED}),
    S.STATEMENT_ASKED: frozenset({S.STATEMENT_GIVEN, S.VOID, S.RELEASED}),
    S.STATEMENT_GIVEN: frozenset({S.STATEMENT_GIVEN, S.VOID, S.RELEASED}),
    S.VOID: frozenset(),
    S.RELEASED: frozenset(),
}
DECIDED: Final = frozenset({S.VOID, S.RELEASED})

# What only whoever runs a room does; by the actions of the journal.
DONE_IN_THE_ROOM: Final = frozenset(
    {
        "attempt.admitted",
        "attempt.closed",
        "attempt.paused",
        "attempt.resumed",
        "candidate.absent",
        "candidate.came",
        "help.answered",
        "help.ended",
        "identity.checked",
        "incident.closed",
        "incident.linked",
        "incident.opened",
        "incident.photographed",
        "log_in.opened",
        "message.sent",
        "rescue.noted",
        "room.frozen",
        "room.thawed",
        "seb.overridden",
        "time.requested",
        "token.locked",
        "token.renewed",
    }
)


def may_move(old: State, new: State) -> bool:
    return new in MOVES[old]


def must_hear(state: State, until: datetime | None, now: datetime) -> bool:
    """Whether the candidate's word is still awaited: asked, not given, and the time for it not over. The last moment counts."""
    return state is S.STATEMENT_ASKED and until is not None and now < until


def bar(person: UUID, involved: Involved) -> Bar | None:
    """Why this person may not decide the case; None if they may. By persons and by history, never by roles."""
    if person in involved.candidates:
        return Bar.CANDIDATE
    if person == involved.opener:
        return Bar.OPENER
    if person == involved.reporter:
        return Bar.REPORTER
    if person in involved.staff:
        return Bar.IN_ROOM
    return None


def appeal_until(decided_at: datetime, zone: str) -> datetime:
    """Clause 9.8.2: one day. It ends with the day after the decision, in the zone of the test centre."""
    local = decided_at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=2), time(0), ZoneInfo(zone)) - timedelta(seconds=1)
