"""The loop of findings at a glance: what stands, what is late, what was proven to work, what came back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import Any

from app.review.findings.rules import STANDING, local_day
from app.review.findings.types import Finding, Grade, State
from app.review.shown import Figure, figure


def loop_of(findings: Sequence[Finding], today: date) -> dict[str, Any]:
    """Counts by state and grade; `overdue` and `repeated` count findings that stand."""
    standing = [one for one in findings if one.mark.state in STANDING]
    closed = [one for one in findings if one.mark.state is State.CLOSED]
    return {
        **{state.value: sum(one.mark.state is state for one in findings) for state in State},
        "overdue": sum(one.is_overdue(today) for one in standing),
        "repeated": sum(one.repeats is not None for one in standing),
        "grades": {
            grade.value: {
                "standing": sum(one.mark.grade is grade for one in standing),
                "closed": sum(one.mark.grade is grade for one in closed),
            }
            for grade in Grade
        },
        "days": _days(closed),
    }


def _days(closed: Sequence[Finding]) -> Figure:
    taken = [(local_day(one.closed_at) - local_day(one.raised_at)).days for one in closed if one.closed_at]
    none_yet = ("belum ada temuan yang ditutup", "no finding is closed yet")
    return figure("finding-days", float(median(taken)) if taken else None, n=len(taken), reason=none_yet)
