"""One common factor: by maximum likelihood on covariances, by weighted least squares on correlations."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.numerics import minimise

Array = NDArray[np.float64]

_LEAST_UNIQUE = 1e-4
"""Share of an item's variance below which its unique part counts as 0: an improper solution."""

_LOWEST = math.log(1e-6)


@dataclass(frozen=True, slots=True, eq=False)
class OneFactor:
    """Loadings (k,) on a factor of variance 1, unique variances (k,), and whether the search ended.

    improper: does the factor explain all of some item?
    """

    loading: Array
    unique: Array
    converged: bool
    improper: bool


def one_factor_ml(covariance: Array) -> OneFactor:
    """Minimise ``log |S| + tr(C S^-1)`` over ``S = l l' + diag(u)``.

    covariance: (k, k) with a positive diagonal, k >= 3; standardized first, since the solution
    scales with the items.
    """
    scale = np.sqrt(np.diag(covariance))
    r = covariance / np.outer(scale, scale)
    k = len(r)

    def pieces(x: Array) -> tuple[Array, Array, Array, float]:
        loading, unique = x[:k], np.exp(x[k:])
        return loading, unique, loading / unique, 1.0 + float(loading @ (loading / unique))

    def misfit(x: Array) -> float:
        if np.min(x[k:]) < _LOWEST or np.max(np.abs(x)) > -_LOWEST:  # on the way to an improper solution
            return math.inf
        _, unique, ratio, whole = pieces(x)
        explained = float(ratio @ r @ ratio) / whole
        return float(np.sum(np.log(unique) + 1.0 / unique)) + math.log(whole) - explained

    def slope(x: Array) -> Array:
        loading, unique, ratio, whole = pieces(x)
        inverse = np.diag(1.0 / unique) - np.outer(ratio, ratio) / whole
        gap = inverse - inverse @ r @ inverse
        return np.concatenate([2.0 * gap @ loading, np.diag(gap) * unique])

    loading = _first_loading(r)
    start = np.concatenate([loading, np.log(1.0 - loading**2)])
    found = minimise(misfit, start, gradient=slope, tolerance=1e-9, max_iterations=2000)
    unique = np.exp(found.at[k:])
    return OneFactor(found.at[:k] * scale, unique * scale**2, found.converged, bool(unique.min() < _LEAST_UNIQUE))


def one_factor_weighted(correlation: Array, weight: Array) -> OneFactor:
    """Minimise ``sum_{j<k} w_jk (r_jk - l_j l_k)^2``.

    correlation, weight: (k, k), symmetric; their diagonals are not read. k >= 3.
    """
    weight = weight / weight.mean()
    np.fill_diagonal(weight, 0.0)

    def gap(x: Array) -> Array:
        return weight * (np.outer(x, x) - correlation)

    def misfit(x: Array) -> float:
        return 0.25 * float(np.sum(gap(x) * (np.outer(x, x) - correlation)))

    found = minimise(misfit, _first_loading(correlation), gradient=lambda x: gap(x) @ x, max_iterations=2000)
    unique = 1.0 - found.at**2
    return OneFactor(found.at, unique, found.converged, bool(unique.min() < _LEAST_UNIQUE))


def _first_loading(correlation: Array) -> Array:
    """Start from the first principal component, kept away from 1."""
    values, vectors = np.linalg.eigh(correlation)
    leading = vectors[:, -1] * np.sqrt(max(values[-1] - 1.0, 0.1))
    leading = leading if leading.sum() >= 0.0 else -leading
    start: Array = np.clip(leading, -0.9, 0.9)
    return start
