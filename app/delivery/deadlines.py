"""Deadlines while the database's clock cannot be trusted: nobody's time runs out.

The clock is suspect where the guard said so, or where the guard was not heard for `SILENCE_SECONDS` by that very clock: a
jump of more than that is noticed by the first statement after it. A database that no guard ever watched is not suspect.
"""

from __future__ import annotations

from typing import Final

SILENCE_SECONDS: Final = 5
LEAST_LEFT: Final = "interval '1 minute'"  # what a candidate sees at least, so that no page rings its bell


def suspect(at: str) -> str:
    """SQL: is the clock that read `at` suspect? One small row, read once per statement."""
    silent = f"abs(extract(epoch FROM {at} - g.beat_at)) > {SILENCE_SECONDS}"
    return f"EXISTS (SELECT FROM clock_guard g WHERE g.suspect OR {silent})"


def deadline_now() -> str:
    """SQL: until when answers of the attempt `a` are taken, for a statement that only looks."""
    return deadline("a.closes_at", "a.state", "clock_timestamp()", suspect("clock_timestamp()"))


def deadline(closes_at: str, state: str, at: str, is_suspect: str) -> str:
    """SQL: until when answers are taken, by the clock that read `at`."""
    return (
        f"CASE WHEN {is_suspect} AND {state} = 'running' THEN greatest({closes_at}, {at} + {LEAST_LEFT})"
        f" ELSE {closes_at} END"
    )
