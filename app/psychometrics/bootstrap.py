"""Resampling of candidates: an interval for any coefficient.

A statistic is either any function of `Responses`, computed anew for each draw, or a `PersonSums`:
a figure of sums over candidates. Then all draws are one matrix product.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .estimate import Estimate, Reason, check_level, no_estimate
from .numerics.distributions import normal_cdf, normal_quantile
from .responses import Responses

__all__ = ["Bootstrap", "PersonSums", "bootstrap"]

Array = NDArray[np.float64]
Interval = Literal["percentile", "bias-corrected", "bca"]

_BLOCK = 4_000_000  # entries of a matrix of weights at a time
_GROUPS = 200
_ENOUGH = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class PersonSums:
    """A statistic that takes from the candidates nothing but sums.

    columns: (n, m) what each candidate adds to the m sums; a resample gives candidates weights.
    figure:  (..., m) sums -> (...) figures, NaN where they have none.
    variant: which statistic it is.

    >>> mean = PersonSums(np.array([[1.0, 3.0], [1.0, 5.0]]), lambda sums: sums[..., 1] / sums[..., 0])
    >>> mean.value(), mean.without_each().tolist()
    (4.0, [5.0, 3.0])
    """

    columns: Array
    figure: Callable[[Array], Array]
    variant: str = ""

    def value(self) -> float | None:
        """Return the figure of all candidates."""
        with np.errstate(divide="ignore", invalid="ignore"):
            figure = float(self.figure(self.columns.sum(axis=0)))
        return figure if math.isfinite(figure) else None

    def without_each(self) -> Array:
        """(n,) the figure without each candidate in turn; NaN where it has none."""
        whole, step = self.columns.sum(axis=0), max(1, _BLOCK // self.columns.shape[1])
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [
                self.figure(whole - self.columns[start : start + step]) for start in range(0, len(self.columns), step)
            ]
        return np.concatenate(parts)

    def resampled(self, draws: int, *, seed: int) -> Array:
        """(draws,) the figure of as many candidates drawn with replacement; NaN where it has none."""
        rng, n = np.random.default_rng(seed), len(self.columns)
        figures = []
        for size in _portions(draws, max(1, _BLOCK // n)):
            drawn = rng.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
            weights = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
            with np.errstate(divide="ignore", invalid="ignore"):
                figures.append(self.figure(weights.astype(np.float64) @ self.columns))
        return np.concatenate(figures)


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """A coefficient with a resampling interval.

    estimate: the value of all candidates, the standard deviation of the draws as `se`, the limits,
              and which interval they are; no limits for one candidate, and when more than 5 % of the draws had
              no value.
    bias:     mean of the draws minus the value, ``None`` without draws.
    draws, n_without_value: draws asked for, and those that could not carry the statistic.
    """

    estimate: Estimate
    bias: float | None
    draws: int
    n_without_value: int


def bootstrap(
    responses: Responses,
    statistic: Callable[[Responses], PersonSums | Estimate | float | None],
    *,
    seed: int,
    draws: int = 2000,
    level: float = 0.95,
    interval: Interval = "bca",
) -> Bootstrap:
    """Draw candidates with replacement, compute the statistic of each draw, and give an interval.

    statistic: of `Responses`; computed anew for each draw, unless it gives `PersonSums` (the
               functions ``sums_...`` of the families do), where all draws cost a matrix product.
    seed:      the same seed gives the same draws; candidates are taken in the order of their labels.
    draws:     >= 100; 2,000 for limits that hold still in the second digit.
    interval:  "percentile"; "bias-corrected" moves the percentiles by the share of draws below the
               value; "bca" also by the skewness, from leaving out candidates (beyond 200 candidates
               and without `PersonSums`, 200 groups of them).

    Candidates are the sampled units: the interval speaks of other candidates, not of other items.
    Least n: 50; below, all three are too narrow.
    Source: Efron 1987, JASA 82:171-185; Efron & Tibshirani 1993, ch. 14.

    >>> r = Responses.from_dense(np.tril(np.ones((40, 39)))[::2])
    >>> b = bootstrap(r, lambda x: float(x.total.mean()), seed=1, draws=500)
    >>> b.estimate.value, b.estimate.low < 19.0 < b.estimate.high, b.n_without_value
    (20.0, True, 0)
    """
    check_level(level)
    if draws < 100:
        raise ValueError(f"draws must be at least 100, got {draws!r}")
    if interval not in ("percentile", "bias-corrected", "bca"):
        raise ValueError(f"interval must be percentile, bias-corrected or bca, got {interval!r}")
    names = [repr(responses.persons[index]) for index in responses.present.tolist()]
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    if len(order) == 0:
        return Bootstrap(no_estimate(Reason.TOO_FEW_PERSONS), None, draws, 0)
    outcome = statistic(responses)
    whole = _estimate(outcome, len(order))
    if whole.value is None:
        return Bootstrap(whole, None, draws, 0)
    if len(order) < 2:  # one candidate, drawn again and again, shows no spread
        return Bootstrap(_without_limits(whole), None, draws, 0)
    skewed = interval == "bca"
    if isinstance(outcome, PersonSums):
        sums = PersonSums(outcome.columns[order], outcome.figure, outcome.variant)
        figures, without = sums.resampled(draws, seed=seed), sums.without_each() if skewed else None
    else:
        ordered = responses.with_persons(responses.present[order])
        figures, without = _computed_anew(ordered, statistic, draws, seed, skewed=skewed)
    return _summary(whole, figures, without, level, interval)


def _estimate(outcome: PersonSums | Estimate | float | None, n: int) -> Estimate:
    if isinstance(outcome, Estimate):
        return outcome
    value, variant = outcome, ""
    if isinstance(outcome, PersonSums):
        value, variant = outcome.value(), outcome.variant
    if value is None or isinstance(value, PersonSums) or not math.isfinite(value):
        return no_estimate(Reason.NO_VALUE, n, variant=variant)
    return Estimate(value=float(value), n_used=n, variant=variant)


def _computed_anew(
    responses: Responses,
    statistic: Callable[[Responses], PersonSums | Estimate | float | None],
    draws: int,
    seed: int,
    *,
    skewed: bool,
) -> tuple[Array, Array | None]:
    rng, n = np.random.default_rng(seed), responses.n_persons

    def figure(persons: NDArray[np.integer]) -> float:
        value = _estimate(statistic(responses.with_persons(persons)), len(persons)).value
        return math.nan if value is None else value

    figures = np.array([figure(np.sort(rng.integers(n, size=n))) for _ in range(draws)])
    if not skewed:
        return figures, None
    group = rng.permutation(n) % min(n, _GROUPS)
    return figures, np.array([figure(np.flatnonzero(group != left)) for left in range(group.max() + 1)])


def _summary(whole: Estimate, figures: Array, without: Array | None, level: float, interval: Interval) -> Bootstrap:
    valid = figures[np.isfinite(figures)]
    missing = len(figures) - len(valid)
    value = whole.value or 0.0
    if len(valid) < _ENOUGH * len(figures):
        return Bootstrap(_without_limits(whole), None, len(figures), missing)
    low, high = np.quantile(valid, _percentiles(value, valid, without, level, interval)).tolist()
    estimate = Estimate(
        value=value,
        n_used=whole.n_used,
        se=float(np.std(valid, ddof=1)),
        low=low,
        high=high,
        variant=f"{whole.variant}, {interval} bootstrap interval".removeprefix(", "),
    )
    return Bootstrap(estimate, float(valid.mean()) - value, len(figures), missing)


def _without_limits(whole: Estimate) -> Estimate:
    return Estimate(value=whole.value, n_used=whole.n_used, variant=whole.variant)


def _percentiles(
    value: float, valid: Array, without: Array | None, level: float, interval: Interval
) -> tuple[float, float]:
    """Which quantiles of the draws are the limits."""
    tail = 0.5 * (1.0 - level)
    if interval == "percentile":
        return tail, 1.0 - tail
    below = np.count_nonzero(valid < value) + 0.5 * np.count_nonzero(valid == value)
    share = min(max(float(below) / len(valid), 0.5 / len(valid)), 1.0 - 0.5 / len(valid))
    shift, skew = normal_quantile(share), 0.0 if without is None else _acceleration(without)

    def corrected(z: float) -> float:
        moved = shift + z
        shrink = 1.0 - skew * moved
        return normal_cdf(shift + moved / shrink) if shrink > 0.0 else float(moved > 0.0)

    z = normal_quantile(1.0 - tail)
    return corrected(-z), corrected(z)


def _acceleration(without: Array) -> float:
    """Skewness of the influence of the candidates, a sixth of it, as Efron 1987 defines."""
    found = without[np.isfinite(without)]
    if len(found) == 0:  # none can be spared
        return 0.0
    deviation = found.mean() - found
    spread = float(np.sum(deviation**2))
    return 0.0 if spread == 0.0 else float(np.sum(deviation**3)) / (6.0 * spread**1.5)


def _portions(whole: int, size: int) -> list[int]:
    return [min(size, whole - start) for start in range(0, whole, size)]
