"""Roots of many functions of one variable at a time."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def bracketed_roots(
    function: Callable[[Vector], Vector],
    low: Vector,
    high: Vector,
    *,
    tolerance: float = 1e-11,
    max_iterations: int = 100,
) -> Vector:
    """Root of each component between its two ends, by Illinois steps and halving.

    function:  (n,) -> (n,); component i depends on argument i alone and falls from positive at
               ``low[i]`` to negative at ``high[i]``. A component that does not change sign ends
               at the end where it is nearer to 0.
    low, high: (n,), low <= high.
    tolerance: of the last step, relative to ``1 + |root|``.

    >>> bracketed_roots(lambda x: np.array([2.0, 9.0]) - x**2, np.zeros(2), np.full(2, 5.0)).round(9).tolist()
    [1.414213562, 3.0]
    """
    left, right = low.astype(np.float64), high.astype(np.float64)
    at_left, at_right = function(left), function(right)
    x = np.where(np.abs(at_left) <= np.abs(at_right), left, right)
    open_ = (at_left > 0.0) & (at_right < 0.0)
    side = np.zeros(len(x))  # +1 after the left end moved, -1 after the right end
    for turn in range(max_iterations):
        if not np.any(open_):
            break
        guess = right - at_right * (right - left) / np.where(open_, at_right - at_left, 1.0)
        guess = np.where(turn % 8 == 7, 0.5 * (left + right), guess)  # in case the ends crawl
        guess = np.where(open_, guess, x)
        at = function(guess)
        moved = np.where(at > 0.0, 1.0, -1.0)
        again = np.where(moved == side, 0.5, 1.0)  # an end that stays put twice loses weight
        side = moved
        left, at_left, right, at_right = (
            np.where(moved > 0.0, guess, left),
            np.where(moved > 0.0, at, at_left * again),
            np.where(moved > 0.0, right, guess),
            np.where(moved > 0.0, at_right * again, at),
        )
        step, x = np.abs(guess - x), guess
        open_ &= (at != 0.0) & (np.minimum(step, right - left) > tolerance * (1.0 + np.abs(x)))
    return x
