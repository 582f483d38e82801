"""Equating two forms through an anchor: different groups of candidates, some items in common.

X went to group 1, Y to group 2, both with the anchor V. A *synthetic population* of both groups
with weights w and 1 - w stands for the candidates whom the equating serves. All of it rests on
what cannot be seen: how group 1 would have done on Y, and group 2 on X.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason

from .random_groups import no_spread
from .result import LEAST_N, Equating, curve, line, obstacle, refused
from .scores import FormScores, percentile_ranks, score_at_rank, scores_of_equal_rank

Array = NDArray[np.float64]

_LARGEST_LOSS = 0.05
"""Share of a group that may have an anchor score which nobody of the other group has."""


def nominal_weights_mean(
    x: FormScores, y: FormScores, *, weight: float | None = None, least_n: int = LEAST_N
) -> Equating:
    """Nominal weights mean equating: the forms move with the anchor as their lengths say.

    ``y = x - M_s(X) + M_s(Y)`` with the means of `tucker`, but ``g1 = k_X / k_V`` and ``g2 = k_Y / k_V``
    from the numbers of items alone, so that no covariance must be estimated.

    Parameters as in `tucker`. Suits very small groups that differ little, on forms of one blueprint: its
    authors studied 20 candidates and more (``least_n=20``).
    Source: Babcock, Albano & Raymond 2012, Educ. Psychol. Meas. 72:608-628.

    >>> x = FormScores.from_counts([[3, 1], [2, 4]])
    >>> nominal_weights_mean(x, x, least_n=10).equivalents
    (0.0, 1.0)
    """
    variant = _variant("nominal weights mean", x, y, weight)
    reason = _obstacle(x, y, least_n)
    if reason is not None:
        return refused(reason, x, y, variant)
    w, shift = _weight(x, y, weight), x.anchor.mean - y.anchor.mean
    mean_x = x.mean - (1.0 - w) * x.max_score / x.anchor.max_score * shift
    mean_y = y.mean + w * y.max_score / y.anchor.max_score * shift
    return line(1.0, mean_y - mean_x, x, y, variant)


def tucker(x: FormScores, y: FormScores, *, weight: float | None = None, least_n: int = LEAST_N) -> Equating:
    """Tucker linear equating: the regression of the raw score on the anchor is one in both groups.

    ``y = M_s(Y) + s_s(Y) / s_s(X) (x - M_s(X))`` in the synthetic population. With D and E the
    differences of the means and of the variances of V, group 1 less group 2, and
    ``g1 = cov_1(X, V) / var_1(V)``, ``g2 = cov_2(Y, V) / var_2(V)``:
    ``M_s(X) = M_1(X) - (1 - w) g1 D``, ``s_s^2(X) = s_1^2(X) - (1 - w) g1^2 E + w (1 - w) g1^2 D^2``,
    ``M_s(Y) = M_2(Y) + w g2 D``, ``s_s^2(Y) = s_2^2(Y) + w g2^2 E + w (1 - w) g2^2 D^2``.

    x, y: with anchor scores.  weight: w of group 1 in 0..1; by default its share of the candidates.
    least_n: candidates on each form, else ``TOO_FEW_PERSONS``.
    Suits groups that differ little. Source: Kolen & Brennan 2014, ch. 4.

    >>> x = FormScores.from_counts([[3, 1], [2, 4]])
    >>> tucker(x, x, least_n=10).slope
    1.0
    """
    return _linear(x, y, "Tucker linear", weight, least_n, _tucker_slope)


def levine(
    x: FormScores,
    y: FormScores,
    *,
    weight: float | None = None,
    internal: bool = True,
    least_n: int = LEAST_N,
) -> Equating:
    """Levine observed-score linear equating: true scores on form and anchor lie on one line.

    As `tucker`, with ``g = var(X) / cov(X, V)`` for an anchor that counts in the raw score and
    ``g = (var(X) + cov(X, V)) / (var(V) + cov(X, V))`` for one that does not.

    internal: does the raw score hold the anchor?  Other parameters as in `tucker`.
    Suits groups that differ much. Source: Kolen & Brennan 2014, ch. 4.

    >>> x = FormScores.from_counts([[3, 1], [2, 4]])
    >>> levine(x, x, least_n=10).intercept
    0.0
    """
    kind = "internal" if internal else "external"
    slope = _levine_internal if internal else _levine_external
    return _linear(x, y, f"Levine observed-score linear, {kind} anchor", weight, least_n, slope)


def frequency_estimation(
    x: FormScores, y: FormScores, *, weight: float | None = None, as_equate: bool = False, least_n: int = LEAST_N
) -> Equating:
    """Equipercentile equating in the synthetic population, by frequency estimation.

    Candidates with the same anchor score are taken to have the same distribution of X (and of Y)
    in both groups: ``f_s(x) = w f_1(x) + (1 - w) sum_v f_1(x | v) h_2(v)``.

    as_equate: mix counts instead of shares, as the R package equate does, so that the larger group weighs
               more than `weight` says: for comparison only.
    Other parameters as in `tucker`; presmooth with `loglinear_joint`. Anchor scores that one group lacks
    are left out; beyond 5 % of the other group there is no equating (``ANCHOR_SCORES_DIFFER``).
    Source: Kolen & Brennan 2014, ch. 5.

    >>> x = FormScores.from_counts([[3, 1], [2, 4]])
    >>> frequency_estimation(x, x, least_n=10).equivalents
    (0.0, 1.0)
    """
    weight = _weight_of_counts(x, y, weight) if as_equate else weight
    variant = _variant("frequency estimation equipercentile", x, y, weight)
    synthetic = _synthetic(x, y, weight, least_n)
    if isinstance(synthetic, Reason):
        return refused(synthetic, x, y, variant)
    of_x, of_y = synthetic
    return curve(scores_of_equal_rank(of_x, of_y), x, y, variant)


def braun_holland(
    x: FormScores, y: FormScores, *, weight: float | None = None, as_equate: bool = False, least_n: int = LEAST_N
) -> Equating:
    """Braun-Holland linear equating: mean and spread of the frequency-estimated distributions.

    `tucker` without the assumption that the regressions are straight and of even spread.
    Parameters as in `frequency_estimation`. Source: Braun & Holland 1982; Kolen & Brennan 2014, ch. 4.

    >>> x = FormScores.from_counts([[3, 1], [2, 4]])
    >>> braun_holland(x, x, least_n=10).slope
    1.0
    """
    weight = _weight_of_counts(x, y, weight) if as_equate else weight
    variant = _variant("Braun-Holland linear", x, y, weight)
    synthetic = _synthetic(x, y, weight, least_n)
    if isinstance(synthetic, Reason):
        return refused(synthetic, x, y, variant)
    of_x, of_y = synthetic
    slope = math.sqrt(_variance(of_y) / _variance(of_x))
    return line(slope, of_y.mean - slope * of_x.mean, x, y, variant)


def chained_linear(x: FormScores, y: FormScores, *, least_n: int = LEAST_N) -> Equating:
    """Chained linear equating: X to the anchor in group 1, the anchor to Y in group 2.

    Needs no synthetic population. Parameters as in `tucker`.
    Source: Kolen & Brennan 2014, ch. 4; Livingston 2004.

    >>> x = FormScores.from_counts([[3, 1], [2, 4]])
    >>> round(chained_linear(x, x, least_n=10).slope, 12)
    1.0
    """
    variant = "chained linear"
    reason = _obstacle(x, y, least_n)
    if reason is not None:
        return refused(reason, x, y, variant)
    to_anchor = math.sqrt(x.anchor.variance / x.variance)
    from_anchor = math.sqrt(y.variance / y.anchor.variance)
    at_mean = y.mean + from_anchor * (x.anchor.mean - y.anchor.mean)
    slope = to_anchor * from_anchor
    return line(slope, at_mean - slope * x.mean, x, y, variant)


def chained_equipercentile(x: FormScores, y: FormScores, *, least_n: int = LEAST_N) -> Equating:
    """Chained equipercentile equating: X to the anchor in group 1, the anchor to Y in group 2.

    Parameters as in `tucker`; presmooth with `loglinear_joint`.
    Source: Kolen & Brennan 2014, ch. 5; Livingston, Dorans & Wright 1990.

    >>> x = FormScores.from_counts([[3, 1], [2, 4]])
    >>> [round(e, 9) for e in chained_equipercentile(x, x, least_n=10).equivalents]
    [0.0, 1.0]
    """
    variant = "chained equipercentile"
    reason = _obstacle(x, y, least_n)
    if reason is not None:
        return refused(reason, x, y, variant)
    on_anchor = scores_of_equal_rank(x, x.anchor)
    return curve(score_at_rank(y, percentile_ranks(y.anchor, on_anchor)), x, y, variant)


def _linear(
    x: FormScores,
    y: FormScores,
    name: str,
    weight: float | None,
    least_n: int,
    slope_of: Callable[[FormScores], float],
) -> Equating:
    variant = _variant(name, x, y, weight)
    reason = _obstacle(x, y, least_n)
    if reason is None and min(x.covariance, y.covariance) <= 0.0:
        reason = Reason.ANCHOR_UNRELATED
    if reason is not None:
        return refused(reason, x, y, variant)
    found = synthetic_line(
        (x.mean, y.mean),
        (x.variance, y.variance),
        (x.anchor.mean, y.anchor.mean),
        (x.anchor.variance, y.anchor.variance),
        slopes=(slope_of(x), slope_of(y)),
        weight=_weight(x, y, weight),
    )
    if found is None:
        return refused(Reason.BOUNDARY, x, y, variant)
    return line(*found, x, y, variant)


def _obstacle(x: FormScores, y: FormScores, least_n: int) -> Reason | None:
    reason = obstacle(x, y, max(2, least_n))
    if reason is not None:
        return reason
    if x.anchor.max_score != y.anchor.max_score:
        raise ValueError("x and y must have anchors of one length")
    if x.anchor.max_score == 0:
        return Reason.NO_COMMON_ITEMS
    return no_spread(x, y, x.anchor, y.anchor)


def _weight(x: FormScores, y: FormScores, weight: float | None) -> float:
    if weight is None:
        return x.n / (x.n + y.n) if x.n + y.n > 0 else 0.5
    if not 0.0 <= weight <= 1.0:
        raise ValueError(f"weight must lie in 0..1, got {weight!r}")
    return weight


def _weight_of_counts(x: FormScores, y: FormScores, weight: float | None) -> float:
    """What a weight of the shares becomes when the counts of either group are mixed with it."""
    of_x, of_y = _weight(x, y, weight) * x.n, (1.0 - _weight(x, y, weight)) * y.n
    return of_x / (of_x + of_y) if of_x + of_y > 0.0 else 0.5


def _variant(name: str, x: FormScores, y: FormScores, weight: float | None) -> str:
    return f"{name}, weight of group 1 {_weight(x, y, weight):.4g}"


def _tucker_slope(form: FormScores) -> float:
    return form.covariance / form.anchor.variance


def _levine_internal(form: FormScores) -> float:
    return form.variance / form.covariance


def _levine_external(form: FormScores) -> float:
    return (form.variance + form.covariance) / (form.anchor.variance + form.covariance)


def synthetic_line(
    mean: tuple[float, float],
    variance: tuple[float, float],
    anchor_mean: tuple[float, float],
    anchor_variance: tuple[float, float],
    *,
    slopes: tuple[float, float],
    weight: float,
) -> tuple[float, float] | None:
    """Slope and intercept from the moments of (X in group 1, Y in group 2) and of V in both.

    ``None`` when the estimated variance of the synthetic population is not positive.
    """
    rest, shift = 1.0 - weight, anchor_mean[0] - anchor_mean[1]
    spread, between = anchor_variance[0] - anchor_variance[1], weight * rest * shift**2
    mean_x = mean[0] - rest * slopes[0] * shift
    mean_y = mean[1] + weight * slopes[1] * shift
    variance_x = variance[0] + slopes[0] ** 2 * (between - rest * spread)
    variance_y = variance[1] + slopes[1] ** 2 * (between + weight * spread)
    if min(variance_x, variance_y) <= 0.0:
        return None
    slope = math.sqrt(variance_y / variance_x)
    return slope, mean_y - slope * mean_x


def _synthetic(
    x: FormScores, y: FormScores, weight: float | None, least_n: int
) -> tuple[FormScores, FormScores] | Reason:
    """Distributions of X and Y in the synthetic population."""
    w = _weight(x, y, weight)
    reason = _obstacle(x, y, least_n)
    if reason is not None:
        return reason
    of_x = _mixed(x, y.anchor.counts / y.n, w)
    of_y = _mixed(y, x.anchor.counts / x.n, 1.0 - w)
    if of_x is None or of_y is None:
        return Reason.ANCHOR_SCORES_DIFFER
    return of_x, of_y


def _mixed(form: FormScores, other_anchor: Array, own_weight: float) -> FormScores | None:
    """Scores of the own group and, through the anchor, of the other one."""
    seen = form.anchor.counts > 0
    known = float(other_anchor[seen].sum())
    if (own_weight < 1.0 and known < 1.0 - _LARGEST_LOSS) or form.joint is None:
        return None
    given_anchor = form.joint[:, seen] / form.anchor.counts[seen]
    elsewhere = given_anchor @ other_anchor[seen] / max(known, 1e-300)
    return FormScores.from_counts(own_weight * form.counts / form.n + (1.0 - own_weight) * elsewhere)


def _variance(distribution: FormScores) -> float:
    """Variance of a distribution with total 1."""
    away = np.arange(len(distribution.counts)) - distribution.mean
    return float(distribution.counts @ away**2 / distribution.n)
