"""Tails of the incomplete beta and gamma functions, and the points where they have a given size.

The densities go through Loader's saddle-point form, so that large parameters lose no digits to
differences of log-gammas; both tails are carried, so that a small upper tail is not 1 minus the lower.

Sources: Loader 2000, Fast and accurate computation of binomial probabilities; Lentz 1976 for the
continued fractions.
"""

import math
import sys
from collections.abc import Callable

_TINY = sys.float_info.min
_EPS = sys.float_info.epsilon
_MAX_TERMS = 1_000_000
_HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)


def beta_tails(x: float, y: float, a: float, b: float) -> tuple[float, float]:
    """Lower and upper tail at x = 1 - y, both free of cancellation."""
    if x <= 0.0 or y <= 0.0:
        return (0.0, 1.0) if x <= 0.0 else (1.0, 0.0)
    front = _beta_density_logit(x, y, a, b)
    if x * (a + b + 2.0) < a + 1.0:
        lower = min(1.0, front * _beta_fraction(x, a, b) / a)
        return lower, 1.0 - lower
    upper = min(1.0, front * _beta_fraction(y, b, a) / b)
    return 1.0 - upper, upper


def _beta_density_logit(x: float, y: float, a: float, b: float) -> float:
    """x^a y^b / B(a, b): the density of logit(X), by the saddle-point form."""
    n = a + b
    log_value = _stirling_error(n) - _stirling_error(a) - _stirling_error(b) - _deviance(a, n * x) - _deviance(b, n * y)
    return math.sqrt(a / n * b / (2.0 * math.pi)) * math.exp(log_value)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction of the incomplete beta function, by Lentz's method."""
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    c, value = 1.0, d
    for m in range(1, _MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        d = 1.0 / _away_from_zero(1.0 + even * d)
        c = _away_from_zero(1.0 + even / c)
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d = 1.0 / _away_from_zero(1.0 + odd * d)
        c = _away_from_zero(1.0 + odd / c)
        value *= d * c
        if abs(d * c - 1.0) < _EPS:
            return value
    raise ArithmeticError("incomplete beta function: no convergence")


def beta_logit_quantile(p: float, a: float, b: float) -> float:
    """Return the logit of the beta quantile; log-odds keep all digits at both ends."""
    return solved(
        p,
        lambda u: beta_tails(expit(u), expit(-u), a, b),
        lambda u: _beta_density_logit(expit(u), expit(-u), a, b),
        math.log(a) - math.log(b),
    )


def gamma_tails(shape: float, x: float) -> tuple[float, float]:
    """Lower and upper tail of the gamma law, both free of cancellation."""
    if x <= 0.0:
        return 0.0, 1.0
    density = poisson_density(shape, x)
    if x < shape + 1.0:
        lower = min(1.0, density * _gamma_series(shape, x))
        return lower, 1.0 - lower
    upper = min(1.0, density * shape * _gamma_fraction(shape, x))
    return 1.0 - upper, upper


def poisson_density(shape: float, x: float) -> float:
    """x^shape e^-x / Gamma(shape + 1), by the saddle-point form."""
    log_value = -_stirling_error(shape) - _deviance(shape, x)
    return math.exp(log_value) / math.sqrt(2.0 * math.pi * shape)


def _gamma_series(shape: float, x: float) -> float:
    term = total = 1.0
    for m in range(1, _MAX_TERMS):
        term *= x / (shape + m)
        total += term
        if term < total * _EPS:
            return total
    raise ArithmeticError("incomplete gamma function: no convergence")


def _gamma_fraction(shape: float, x: float) -> float:
    b = x + 1.0 - shape
    c, d = 1.0 / _TINY, 1.0 / _away_from_zero(b)
    value = d
    for m in range(1, _MAX_TERMS):
        a = m * (shape - m)
        b += 2.0
        d = 1.0 / _away_from_zero(a * d + b)
        c = _away_from_zero(b + a / c)
        value *= d * c
        if abs(d * c - 1.0) < _EPS:
            return value
    raise ArithmeticError("incomplete gamma function: no convergence")


def solved(
    p: float,
    tails: Callable[[float], tuple[float, float]],
    density: Callable[[float], float],
    start: float,
) -> float:
    """Find u with lower tail p: Newton on the log of the smaller tail, kept inside a bracket."""
    lower_side = p <= 0.5  # the smaller tail
    target = math.log(p) if lower_side else math.log1p(-p)
    low, high, u = -700.0, 700.0, start
    for _ in range(400):
        tail = tails(u)[0 if lower_side else 1]
        miss = (math.log(tail) if tail > 0.0 else -math.inf) - target
        if (miss < 0.0) == lower_side:
            low = u
        else:
            high = u
        slope = density(u) / tail if tail > 0.0 else 0.0
        step = miss / slope if slope > 0.0 else math.inf
        following = u - step if lower_side else u + step
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - u) <= 2.0 * _EPS * max(1.0, abs(u)):
            return following
        u = following
    return u


def _stirling_error(n: float) -> float:
    """Return log Gamma(n + 1) minus Stirling's formula."""
    if n < 16.0:  # below this the direct form loses nothing
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - _HALF_LOG_TWO_PI
    s = 1.0 / (n * n)
    terms = 1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s / 156)))
    return (1 / 12 - s * (1 / 360 - s * terms)) / n


def _deviance(x: float, mean: float) -> float:
    """Return x log(x/mean) + mean - x without cancellation near x = mean."""
    if mean <= 0.0:
        return math.inf
    gap = x - mean
    if abs(gap) >= 0.1 * (x + mean):
        return x * math.log(x / mean) + mean - x
    v = gap / (x + mean)
    total, term, square = gap * v, 2.0 * x * v, v * v
    for j in range(1, 1000):
        term *= square
        following = total + term / (2 * j + 1)
        if following == total:
            break
        total = following
    return total


def expit(u: float) -> float:
    """Logistic function of one number, without overflow."""
    if u >= 0.0:
        return 1.0 / (1.0 + math.exp(-u))
    e = math.exp(u)
    return e / (1.0 + e)


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
