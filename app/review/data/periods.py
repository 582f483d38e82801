"""Which interval before a review a sitting belongs to, and whether the rolling window still holds it. Pure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """A review's own period (both days belong to it), the intervals before it, and how far back statistics look."""

    first: date
    last: date
    interval_months: int
    window_years: int

    @property
    def since(self) -> date:
        """The first day of the window, which ends with the period; the period itself always belongs to it."""
        return min(self.first, months_before(self.last + timedelta(days=1), 12 * self.window_years))

    def period_of(self, day: date) -> int | None:
        """0 for the review's own period, -1 for the interval before it, and so on; None outside the window."""
        if not self.since <= day <= self.last:
            return None
        back = 0
        while day < months_before(self.first, self.interval_months * back):
            back += 1
        return -back


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day where that month has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
