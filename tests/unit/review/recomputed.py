"""Figures computed anew by the library, and written as the paper writes them: nothing here is of the panels."""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import Estimate
from app.psychometrics.numerics.distributions import t_quantile
from app.review.shown import definition

RANGE: Final = r"−?[\d,]+%?sampai−?[\d,]+%?"  # an interval that comes from resampling
Floats = NDArray[np.float64]


def said(value: float, places: int = 1, unit: str = "") -> str:
    """As Indonesian papers write it."""
    rounded = f"{value:.{places}f}".replace(".", ",")
    sign = "−" if value < 0 and rounded.strip("-0,") else ""
    return sign + rounded.lstrip("-") + unit


def percent(value: float) -> str:
    return said(100 * value, 1, "%")


def between(low: float | None, high: float | None, places: int = 1, unit: str = "") -> str:
    assert low is not None
    assert high is not None
    return f"{said(low, places, unit)}sampai{said(high, places, unit)}"


def cell(found: Estimate, places: int = 1) -> str:
    """Of a table: the interval stands below in brackets."""
    assert found.value is not None
    return f"{said(found.value, places)}({between(found.low, found.high, places)})"


def share(found: Estimate) -> str:
    value, low, high = (100 * (one or 0.0) for one in (found.value, found.low, found.high))
    return f"{said(value, 1, '%')}({between(low, high, 1, '%')})"


def t_interval(value: float, se: float, df: float) -> Estimate:
    half = t_quantile(0.975, df) * se
    return Estimate(value, round(df) + 1, se=se, low=value - half, high=value + half)


def mean(values: Floats) -> Estimate:
    return t_interval(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values)), len(values) - 1)


def difference(first: Floats, second: Floats) -> Estimate:
    shares = [one.var(ddof=1) / len(one) for one in (first, second)]
    df = sum(shares) ** 2 / sum(part**2 / (len(one) - 1) for part, one in zip(shares, (first, second), strict=True))
    return t_interval(float(first.mean() - second.mean()), math.sqrt(sum(shares)), df)


def probability(value: float) -> str:
    return "<0,0001" if value < 0.0001 else said(value, 4)


def plain(found: Estimate, places: int) -> str:
    assert found.value is not None
    return said(found.value, places) + (between(found.low, found.high, places) if found.low is not None else "")


def normal_interval(value: float, se: float) -> Estimate:
    return Estimate(value, 1, se=se, low=value - 1.96 * se, high=value + 1.96 * se)


def assert_row(letters: str, *told: str) -> None:
    """These stand one after the other."""
    row = "".join("".join(told).split())
    assert row in letters, row


def assert_explained(letters: str, name: str, *told: str) -> None:
    """In a table whose rows say what their figure means; `told` is a pattern."""
    meaning = definition(name)
    head = "".join(f"{meaning.title_id}{meaning.says_id}".split())
    pattern = re.escape(head) + "".join("".join(told).split())
    assert re.search(pattern, letters), pattern
