"""The distribution of raw scores and the pass rate of a group of candidates."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.estimate import Estimate, Reason, check_level, correlation, no_estimate, proportion
from app.psychometrics.numerics.distributions import t_quantile
from app.psychometrics.responses import Responses


@dataclass(frozen=True, slots=True)
class ScoreDistribution:
    """Summary of raw scores on the own form.

    n:         candidates who received at least one item.
    cut:       the raw score from which on a candidate passes.
    mean:      with the t interval.
    sd:        with denominator n - 1, ``None`` for n < 2.
    variance:  with denominator n, ``None`` for n = 0.
    skewness:  g1 = ``m3 / m2^1.5``: 0 for a symmetric shape, below 0 with a long tail of low scores.
    kurtosis:  g2 = ``m4 / m2^2 - 3``: 0 for a normal shape, below 0 for a flat one.
    skewness_unbiased, kurtosis_unbiased: G1 and G2 from k-statistics, as spreadsheets print; they
               need n >= 3 and n >= 4. All four are ``None`` for equal scores.
    pass_rate: share with score >= cut, Wilson interval.
    minimum, median, maximum: ``None`` for n = 0.
    histogram: candidates per raw score 0, 1, ..., length of the longest form.
    """

    n: int
    cut: float
    mean: Estimate
    sd: float | None
    variance: float | None
    skewness: float | None
    kurtosis: float | None
    skewness_unbiased: float | None
    kurtosis_unbiased: float | None
    pass_rate: Estimate
    minimum: int | None
    median: float | None
    maximum: int | None
    histogram: tuple[int, ...]


def score_distribution(responses: Responses, *, cut: float = 68, level: float = 0.95) -> ScoreDistribution:
    """Mean, spread, shape, histogram and pass rate of the raw scores.

    With central moments ``m_r = sum (t - M)^r / n``, ``G1 = sqrt(n(n-1))/(n-2) g1`` and
    ``G2 = (n-1)/((n-2)(n-3)) ((n+1) g2 + 6)``.

    cut: >= 0; a candidate passes at ``score >= cut``. When no form has that many items the pass
    rate has no value (``CUT_UNREACHABLE``).

    Returns `ScoreDistribution`; works at any n, with ``TOO_FEW_PERSONS`` at n = 0.
    Source: Wilson 1927 for the pass rate; Joanes & Gill 1998, The Statistician 47:183-189 for the shape.

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
    shape = _shape(totals)
    return ScoreDistribution(
        n=n,
        cut=cut,
        mean=_mean(totals.tolist(), sd, level),
        sd=sd,
        variance=float(np.var(totals)) if n else None,
        skewness=shape[0],
        kurtosis=shape[1],
        skewness_unbiased=shape[2],
        kurtosis_unbiased=shape[3],
        pass_rate=_pass_rate(int(np.count_nonzero(totals >= cut)), n, cut > longest, level),
        minimum=int(totals.min()) if n else None,
        median=float(np.median(totals)) if n else None,
        maximum=int(totals.max()) if n else None,
        histogram=tuple(np.bincount(totals, minlength=longest + 1).tolist()),
    )


def mean_form_overlap(responses: Responses) -> Estimate:
    """Mean number of items that two candidates have in common, over all pairs.

    ``sum_j n_j (n_j - 1) / (N (N - 1))`` with n_j the candidates who received item j: the closed
    form of the mean over all N(N-1)/2 pairs. The larger it is, the more one candidate can pass on.

    Returns an `Estimate`; ``TOO_FEW_PERSONS`` for N < 2.

    >>> r = Responses.from_dense([[1, 1, float("nan")], [1, float("nan"), 0], [float("nan"), 1, 1]])
    >>> mean_form_overlap(r).value
    1.0
    """
    variant = "mean over all pairs of candidates, closed form"
    n = len(responses.present)
    if n < 2:  # a pair takes two
        return no_estimate(Reason.TOO_FEW_PERSONS, n, variant=variant)
    counts = responses.administered
    return Estimate(int(counts @ (counts - 1)) / (n * (n - 1)), n, variant=variant)


