"""The correlation behind a 2 x 2 table."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .bivariate import arc_density, normal_dependence
from .normal import normal_quantiles

Array = NDArray[np.float64]


def tetrachoric_correlation(both: ArrayLike, first: ArrayLike, second: ArrayLike) -> Array:
    """Correlation of the two normals whose halves, cut at thresholds, give the 2 x 2 tables.

    The maximum of the likelihood given the thresholds of the margins: the rho at which the normal
    law gives `both` exactly. At an empty cell it is -1 or 1; add to such a cell before, if wanted.

    both:          chance that both are 1, within the bounds that the margins leave.
    first, second: chances that each is 1, in (0, 1).  The shapes broadcast.
    Source: Pearson 1900; Olsson 1979, Psychometrika 44:443-460 (two steps).

    >>> tetrachoric_correlation([1 / 3, 1 / 6], 0.5, 0.5).round(8).tolist()
    [0.5, -0.5]
    """
    p, q = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if not (np.all((p > 0.0) & (p < 1.0)) and np.all((q > 0.0) & (q < 1.0))):
        raise ValueError("first and second must lie strictly between 0 and 1")
    x, y = normal_quantiles(p), normal_quantiles(q)
    x, y, excess = np.broadcast_arrays(x, y, np.asarray(both, dtype=np.float64) - p * q)
    low, high = np.full(excess.shape, -0.5 * math.pi), np.full(excess.shape, 0.5 * math.pi)
    angle = np.zeros(excess.shape)
    for _ in range(100):
        miss = normal_dependence(x, y, np.sin(angle)) - excess
        low, high = np.where(miss < 0.0, angle, low), np.where(miss < 0.0, high, angle)
        density = arc_density(x, y, angle) / (2.0 * math.pi)
        guess = angle - miss / np.maximum(density, 1e-300)
        following = np.where((guess > low) & (guess < high), guess, 0.5 * (low + high))
        done = np.max(np.abs(following - angle), initial=0.0) < 1e-13
        angle = following
        if done:
            break
    return np.sin(angle)
