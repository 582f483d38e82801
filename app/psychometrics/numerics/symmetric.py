"""Elementary symmetric functions, and the chances of a set of items given how many are right.

``gamma_r(e) = sum over sets of r items of the product of their e``: the coefficient of z^r in
``prod_j (1 + e_j z)``. It is read off as a Fourier coefficient on the circle of radius exp(theta),
where theta is the ability at which r right answers are expected. There the product is, but for a
factor, the distribution of a sum of independent answers, and r lies in its middle: every term is at
most 1 and the coefficient never small. So nothing overflows, underflows or cancels at any number
of items, ties among the e need no care, and first and second derivatives are sums of the same terms.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
_CELLS = 1 << 16
"""Numbers of the largest array at a time: what fits the cache."""
_NEGLIGIBLE = 40.0
"""Nodes where the product is below exp(-40) add nothing in double precision."""


@dataclass(frozen=True, slots=True)
class SymmetricFunctions:
    """Symmetric functions of each row, and what follows from their derivatives.

    rows:      which rows of the input.
    log_value: (rows,) log gamma_r.
    chance:    (rows, items) d log gamma_r / d log e_j: the chance that item j is right, given r.
    pairs:     (rows, items, items) the chance that both are right, or ``None``; the diagonal is `chance`.
    """

    rows: slice
    log_value: Array
    chance: Array
    pairs: Array | None


def symmetric_functions(
    log_easiness: ArrayLike, order: ArrayLike, *, pairs: bool = False
) -> Iterator[SymmetricFunctions]:
    """Symmetric functions of order ``r`` of each row, block by block of rows.

    log_easiness: (rows, items) log e_j; ``-inf`` where a row has no further item.
    order:        (rows,) r, strictly between 0 and the number of items of the row.
    pairs:        compute the chances of pairs also.

    Source: Fischer 1974 for their use; the radius is that of the saddle-point method (Daniels 1954).

    >>> [block] = symmetric_functions([[0.0, 0.0, np.log(2.0)]], [2])
    >>> np.exp(block.log_value).round(12).tolist(), block.chance.round(12).tolist()
    ([5.0], [[0.6, 0.6, 0.8]])
    """
    table, r = np.asarray(log_easiness, dtype=np.float64), np.asarray(order, dtype=np.float64)
    length = np.count_nonzero(table > -np.inf, axis=1)
    if not np.all((r > 0) & (r < length)):
        raise ValueError("order must lie strictly between 0 and the number of items")
    size = max(1, _CELLS // max(1, table.shape[1] * _n_nodes(table.shape[1])))
    theta = _centres(table, r, length)
    for first in range(0, len(table), size):
        rows = slice(first, min(first + size, len(table)))
        yield _block(rows, table[rows], r[rows], theta[rows], pairs=pairs)


def _block(rows: slice, table: Array, r: Array, theta: Array, *, pairs: bool) -> SymmetricFunctions:
    logit = table + theta[:, None]
    p: Array = 1.0 / (1.0 + np.exp(-logit))
    angle = _angles(p)
    cosine, sine = np.cos(angle), np.sin(angle)
    chance_right, both_ways = p[:, :, None], (p * (1.0 - p))[:, :, None]
    product = np.prod(1.0 + chance_right * (cosine - 1.0 + 1j * sine), axis=1)
    weight = product * np.exp(-1j * angle * r[:, None]) * np.where(angle > 0.0, 2.0, 1.0)
    mass = weight.real.sum(axis=1)
    weight /= mass[:, None]
    # Each item's share p z / (1 + p (z - 1)) of the product, as real and imaginary part.
    scale = 1.0 / (1.0 - 2.0 * both_ways * (1.0 - cosine))
    share = np.concatenate([(chance_right**2 + both_ways * cosine) * scale, both_ways * sine * scale], axis=2)
    weights = np.concatenate([weight.real, -weight.imag], axis=1)
    chance = (share @ weights[:, :, None])[:, :, 0]
    log_gamma = np.log(mass / _n_nodes(table.shape[1])) + np.sum(np.logaddexp(0.0, logit), axis=1) - r * theta
    return SymmetricFunctions(rows, log_gamma, chance, _pairs(share, weight, chance) if pairs else None)


def _pairs(share: Array, weight: Complex, chance: Array) -> Array:
    """Real part of the products of two shares and the weight, summed over the nodes."""
    half = weight.shape[1]
    real, imaginary = share[:, :, :half], share[:, :, half:]
    up, across = weight.real[:, None, :], weight.imag[:, None, :]
    turned = np.concatenate([real * up - imaginary * across, -real * across - imaginary * up], axis=2)
    both: Array = turned @ share.transpose(0, 2, 1)
    diagonal = np.arange(chance.shape[1])
    both[:, diagonal, diagonal] = chance
    return both


def _n_nodes(width: int) -> int:
    """Nodes on the whole circle: more than the degree, and odd, so that none meets a zero at -1."""
    return 2 * (width // 2) + 1


def _angles(p: Array) -> Array:
    """Nodes of the upper half circle; the others are conjugate, and negligible ones are left out."""
    width = p.shape[1]
    angle = 2.0 * np.pi / _n_nodes(width) * np.arange(width // 2 + 1)
    spread = np.min(np.sum(p * (1.0 - p), axis=1))
    kept: Array = angle[2.0 * spread * np.sin(0.5 * angle) ** 2 <= _NEGLIGIBLE]  # |product| <= exp(-2 spread sin^2)
    return kept


def _centres(table: Array, r: Array, length: NDArray[np.int64]) -> Array:
    """Where r right answers are expected; a rough root serves as well."""
    mean = np.sum(np.where(np.isfinite(table), table, 0.0), axis=1) / length
    theta = np.log(r / (length - r)) - mean
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-(table + theta[:, None])))
        step = (r - p.sum(axis=1)) / np.maximum(np.sum(p * (1.0 - p), axis=1), 1e-3)
        theta = theta + np.clip(step, -2.0, 2.0)
        if np.max(np.abs(step), initial=0.0) < 1e-2:
            break
    return np.asarray(theta)
