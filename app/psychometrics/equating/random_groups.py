"""Equating two forms that went to random groups of one population."""

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason

from .result import LEAST_N, Equating, curve, line, obstacle, refused
from .scores import FormScores, percentile_ranks, score_moments, scores_of_equal_rank
from .smoothing import loglinear

Array = NDArray[np.float64]


def identity_equating(x: FormScores, y: FormScores) -> Equating:
    """No equating: each score of X is the same score of Y. The honest choice for small groups.

    Returns the line through 0 and 0 and through both maximum scores; any n.

    >>> identity_equating(FormScores.from_counts([1, 1]), FormScores.from_counts([1, 1])).equivalents
    (0.0, 1.0)
    """
    variant = "identity: not equated"
    reason = x.reason or y.reason
    if reason is not None or x.max_score == 0:
        return refused(reason or Reason.TOO_FEW_ITEMS, x, y, variant)
    return line(y.max_score / x.max_score, 0.0, x, y, variant)


def mean_equating(x: FormScores, y: FormScores, *, least_n: int = LEAST_N) -> Equating:
    """Mean equating ``y = x - M_x + M_y``: one form is harder by the same amount everywhere.

    least_n: candidates on each form, else ``TOO_FEW_PERSONS``.
    The standard error is ``sqrt(s_x^2 / n_x + s_y^2 / n_y)`` at every score.
    Source: Kolen & Brennan 2014, ch. 2.

    >>> x, y = FormScores.from_counts([1, 2, 1]), FormScores.from_counts([0, 2, 2])
    >>> mean_equating(x, y, least_n=4).equivalents
    (0.5, 1.5, 2.5)
    """
    variant = "mean, random groups"
    reason = obstacle(x, y, least_n)
    if reason is not None:
        return refused(reason, x, y, variant)
    if min(x.n, y.n) < 2:
        return line(1.0, y.mean - x.mean, x, y, variant)
    error = (x.variance / x.n + y.variance / y.n) ** 0.5
    return line(1.0, y.mean - x.mean, x, y, variant, np.full(len(x.counts), error))


def linear_equating(x: FormScores, y: FormScores, *, least_n: int = LEAST_N) -> Equating:
    """Linear equating ``y = M_y + (s_y / s_x) (x - M_x)``: same z score, same standing.

    least_n: as in `mean_equating`. Scores without spread have no line (``NO_TOTAL_VARIANCE``).
    The standard error is the delta method's without assuming a normal law: with z the z score of
    x, ``s_y^2 [(1 + sk_x z + (ku_x - 1) z^2 / 4) / n_x + (1 + sk_y z + (ku_y - 1) z^2 / 4) / n_y]``.
    Least n: 400 a form is the usual rule. Source: Kolen & Brennan 2014, ch. 2 and 7; Braun & Holland 1982.

    >>> x, y = FormScores.from_counts([1, 2, 1]), FormScores.from_counts([1, 0, 2, 0, 1])
    >>> linear_equating(x, y, least_n=4).equivalents
    (0.0, 2.0, 4.0)
    """
    variant = "linear, random groups"
    reason = obstacle(x, y, max(2, least_n)) or no_spread(x, y)
    if reason is not None:
        return refused(reason, x, y, variant)
    slope = (y.variance / x.variance) ** 0.5
    z = (np.arange(len(x.counts)) - x.mean) / x.variance**0.5
    error = (y.variance * (_of_z_score(x, z) + _of_z_score(y, z))) ** 0.5
    return line(slope, y.mean - slope * x.mean, x, y, variant, error)


def equipercentile_equating(
    x: FormScores, y: FormScores, *, degree: int | None = None, least_n: int = LEAST_N
) -> Equating:
    """Equipercentile equating: the score of Y with the percentile rank that x has on X.

    degree: of the log-linear presmoothing of both forms (`loglinear`), ``None`` for none.
    least_n: as in `mean_equating`; 1,500 a form is the usual rule, with fewer a line is better.
    Without smoothing the standard error is Lord's; with it use `bootstrap_errors`.
    Source: Kolen & Brennan 2014, ch. 2 and 7; Lord 1982.

    >>> x, y = FormScores.from_counts([1, 2, 1]), FormScores.from_counts([0, 1, 2, 1])
    >>> equipercentile_equating(x, y, least_n=4).equivalents
    (1.0, 2.0, 3.0)
    """
    smoothed = "" if degree is None else f", log-linear presmoothing of degree {degree}"
    variant = f"equipercentile, random groups{smoothed}"
    reason = obstacle(x, y, least_n)
    if reason is not None:
        return refused(reason, x, y, variant)
    if degree is None:
        return curve(scores_of_equal_rank(x, y), x, y, variant, _lord_errors(x, y))
    of_x, of_y = loglinear(x, degree=degree), loglinear(y, degree=degree)
    if of_x.form is None or of_y.form is None:
        reason = of_x.reason or of_y.reason or Reason.NOT_CONVERGED
        return refused(reason, x, y, variant, converged=False)
    return curve(scores_of_equal_rank(of_x.form, of_y.form), x, y, variant)


