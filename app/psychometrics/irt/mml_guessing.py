"""The 3PL as the EM algorithm sees it, with normal priors on log slope, intercept and logit guess."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from .mml_expectation import Expected, Grid, LogCurves, expect
from .mml_information import guessing_information
from .mml_models import NEWTON_STEPS, blocks_of_items, first_intercepts
from .mml_newton import FARTHEST, STEEPEST, stepped
from .mml_patterns import Patterns
from .model import ItemParameters, expit

Array = NDArray[np.float64]
Prior = tuple[float, float] | None
"""Mean and standard deviation of a normal prior, or ``None`` for a flat one."""
FIRST_GUESS = 0.2
BOUNDS = np.array([[[-4.0], [-FARTHEST], [-9.0]], [[np.log(STEEPEST)], [FARTHEST], [3.0]]])
"""Least and most of log a, d and logit g, for flat priors and data that hold nothing back."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The curves of the items and their slopes, each (items, nodes).

    p: P(right).  e: the logistic part.  g: (items, 1) the lower asymptote.
    scale: d logit / d log a = a theta.
    """

    p: Array
    e: Array
    g: Array
    scale: Array


class Guessing:
    """The 3PL: (log a, d, logit g), each for all items."""

    def __init__(
        self, grid: Grid, patterns: Patterns, *, slope: Prior = None, intercept: Prior = None, guess: Prior = None
    ) -> None:
        self.grid, self.patterns = grid, patterns
        priors = (slope, intercept, guess)
        self.mean = np.array([[0.0 if prior is None else prior[0]] for prior in priors])
        self.precision = np.array([[0.0 if prior is None else prior[1] ** -2.0] for prior in priors])

    def start(self) -> Array:
        k = self.patterns.n_items
        guess = self.mean[2, 0] if self.precision[2, 0] else np.log(FIRST_GUESS / (1.0 - FIRST_GUESS))
        return np.concatenate((np.zeros(k), first_intercepts(self.patterns), np.full(k, guess)))

    def items(self, x: Array) -> ItemParameters:
        log_a, d, logit_g = _within(x)
        return ItemParameters(np.exp(log_a), d, expit(logit_g))

    def curves(self, x: Array) -> LogCurves:
        log_a, d, logit_g = _within(x)[..., None]
        logit = np.exp(log_a) * self.grid.theta + d
        log_g, log_rest = -np.logaddexp(0.0, -logit_g), -np.logaddexp(0.0, logit_g)
        return LogCurves(np.logaddexp(log_g, logit) - log_rest, log_rest - np.logaddexp(0.0, logit))

    def maximised(self, x: Array, expected: Expected) -> Array:
        """Newton steps, each item's halved until its own part of the objective rises."""
        for _ in range(NEWTON_STEPS):
            shape = self._shape(x)
            gradient = self._gradient(x, shape, expected)
            information = self._observed_information(shape, expected)
            bent = np.linalg.eigvalsh(information)[:, 0] <= 0.0  # no peak near: Fisher's scoring knows the way
            information[bent] = self._expected_information(shape, expected.administered)[bent]
            step: Array = np.linalg.solve(information, gradient.T[..., None])[..., 0].T.astype(np.float64)
            x = stepped(_within(x), step, partial(self._objectives, expected=expected), *BOUNDS).ravel()
        return x

    def log_prior(self, x: Array, /) -> float:
        return float(np.sum(self._log_priors(x)))

    def information(self, x: Array) -> Array:
        s, curves = self._shape(x), self.curves(x)
        u = np.stack(np.broadcast_arrays(s.e * s.scale, s.e, s.g))
        complete = self._observed_information(s, expect(self.patterns, curves, self.grid))
        return guessing_information(u / s.p, u, complete, self.patterns, curves, self.grid)

    def covariances(self, x: Array, covariance: Array, /) -> Array:
        found = self.items(x)
        change = np.stack((found.slope, np.ones_like(found.slope), found.guess * (1.0 - found.guess)), axis=1)
        return blocks_of_items(covariance, 3) * change[:, :, None] * change[:, None, :]

    def _shape(self, x: Array) -> Shape:
        log_a, d, logit_g = _within(x)[..., None]
        scale = np.exp(log_a) * self.grid.theta
        e, g = expit(scale + d), expit(logit_g)
        return Shape(g + (1.0 - g) * e, e, g, scale)

    def _observed_information(self, s: Shape, expected: Expected) -> Array:
        """(items, 3, 3) minus the second derivatives of the expected complete log posterior."""
        n, r_p2 = expected.administered, expected.statistic / s.p**2
        zz = s.e * (1.0 - s.e) * (n - r_p2 * s.g)
        zg = r_p2 * s.g * (1.0 - s.g) * s.e * (1.0 - s.e)
        gg = s.g * (1.0 - s.g) * (n - r_p2 * s.e)
        bend = (expected.statistic / s.p - n) * s.e * s.scale  # log a enters the logit by its exponential
        return self._assembled(zz, zg, gg, s.scale, np.sum(bend, axis=1))

    def _expected_information(self, s: Shape, n: Array) -> Array:
        known = (1.0 - s.g) * (1.0 - s.e) * n / s.p
        zg = s.g * s.e * known
        return self._assembled(s.e**2 * known, zg, s.g**2 * known, s.scale, np.zeros(len(n)))

    def _assembled(self, zz: Array, zg: Array, gg: Array, scale: Array, bend: Array) -> Array:
        result = np.empty((len(zz), 3, 3))
        result[:, 0, 0] = np.sum(zz * scale**2, axis=1) - bend
        result[:, 0, 1] = result[:, 1, 0] = np.sum(zz * scale, axis=1)
        result[:, 1, 1] = np.sum(zz, axis=1)
        result[:, 0, 2] = result[:, 2, 0] = np.sum(zg * scale, axis=1)
        result[:, 1, 2] = result[:, 2, 1] = np.sum(zg, axis=1)
        result[:, 2, 2] = np.sum(gg, axis=1)
        ridge = np.where(self.precision[:, 0] > 0.0, self.precision[:, 0], 1e-9)
        result += np.diag(ridge)
        return result

    def _gradient(self, x: Array, s: Shape, expected: Expected) -> Array:
        excess = expected.statistic / s.p - expected.administered
        likelihood = np.sum(np.stack((excess * s.e * s.scale, excess * s.e, excess * s.g)), axis=2)
        pull: Array = self.precision * (_within(x) - self.mean)
        gradient: Array = likelihood - pull
        return gradient

    def _objectives(self, x: Array, expected: Expected) -> Array:
        curves = self.curves(x)
        likelihood = np.sum(expected.statistic * curves.odds + expected.administered * curves.wrong, axis=1)
        objectives: Array = likelihood + self._log_priors(x)
        return objectives

    def _log_priors(self, x: Array) -> Array:
        distance = (_within(x) - self.mean) ** 2
        priors: Array = -0.5 * np.sum(self.precision * distance, axis=0)
        return priors


def _within(x: Array) -> Array:
    """(3, items) the vector inside the bounds, wherever the search has put it."""
    within: Array = np.clip(x.reshape(3, -1), BOUNDS[0], BOUNDS[1])
    return within
