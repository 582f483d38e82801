"""What items tell about a candidate of ability theta: P(right) = 1 / (1 + exp(-a (theta - b))), D = 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.assembly.types import PoolItem

Array = NDArray[np.float64]


def probabilities(items: Sequence[PoolItem], theta: float) -> Array:
    """(items,): the chance of a right answer."""
    slope, difficulty = _parameters(items)
    return _chance(slope, difficulty, theta)


def information(items: Sequence[PoolItem], theta: float) -> Array:
    """(items,): Fisher's information about theta."""
    slope, difficulty = _parameters(items)
    chance = _chance(slope, difficulty, theta)
    return np.asarray(slope**2 * chance * (1.0 - chance))


def expected_score(items: Sequence[PoolItem], theta: float) -> float:
    """The number of right answers to expect."""
    return float(probabilities(items, theta).sum())


def _parameters(items: Sequence[PoolItem]) -> tuple[Array, Array]:
    both = np.array([(item.a, item.b) for item in items], dtype=np.float64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _chance(slope: Array, difficulty: Array, theta: float) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-slope * (theta - difficulty))))
