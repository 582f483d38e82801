"""The logistic models as the EM algorithm sees them: start, curves, M step. All items at once."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .mml_expectation import Expected, Grid, LogCurves
from .mml_information import slopes_information
from .mml_newton import FARTHEST, STEEPEST, stepped
from .mml_patterns import Patterns
from .model import ItemParameters, expit

Array = NDArray[np.float64]
TINY = 1e-300
"""Stands for a curvature of 0, far from the solution."""
LIMIT = np.array([[STEEPEST], [FARTHEST]])
NEWTON_STEPS = 2
"""Per M step; more of them cost time and save no cycle."""


class Model(Protocol):
    """A model of given responses, with a vector of free parameters."""

    def start(self) -> Array:
        """Return a first guess of the vector."""

    def items(self, x: Array) -> ItemParameters:
        """Return the item parameters on the scale of a standard normal ability."""

    def curves(self, x: Array) -> LogCurves:
        """Return what the items say at each node."""

    def maximised(self, x: Array, expected: Expected) -> Array:
        """Return the vector of the M step, begun at `x`."""

    def log_prior(self, x: Array, /) -> float:
        """Return the log prior density of the vector, up to a constant."""

    def information(self, x: Array) -> Array:
        """Return the observed information on the vector."""

    def covariances(self, x: Array, covariance: Array, /) -> Array:
        """Per item the covariance of (slope, intercept), or with the guess, from that of the vector."""


class CommonSlope:
    """One slope for all items: (a, d_1, ..., d_k). With ability / a as the scale, the Rasch model."""

    def __init__(self, grid: Grid, patterns: Patterns) -> None:
        self.grid, self.patterns = grid, patterns
        self.limit = np.array([[STEEPEST], *[[FARTHEST]] * patterns.n_items])

    def start(self) -> Array:
        return np.concatenate(([1.0], first_intercepts(self.patterns)))

    def items(self, x: Array) -> ItemParameters:
        return ItemParameters(np.full(len(x) - 1, abs(x[0])), x[1:], np.zeros(len(x) - 1))

    def curves(self, x: Array) -> LogCurves:
        logit = x[0] * self.grid.theta + x[1:, None]
        return LogCurves(x[:1, None] * self.grid.theta, -np.logaddexp(0.0, logit), float(self.patterns.right @ x[1:]))

    def maximised(self, x: Array, expected: Expected) -> Array:
        theta, n = self.grid.theta, expected.administered

        def objective(column: Array) -> Array:
            curves = self.curves(column[:, 0])
            return np.atleast_1d(np.sum(expected.statistic * curves.odds) + np.sum(n * curves.wrong) + curves.constant)

        for _ in range(NEWTON_STEPS):
            p = expit(x[0] * theta + x[1:, None])
            w = n * p * (1.0 - p)
            g_d = self.patterns.right - np.sum(n * p, axis=1)
            g_a = float((expected.statistic[0] - np.sum(n * p, axis=0)) @ theta)
            across, own = w @ theta, np.maximum(w.sum(axis=1), TINY)  # an arrow: eliminate the intercepts
            curvature = max(float(np.sum(w @ theta**2) - across @ (across / own)), TINY)
            step_a = (g_a - across @ (g_d / own)) / curvature
            step = np.concatenate((np.atleast_1d(step_a), (g_d - across * step_a) / own))
            x = stepped(x[:, None], step[:, None], objective, -self.limit, self.limit)[:, 0]
        return x

    def log_prior(self, _x: Array, /) -> float:
        return 0.0

    def information(self, x: Array) -> Array:
        return slopes_information(self.items(x), self.patterns, self.curves(x), self.grid)

    def covariances(self, x: Array, covariance: Array, /) -> Array:
        result = np.empty((len(x) - 1, 2, 2))
        result[:, 0, 0] = covariance[0, 0]
        result[:, 0, 1] = result[:, 1, 0] = np.copysign(1.0, x[0]) * covariance[0, 1:]
        result[:, 1, 1] = np.diag(covariance)[1:]
        return result


class FreeSlopes:
    """The 2PL: (a_1, ..., a_k, d_1, ..., d_k)."""

    def __init__(self, grid: Grid, patterns: Patterns) -> None:
        self.grid, self.patterns = grid, patterns

    def start(self) -> Array:
        return np.concatenate((np.ones(self.patterns.n_items), first_intercepts(self.patterns)))

    def items(self, x: Array) -> ItemParameters:
        a, d = x.reshape(2, -1)
        return ItemParameters(a, d, np.zeros(len(a)))

    def curves(self, x: Array) -> LogCurves:
        logit = self._logit(x)
        return LogCurves(logit, -np.logaddexp(0.0, logit))

    def maximised(self, x: Array, expected: Expected) -> Array:
        theta, n = self.grid.theta, expected.administered

        def objectives(parameters: Array) -> Array:
            logit = self._logit(parameters)
            return np.asarray(np.sum(expected.statistic * logit - n * np.logaddexp(0.0, logit), axis=1))

        for _ in range(NEWTON_STEPS):
            p = expit(self._logit(x))
            residual, w = expected.statistic - n * p, n * p * (1.0 - p)
            g_a, g_d = residual @ theta, residual.sum(axis=1)
            aa, ad, dd = w @ theta**2, w @ theta, w.sum(axis=1)
            determinant = np.maximum(aa * dd - ad * ad, TINY)
            step = np.stack((dd * g_a - ad * g_d, aa * g_d - ad * g_a)) / determinant
            x = stepped(x.reshape(2, -1), step, objectives, -LIMIT, LIMIT).ravel()
        return x

    def log_prior(self, _x: Array, /) -> float:
        return 0.0

    def information(self, x: Array) -> Array:
        return slopes_information(self.items(x), self.patterns, self.curves(x), self.grid)

    def covariances(self, _x: Array, covariance: Array, /) -> Array:
        return blocks_of_items(covariance, 2)

    def _logit(self, x: Array) -> Array:
        a, d = x.reshape(2, -1)
        return a[:, None] * self.grid.theta + d[:, None]


def first_intercepts(patterns: Patterns) -> Array:
    """Intercepts for slope 1 from the proportions right: the logit, stretched for the spread of ability."""
    p = patterns.right / patterns.administered
    return 1.16 * np.log(p / (1.0 - p))  # sqrt(1 + 1 / 1.7^2)


def blocks_of_items(covariance: Array, parameters: int) -> Array:
    """(items, parameters, parameters) own covariances out of that of (all first, all second, ...) parameters."""
    k = len(covariance) // parameters
    each = np.arange(k)
    return covariance.reshape(parameters, k, parameters, k)[:, each, :, each]
