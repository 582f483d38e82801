"""Two counts of exclusive events over trials with unequal chances."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def trinomial_distribution(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Joint distribution of the counts of two events, of which a trial brings at most one.

    The recursion adds one trial at a time:
    ``f(x, y) <- f(x, y) (1 - p - q) + f(x - 1, y) p + f(x, y - 1) q``.

    first, second: (..., trials) chances p and q of either event, with p + q <= 1; the trials are
                   independent.  Returns (..., trials + 1, trials + 1): P(X = x, Y = y).

    >>> trinomial_distribution([0.5], [0.25]).tolist()
    [[0.25, 0.25], [0.5, 0.0]]
    """
    p, q = np.broadcast_arrays(np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64))
    if p.ndim == 0:
        raise ValueError("first and second must have an axis of trials")
    neither = 1.0 - p - q
    if not (np.all(p >= 0.0) and np.all(q >= 0.0) and np.all(neither >= -1e-12)):  # rounding of p + q = 1
        raise ValueError("first and second must be chances with a sum of at most 1")
    neither = np.maximum(neither, 0.0)
    trials = p.shape[-1]
    result = np.zeros((*p.shape[:-1], trials + 1, trials + 1))
    result[..., 0, 0] = 1.0
    for j in range(trials):
        old = result[..., : j + 1, : j + 1].copy()
        result[..., : j + 1, : j + 1] *= neither[..., j, None, None]
        result[..., 1 : j + 2, : j + 1] += old * p[..., j, None, None]
        result[..., : j + 1, 1 : j + 2] += old * q[..., j, None, None]
    return result
