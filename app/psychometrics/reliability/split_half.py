"""Reliability from two halves of one fixed form."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.psychometrics._checks import indices
from app.psychometrics.estimate import Estimate, Reason, check_level, correlation, no_estimate
from app.psychometrics.responses import Responses

from .moments import fixed_form
from .obstacles import at_most_one
from .splits import EXHAUSTIVE_ITEMS, covariance_by_label, every_split, random_halves

_VARIANTS = ("Pearson, score of the halves", "Spearman-Brown", "Guttman-Flanagan (Rulon), 4 cov / variance")
_OPPOSITE = -1.0 + 1e-9
"""A correlation of -1, give or take rounding."""


@dataclass(frozen=True, slots=True)
class SplitHalf:
    """What two halves A and B of a form say of each other.

    correlation:    r between the scores of the halves, with Fisher's interval.
    spearman_brown: ``2r / (1 + r)``, of the whole form; assumes halves of equal spread.
    guttman:        ``4 cov(A, B) / s_t^2`` (Guttman-Flanagan, Rulon); does not assume it, preferred.
    """

    correlation: Estimate
    spearman_brown: Estimate
    guttman: Estimate


@dataclass(frozen=True, slots=True)
class SplitHalves:
    """Least, mean and greatest split-half coefficient over many splits.

    n_splits: how many were looked at.  variant: "all halves" or "random halves".
    reason:   why there are no figures, else ``None``.
    """

    least: float | None
    mean: float | None
    greatest: float | None
    n_splits: int
    n_used: int
    variant: str
    reason: Reason | None = None


def spearman_brown(reliability: float, *, factor: float) -> float:
    """Return the reliability of a form `factor` times as long: ``f r / (1 + (f - 1) r)``.

    reliability: above ``-1 / (factor - 1)`` where factor > 1; at most 1.  factor: > 0.
    Source: Spearman 1910; Brown 1910, British Journal of Psychology 3.

    >>> spearman_brown(0.5, factor=3)
    0.75
    """
    if not 0.0 < factor < math.inf:
        raise ValueError(f"factor must be positive and finite, got {factor!r}")
    if not (-math.inf < reliability <= 1.0 and 1.0 + (factor - 1.0) * reliability > 0.0):
        raise ValueError(f"reliability must be at most 1 and not too negative, got {reliability!r}")
    return factor * reliability / (1.0 + (factor - 1.0) * reliability)


def split_half(responses: Responses, *, first: Sequence[int] | None = None, level: float = 0.95) -> SplitHalf:
    """Split one fixed form in two and compare the halves.

    first: indices of the items of the first half, some and not all; ``None`` takes the 1st, 3rd,
           5th, ... item administered (odd-even), which alone depends on the order of the items.
    level: of the interval of the correlation, (0, 1).

    The figures have no value for different forms, k < 2, n < 2, equal totals, or a half that nobody
    received; the correlation also not when a half has no variance.  Least n: 50.
    Source: Rulon 1939, Harvard Educational Review 9:99-103; Guttman 1945, Psychometrika 10:255-282.

    >>> r = Responses.from_dense([[1, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    >>> h = split_half(r)
    >>> round(h.spearman_brown.value, 4), round(h.guttman.value, 4)
    (0.9, 0.9)
    """
    check_level(level)
    chosen = (
        None if first is None else np.isin(np.arange(responses.n_items), indices(first, "first", responses.n_items))
    )
    form = fixed_form(responses)
    if isinstance(form, Reason):
        return _nothing(form, len(responses.present))
    if chosen is not None and (np.all(chosen) or not np.any(chosen)):
        raise ValueError("first must name some of the items, and not all")
    inside = np.arange(form.k) % 2 == 0 if chosen is None else chosen[form.items]
    if np.all(inside) or not np.any(inside):
        return _nothing(Reason.TOO_FEW_ITEMS, form.n)
    s = np.cov(form.scores[:, inside].sum(axis=1), form.scores[:, ~inside].sum(axis=1))
    covariance = float(s[0, 1])
    guttman = Estimate(value=at_most_one(4.0 * covariance / float(s.sum())), n_used=form.n, variant=_VARIANTS[2])
    spread = float(np.sqrt(s[0, 0] * s[1, 1]))
    if spread == 0.0:
        return replace(_nothing(Reason.NO_SCORE_VARIANCE, form.n), guttman=guttman)
    r = correlation(covariance / spread, form.n, level=level, variant=_VARIANTS[0])
    return SplitHalf(r, _stepped(r), guttman)


def split_half_all(responses: Responses, *, seed: int = 0, draws: int = 10_000) -> SplitHalves:
    """Guttman's ``4 cov(A, B) / s_t^2`` over all splits of a fixed form in halves.

    How much a split-half coefficient owes to the split. With an odd number of items one half has
    one item more; with an even one, the mean is alpha (Cronbach 1951). Up to 20 items every split
    is looked at, beyond `draws` random ones from `seed`, the items taken in the order of their labels.

    Has no figures for different forms, k < 2, n < 2 or equal totals. Least n: 50.
    Source: Cronbach 1951, Psychometrika 16:297-334.

    >>> s = split_half_all(Responses.from_dense([[1, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]))
    >>> round(s.least, 4), round(s.mean, 4), round(s.greatest, 4), s.n_splits
    (0.8, 0.8667, 0.9, 3)
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, got {draws!r}")
    form = fixed_form(responses)
    if isinstance(form, Reason):
        return SplitHalves(None, None, None, 0, len(responses.present), "all halves", form)
    covariance = covariance_by_label(form, responses)
    if form.k <= EXHAUSTIVE_ITEMS:
        variances, size = every_split(covariance)
        variances = variances[np.abs(2 * size - form.k) <= 1]
        variant = "all halves"
    else:
        variances, variant = random_halves(covariance, seed=seed, draws=draws), "random halves"
    figures = 1.0 - variances / covariance.sum()
    least, mean, greatest = (at_most_one(f) for f in (figures.min(), figures.mean(), figures.max()))
    return SplitHalves(least, mean, greatest, len(figures), form.n, variant)


def _nothing(reason: Reason, n: int) -> SplitHalf:
    r, stepped, guttman = (no_estimate(reason, n, variant=variant) for variant in _VARIANTS)
    return SplitHalf(r, stepped, guttman)


def _stepped(r: Estimate) -> Estimate:
    """Step r up to the whole form; halves that only contradict each other have no whole."""
    value, low, high = (
        None if x is None or x <= _OPPOSITE else spearman_brown(x, factor=2.0) for x in (r.value, r.low, r.high)
    )
    if value is None:
        return no_estimate(Reason.BOUNDARY, r.n_used, variant=_VARIANTS[1])
    if low is None or high is None:
        low = high = None
    return Estimate(value=value, n_used=r.n_used, low=low, high=high, variant=_VARIANTS[1])
