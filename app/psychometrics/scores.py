"""The distribution of raw scores and the pass rate of a group of candidates."""

import math
from dataclasses import dataclass

import numpy as np

from .distributions import t_quantile
from .estimate import Estimate, Reason, check_level, no_estimate, proportion
from .responses import Responses


@dataclass(frozen=True, slots=True)
class ScoreDistribution:
    """Summary of raw scores on the own form.

    n:         candidates who received at least one item.
    cut:       the raw score from which on a candidate passes.
    mean:      with the t interval.
    sd:        with denominator n - 1, ``None`` for n < 2.
    pass_rate: share with score >= cut, Wilson interval.
    minimum, median, maximum: ``None`` for n = 0.
    histogram: candidates per raw score 0, 1, ..., length of the longest form.
    """

    n: int
    cut: float
    mean: Estimate
    sd: float | None
    pass_rate: Estimate
    minimum: int | None
    median: float | None
    maximum: int | None
    histogram: tuple[int, ...]


def score_distribution(responses: Responses, *, cut: float = 68, level: float = 0.95) -> ScoreDistribution:
    """Mean, spread, histogram and pass rate of the raw scores.

    cut: >= 0; a candidate passes at ``score >= cut``. When no form has that many items the pass
    rate has no value (``CUT_UNREACHABLE``).

    Returns `ScoreDistribution`; works at any n, with ``TOO_FEW_PERSONS`` at n = 0.
    Source: Wilson 1927 for the pass rate.

    >>> s = score_distribution(Responses.from_dense([[1, 1], [1, 0], [0, 0]]), cut=1)
    >>> s.mean.value, s.histogram, round(s.pass_rate.value, 3)
    (1.0, (1, 1, 1), 0.667)
    """
    if not (cut >= 0.0 and math.isfinite(cut)):
        raise ValueError(f"cut must be finite and not negative, got {cut!r}")
    check_level(level)
    totals = responses.total[responses.present]
    longest = int(responses.form_length.max(initial=0))
    n = len(totals)
    sd = float(np.std(totals, ddof=1)) if n > 1 else None
    return ScoreDistribution(
        n=n,
        cut=cut,
        mean=_mean(totals.tolist(), sd, level),
        sd=sd,
        pass_rate=_pass_rate(int(np.count_nonzero(totals >= cut)), n, cut > longest, level),
        minimum=int(totals.min()) if n else None,
        median=float(np.median(totals)) if n else None,
        maximum=int(totals.max()) if n else None,
        histogram=tuple(np.bincount(totals, minlength=longest + 1).tolist()),
    )


def _mean(totals: list[int], sd: float | None, level: float) -> Estimate:
    n = len(totals)
    if n == 0:
        return no_estimate(Reason.TOO_FEW_PERSONS)
    mean = sum(totals) / n
    if sd is None:
        return Estimate(value=mean, n_used=n)
    se = sd / math.sqrt(n)
    half = t_quantile(0.5 + level / 2.0, n - 1) * se
    return Estimate(value=mean, n_used=n, se=se, low=mean - half, high=mean + half)


def _pass_rate(passed: int, n: int, unreachable: bool, level: float) -> Estimate:
    if n == 0:
        return no_estimate(Reason.TOO_FEW_PERSONS)
    if unreachable:
        return no_estimate(Reason.CUT_UNREACHABLE, n)
    return proportion(passed, n, level=level)
