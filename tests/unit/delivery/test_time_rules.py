"""Pauses and grants as pure rules: what is given back, from when a clock stands, and what needs a second person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.delivery import rules
from app.delivery.types import Admission, AttemptClock, AttemptState, Phase

TEN = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return TEN + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("alone", "asked", "needed"),
    [
        (0, 900, False),  # fifteen minutes alone
        (0, 901, True),
        (600, 300, False),
        (600, 301, True),  # in two helpings it is still more than fifteen
        (900, 1, True),
    ],
)
def test_more_than_fifteen_minutes_in_all_need_a_second_person(alone: int, asked: int, *, needed: bool) -> None:
    assert rules.needs_second_person(alone, asked) is needed


@pytest.mark.parametrize(("stood", "given"), [(0, 0), (0.001, 1), (59.0, 59), (59.2, 60), (-5, 0)])
def test_a_pause_gives_whole_seconds_back_rounded_towards_the_candidate(stood: float, given: int) -> None:
    assert rules.credit_seconds(TEN, after(stood)) == given


@pytest.mark.parametrize(
    ("since", "heard", "resumes_at", "stands"),
    [
        (None, -300, None, 0),  # from the press
        (-120, -300, None, -120),  # dated back to when the light went out
        (-120, -40, None, -40),  # but this candidate still saved 40 seconds ago
        (60, -300, None, 0),  # never in the future
        (None, -300, 20, 20),  # the pause before has given the time until then already
        (-120, -300, -60, -60),
    ],
)
def test_a_clock_stands_from_when_the_disturbance_reached_the_candidate(
    since: float | None, heard: float, resumes_at: float | None, stands: float
) -> None:
    found = rules.stands_since(
        TEN,
        since=None if since is None else after(since),
        heard=after(heard),
        resumes_at=None if resumes_at is None else after(resumes_at),
    )
    assert found == after(stands)


@pytest.mark.parametrize(
    ("now", "phase", "ends_at"),
    [(-0.001, Phase.PAUSED, 0), (0, Phase.RUNNING, 590), (589, Phase.RUNNING, 590), (590, Phase.TRANSMISSION, 600)],
)
def test_a_resumed_attempt_is_paused_until_the_moment_that_all_were_told(
    now: float, phase: Phase, ends_at: float
) -> None:
    clock = AttemptClock(
        AttemptState.RUNNING, Admission.OPEN, after(-3600), after(3600), after(600), 10, resumes_at=TEN
    )
    found = rules.phase(clock, after(now))
    assert (found.phase, found.ends_at) == (phase, after(ends_at))
