"""Location and spread that a few outlying values do not move."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_IQR_TO_SD = 0.74
"""The interquartile range of a normal law times this is its standard deviation."""


def robust_z(values: ArrayLike, *, among: ArrayLike | None = None) -> NDArray[np.float64]:
    """Distance of each value from the median, in robust standard deviations: ``(x - median) / (0.74 IQR)``.

    Where the middle half of the values is equal there is no unit: a value equal to the median has 0,
    and any other is infinitely far off.

    values: (n,) finite, n >= 1; quartiles are interpolated.
    among:  indices of the values that give the median and the quartiles; ``None``: all.
    Returns (n,).
    Source: Huynh & Meyer 2010, Pract. Assess. Res. Eval. 15(2).

    >>> robust_z([0.0, 1.0, 2.0, 3.0, 9.0]).round(3).tolist()
    [-1.351, -0.676, 0.0, 0.676, 4.73]
    >>> robust_z([2.0, 2.0, 2.0, 2.0, 1.0]).tolist()
    [0.0, 0.0, 0.0, 0.0, -inf]
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or len(x) == 0 or not np.all(np.isfinite(x)):
        raise ValueError("values must be a column of finite numbers")
    low, middle, high = np.percentile(x if among is None else x[np.asarray(among)], [25, 50, 75])
    away, same = x - middle, 1e-9 * max(1.0, float(np.max(np.abs(x))))  # rounding is no difference
    if high - low <= same:
        return np.where(np.abs(away) <= same, 0.0, np.copysign(np.inf, away))
    return np.asarray(away / (_IQR_TO_SD * (high - low)))