def circle_arc_equating(x: FormScores, y: FormScores, *, lowest: float = 0.0, least_n: int = LEAST_N) -> Equating:
    """Simplified circle-arc equating: a bow over the line between the ends, through the means.

    The ends are fixed beforehand, the lowest and the highest score of both forms; only the middle
    point (M_x, M_y) comes from the data, which is why it serves groups too small for a line.

    lowest: the lowest score that means something on both forms, 0 or what guessing gives.
    least_n: as in `mean_equating`; its authors used groups of 25 and more.
    Source: Livingston & Kim 2009, J. Educ. Meas. 46:330-343.

    >>> x, y = FormScores.from_counts([0, 2, 2, 0, 0]), FormScores.from_counts([0, 0, 4, 0, 0])
    >>> [round(e, 3) for e in circle_arc_equating(x, y, least_n=4).equivalents]
    [0.0, 1.405, 2.531, 3.405, 4.0]
    """
    variant = "circle-arc (simplified), random groups"
    reason = obstacle(x, y, least_n)
    if reason is None and not lowest < min(x.mean, x.max_score, y.max_score):
        reason = Reason.BOUNDARY
    if reason is None and not lowest < x.mean < x.max_score:
        reason = Reason.BOUNDARY
    if reason is not None:
        return refused(reason, x, y, variant)
    scores = np.arange(len(x.counts), dtype=np.float64)
    slope = (y.max_score - lowest) / (x.max_score - lowest)
    straight = lowest + slope * (scores - lowest)
    rise = y.mean - (lowest + slope * (x.mean - lowest))
    return curve(straight + _arc(scores, lowest, float(x.max_score), x.mean, rise), x, y, variant)


def no_spread(*forms: FormScores) -> Reason | None:
    """Return ``NO_TOTAL_VARIANCE`` if all candidates of a form have one score."""
    return Reason.NO_TOTAL_VARIANCE if any(np.count_nonzero(f.counts) < 2 for f in forms) else None


def _arc(scores: Array, low: float, high: float, middle: float, rise: float) -> Array:
    """Height of the circle through (low, 0), (middle, rise) and (high, 0); 0 outside."""
    if abs(rise) < 1e-12 * (high - low):
        return np.zeros_like(scores)
    centre = 0.5 * (low + high)
    drop = ((middle - centre) ** 2 + rise**2 - (high - centre) ** 2) / (2.0 * rise)
    square = (high - centre) ** 2 + drop**2 - (scores - centre) ** 2
    inside = (scores >= low) & (scores <= high)
    return np.where(inside, drop + np.copysign(1.0, rise) * np.sqrt(np.where(inside, square, 0.0)), 0.0)


def _of_z_score(form: FormScores, z: Array) -> Array:
    """Sampling variance of the score at a z score, in units of the variance of scores."""
    m = score_moments(form)
    skewness, kurtosis = m.skewness or 0.0, m.kurtosis or 1.0
    part: Array = (1.0 + skewness * z + 0.25 * (kurtosis - 1.0) * z**2) / form.n
    return np.maximum(part, 0.0)


def _lord_errors(x: FormScores, y: FormScores) -> tuple[float | None, ...]:
    """Lord's standard error at each percentile rank; ``None`` where nobody of Y has the score."""
    rank, share = percentile_ranks(x), np.concatenate(([0.0], np.cumsum(y.counts))) / y.n
    cell = np.clip(np.searchsorted(share, rank, side="right") - 1, 0, y.max_score)
    density, above, below = y.counts[cell] / y.n, share[cell + 1] - rank, rank - share[cell]
    with np.errstate(divide="ignore", invalid="ignore"):
        within = above * below / (y.n * density)
        variance = (rank * (1.0 - rank) * (1.0 / x.n + 1.0 / y.n) - within) / density**2
    known = (density > 0.0) & (rank > 0.0) & (rank < 1.0)
    return tuple(max(0.0, float(v)) ** 0.5 if good else None for v, good in zip(variance, known, strict=True))
