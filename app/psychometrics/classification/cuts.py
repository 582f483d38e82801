"""The raw score from which on a candidate passes, and the ability that it asks for."""

import math

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.irt.model import ItemParameters
from app.psychometrics.numerics.optimise import root

_BOUND = 12.0  # no ability lies beyond
_COARSE = 0.1


def raw_cut(percent: float, *, n_items: int) -> int:
    """Return the least whole score that reaches `percent` of `n_items`.

    percent: 0..100.  n_items: >= 1.

    >>> raw_cut(68, n_items=100), raw_cut(68, n_items=30)
    (68, 21)
    """
    if not 0.0 <= percent <= 100.0:
        raise ValueError(f"percent must lie in 0..100, got {percent!r}")
    if n_items < 1:
        raise ValueError(f"n_items must be at least 1, got {n_items!r}")
    return math.ceil(percent * n_items / 100.0 - 1e-9)


def theta_at_score(
    parameters: ItemParameters, *, score: float, step: float | None = None, weights: ArrayLike | None = None
) -> float | None:
    """Return the least ability whose expected raw score on these items reaches `score`.

    score:   finite.  step: ``None`` for the exact root; else the least multiple of `step` in [-12, 12].
    weights: (items,) how often each item counts, >= 0; ``None``: once.

    Returns ``None`` where no ability in [-12, 12] is the first to reach it: a score at or below the
    sum of the guessing chances, or at or above the number of items.

    >>> items = ItemParameters.from_difficulty([0.0, 1.0])
    >>> theta_at_score(items, score=1.0), theta_at_score(items, score=1.0, step=0.2)
    (0.5, 0.6)
    """
    if not math.isfinite(score):
        raise ValueError(f"score must be finite, got {score!r}")
    if step is not None and not 0.0 < step <= _BOUND:
        raise ValueError(f"step must lie in (0, {_BOUND:g}], got {step!r}")
    counts = np.ones(parameters.n_items) if weights is None else np.asarray(weights, dtype=np.float64)
    if counts.shape != parameters.slope.shape or not np.all((counts >= 0.0) & (counts < np.inf)):
        raise ValueError("weights must be one number of 0 or more per item")
    grid: list[float] = np.linspace(-_BOUND, _BOUND, 1 + round(2.0 * _BOUND / _COARSE)).tolist()
    reached = parameters.probability(grid) @ counts >= score
    first = int(np.argmax(reached))
    if first == 0:  # never, or from the first on
        return None
    found = root(lambda theta: float(parameters.probability(theta) @ counts) - score, grid[first - 1], grid[first])
    if found is None:  # the grid point itself, give or take rounding
        found = grid[first]
    return found if step is None else round(math.ceil(found / step - 1e-9) * step, 12)
