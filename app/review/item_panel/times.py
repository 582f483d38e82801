"""How long candidates took for each item, where times are known. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.review.data.types import ReviewData

PER_SECOND = 100  # times are sorted as whole hundredths beside their item: one sort instead of two
LONGEST = (1 << 24) - 1


@dataclass(frozen=True, slots=True)
class Times:
    """(items,) how many times are known, and their quartiles in seconds; NaN where there are none."""

    n: NDArray[np.int64]
    lower: NDArray[np.float64]
    median: NDArray[np.float64]
    upper: NDArray[np.float64]


def times_of(data: ReviewData, persons: NDArray[np.bool_], score: int | None = None) -> Times:
    """Of these persons' answers, or of the right (1) or wrong (0) ones alone; what was left without an answer does not count."""
    rows = persons[data.person] & (data.option >= 0) & ~np.isnan(data.seconds)
    if score is not None:
        rows &= data.score == score
    hundredths = np.minimum(data.seconds[rows] * PER_SECOND, LONGEST).astype(np.int64)
    codes = np.sort(data.item[rows].astype(np.int64) << 24 | hundredths)
    n = np.bincount(codes >> 24, minlength=len(data.items))
    start = np.concatenate(([0], np.cumsum(n)))[:-1]
    lower, median, upper = (_quantile(codes, start, n, share) for share in (0.25, 0.5, 0.75))
    return Times(n, lower, median, upper)


def _quantile(
    codes: NDArray[np.int64], start: NDArray[np.int64], n: NDArray[np.int64], share: float
) -> NDArray[np.float64]:
    """Between the two times around the place, as numpy's default has it."""
    found = np.full(len(n), np.nan)
    some = n > 0
    place = start[some] + share * (n[some] - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, start[some] + n[some] - 1)
    low, high = (codes[at] & LONGEST for at in (below, above))
    found[some] = (low + (place - below) * (high - low)) / PER_SECOND
    return found
