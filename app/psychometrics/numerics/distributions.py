"""Distribution functions and quantiles of the normal, beta, F, chi-square and t laws.

Scalars in, scalars out, with a relative error of about 1e-12 (1e-10 in an F or beta quantile where one
shape is at most 1 and the other in the millions), standard library only. No approximation of one law by
another at any size.

Source: Wichura 1988 (AS 241, through ``statistics.NormalDist``); the others as `incomplete`.
"""

import math
from statistics import NormalDist

from .incomplete import beta_logit_quantile, beta_tails, expit, gamma_tails, poisson_density, solved

_STANDARD_NORMAL = NormalDist()


def normal_cdf(x: float) -> float:
    """P(Z <= x) of the standard normal; exact in both tails.

    >>> round(normal_cdf(1.96), 6)
    0.975002
    """
    return 0.5 * math.erfc(-_finite(x, "x") / math.sqrt(2.0))


def normal_upper(x: float) -> float:
    """P(Z > x) of the standard normal, without ``1 - cdf``.

    >>> round(normal_upper(1.96), 6)
    0.024998
    """
    return 0.5 * math.erfc(_finite(x, "x") / math.sqrt(2.0))


def normal_quantile(p: float) -> float:
    """Return x with P(Z <= x) = p for the standard normal, 0 < p < 1.

    >>> round(normal_quantile(0.975), 12)
    1.95996398454
    """
    return _STANDARD_NORMAL.inv_cdf(_probability(p))


def beta_cdf(x: float, a: float, b: float) -> float:
    """I_x(a, b), the regularized incomplete beta function; a, b > 0.

    >>> round(beta_cdf(0.5, 2.0, 3.0), 12)
    0.6875
    """
    _positive(a, "a")
    _positive(b, "b")
    x = _finite(x, "x")
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    return beta_tails(x, 1.0 - x, a, b)[0]


def beta_quantile(p: float, a: float, b: float) -> float:
    """Return x with I_x(a, b) = p, 0 < p < 1; a, b > 0.

    >>> round(beta_quantile(0.6875, 2.0, 3.0), 12)
    0.5
    """
    _positive(a, "a")
    _positive(b, "b")
    return expit(beta_logit_quantile(_probability(p), a, b))


def f_cdf(x: float, df1: float, df2: float) -> float:
    """P(F <= x) of Snedecor's F with df1, df2 > 0 degrees of freedom.

    >>> round(f_cdf(4.964603, 1, 10), 6)
    0.95
    """
    _positive(df1, "df1")
    _positive(df2, "df2")
    x = _finite(x, "x")
    if x <= 0.0:
        return 0.0
    whole = df1 * x + df2
    return beta_tails(df1 * x / whole, df2 / whole, df1 / 2.0, df2 / 2.0)[0]


def f_quantile(p: float, df1: float, df2: float) -> float:
    """Return x with P(F <= x) = p, 0 < p < 1; exact also for very large degrees of freedom.

    >>> round(f_quantile(0.95, 1, 10), 6)
    4.964603
    """
    _positive(df1, "df1")
    _positive(df2, "df2")
    return df2 / df1 * math.exp(beta_logit_quantile(_probability(p), df1 / 2.0, df2 / 2.0))


def chi2_cdf(x: float, df: float) -> float:
    """P(X <= x) of chi-square with df > 0 degrees of freedom.

    >>> round(chi2_cdf(3.841459, 1), 6)
    0.95
    """
    _positive(df, "df")
    x = _finite(x, "x")
    return 0.0 if x <= 0.0 else gamma_tails(df / 2.0, x / 2.0)[0]


def chi2_upper(x: float, df: float) -> float:
    """P(X > x) of chi-square, without ``1 - cdf``: the p value of a test.

    >>> round(chi2_upper(3.841459, 1), 6)
    0.05
    """
    _positive(df, "df")
    x = _finite(x, "x")
    return 1.0 if x <= 0.0 else gamma_tails(df / 2.0, x / 2.0)[1]


def chi2_quantile(p: float, df: float) -> float:
    """Return x with P(X <= x) = p of chi-square, 0 < p < 1, df > 0.

    >>> round(chi2_quantile(0.95, 1), 6)
    3.841459
    """
    _positive(df, "df")
    shape = df / 2.0
    return 2.0 * math.exp(
        solved(
            _probability(p),
            lambda u: gamma_tails(shape, math.exp(u)),
            lambda u: shape * poisson_density(shape, math.exp(u)),
            math.log(shape),
        )
    )


def t_quantile(p: float, df: float) -> float:
    """Return x with P(T <= x) = p of Student's t, 0 < p < 1, df >= 1.

    >>> round(t_quantile(0.975, 10), 6)
    2.228139
    """
    if not (df >= 1.0 and math.isfinite(df)):
        raise ValueError(f"df must be at least 1 and finite, got {df!r}")
    p = _probability(p)
    if p == 0.5:  # the median of a symmetric law
        return 0.0
    # t^2 is F(1, df); with I the beta law of df/(df + t^2) the tail is I/2, kept without 1 - p.
    tail = 2.0 * min(p, 1.0 - p)
    size = math.sqrt(df * math.exp(-beta_logit_quantile(tail, df / 2.0, 0.5)))
    return math.copysign(size, p - 0.5)


def _probability(p: float) -> float:
    if not 0.0 < p < 1.0:
        raise ValueError(f"p must lie strictly between 0 and 1, got {p!r}")
    return p


def _positive(value: float, name: str) -> None:
    if not (value > 0.0 and math.isfinite(value)):
        raise ValueError(f"{name} must be positive and finite, got {value!r}")


def _finite(x: float, name: str) -> float:
    if not math.isfinite(x):
        raise ValueError(f"{name} must be finite, got {x!r}")
    return x
