"""Means and their differences, with intervals of Student's t."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import Estimate, Reason
from app.psychometrics.numerics.distributions import f_cdf, t_quantile

Array = NDArray[np.float64]
LEVEL: Final = 0.95


def mean_of(values: Array) -> Estimate:
    """``M -+ t_(n-1) s / sqrt(n)``; no interval from one value, no value from none."""
    n = len(values)
    if n == 0:
        return Estimate(None, 0, reason=Reason.TOO_FEW_PERSONS)
    if n == 1:
        return Estimate(float(values[0]), 1)
    return with_t(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(n), n, df=n - 1)


def welch(first: Array, second: Array) -> tuple[Estimate, float]:
    """Mean of `first` less that of `second`, and the two-sided p of no difference; groups may differ in spread.

    Both of two values or more, not all alike.
    """
    shares = np.array([first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)])
    se, value = math.sqrt(float(shares.sum())), float(first.mean() - second.mean())
    df = max(1.0, float(shares.sum() ** 2 / (shares**2 / [len(first) - 1, len(second) - 1]).sum()))
    return with_t(value, se, len(first) + len(second), df=df), p_of_t(value / se, df)


def with_t(value: float, se: float, n: int, *, df: float) -> Estimate:
    half = t_quantile(0.5 + LEVEL / 2, df) * se
    return Estimate(value, n, se=se, low=value - half, high=value + half)


def p_of_t(t: float, df: float) -> float:
    """Two-sided: the square of Student's t is F with 1 and `df` degrees of freedom."""
    return 1.0 - f_cdf(t * t, 1.0, df)
