"""Absolute coefficients: drawing an easy form is error too, as a fixed raw cut on random forms asks."""

import math

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.bootstrap import PersonSums
from app.psychometrics.estimate import Estimate, check_level
from app.psychometrics.numerics.distributions import t_quantile
from app.psychometrics.responses import Responses

from .sums import sums_horst, sums_stratified_binomial

_WIDEST = 50.0
"""An interval of log(1 - r) wider than this says nothing."""


def horst(responses: Responses, *, level: float = 0.95) -> Estimate:
    """Horst's coefficient for random forms, also of different lengths.

    ``1 - mean_i [p_i q_i / (k_i - 1)] / var(p_i)`` with p_i the proportion right on the own form
    and 1/N in the variance; equals KR-21 when all forms have one length. Interval as
    `stratified_binomial`.

    Returns no value for k < 2, n < 2 or equal proportions. Least n: 50.
    Source: Horst 1949, Psychometrika 14:21-31.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(horst(r).value, 4)
    0.6
    """
    check_level(level)
    sums = sums_horst(responses)
    if isinstance(sums, Estimate):
        return sums
    return with_jackknife(sums, level=level)


def stratified_binomial(responses: Responses, *, level: float = 0.95) -> Estimate:
    """Absolute reliability of the raw score on blueprint-stratified random forms: the headline.

    ``1 - mean_i E_i / s^2`` with ``E_i = sum_h x_ih (k_ih - x_ih) / (k_ih - 1)`` over the strata
    (units) h of the own form and s^2 the variance of the total (1/(N-1)); on forms of different
    lengths, E_i / k_i^2 against the variance of proportions. Needs no calibration; the bank is
    taken as infinite, which is conservative.

    The interval is ``log(1 - r) -+ t_(N-1) se`` with the jackknife standard error of
    ``log(1 - r)``; candidates are the sampled units. `se` is that of r.

    Returns no value for n < 2, a single-item stratum in a form, or equal totals. Least n: 50.
    Source: Rajaratnam, Cronbach & Gleser 1965, Psychometrika 30:39-56; Feldt 1984.

    >>> r = Responses.from_dense([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    >>> round(stratified_binomial(r).value, 4)
    0.8
    """
    check_level(level)
    sums = sums_stratified_binomial(responses)
    if isinstance(sums, Estimate):
        return sums
    return with_jackknife(sums, level=level)


def with_jackknife(sums: PersonSums, *, level: float) -> Estimate:
    """Give a coefficient r with ``log(1 - r) -+ t_(N-1) se``, leaving out one candidate at a time.

    There is no interval where r is 1 or a candidate's leaving leaves none.
    """
    return jackknife_estimate(sums.value() or 0.0, sums.without_each(), level=level, variant=sums.variant)


def jackknife_estimate(value: float, without: NDArray[np.float64], *, level: float, variant: str) -> Estimate:
    """`with_jackknife` from the coefficient without each candidate."""
    n = len(without)
    if value >= 1.0 or not np.all(without < 1.0):  # NaN included
        return Estimate(value=value, n_used=n, variant=variant)
    se = math.sqrt((n - 1) * float(np.var(np.log1p(-without))))
    half = t_quantile(0.5 + level / 2.0, n - 1) * se
    if half > _WIDEST:
        return Estimate(value=value, n_used=n, variant=variant)
    return Estimate(
        value=value,
        n_used=n,
        se=(1.0 - value) * se,
        low=1.0 - (1.0 - value) * math.exp(half),
        high=1.0 - (1.0 - value) * math.exp(-half),
        variant=variant,
    )
