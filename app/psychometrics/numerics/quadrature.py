"""Nodes and weights for integrals over an ability or a proportion."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Nodes = tuple[NDArray[np.float64], NDArray[np.float64]]
Quadrature = tuple[ArrayLike, ArrayLike]
"""Abilities and their weights, as a caller gives them."""


def normalised(quadrature: Quadrature) -> Nodes:
    """Return nodes and weights as columns, the weights summing to 1; raise ``ValueError`` for what is neither.

    >>> nodes, weights = normalised(([-1, 1], [3, 1]))
    >>> weights.tolist()
    [0.75, 0.25]
    """
    nodes, weights = (np.asarray(part, dtype=np.float64) for part in quadrature)
    if nodes.ndim != 1 or nodes.shape != weights.shape or not np.all(np.isfinite(nodes)):
        raise ValueError("quadrature must be finite nodes and as many weights")
    if not (np.all(weights >= 0.0) and 0.0 < weights.sum() < np.inf):
        raise ValueError("quadrature must have weights of 0 or more, with a positive sum")
    return nodes, weights / weights.sum()


def normal_grid(n: int = 61, *, bound: float = 6.0) -> Nodes:
    """Equally spaced nodes on [-bound, bound] with the standard normal density, normalised to 1.

    n: >= 2 nodes.  bound: > 0.  Returns (nodes, weights), each (n,).

    >>> nodes, weights = normal_grid()
    >>> len(nodes), round(float(weights @ nodes**2), 6)
    (61, 1.0)
    """
    if n < 2 or not bound > 0.0:  # a grid has two ends
        raise ValueError(f"n must be at least 2 and bound positive, got {n!r} and {bound!r}")
    nodes = np.linspace(-bound, bound, n)
    weights = np.exp(-0.5 * nodes**2)
    return nodes, weights / weights.sum()


def normal_gauss_hermite(n: int = 30) -> Nodes:
    """Gauss-Hermite nodes and weights for an expectation over the standard normal.

    n: >= 1 nodes.  Returns (nodes, weights), each (n,), weights summing to 1.

    >>> nodes, weights = normal_gauss_hermite(5)
    >>> round(float(weights @ nodes**4), 10)
    3.0
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n!r}")
    nodes, weights = np.polynomial.hermite_e.hermegauss(n)
    return nodes, weights / weights.sum()


def gauss_legendre(n: int, low: float, high: float) -> Nodes:
    """Gauss-Legendre nodes and weights for the integral over [low, high].

    n: >= 1 nodes, exact for polynomials up to degree 2n - 1.  low <= high, finite.

    >>> nodes, weights = gauss_legendre(8, 0.0, 2.0)
    >>> round(float(weights @ nodes**3), 10)
    4.0
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n!r}")
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise ValueError(f"low and high must be finite and in order, got {low!r} and {high!r}")
    nodes, weights = np.polynomial.legendre.leggauss(n)
    half = 0.5 * (high - low)
    return half * nodes + 0.5 * (low + high), half * weights
