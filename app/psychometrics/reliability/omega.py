"""McDonald's omega of one fixed form: linear, and for right-or-wrong items."""

import numpy as np

from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.numerics import normal_cdf, normal_dependence, normal_quantile, tetrachoric_correlation
from app.psychometrics.responses import Responses

from .factor import Array, OneFactor, one_factor_ml, one_factor_weighted
from .moments import FixedForm, correlations, fixed_form

_LEAST_ITEMS = 3  # two items do not identify a factor


def omega_linear(responses: Responses, *, standardized: bool = False) -> Estimate:
    """Omega of the linear one-factor model, ``L^2 / (L^2 + sum theta)`` with ``L = sum lambda``.

    Loadings and unique variances by maximum likelihood on the covariances. Equals alpha when all
    loadings are equal, and is not below it otherwise when the model holds. It treats right and
    wrong as a linear response; `omega_categorical` does not.

    standardized: fit the correlations instead: omega of a sum of standardized items.

    Returns no value for different forms, fewer than 3 items on which candidates differ, equal
    totals, no convergence, or a unique variance at 0. Least n: 200.
    Source: McDonald 1999, Test Theory; Joreskog 1967, Psychometrika 32:443-482.

    >>> rng = np.random.default_rng(1)
    >>> ability = rng.normal(size=(400, 1))
    >>> r = Responses.from_dense((ability + rng.normal(size=(400, 8)) > 0).astype(float))
    >>> round(omega_linear(r).value, 2)
    0.76
    """
    variant = "omega, one linear factor by ML on " + ("correlations" if standardized else "covariances")
    form = _informative(responses)
    if isinstance(form, Reason):
        return no_estimate(form, len(responses.present), variant=variant)
    covariance = form.covariance[np.ix_(form.varying, form.varying)]
    fit = one_factor_ml(correlations(covariance) if standardized else covariance)
    reason = _failure(fit)
    if reason is not None:
        return no_estimate(reason, form.n, variant=variant)
    common = float(fit.loading.sum()) ** 2
    return Estimate(value=common / (common + float(fit.unique.sum())), n_used=form.n, variant=variant)


def omega_categorical(responses: Responses) -> Estimate:
    """Omega of a sum of right-or-wrong items, from one factor behind tetrachoric correlations.

    With thresholds t and loadings l, ``sum_jk [Phi2(t_j, t_k; l_j l_k) - p_j p_k] / v``, also for
    j = k; v is the observed variance of the total (1/N). Loadings by diagonally weighted least
    squares, the weights the inverse asymptotic variances of the tetrachorics; an empty cell of a
    2 x 2 table gets one half, margins kept.

    Returns no value as `omega_linear`. Assumes one normal factor. Least n: 200, with at least
    5 in most cells of the 2 x 2 tables.
    Source: Green & Yang 2009, Psychometrika 74:155-167.

    >>> rng = np.random.default_rng(1)
    >>> ability = rng.normal(size=(400, 1))
    >>> r = Responses.from_dense((ability + rng.normal(size=(400, 8)) > 0).astype(float))
    >>> round(omega_categorical(r).value, 2)
    0.76
    """
    variant = "categorical omega (Green & Yang), DWLS on tetrachorics"
    form = _informative(responses)
    if isinstance(form, Reason):
        return no_estimate(form, len(responses.present), variant=variant)
    used = form.varying
    right = form.products[np.ix_(used, used)]
    p = np.diag(right) / form.n
    threshold = np.array([normal_quantile(value) for value in p.tolist()])
    rho, variance = _tetrachorics(right, p, threshold, form.n)
    fit = one_factor_weighted(rho, 1.0 / variance)
    reason = _failure(fit)
    if reason is not None:
        return no_estimate(reason, form.n, variant=variant)
    implied = np.outer(fit.loading, fit.loading)
    true = normal_dependence(threshold[:, None], threshold, implied).sum()
    total = form.covariance.sum() * (form.n - 1) / form.n
    return Estimate(value=float(true / total), n_used=form.n, variant=variant)


def _informative(responses: Responses) -> FixedForm | Reason:
    form = fixed_form(responses)
    if not isinstance(form, Reason) and len(form.varying) < _LEAST_ITEMS:
        return Reason.TOO_FEW_ITEMS
    return form


def _failure(fit: OneFactor) -> Reason | None:
    if fit.improper:
        return Reason.BOUNDARY
    return None if fit.converged else Reason.NOT_CONVERGED


def _tetrachorics(right: Array, p: Array, threshold: Array, n: int) -> tuple[Array, Array]:
    """Correlations and their asymptotic variances, times n; the diagonals are 1."""
    j, k = np.triu_indices(len(p), 1)
    p_j, p_k, both = p[j], p[k], _filled(right[j, k], np.diag(right)[j], np.diag(right)[k], n) / n
    rho = tetrachoric_correlation(both, p_j, p_k)
    a, b, rest = threshold[j], threshold[k], np.sqrt(1.0 - rho**2)
    slope_j = np.array([normal_cdf(x) for x in ((b - rho * a) / rest).tolist()])
    slope_k = np.array([normal_cdf(x) for x in ((a - rho * b) / rest).tolist()])
    # delta method on the cells: what one candidate adds to  p11 - slope_j p_j - slope_k p_k
    mean = both - slope_j * p_j - slope_k * p_k
    square = both * (1.0 - slope_j - slope_k) ** 2 + (p_j - both) * slope_j**2 + (p_k - both) * slope_k**2
    exponent = (a * a + b * b - 2.0 * rho * a * b) / (2.0 * rest**2)
    density = np.exp(-exponent) / (2.0 * np.pi * rest)
    correlation, variance = np.eye(len(p)), np.eye(len(p))
    correlation[j, k] = correlation[k, j] = rho
    variance[j, k] = variance[k, j] = (square - mean**2) / density**2
    return correlation, variance


def _filled(both: Array, right_j: Array, right_k: Array, n: int) -> Array:
    """Move one half into an empty cell, so that the margins stay."""
    only_j, only_k = right_j - both, right_k - both
    neither = n - right_j - right_k + both
    discordant_empty = np.minimum(only_j, only_k) <= 0.0
    concordant_empty = np.minimum(both, neither) <= 0.0
    filled: Array = both + 0.5 * concordant_empty - 0.5 * discordant_empty
    return filled
