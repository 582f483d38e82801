"""What an equating is, and what stands in its way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason

from .scores import FormScores

LEAST_N = 100
"""Candidates per form below which forms are not equated: assembly must make them alike."""


@dataclass(frozen=True, slots=True)
class Equating:
    """What each raw score of X would have been on Y.

    equivalents: one number per raw score of X, 0..k; they are not rounded and may leave 0..k of Y.
                 Empty when `reason` says why there are none.
    se:          standard error of each, ``None`` where it is not defined; empty where none is computed.
    n_x, n_y:    candidates of each form; 0 where a model stands for them.
    slope, intercept: of an equating that is a straight line, else ``None``.
    variant:     the method and its options.
    converged:   did what iterates (presmoothing) end where it should?
    """

    equivalents: tuple[float, ...]
    n_x: int
    n_y: int
    variant: str
    se: tuple[float | None, ...] = ()
    slope: float | None = None
    intercept: float | None = None
    reason: Reason | None = None
    converged: bool = True

    @property
    def n_used(self) -> int:
        """Candidates of both forms."""
        return self.n_x + self.n_y


def obstacle(x: FormScores, y: FormScores, least_n: int) -> Reason | None:
    """Why two forms cannot be equated by their scores, or ``None``."""
    if least_n < 1:
        raise ValueError(f"least_n must be at least 1, got {least_n!r}")
    if x.reason is not None or y.reason is not None:
        return x.reason or y.reason
    if min(round(x.n), round(y.n)) < least_n:
        return Reason.TOO_FEW_PERSONS
    return None


def refused(reason: Reason, x: FormScores, y: FormScores, variant: str, *, converged: bool = True) -> Equating:
    """Return an equating without equivalents, and the reason for it."""
    return Equating((), round(x.n), round(y.n), variant, reason=reason, converged=converged)


def line(
    slope: float,
    intercept: float,
    x: FormScores,
    y: FormScores,
    variant: str,
    se: NDArray[np.float64] | None = None,
) -> Equating:
    """Return the equating ``slope x + intercept``."""
    return Equating(
        tuple((slope * np.arange(len(x.counts)) + intercept).tolist()),
        round(x.n),
        round(y.n),
        variant,
        se=() if se is None else tuple(se.tolist()),
        slope=slope,
        intercept=intercept,
    )


def curve(
    equivalents: NDArray[np.float64],
    x: FormScores,
    y: FormScores,
    variant: str,
    se: tuple[float | None, ...] = (),
) -> Equating:
    """Return an equating that is not a straight line."""
    return Equating(tuple(equivalents.tolist()), round(x.n), round(y.n), variant, se=se)
