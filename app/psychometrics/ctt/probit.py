"""A probit line: how the chance of a right answer rises with a score."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MAX_STEPS = 50
_TOLERANCE = 1e-9
_ROOT_HALF = math.sqrt(0.5)

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ProbitLine:
    """``P(right | z) = Phi(intercept + slope z)``, with the sampling variance of the slope."""

    intercept: float
    slope: float
    slope_variance: float


def probit_line(z: Vector, right: NDArray[np.int64], count: Vector) -> ProbitLine | None:
    """Fit the line by maximum likelihood: Newton steps, halved while the likelihood falls.

    z, right, count: (cells,) score, 0 or 1, candidates. Right and wrong answers must overlap in z.
    Returns ``None`` when the steps do not converge.
    """
    sign: Vector = 2.0 * right.astype(np.float64) - 1.0
    design = np.stack((np.ones(len(z)), z))
    line = np.zeros(2)
    value, gradient, information = _likelihood(line, design, sign, count)
    for _ in range(_MAX_STEPS):
        step = np.linalg.solve(information, gradient)
        if float(np.max(np.abs(step))) < _TOLERANCE:
            variance = float(np.linalg.inv(information)[1, 1])
            return ProbitLine(float(line[0]), float(line[1]), variance)
        following = _likelihood(line + step, design, sign, count)
        while following[0] < value - _TOLERANCE * abs(value) and float(np.max(np.abs(step))) > _TOLERANCE:
            step = step / 2.0
            following = _likelihood(line + step, design, sign, count)
        line = line + step
        value, gradient, information = following
    return None


def _likelihood(line: Vector, design: Vector, sign: Vector, count: Vector) -> tuple[float, Vector, Vector]:
    """Log-likelihood, its gradient and the observed information."""
    m = sign * (line @ design)
    log_chance = _log_normal_cdf(m)
    mills = np.exp(-0.5 * m * m - log_chance) / math.sqrt(2.0 * math.pi)
    gradient = design @ (count * sign * mills)
    information = (design * (count * mills * (mills + m))) @ design.T
    return float(count @ log_chance), gradient, information


def _log_normal_cdf(x: Vector) -> Vector:
    """Log of Phi; the first terms of the asymptotic series where Phi itself underflows."""
    tail = np.minimum(x, -30.0)
    far = -0.5 * tail * tail - np.log(-tail * math.sqrt(2.0 * math.pi)) - 1.0 / (tail * tail)
    near = np.array([math.erfc(-value * _ROOT_HALF) for value in np.maximum(x, -30.0).tolist()])
    return np.where(x < -30.0, far, np.log(near / 2.0))
