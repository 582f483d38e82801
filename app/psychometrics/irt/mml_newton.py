"""Newton steps of many small problems at once, none of which may go down."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STEEPEST = 20.0
"""A curve with a slope beyond this jumps between two nodes: nothing in the data holds it."""
FARTHEST = 50.0
"""An intercept beyond this puts the item out of everybody's reach, or below it."""
LONGEST_STEP = 1.0
"""Of any parameter: far from the solution the curvature misleads."""
HALVINGS = 20


def stepped(x: Array, step: Array, objectives: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Follow each problem's step, halved until its objective does not fall, within the bounds.

    x, step: (parameters, problems).  objectives: of such an x, (problems,).  low, high: (parameters, 1).
    """
    step = step / np.maximum(np.max(np.abs(step), axis=0) / LONGEST_STEP, 1.0)
    before = objectives(x)
    size = np.ones(x.shape[1])
    for _ in range(HALVINGS):
        after = np.clip(x + size * step, low, high)
        fallen = objectives(after) < before - 1e-10 * np.abs(before)
        if not np.any(fallen):
            return after
        size[fallen] *= 0.5
    size[fallen] = 0.0
    return np.clip(x + size * step, low, high)
