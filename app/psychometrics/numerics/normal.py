"""The standard normal law of many numbers at once."""

import math

import numpy as np
from numpy.typing import NDArray

from .distributions import normal_quantile

Array = NDArray[np.float64]


def normal_tail(z: Array) -> Array:
    """P(Z > z) of each of (n,) numbers, infinite ones included; NaN stays NaN.

    >>> normal_tail(np.array([0.0, np.inf])).tolist()
    [0.5, 0.0]
    """
    half = (z / math.sqrt(2.0)).tolist()
    return 0.5 * np.fromiter(map(math.erfc, half), dtype=np.float64, count=len(half))


def normal_quantiles(p: Array) -> Array:
    """Return x with P(Z <= x) = p for each p in (0, 1), in the shape of p.

    >>> normal_quantiles(np.array([[0.5, 0.975]])).round(3).tolist()
    [[0.0, 1.96]]
    """
    return np.array([normal_quantile(value) for value in p.ravel().tolist()]).reshape(p.shape)
