"""When there will be enough candidates, if they keep coming as they do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.review.data.types import ReviewData
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, figure


@dataclass(frozen=True, slots=True)
class Pace:
    """`years`: how long the data took to gather. `today`: the year of the last sitting. `window`: how long data count."""

    years: float
    today: float
    window: int

    def when(self, n: int, least: int) -> tuple[str, str]:
        """ "… tercapai tahun 2029", in both languages."""
        if n == 0:
            return "belum ada peserta yang dapat dihitung", "nobody can be counted yet"
        needed = least * self.years / n
        year = math.floor(self.today + max(0.0, needed - self.years))
        if needed > self.window:
            return (
                f"dengan laju sekarang baru tercapai tahun {year}, di luar jendela {self.window} tahun",
                f"at the present pace not before {year}, beyond the window of {self.window} years",
            )
        return f"dengan laju sekarang tercapai tahun {year}", f"at the present pace in {year}"


def pace_of(data: ReviewData, method: ReviewMethod) -> Pace:
    """Every period of the window up to the oldest one that held a sitting has passed, with or without candidates."""
    held = max(sitting.held_on for sitting in data.sittings)
    periods = 1 - min(sitting.period for sitting in data.sittings)
    today = held.year + (held.timetuple().tm_yday - 1) / 366
    return Pace(periods * method.interval_months / 12, today, method.window_years)


def lacking(name: str, n: int, least: int, pace: Pace) -> Figure:
    """A figure that needs more candidates of the window, and when there will be that many."""
    when_id, when_en = pace.when(n, least)
    return figure(
        name,
        None,
        n=n,
        reason=(
            f"belum cukup data (n = {n}, perlu {least}; {when_id})",
            f"not enough data yet (n = {n}, {least} needed; {when_en})",
        ),
    )
