"""Simulated answers; the same generator gives the same exam."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.irt import ItemParameters

Matrix = NDArray[np.float64]


def scores(parameters: ItemParameters, theta: ArrayLike, rng: np.random.Generator) -> Matrix:
    """(persons, items) 1 right, 0 wrong, as the model says."""
    p = parameters.probability(theta)
    return (rng.random(p.shape) < p).astype(np.float64)


def rasch_scores(difficulty: ArrayLike, theta: ArrayLike, rng: np.random.Generator) -> Matrix:
    """`scores` of items that differ in difficulty alone."""
    return scores(ItemParameters.from_difficulty(difficulty), theta, rng)


def on_forms(matrix: Matrix, length: int | None, rng: np.random.Generator) -> Matrix:
    """Leave each candidate so many items, drawn at random, and NaN for the others; ``None`` leaves all."""
    if length is not None:
        unused = np.argsort(rng.random(matrix.shape), axis=1)[:, length:]
        np.put_along_axis(matrix, unused, np.nan, axis=1)
    return matrix
