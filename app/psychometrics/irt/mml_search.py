"""The search common to all models: leave out what cannot be fitted, climb, and say what came of it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.numerics import FixedPoint, accelerated_ascent, normal_grid
from app.psychometrics.responses import Responses

from .calibration import Calibration
from .mml_expectation import Grid, expect
from .mml_models import Model
from .mml_newton import FARTHEST, STEEPEST
from .mml_patterns import Patterns, obstacles, patterns_of
from .model import ItemParameters

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to integrate and how far to go."""

    n_nodes: int
    max_iterations: int
    standard_errors: bool

    def grid(self) -> Grid:
        """Return the nodes, and refuse settings that make no sense."""
        if self.max_iterations < 1:
            raise ValueError(f"max_iterations must be at least 1, got {self.max_iterations!r}")
        if self.n_nodes < 2:
            raise ValueError(f"n_nodes must be at least 2, got {self.n_nodes!r}")
        nodes, weights = normal_grid(self.n_nodes)
        return Grid(nodes, np.log(weights))


def calibrated(
    responses: Responses,
    kind: Callable[[Grid, Patterns], Model],
    settings: Settings,
    *,
    least_items: int,
    totals_only: bool,
    variant: str,
) -> Calibration:
    """Fit the model that `kind` builds to all items that carry it, again without those that run away."""
    grid, reasons, cycles = settings.grid(), obstacles(responses), 0
    while cycles < settings.max_iterations:
        items = np.flatnonzero([reason is None for reason in reasons])
        if len(items) < least_items:
            too_few = Reason.TOO_FEW_ITEMS if np.any(responses.present) else Reason.TOO_FEW_PERSONS
            return _nothing(too_few, reasons, variant)
        patterns = patterns_of(responses, items, totals_only=totals_only)
        model = kind(grid, patterns)
        end = _climb(model, patterns, grid, settings.max_iterations - cycles)
        cycles += end.iterations
        runaway = items[_at_the_limit(model.items(end.at))].tolist()
        if not runaway:
            found = replace(_found(reasons, items, model, patterns, end, variant), iterations=cycles)
            return _with_errors(found, items, model, end.at) if settings.standard_errors and end.converged else found
        for item in runaway:
            reasons[item] = Reason.BOUNDARY
    return replace(_nothing(Reason.NOT_CONVERGED, reasons, variant), iterations=cycles)


def _climb(model: Model, patterns: Patterns, grid: Grid, max_iterations: int) -> FixedPoint:
    def step(x: Array) -> tuple[float, Array]:
        expected = expect(patterns, model.curves(x), grid)
        return expected.log_likelihood + model.log_prior(x), model.maximised(x, expected)

    return accelerated_ascent(step, model.start(), max_iterations=max_iterations)


def _at_the_limit(found: ItemParameters) -> NDArray[np.bool_]:
    """(items,) has the item run as far as the models let it?"""
    return (np.abs(found.slope) >= 0.99 * STEEPEST) | (np.abs(found.intercept) >= 0.99 * FARTHEST)


def _nothing(reason: Reason, reasons: Sequence[Reason | None], variant: str) -> Calibration:
    """No figures: every item has its own reason, or this one."""
    k = len(reasons)
    return Calibration(
        parameters=ItemParameters(*np.zeros((3, k))),
        variance=1.0,
        estimated=np.zeros(k, dtype=np.bool_),
        reasons=tuple(own or reason for own in reasons),
        se_slope=None,
        se_intercept=None,
        se_difficulty=None,
        se_guess=None,
        se_variance=None,
        log_likelihood=None,
        aic=None,
        bic=None,
        n_parameters=0,
        n_used=0,
        converged=False,
        iterations=0,
        reason=reason,
        variant=variant,
    )


def _found(
    reasons: Sequence[Reason | None],
    items: NDArray[np.intp],
    model: Model,
    patterns: Patterns,
    end: FixedPoint,
    variant: str,
) -> Calibration:
    found, k = model.items(end.at), len(reasons)
    log_likelihood = end.value - model.log_prior(end.at)
    return replace(
        _nothing(Reason.NOT_CONVERGED, reasons, variant),
        parameters=ItemParameters(*(_spread(v, items, k) for v in (found.slope, found.intercept, found.guess))),
        estimated=np.array([reason is None for reason in reasons]),
        reasons=tuple(reasons),
        log_likelihood=log_likelihood,
        aic=2.0 * len(end.at) - 2.0 * log_likelihood,
        bic=math.log(patterns.n_persons) * len(end.at) - 2.0 * log_likelihood,
        n_parameters=len(end.at),
        n_used=patterns.n_persons,
        converged=end.converged,
        reason=None if end.converged else Reason.NOT_CONVERGED,
    )


def _with_errors(found: Calibration, items: NDArray[np.intp], model: Model, x: Array) -> Calibration:
    """Add the standard errors; those of the difficulty -d / a by the delta method."""
    covariance = _inverse(model.information(x))
    if covariance is None:
        return found
    each = model.covariances(x, covariance)
    own, k = model.items(x), len(found.reasons)
    slope = np.copysign(np.maximum(np.abs(own.slope), 1e-9), own.slope)
    b = -own.intercept / slope
    errors = [_spread(np.sqrt(each[:, i, i]), items, k) for i in range(each.shape[1])]
    of_difficulty = (each[:, 1, 1] + 2.0 * b * each[:, 0, 1] + b**2 * each[:, 0, 0]) / slope**2
    return replace(
        found,
        se_slope=errors[0],
        se_intercept=errors[1],
        se_difficulty=_spread(np.sqrt(of_difficulty), items, k),
        se_guess=errors[2] if len(errors) > 2 else None,
    )


def _inverse(information: Array) -> Array | None:
    """Inverse of a positive definite matrix, or ``None`` if it is not."""
    try:
        np.linalg.cholesky(information)
        inverse = np.linalg.inv(information)
    except np.linalg.LinAlgError:
        return None
    return inverse.astype(np.float64)


def _spread(values: Array, items: NDArray[np.intp], n_items: int) -> Array:
    result = np.zeros(n_items)
    result[items] = values
    return result
