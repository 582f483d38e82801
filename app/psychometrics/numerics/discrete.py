"""Distributions of counts of right answers: binomial, and the sum of unequal chances."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

_EXACT = 500  # so far neither the coefficients overflow nor the powers underflow
_LOG_ZERO = -1e5  # a logarithm of nought that a factor of 0 makes 0


def binomial_pmf(n: int, p: ArrayLike) -> NDArray[np.float64]:
    """P(X = 0..n) of the binomial law for each p.

    n: >= 0.  p: any shape, in [0, 1].  Returns (..., n + 1), rows summing to 1.

    >>> binomial_pmf(2, 0.5).tolist()
    [0.25, 0.5, 0.25]
    """
    if n < 0:
        raise ValueError(f"n must not be negative, got {n!r}")
    chance, x = _chances(p)[..., None], np.arange(n + 1)
    if n <= _EXACT:
        ways = np.array([float(math.comb(n, k)) for k in range(n + 1)])
        return ways * chance**x * (1.0 - chance) ** (n - x)
    log_ways = math.lgamma(n + 1) - np.array([math.lgamma(k + 1) + math.lgamma(n - k + 1) for k in range(n + 1)])
    with np.errstate(divide="ignore", invalid="ignore"):
        log_pmf = log_ways + np.where(x > 0, x * np.log(chance), 0.0)
        log_pmf = log_pmf + np.where(x < n, (n - x) * np.log1p(-chance), 0.0)
    return np.exp(log_pmf)


def binomial_upper(n: int, least: int, p: ArrayLike) -> NDArray[np.float64]:
    """P(X >= least) of the binomial law for each p, one term at a time: memory stays that of p.

    n: >= 0.  least: any whole number.  p: any shape, in [0, 1].  Returns the shape of p.

    >>> binomial_upper(2, 1, 0.5).tolist()
    0.75
    """
    if n < 0:
        raise ValueError(f"n must not be negative, got {n!r}")
    chance = _chances(p)
    if least <= 0 or least > n:
        return np.full(chance.shape, float(least <= 0))
    tail = np.zeros(chance.shape)
    upper_is_shorter = least > n // 2
    with np.errstate(divide="ignore"):
        right, wrong = np.maximum(np.log(chance), _LOG_ZERO), np.maximum(np.log1p(-chance), _LOG_ZERO)
    for x in range(least, n + 1) if upper_is_shorter else range(least):
        log_ways = math.lgamma(n + 1) - math.lgamma(x + 1) - math.lgamma(n - x + 1)
        tail += np.exp(log_ways + x * right + (n - x) * wrong)
    return np.minimum(1.0, tail) if upper_is_shorter else np.maximum(0.0, 1.0 - tail)


def sum_score_distribution(chances: ArrayLike) -> NDArray[np.float64]:
    """Distribution of the number of right answers to items with unequal chances.

    The recursion adds one item at a time: ``f(x) <- f(x) (1 - p) + f(x - 1) p``.

    chances: (..., items) probabilities of a right answer, independent given the leading axes
             (abilities, persons).  Returns (..., items + 1): P(X = 0..items).
    Source: Lord & Wingersky 1984, Appl. Psychol. Meas. 8:453-461.

    >>> sum_score_distribution([0.5, 0.5]).tolist()
    [0.25, 0.5, 0.25]
    """
    p = _chances(chances)
    if p.ndim == 0:
        raise ValueError("chances must have an axis of items")
    items = p.shape[-1]
    result = np.zeros((*p.shape[:-1], items + 1))
    result[..., 0] = 1.0
    for j in range(items):
        right = p[..., j, None]
        result[..., 1 : j + 2] = result[..., 1 : j + 2] * (1.0 - right) + result[..., : j + 1] * right
        result[..., 0] *= 1.0 - p[..., j]
    return result


def _chances(values: ArrayLike) -> NDArray[np.float64]:
    p = np.asarray(values, dtype=np.float64)
    if not np.all((p >= 0.0) & (p <= 1.0)):
        raise ValueError("chances must lie in 0..1")
    return p
