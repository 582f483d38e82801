"""Pure decisions about panels."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from app.review.angoff.types import Judge, State

S = State
MOVES: Final[Mapping[State, frozenset[State]]] = {
    S.ROUND_1: frozenset({S.FEEDBACK, S.WITHDRAWN}),
    S.FEEDBACK: frozenset({S.ROUND_2, S.WITHDRAWN}),
    S.ROUND_2: frozenset({S.CLOSED, S.WITHDRAWN}),
    S.CLOSED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
LEAST_JUDGES: Final = 2  # below it nothing can be said about their agreement
WISE_JUDGES: Final = 5  # fewer are told that the result hangs on single persons
MOST_ITEMS: Final = 100
ROUNDS: Final[Mapping[State, int]] = {S.ROUND_1: 1, S.ROUND_2: 2}
FREEZES: Final[Mapping[State, int]] = {S.FEEDBACK: 1, S.CLOSED: 2}  # whoever goes there freezes this round


def may_move(old: State, new: State) -> bool:
    return new in MOVES[old]


def open_round(state: State) -> int | None:
    """The round in which judges may rate now."""
    return ROUNDS.get(state)


def counted(judges: Collection[Judge], round_no: int) -> list[Judge]:
    """Who said that they were done with the round; and with the first one, since nobody joins later."""
    return [one for one in judges if set(range(1, round_no + 1)) <= one.done_rounds]


def missing(items: Collection[UUID], rated: Collection[UUID]) -> list[UUID]:
    known = set(rated)
    return [one for one in items if one not in known]
