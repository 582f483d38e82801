"""Power of the Mantel-Haenszel test: how much DIF would be found with these numbers?"""

import math

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.estimate import check_level
from app.psychometrics.numerics.distributions import normal_cdf, normal_quantile

from .mantel_haenszel import DELTA


def information_mantel_haenszel(n_reference: ArrayLike, n_focal: ArrayLike, p: ArrayLike) -> float:
    """Expected precision of ln alpha when there is no DIF, for a plan.

    ``I = sum_k n_Rk n_Fk / (n_Rk + n_Fk) p_k (1 - p_k)`` over the strata k, the mean of the
    hypergeometric variance. For items that were tested it is `MantelHaenszel.information`.

    n_reference, n_focal: (strata,) or a number, candidates of each group per stratum, >= 0.
    p:                    (strata,) or a number, chance of a right answer, in 0..1.

    >>> information_mantel_haenszel(50, 50, 0.5)
    6.25
    """
    reference, focal = np.asarray(n_reference, dtype=np.float64), np.asarray(n_focal, dtype=np.float64)
    chance = np.asarray(p, dtype=np.float64)
    for name, values in (("n_reference", reference), ("n_focal", focal)):
        if not np.all((values >= 0.0) & np.isfinite(values)):
            raise ValueError(f"{name} must not be negative")
    if not np.all((chance >= 0.0) & (chance <= 1.0)):
        raise ValueError("p must lie in 0..1")
    return float(np.sum(reference * focal / np.maximum(reference + focal, 1.0) * chance * (1.0 - chance)))


def power_mantel_haenszel(information: float, *, delta: float = 1.5, significance: float = 0.05) -> float:
    """Chance that the Mantel-Haenszel test finds a DIF of `delta`.

    ``Phi(s - z) + Phi(-s - z)`` with ``s = |delta| / 2.35 sqrt(information)`` and z the two-sided
    normal quantile: the test is normal with variance 1 around s when DIF is not extreme.

    information:  of `MantelHaenszel.information` or `information_mantel_haenszel`, >= 0; 0 gives 0.
    delta:        size on the ETS delta scale; 1.5 is where class C begins. See `delta_of_shift`.
    significance: of the test without continuity correction, (0, 1).

    It counts the finding of DIF, not of its class: C asks for more.
    Source: the score test at local alternatives; Breslow & Day 1987, ch. 7.

    >>> round(power_mantel_haenszel(information_mantel_haenszel(40, 35, 0.7), delta=1.5), 2)
    0.24
    """
    check_level(significance, "significance")
    if not (information >= 0.0 and math.isfinite(information)):
        raise ValueError(f"information must be finite and not negative, got {information!r}")
    if information == 0.0:  # no candidates to compare
        return 0.0
    shift = abs(delta / DELTA) * math.sqrt(information)
    z = normal_quantile(1.0 - significance / 2.0)
    return normal_cdf(shift - z) + normal_cdf(-shift - z)


def detectable_delta(information: float, *, power: float = 0.8, significance: float = 0.05) -> float | None:
    """Return the least DIF, on the delta scale, that is found with this power; ``None`` without information.

    ``2.35 (z_(1 - significance/2) + z_power) / sqrt(information)``.

    information: >= 0.  power, significance: (0, 1), power above significance.

    >>> round(detectable_delta(information_mantel_haenszel(200, 200, 0.7)), 2)
    1.44
    """
    _check_power(power, significance)
    if information <= 0.0:
        return None
    return abs(DELTA) * _needed(power, significance) / math.sqrt(information)


def least_candidates(
    *,
    delta: float = 1.5,
    power: float = 0.8,
    p: float = 0.7,
    focal_share: float = 0.5,
    significance: float = 0.05,
) -> int:
    """Candidates of both groups together that an item needs for this power.

    ``n = ((z_(1 - significance/2) + z_power) 2.35 / delta)^2 / (f (1 - f) p (1 - p))`` with f the share
    of the focal group: the best case, where both groups are equally able. Groups that differ need more.

    delta: not 0.  power, p, focal_share, significance: (0, 1), power above significance.

    >>> least_candidates(delta=1.5), least_candidates(delta=1.0)
    (367, 826)
    """
    _check_power(power, significance)
    if delta == 0.0:
        raise ValueError("delta must not be 0")
    check_level(p, "p")
    check_level(focal_share, "focal_share")
    information = (_needed(power, significance) * DELTA / delta) ** 2
    return math.ceil(information / (focal_share * (1.0 - focal_share) * p * (1.0 - p)))


def delta_of_shift(shift: float, *, slope: float = 1.0) -> float:
    """Return the delta of an item that is `shift` harder (in b) for the focal group: ``-2.35 slope shift``.

    slope: of the logistic model with D = 1. Exact for Rasch and 2PL items at a perfect match; guessing
    makes it smaller.

    >>> round(delta_of_shift(0.8, slope=0.9), 3)
    -1.692
    """
    return DELTA * slope * shift


def _needed(power: float, significance: float) -> float:
    return normal_quantile(1.0 - significance / 2.0) + normal_quantile(power)


def _check_power(power: float, significance: float) -> None:
    check_level(significance, "significance")
    if not significance < power < 1.0:
        raise ValueError(f"power must lie between significance and 1, got {power!r}")