@dataclass(frozen=True, slots=True)
class CriterionValidity:
    """How the raw score goes with something measured outside the exam.

    correlation:   Pearson with Fisher's interval.
    determination: its square, the share of variance in common; ``None`` without a correlation.
    """

    correlation: Estimate
    determination: float | None


def criterion_validity(responses: Responses, outside: ArrayLike, *, level: float = 0.95) -> CriterionValidity:
    """Correlation of the raw score with an outside criterion, such as a supervisor's rating.

    outside: (persons,) one number per candidate; NaN where there is none. Candidates without items
             or without an outside figure do not count.

    Returns `CriterionValidity`; no value for n < 3, equal scores, or forms of different lengths. Not
    corrected for attenuation or for the selection of who has an outside figure. Least n: 100.
    Source: Lord & Novick 1968, ch. 12.

    >>> criterion_validity(Responses.from_dense([[1, 1], [1, 0], [0, 0]]), [3.0, 2.0, 1.0]).determination
    1.0
    """
    check_level(level)
    other = np.asarray(outside)
    if other.dtype.kind not in "iuf" or other.shape != (responses.n_persons,) or np.any(np.isinf(other)):
        raise ValueError("outside must hold one number, or NaN, per candidate")
    used = (responses.form_length > 0) & ~np.isnan(other)
    x, y = responses.total[used].astype(np.float64), other[used].astype(np.float64)
    variant = "raw total, not corrected for attenuation"
    reason = Reason.TOO_FEW_PERSONS if len(x) < 3 else None  # two points always correlate perfectly
    lengths = responses.form_length[used]
    if reason is None and lengths.min() != lengths.max():
        reason = Reason.FORM_LENGTHS_DIFFER
    if reason is None and x.min() == x.max():
        reason = Reason.NO_TOTAL_VARIANCE
    if reason is None and y.min() == y.max():
        reason = Reason.NO_OUTSIDE_VARIANCE
    if reason is not None:
        return CriterionValidity(no_estimate(reason, len(x), variant=variant), None)
    y = np.ldexp(y, -int(np.frexp(np.max(np.abs(y)))[1]))  # in any unit: squares neither overflow nor vanish
    x, y = x - x.mean(), y - y.mean()
    r = float(x @ y) / math.sqrt(float(x @ x) * float(y @ y))
    estimate = correlation(r, len(x), level=level, variant=variant)
    return CriterionValidity(estimate, r * r)


def _shape(totals: NDArray[np.int64]) -> tuple[float | None, float | None, float | None, float | None]:
    """g1, g2, G1, G2."""
    n = len(totals)
    if n == 0 or totals.min() == totals.max():
        return None, None, None, None
    deviation = totals - totals.mean()
    square = deviation * deviation
    m2 = float(square.mean())
    g1 = float((square * deviation).mean()) / m2**1.5
    g2 = float((square * square).mean()) / m2**2 - 3.0
    unbiased_g1 = math.sqrt(n * (n - 1)) / (n - 2) * g1 if n > 2 else None  # k-statistics need as many as their order
    unbiased_g2 = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6.0) if n > 3 else None
    return g1, g2, unbiased_g1, unbiased_g2


def _mean(totals: list[int], sd: float | None, level: float) -> Estimate:
    n = len(totals)
    variant = "raw score on the own form; t interval"
    if n == 0:
        return no_estimate(Reason.TOO_FEW_PERSONS, variant=variant)
    mean = sum(totals) / n
    if sd is None:
        return Estimate(value=mean, n_used=n, variant=variant)
    se = sd / math.sqrt(n)
    half = t_quantile(0.5 + level / 2.0, n - 1) * se
    return Estimate(value=mean, n_used=n, se=se, low=mean - half, high=mean + half, variant=variant)


def _pass_rate(passed: int, n: int, unreachable: bool, level: float) -> Estimate:
    variant = "score at or above the cut; Wilson interval"
    if n == 0:
        return no_estimate(Reason.TOO_FEW_PERSONS, variant=variant)
    if unreachable:
        return no_estimate(Reason.CUT_UNREACHABLE, n, variant=variant)
    return proportion(passed, n, level=level, variant=variant)
