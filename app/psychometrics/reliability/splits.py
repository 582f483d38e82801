"""Splits of a form in two parts A and B, judged by the variance of A - B: ``s' C s`` with signs s."""

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.responses import Responses

from .moments import FixedForm

Array = NDArray[np.float64]

EXHAUSTIVE_ITEMS = 20
"""Up to so many items every split is looked at."""


def covariance_by_label(form: FixedForm, responses: Responses) -> Array:
    """Covariances with the items in the order of their labels: what chance finds must not depend on their order."""
    order = sorted(range(form.k), key=lambda column: repr(responses.items[form.items[column]]))
    return form.covariance[np.ix_(order, order)]


def every_split(matrix: Array) -> tuple[Array, NDArray[np.int64]]:
    """Variance of A - B, and the size of A, of every split; the first item is always in A.

    The signs of the two halves of the items are enumerated apart and meet in one product.
    """
    k = len(matrix)
    middle = (k + 1) // 2
    left, right = _signs(middle), _signs(k - middle)
    left = left[left[:, 0] > 0.0]
    own_left = np.einsum("ai,ij,aj->a", left, matrix[:middle, :middle], left)
    own_right = np.einsum("ai,ij,aj->a", right, matrix[middle:, middle:], right)
    between = left @ matrix[:middle, middle:] @ right.T
    size = np.sum(left > 0.0, axis=1)[:, None] + np.sum(right > 0.0, axis=1)
    return (own_left[:, None] + own_right + 2.0 * between).ravel(), size.ravel()


def random_halves(matrix: Array, *, seed: int, draws: int) -> Array:
    """Variance of A - B of random splits in halves."""
    signs = _drawn(len(matrix), seed, draws)
    variances: Array = np.einsum("ai,ai->a", signs @ matrix, signs)
    return variances


def least_found(matrix: Array, *, seed: int, starts: int) -> float:
    """Find a small variance of A - B by descent from many random halves."""
    signs = _drawn(len(matrix), seed, starts)
    return min(_descended(matrix, sign) for sign in signs)


def _descended(matrix: Array, sign: Array) -> float:
    """Move one item, or exchange two, as long as the variance of A - B falls."""
    pull = matrix @ sign
    diagonal = np.diag(matrix)
    while True:
        move = 4.0 * (diagonal - sign * pull)
        pair = move[:, None] + move + 8.0 * np.outer(sign, sign) * matrix
        np.fill_diagonal(pair, move)
        best = int(np.argmin(pair))
        if pair.flat[best] >= -1e-12 * diagonal.sum():
            return float(sign @ matrix @ sign)
        flipped = list({best // len(sign), best % len(sign)})
        pull = pull - 2.0 * matrix[:, flipped] @ sign[flipped]
        sign = sign.copy()
        sign[flipped] *= -1.0


def _signs(k: int) -> Array:
    codes = np.arange(2**k)[:, None]
    return np.where(codes >> np.arange(k) & 1, 1.0, -1.0)


def _drawn(k: int, seed: int, draws: int) -> Array:
    """(draws, k) signs of random halves."""
    halves = np.where(np.arange(k) % 2 == 0, 1.0, -1.0)
    return np.random.default_rng(seed).permuted(np.tile(halves, (draws, 1)), axis=1)
