"""What items tell about a candidate of ability theta: P(right) = 1 / (1 + exp(-a (theta - b))), D = 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.assembly.types import PoolItem

Array = NDArray[np.float64]

FARTHEST = 12.0  # abilities are looked for between -12 and 12
HALVINGS = 60


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


def score_variance(items: Sequence[PoolItem], theta: float) -> float:
    """The variance of the number of right answers of one candidate."""
    chance = probabilities(items, theta)
    return float((chance * (1.0 - chance)).sum())


def ability_at(items: Sequence[PoolItem], weights: ArrayLike, score: float) -> float:
    """The theta at which the weighted sum of the chances is `score`.

    weights: (items,) not negative.  Raises ValueError where no ability within `FARTHEST` gives that score.
    """
    slope, difficulty = _parameters(items)
    weight = np.asarray(weights, dtype=np.float64)
    if weight.shape != slope.shape or np.any(weight < 0.0):
        raise ValueError("weights: one number, not negative, for each item is needed")
    low, high = -FARTHEST, FARTHEST

    def short_of(theta: float) -> float:
        return score - float(weight @ _chance(slope, difficulty, theta))

    if not short_of(low) > 0.0 > short_of(high):
        raise ValueError(f"score: {score} lies beyond what these items can give")
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        if short_of(middle) > 0.0:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _parameters(items: Sequence[PoolItem]) -> tuple[Array, Array]:
    return np.array([item.a for item in items], dtype=np.float64), np.array(
        [item.b for item in items], dtype=np.float64
    )


def _chance(slope: Array, difficulty: Array, theta: float) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-slope * (theta - difficulty))))
