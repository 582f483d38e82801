"""The phase at each boundary: one table, one row per instant that matters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.delivery import AttemptState, Phase, phase
from app.delivery.rules import ATTEMPT_MOVES, may_move
from app.delivery.types import Admission, AttemptClock

OPENS = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
WINDOW_ENDS = OPENS + timedelta(hours=1)
CLOSES = OPENS + timedelta(hours=2, seconds=10)
TICK = timedelta(microseconds=1)
S, A = AttemptState, Admission


def clock(state: AttemptState, admission: Admission = A.TOKEN) -> AttemptClock:
    return AttemptClock(state, admission, OPENS, WINDOW_ENDS, CLOSES if state is S.RUNNING else None, 10)


@pytest.mark.parametrize(
    ("state", "admission", "now", "expected"),
    [
        (S.ASSIGNED, A.TOKEN, OPENS - TICK, Phase.NOT_OPEN),
        (S.ASSIGNED, A.TOKEN, OPENS, Phase.READY),
        (S.ASSIGNED, A.PROCTOR, OPENS, Phase.WAITING_ADMISSION),
        (S.ADMITTED, A.PROCTOR, OPENS, Phase.READY),
        (S.ADMITTED, A.PROCTOR, OPENS - TICK, Phase.NOT_OPEN),
        (S.ASSIGNED, A.OPEN, WINDOW_ENDS - TICK, Phase.READY),
        (S.ASSIGNED, A.OPEN, WINDOW_ENDS, Phase.TOO_LATE),
        (S.ADMITTED, A.PROCTOR, WINDOW_ENDS, Phase.TOO_LATE),
        (S.RUNNING, A.TOKEN, WINDOW_ENDS, Phase.RUNNING),
        (S.RUNNING, A.TOKEN, CLOSES - timedelta(seconds=10) - TICK, Phase.RUNNING),
        (S.RUNNING, A.TOKEN, CLOSES - timedelta(seconds=10), Phase.TRANSMISSION),
        (S.RUNNING, A.TOKEN, CLOSES - TICK, Phase.TRANSMISSION),
        (S.RUNNING, A.TOKEN, CLOSES, Phase.CLOSING),
        (S.PAUSED, A.TOKEN, CLOSES + TICK, Phase.PAUSED),
        (S.SUBMITTED, A.TOKEN, OPENS - TICK, Phase.SUBMITTED),
        (S.VOID, A.TOKEN, OPENS, Phase.VOID),
    ],
)
def test_phase(state: AttemptState, admission: Admission, now: datetime, expected: Phase) -> None:
    assert phase(clock(state, admission), now).phase is expected


def test_a_phase_says_when_it_ends() -> None:
    assert phase(clock(S.RUNNING), OPENS).ends_at == CLOSES - timedelta(seconds=10)
    assert phase(clock(S.ASSIGNED), OPENS - TICK).ends_at == OPENS


@pytest.mark.invariant("I-15")
def test_no_state_leads_back_before_the_start() -> None:
    assert not may_move(S.SUBMITTED, S.RUNNING)
    assert not any(S.ASSIGNED in targets for targets in ATTEMPT_MOVES.values())
    assert ATTEMPT_MOVES[S.VOID] == frozenset()
