"""The secant minimisation of Dennis and Schnabel, stopped where programs that use it stop."""

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .optimise import Minimum

Array = NDArray[np.float64]

_TOLERANCE = 1e-6
"""Of the gradient relative to the value, and of a step relative to the argument."""
_LONGEST_STEP = 1000.0
_MAX_ITERATIONS = 500
_DIGITS = 12
"""Digits of the function that can be trusted."""
_ENOUGH = 1e-4
"""Least part of the promised decrease that a step must bring."""


def dennis_schnabel(function: Callable[[Array], Array], start: ArrayLike) -> Minimum:
    """Follow, step by step, the secant method that R's `nlm` has as its default.

    For comparison with programs built on it only: it stops when the gradient is below 1e-6 of
    the function's value, which for a log-likelihood of many answers is well before the minimum.
    `minimise` finds the minimum itself.

    function: (points, n) -> (points,); not finite outside its domain.
    start:    (n,) inside the domain; typical sizes are 1 for the arguments and the function.

    Gradients by forward differences, by central ones once the former lead no further; positive
    definite secant (BFGS) updates of the second derivatives, scaled before the first one; a line
    search with cubic backtracking. Where it leads no further at last, it has not converged.
    Source: Dennis & Schnabel 1983, Numerical Methods for Unconstrained Optimization, algorithms
    A5.6.3, A5.6.4, A6.3.1, A7.2.1, A9.4.1; the scaling is that of Shanno & Phua 1978.

    >>> m = dennis_schnabel(lambda x: (x[:, 0] - 1) ** 2 + 3 * (x[:, 1] + 2) ** 2, [0.0, 0.0])
    >>> m.converged, m.at.round(4).tolist()
    (True, [1.0, -2.0])
    """
    x = np.array(start, dtype=np.float64)
    value = float(function(x[None])[0])
    central, gradient = False, _difference(function, x, value)
    second = unscaled = np.eye(len(x))
    for iteration in range(_MAX_ITERATIONS):
        if not np.all(np.isfinite(gradient)):
            break
        if np.max(np.abs(gradient) * _size(x)) <= _TOLERANCE * max(abs(value), 1.0):
            return Minimum(x, value, converged=True, iterations=iteration)
        found = _line_search(function, x, value, gradient, second)
        if found is None and not central:
            central, gradient = True, _difference(function, x)
            found = _line_search(function, x, value, gradient, second)
        if found is None:
            break
        step, before = found[0] - x, gradient
        x, value = found
        gradient = _difference(function, x, None if central else value)
        if np.max(np.abs(step) / _size(x)) <= _TOLERANCE:
            return Minimum(x, value, converged=True, iterations=iteration + 1)
        second = _secant_update(second, step, gradient - before, first=second is unscaled)
    return Minimum(x, value, converged=False, iterations=iteration)


def _size(x: Array) -> Array:
    return np.maximum(np.abs(x), 1.0)


def _difference(function: Callable[[Array], Array], x: Array, value: float | None = None) -> Array:
    """Gradient by forward differences from a value, without one by central differences."""
    if value is None:
        width = 10.0 ** (-_DIGITS / 3) * _size(x)
        return np.asarray((function(x + np.diag(width)) - function(x - np.diag(width))) / (2.0 * width))
    width = 10.0 ** (-_DIGITS / 2) * _size(x)
    return np.asarray((function(x + np.diag(width)) - value) / width)


def _line_search(
    function: Callable[[Array], Array], x: Array, value: float, gradient: Array, second: Array
) -> tuple[Array, float] | None:
    """First point on the secant way that is low enough, with its value; none when the way ends before."""
    direction = -np.linalg.solve(second, gradient)
    direction *= min(1.0, _LONGEST_STEP / float(np.linalg.norm(direction)))
    slope = float(gradient @ direction)
    shortest = _TOLERANCE / float(np.max(np.abs(direction) / _size(x)))
    part, earlier = 1.0, None
    while True:
        at = x + part * direction
        reached = float(function(at[None])[0])
        if reached <= value + _ENOUGH * slope * part:
            return at, reached
        if not part >= shortest:  # also where it is no number
            return None
        if not np.isfinite(reached):
            part, earlier = 0.1 * part, None
            continue
        excess = reached - value - part * slope
        if earlier is None:  # for a whole step, the lowest point of the parabola
            shorter = -part * slope / (2.0 * (reached - value - slope))
        else:
            shorter = _lowest_of_cubic(slope, part, excess, *earlier)
        earlier = (part, excess)
        part = min(max(shorter, 0.1 * part), 0.5 * part)


def _lowest_of_cubic(slope: float, part: float, excess: float, part_before: float, excess_before: float) -> float:
    """Where the cubic through two tried points has its minimum.

    An excess is the height of a tried point above the tangent.
    """
    now, then = excess / part**2, excess_before / part_before**2
    cubic = (now - then) / (part - part_before)
    square = (then * part - now * part_before) / (part - part_before)
    if cubic == 0.0:
        return -slope / (2.0 * square)
    root: float = np.sqrt(max(square**2 - 3.0 * cubic * slope, 0.0))
    return (root - square) / (3.0 * cubic)


def _secant_update(second: Array, step: Array, change: Array, *, first: bool) -> Array:
    """Second derivatives that explain the change of the gradient over the step; unchanged without curvature."""
    curvature = float(step @ change)
    if curvature < np.sqrt(sys.float_info.epsilon) * np.linalg.norm(step) * np.linalg.norm(change):
        return second
    if first:
        second = second * (curvature / float(step @ second @ step))
    explained = second @ step
    return np.asarray(
        second + np.outer(change, change) / curvature - np.outer(explained, explained) / float(step @ explained)
    )
