"""Many tests at once: how many of the findings would chance alone have made?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def false_discovery(p: ArrayLike, *, n_tests: int | None = None, any_dependence: bool = False) -> NDArray[np.float64]:
    """Adjusted p values (q) that control the false discovery rate.

    With the p values in rising order, ``q_(i) = min over j >= i of c m p_(j) / j``, at most 1.
    Calling a finding where ``q <= level`` keeps the expected share of false findings among all
    findings at or below `level`.

    p:              (tests,) p values in 0..1, in any order.
    n_tests:        m, at least as many as p has entries: give it when only the smallest p values
                    of a larger family are at hand; q is then never too small. Default: the
                    number of entries.
    any_dependence: c = 1 holds for independent and positively dependent tests; with ``True``
                    c = 1 + 1/2 + ... + 1/m holds for all tests (Benjamini & Yekutieli 2001).

    Returns q in the order of p.
    Source: Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57:289-300.

    >>> false_discovery([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or not np.all((values >= 0.0) & (values <= 1.0)):
        raise ValueError("p must be a column of numbers in 0..1")
    m = len(values) if n_tests is None else n_tests
    if m < len(values):
        raise ValueError(f"n_tests must be at least the number of p values, got {n_tests!r}")
    order = np.argsort(values, kind="stable")
    factor = float(np.sum(1.0 / np.arange(1, m + 1))) if any_dependence else 1.0
    scaled = np.minimum(factor * m * values[order] / np.arange(1, len(values) + 1), 1.0)
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return adjusted


def false_on_average(raised: int, rate: float) -> float:
    """At most so many of the findings are false on average, where those with ``q <= rate`` are called.

    Where something is to be found, `rate` of those raised; where nothing is, ``rate / (1 - rate)^2``
    are raised all the same, and all of them are false: with many independent tests k of them are
    raised with probability ``(1 - rate) (k rate)^k exp(-k rate) / k!`` (the ballot theorem).

    raised: how many findings there are.  rate: 0..1, without 1.

    >>> round(false_on_average(0, 0.05), 4), round(false_on_average(20, 0.05), 2)
    (0.0554, 1.11)
    """
    return rate / (1.0 - rate) ** 2 * max(1, raised)


def false_discovery_where_tested(p: Sequence[float | None]) -> list[float | None]:
    """Adjusted p values of the tests that could be made; ``None`` stays ``None`` and does not count.

    p: p values in 0..1 or ``None``.  Returns q as `false_discovery`, in the order of p.

    >>> false_discovery_where_tested([0.01, None, 0.5])
    [0.02, None, 0.5]
    """
    adjusted = iter(false_discovery([value for value in p if value is not None]).tolist())
    return [None if value is None else next(adjusted) for value in p]
