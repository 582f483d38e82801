"""Item parameters of the logistic models and what follows from them alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ItemParameters:
    """Parameters in slope-intercept form, ``P = g + (1 - g) / (1 + exp(-(a theta + d)))``; D = 1.

    slope:     (items,) a.
    intercept: (items,) d.
    guess:     (items,) g, the lower asymptote in [0, 1); 0 in all models but the 3PL.

    >>> p = ItemParameters.from_difficulty([0.0, 1.0], slope=[1.0, 2.0])
    >>> p.intercept.tolist(), p.difficulty.tolist()
    ([-0.0, -2.0], [0.0, 1.0])
    """

    slope: Array
    intercept: Array
    guess: Array

    def __post_init__(self) -> None:
        shapes = {self.slope.shape, self.intercept.shape, self.guess.shape}
        if len(shapes) != 1 or self.slope.ndim != 1:
            raise ValueError("slope, intercept and guess must be columns of one length")
        if not (np.all(np.isfinite(self.slope)) and np.all(np.isfinite(self.intercept))):
            raise ValueError("slope and intercept must be finite")
        if not np.all((self.guess >= 0.0) & (self.guess < 1.0)):
            raise ValueError("guess must lie in [0, 1)")

    @classmethod
    def from_difficulty(
        cls, difficulty: ArrayLike, *, slope: ArrayLike = 1.0, guess: ArrayLike = 0.0
    ) -> "ItemParameters":
        """From ``a (theta - b)``; slope and guess may be one number for all items.

        >>> ItemParameters.from_difficulty([0.5, -0.5]).slope.tolist()
        [1.0, 1.0]
        """
        b = np.asarray(difficulty, dtype=np.float64)
        a = np.broadcast_to(np.asarray(slope, dtype=np.float64), b.shape)
        g = np.broadcast_to(np.asarray(guess, dtype=np.float64), b.shape)
        return cls(a, -a * b, g)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.slope)

    @property
    def difficulty(self) -> Array:
        """(items,) b = -d / a; infinite for an item of slope 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return -self.intercept / self.slope

    def of_items(self, items: Sequence[int] | NDArray[np.integer]) -> "ItemParameters":
        """Return the parameters of the items with these indices, in that order."""
        at = np.asarray(items, dtype=np.int64)
        return ItemParameters(self.slope[at], self.intercept[at], self.guess[at])

    def probability(self, theta: ArrayLike) -> Array:
        """P(right) at each ability: theta of any shape gives (..., items).

        >>> ItemParameters.from_difficulty([0.0]).probability(0.0).tolist()
        [0.5]
        """
        return _chance(np.asarray(theta, dtype=np.float64)[..., None], self.slope, self.intercept, self.guess)

    def probability_of(self, items: NDArray[np.integer], theta: Array) -> Array:
        """P(right) for these items at these abilities, broadcast against each other.

        >>> ItemParameters.from_difficulty([0.0, 1.0]).probability_of(np.array([1, 0]), np.array([1.0, 0.0])).tolist()
        [0.5, 0.5]
        """
        return _chance(theta, self.slope[items], self.intercept[items], self.guess[items])

    def information(self, theta: ArrayLike) -> Array:
        """Fisher information of each item at each ability, (..., items).

        ``a^2 (Q/P) ((P - g)/(1 - g))^2``. Source: Birnbaum 1968, in Lord & Novick, ch. 20.

        >>> ItemParameters.from_difficulty([0.0], slope=2.0).information(0.0).tolist()
        [1.0]
        """
        p = self.probability(theta)
        share = (p - self.guess) / (1.0 - self.guess)
        return self.slope**2 * (1.0 - p) / p * share**2


def _chance(theta: Array, slope: Array, intercept: Array, guess: Array) -> Array:
    return guess + (1.0 - guess) * expit(theta * slope + intercept)


def expit(x: ArrayLike) -> Array:
    """Logistic function without overflow.

    >>> expit([0.0, -1000.0]).tolist()
    [0.5, 0.0]
    """
    values = np.asarray(x, dtype=np.float64)
    e = np.exp(-np.abs(values))
    return np.where(values >= 0.0, 1.0, e) / (1.0 + e)
