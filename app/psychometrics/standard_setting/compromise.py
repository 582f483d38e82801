"""Beuk and Hofstee: the cut that judges hold right, met with the pass rate that they hold bearable."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.estimate import Reason

from .intake import Array, column, same_length


@dataclass(frozen=True, slots=True)
class CompromiseCut:
    """Where a line drawn by the judges meets the curve drawn by the candidates.

    cut:          on the score scale; ``None`` where line and curve do not meet, with a `reason`.
    pass_percent: percent of the candidates that pass there, on the curve; ``None`` with the cut.
    n_used:       judges.  n_candidates: scores.
    """

    cut: float | None
    pass_percent: float | None
    n_used: int
    n_candidates: int
    variant: str
    reason: Reason | None = None


def beuk(minimum: ArrayLike, pass_percent: ArrayLike, scores: ArrayLike, *, max_score: int = 100) -> CompromiseCut:
    """Beuk's compromise between the judges' cut and the judges' expected pass rate.

    The line through (mean minimum, mean pass rate) with slope ``sd(pass rate) / sd(minimum)`` meets
    the curve of the percent of candidates with ``score >= c``, taken at whole c and straight between: the
    part on which the judges agree more gives way less. A panel of one mind on the minimum keeps it.

    minimum:      (judges,) least score of a qualified candidate, on the scale of `scores`.
    pass_percent: (judges,) percent of candidates expected to pass, 0..100.
    scores:       (candidates,) 0..max_score.

    Returns no cut without candidates or with fewer than two judges, where the line misses the curve
    within 0..max_score, and for judges of one mind on both. Least n: 5 judges.
    Source: Beuk 1984, J. Educ. Meas. 21:147-152.

    >>> c = beuk([50, 60], [60, 70], range(101))  # percent that pass is 100 (101 - c) / 101
    >>> round(c.cut, 3), round(c.pass_percent, 3)
    (45.224, 55.224)
    """
    variant = "Beuk 1984: slope +sd/sd, P(score >= c) at whole c, linear between"
    needed = column(minimum, "minimum", low=0.0, high=max_score)
    expected = column(pass_percent, "pass_percent", low=0.0, high=100.0)
    same_length(minimum=needed, pass_percent=expected)
    found = _scores(scores, max_score)
    n, n_candidates = len(needed), len(found)
    if n < 2 or n_candidates == 0:  # one judge has no spread, and the line no slope
        reason = Reason.TOO_FEW_IN_GROUP if n < 2 else Reason.TOO_FEW_PERSONS
        return CompromiseCut(None, None, n, n_candidates, variant, reason)
    curve = 100.0 - _fail_percent(found, max_score)
    run, rise = float(np.std(needed)), float(np.std(expected))
    if run == 0.0 and rise == 0.0:
        return CompromiseCut(None, None, n, n_candidates, variant, Reason.NO_INTERSECTION)
    # run * (curve - mean rate) - rise * (c - mean minimum) falls from left to right, also for run = 0
    c = np.arange(max_score + 1.0)
    cut = _crossing(rise * (c - needed.mean()) - run * (curve - expected.mean()), 0.0, float(max_score))
    if cut is None:
        return CompromiseCut(None, None, n, n_candidates, variant, Reason.NO_INTERSECTION)
    return CompromiseCut(cut, float(np.interp(cut, c, curve)), n, n_candidates, variant)


def hofstee(
    min_cut: ArrayLike,
    max_cut: ArrayLike,
    min_fail: ArrayLike,
    max_fail: ArrayLike,
    scores: ArrayLike,
    *,
    max_score: int = 100,
) -> CompromiseCut:
    """Hofstee's compromise: a lowest and highest bearable cut, a lowest and highest bearable failure rate.

    The line from (mean min_cut, mean max_fail) to (mean max_cut, mean min_fail) meets the curve of the
    percent of candidates with ``score < c``, taken at whole c and straight between.

    min_cut, max_cut:   (judges,) on the scale of `scores`; means in order.
    min_fail, max_fail: (judges,) percent of candidates, 0..100; means in order.
    scores:             (candidates,) 0..max_score.

    Returns no cut (``NO_INTERSECTION``) where the curve passes beside the box: the judges' wishes do not
    fit the candidates, and the panel must say which gives way. Least n: 5 judges.
    Source: Hofstee 1983, in Anderson & Helmick, On Educational Testing.

    >>> hofstee([40], [60], [40], [60], range(100), max_score=99).cut  # percent that fail is c
    50.0
    """
    variant = "Hofstee 1983: P(score < c) at whole c, linear between"
    low, high = (column(v, name, low=0.0, high=max_score) for v, name in ((min_cut, "min_cut"), (max_cut, "max_cut")))
    few, many = (column(v, name, low=0.0, high=100.0) for v, name in ((min_fail, "min_fail"), (max_fail, "max_fail")))
    same_length(min_cut=low, max_cut=high, min_fail=few, max_fail=many)
    found = _scores(scores, max_score)
    n, n_candidates = len(low), len(found)
    if n == 0 or n_candidates == 0:
        reason = Reason.TOO_FEW_PERSONS if n else Reason.TOO_FEW_IN_GROUP
        return CompromiseCut(None, None, n, n_candidates, variant, reason)
    left, right, least, most = (float(values.mean()) for values in (low, high, few, many))
    if left > right or least > most:
        raise ValueError("min_cut and min_fail must not exceed max_cut and max_fail on average")
    c, curve = np.arange(max_score + 1.0), _fail_percent(found, max_score)
    gap = (right - left) * (curve - most) + (most - least) * (c - left)
    cut = _crossing(gap, left, right)
    if cut is None or not least <= float(np.interp(cut, c, curve)) <= most:
        return CompromiseCut(None, None, n, n_candidates, variant, Reason.NO_INTERSECTION)
    return CompromiseCut(cut, 100.0 - float(np.interp(cut, c, curve)), n, n_candidates, variant)


def _scores(values: ArrayLike, max_score: int) -> Array:
    if max_score < 1:
        raise ValueError(f"max_score must be at least 1, got {max_score!r}")
    return column(values, "scores", low=0.0, high=max_score)


def _fail_percent(scores: Array, max_score: int) -> Array:
    """Percent of candidates with score < c, for c = 0, 1, ..., max_score."""
    below = np.searchsorted(np.sort(scores), np.arange(max_score + 1), side="left")
    result: Array = 100.0 * below / len(scores)
    return result


def _crossing(rising: Array, low: float, high: float) -> float | None:
    """Where the piecewise straight, never falling function of c = 0, 1, ... is 0, within [low, high]."""
    reached = np.flatnonzero(rising >= 0.0)
    if len(reached) == 0 or rising[0] > 0.0:
        return None
    after = int(reached[0])
    if after == 0:
        at = 0.0
    else:
        step = rising[after] - rising[after - 1]
        at = after - float(rising[after] / step)
    return at if low - 1e-9 <= at <= high + 1e-9 else None
