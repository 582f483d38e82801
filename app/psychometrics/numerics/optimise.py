"""Minimisation of smooth functions of a few variables, and roots of functions of one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Minimum:
    """Where the search ended.

    at:        (n,) the argument.  value: the function there.
    converged: did the gradient vanish within the tolerance?
    iterations: steps taken.
    """

    at: Vector
    value: float
    converged: bool
    iterations: int


def minimise(
    function: Callable[[Vector], float],
    start: ArrayLike,
    *,
    gradient: Callable[[Vector], Vector] | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 500,
) -> Minimum:
    """Minimise a smooth function by BFGS with a backtracking line search.

    function:  (n,) -> float; may return ``inf`` outside its domain.
    start:     (n,) inside the domain.
    gradient:  (n,) -> (n,); central differences when ``None``.
    tolerance: of the largest gradient component, relative to 1 + |value|.

    Source: Nocedal & Wright 2006, Numerical Optimization, ch. 6.

    >>> m = minimise(lambda x: float((x[0] - 1) ** 2 + 3 * (x[1] + 2) ** 2), [0.0, 0.0])
    >>> m.converged, m.at.round(6).tolist()
    (True, [1.0, -2.0])
    """
    slope = gradient or (lambda x: central_difference(function, x))
    x = np.array(start, dtype=np.float64)
    value, g = function(x), slope(x)
    inverse = np.eye(len(x))
    for iteration in range(max_iterations):
        if np.max(np.abs(g), initial=0.0) <= tolerance * (1.0 + abs(value)):
            return Minimum(x, value, converged=True, iterations=iteration)
        direction = -inverse @ g
        if direction @ g >= 0.0:  # the curvature was lost; start again from the steepest descent
            inverse, direction = np.eye(len(x)), -g
        following = _line_search(function, x, value, direction, float(direction @ g))
        if following is None:
            flat = bool(np.max(np.abs(g)) <= 1e-5 * (1.0 + abs(value)))  # as far as rounding lets it go
            return Minimum(x, value, converged=flat, iterations=iteration)
        step, value = following[0] - x, following[1]
        change = slope(following[0]) - g
        x, g = following[0], g + change
        inverse = _updated(inverse, step, change, first=iteration == 0)
    return Minimum(x, value, converged=False, iterations=max_iterations)


def central_difference(function: Callable[[Vector], float], x: Vector) -> Vector:
    """Gradient by central differences with steps of ``eps^(1/3)``.

    >>> central_difference(lambda v: float(v[0] ** 2), np.array([3.0])).round(6).tolist()
    [6.0]
    """
    steps = np.finfo(np.float64).eps ** (1.0 / 3.0) * np.maximum(1.0, np.abs(x))
    result = np.empty_like(x)
    for index, step in enumerate(steps):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        result[index] = (function(up) - function(down)) / (up[index] - down[index])
    return result


def root(function: Callable[[float], float], low: float, high: float, *, tolerance: float = 1e-12) -> float | None:
    """Root of a continuous function between two ends of different sign, by Illinois steps and halving.

    Returns ``None`` when the ends have the same sign.

    >>> round(root(lambda x: x * x - 2.0, 0.0, 2.0), 10)
    1.4142135624
    """
    at_low, at_high = function(low), function(high)
    if at_low == 0.0 or at_high == 0.0:
        return low if at_low == 0.0 else high
    if (at_low < 0.0) == (at_high < 0.0):
        return None
    for turn in range(400):
        middle = 0.5 * (low + high)
        if abs(high - low) <= tolerance * max(1.0, abs(middle)):
            return middle
        guess = middle if turn % 3 == 2 else high - at_high * (high - low) / (at_high - at_low)
        at = function(guess)
        if at == 0.0:
            return guess
        if (at < 0.0) == (at_high < 0.0):
            high, at_high, at_low = guess, at, at_low * 0.5
        else:
            low, at_low, at_high = guess, at, at_high * 0.5
    return 0.5 * (low + high)


def _line_search(
    function: Callable[[Vector], float], x: Vector, value: float, direction: Vector, slope: float
) -> tuple[Vector, float] | None:
    size = 1.0
    for _ in range(60):
        point = x + size * direction
        at = function(point)
        if np.isfinite(at) and at <= value + 1e-4 * size * slope and at < value:
            return point, at
        size *= 0.5
    return None


def _updated(inverse: Vector, step: Vector, change: Vector, *, first: bool) -> Vector:
    curvature = float(step @ change)
    if curvature <= 1e-14 * float(np.linalg.norm(step) * np.linalg.norm(change)):
        return inverse
    if first:
        inverse = np.eye(len(step)) * curvature / float(change @ change)
    left = np.eye(len(step)) - np.outer(step, change) / curvature
    updated: Vector = left @ inverse @ left.T + np.outer(step, step) / curvature
    return updated
