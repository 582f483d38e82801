"""Expectations over a beta law, also of functions that jump at one point."""

import math

import numpy as np
from numpy.typing import NDArray

from .quadrature import Nodes, gauss_legendre

_PER_PANEL = 16
_FLAT = 42.0  # log-odds beyond which x is 0 or 1 to the last bit
_GONE = 45.0  # log of a density that no longer counts


def beta_nodes(a: float, b: float, *, split: float | None = None, detail: float = 1.0) -> Nodes:
    """Nodes and weights for an expectation over Beta(a, b).

    Gauss-Legendre panels on the log-odds of x, where the density is smooth for any a, b > 0; the
    tails beyond ``1e-18`` from either end are one node each, with their exact mass. About 1e-14 for
    functions whose narrowest step on the log-odds is as wide as `detail`.

    split:  a point in (0, 1) that no panel straddles, so that a function may jump there: the nodes
            below it carry the mass below it. Outside (0, 1) it splits nothing.
    detail: width of the finest step of the function on the log-odds, > 0; ``4 / sqrt(n)`` for a
            binomial tail of n trials.

    Returns (nodes, weights), weights summing to 1.

    >>> x, w = beta_nodes(2.0, 3.0, split=0.5)
    >>> round(float(w @ x), 12), round(float(w @ (x < 0.5)), 12)
    (0.4, 0.6875)
    """
    if not (a > 0.0 and b > 0.0 and math.isfinite(a) and math.isfinite(b)):
        raise ValueError(f"a and b must be positive and finite, got {a!r} and {b!r}")
    if not detail > 0.0:
        raise ValueError(f"detail must be positive, got {detail!r}")
    mode, spread = math.log(a) - math.log(b), math.sqrt(1.0 / a + 1.0 / b)
    low = max(-_FLAT, mode - 10.0 * spread - _GONE / a)
    high = min(_FLAT, mode + 10.0 * spread + _GONE / b)
    low, high = min(low, _FLAT - 1.0), max(high, 1.0 - _FLAT)
    ends = _panel_ends(low, high, split, min(1.0, spread, detail))
    unit, unit_weight = gauss_legendre(_PER_PANEL, 0.0, 1.0)
    width = np.diff(ends)
    logit = (ends[:-1, None] + width[:, None] * unit).ravel()
    panel = (width[:, None] * unit_weight).ravel()
    points = np.concatenate(([low], logit, [high]))
    density = _log_density(points, a, b)
    density -= density.max()
    mass = np.exp(density) * np.concatenate(([1.0 / a], panel, [1.0 / b]))
    return 1.0 / (1.0 + np.exp(-points)), mass / mass.sum()


def _panel_ends(low: float, high: float, split: float | None, width: float) -> NDArray[np.float64]:
    if split is None or not 0.0 < split < 1.0:
        return np.linspace(low, high, 1 + math.ceil((high - low) / width))
    at = min(high, max(low, math.log(split) - math.log1p(-split)))
    left = np.linspace(low, at, 1 + math.ceil((at - low) / width))
    right = np.linspace(at, high, 1 + math.ceil((high - at) / width))
    return np.concatenate((left, right[1:]))


def _log_density(logit: NDArray[np.float64], a: float, b: float) -> NDArray[np.float64]:
    """Log of ``x^a (1-x)^b``, from the log-odds of x, up to a constant that keeps digits at the mode."""
    mode = math.log(a) - math.log(b)
    change = logit - mode
    share = a / (a + b)
    return a * change - (a + b) * np.log1p(share * np.expm1(change))
