"""When an item will have been answered by enough candidates, if things go on as they do. Pure."""

from __future__ import annotations

import math
from datetime import date

from app.review.data.types import ReviewData
from app.review.method.types import ReviewMethod

MONTHS = 12


def year_of_enough(n: int, least: int, per_year: float, window_years: int, last: date) -> int | None:
    """None where the window, which forgets what is old, never holds enough at this rate. `last`: of the newest sitting."""
    if n >= least:
        return last.year
    if per_year * window_years < least:
        return None
    months = math.ceil((least - n) / per_year * MONTHS)
    return last.year + (last.month - 1 + months) // MONTHS


def years_covered(data: ReviewData, method: ReviewMethod) -> float:
    """Of the periods in which there were sittings, from the oldest to the current one."""
    oldest = min((sitting.period for sitting in data.sittings), default=0)
    return (1 - oldest) * method.interval_months / MONTHS


def newest_day(data: ReviewData) -> date:
    return max(sitting.held_on for sitting in data.sittings)
