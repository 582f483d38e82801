"""Fixed points of ascent algorithms (EM and its kin), reached in few steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """Where the iteration ended.

    at:        (n,) the point.  value: the objective there.
    converged: did the last step move no entry by more than the tolerance?
    iterations: how often the step was computed.
    """

    at: Vector
    value: float
    converged: bool
    iterations: int


def accelerated_ascent(
    step: Callable[[Vector], tuple[float, Vector]],
    start: ArrayLike,
    *,
    depth: int = 5,
    tolerance: float = 1e-6,
    max_iterations: int = 500,
) -> FixedPoint:
    """Fixed point of a step that never lowers an objective, by Anderson's mixing of the last steps.

    The next point is the combination of the last images whose combined step is shortest. Where such
    a point lowers the objective by more than noise, the search goes back to the last plain image and forgets the past,
    so that the objective rises on the whole.

    step:  (n,) -> (objective at the point, image of the point).
    depth: >= 0 earlier steps to mix; 0 is the plain iteration.

    Source: Anderson 1965, JACM 12:547-560; Walker & Ni 2011; for EM: Henderson & Varadhan 2019.

    >>> end = accelerated_ascent(lambda x: (-float((x[0] - 2) ** 2), 0.9 * x + 0.2), [0.0])
    >>> end.converged, end.iterations, end.at.round(6).tolist()
    (True, 3, [2.0])
    """
    x = np.array(start, dtype=np.float64)
    kept: list[tuple[Vector, Vector]] = []
    reached = -np.inf
    for iteration in range(1, max_iterations + 1):
        value, image = step(x)
        if kept and not value >= reached - 1e-9 * abs(reached):
            x, kept = kept[-1][1], []
            continue
        reached = value
        if np.max(np.abs(image - x), initial=0.0) <= tolerance:
            return FixedPoint(x, value, converged=True, iterations=iteration)
        kept = [*(kept[-depth:] if depth else []), (x, image)]
        x = _mixed(kept)
    return FixedPoint(kept[-1][0] if kept else x, reached, converged=False, iterations=max_iterations)


def _mixed(kept: list[tuple[Vector, Vector]]) -> Vector:
    images = np.array([image for _, image in kept])
    steps = images - np.array([x for x, _ in kept])
    if len(kept) == 1:
        return kept[-1][1]
    weights = np.linalg.lstsq(np.diff(steps, axis=0).T, steps[-1], rcond=1e-10)[0]
    mixed: Vector = images[-1] - weights @ np.diff(images, axis=0)
    return mixed
