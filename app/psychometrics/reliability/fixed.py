"""Coefficients of one fixed form: KR-20, KR-21 and alpha.

A fixed raw cut on random forms asks for an *absolute* coefficient instead: see `absolute`.
"""

import math

import numpy as np

from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate
from app.psychometrics.numerics.distributions import f_quantile
from app.psychometrics.responses import Responses

from .moments import FixedForm, correlations, fixed_form
from .obstacles import at_most_one, fixed_form_obstacle, own, total_obstacle


def kr20(responses: Responses) -> Estimate:
    """KR-20 of a fixed form: ``k/(k-1) (1 - sum pq / v)``, v the variance of the total (1/N).

    Item and total variances have one denominator, so it equals `alpha` exactly.

    Returns no value for different forms, k < 2, n < 2 or equal totals. Least n: 50.
    Source: Kuder & Richardson 1937, Psychometrika 2:151-160.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(kr20(r).value, 4)
    0.75
    """
    variant = "KR-20 (alpha), one denominator"
    reason = fixed_form_obstacle(responses)
    n = len(responses.present)
    if reason is not None:
        return no_estimate(reason, n, variant=variant)
    used = responses.administered > 0
    p = responses.correct[used] / n
    k = len(p)
    variance = float(np.var(responses.total[responses.present]))
    value = k / (k - 1) * (1.0 - float(np.sum(p * (1.0 - p))) / variance)
    return Estimate(value=at_most_one(value), n_used=n, variant=variant)


def kr21(responses: Responses) -> Estimate:
    """KR-21: ``k/(k-1) (1 - M(k-M)/(k v))`` with v the variance of the total (1/N).

    Never above KR-20 on a fixed form; on random forms of equal length it is a proper absolute
    coefficient (equal to `horst`).

    Returns no value for forms of different lengths, k < 2, n < 2 or equal totals. Least n: 50.
    Source: Kuder & Richardson 1937; Lord 1955, Psychometrika 20:1-22.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(kr21(r).value, 4)
    0.6
    """
    variant = "KR-21, population variance"
    totals, lengths = own(responses)
    n = len(totals)
    reason = total_obstacle(totals, lengths)
    if reason is None and lengths.min() != lengths.max():
        reason = Reason.FORM_LENGTHS_DIFFER
    if reason is not None:
        return no_estimate(reason, n, variant=variant)
    k, mean, variance = int(lengths[0]), float(np.mean(totals)), float(np.var(totals))
    value = k / (k - 1) * (1.0 - mean * (k - mean) / (k * variance))
    return Estimate(value=at_most_one(value), n_used=n, variant=variant)


def alpha(responses: Responses, *, level: float = 0.95) -> Estimate:
    """Coefficient alpha of a fixed form with Feldt's interval.

    ``a = k/(k-1) (1 - sum s_j^2 / s_t^2)``; limits ``1 - (1-a) F`` at the upper and lower quantile
    of F with ``N-1`` and ``(N-1)(k-1)`` degrees of freedom, exact also for large ones. The
    standard error is the asymptotic, distribution-free one.

    Returns no value as `kr20`. Assumes one fixed form; the interval, normal scores. Least n: 50.
    Source: Feldt 1965; Feldt, Woodruff & Salih 1987 eq. 6; van Zyl, Neudecker & Nel 2000.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(alpha(r).value, 4), alpha(r).high < 1
    (0.75, True)
    """
    variant = "alpha, Feldt interval with exact F"
    tail = (1.0 - check_level(level)) / 2.0
    form, estimate = fixed_form(responses), kr20(responses)
    if isinstance(form, Reason) or estimate.value is None:
        return no_estimate(estimate.reason or Reason.FORMS_DIFFER, estimate.n_used, variant=variant)
    df1, df2 = form.n - 1, (form.n - 1) * (form.k - 1)
    distance = 1.0 - estimate.value
    return Estimate(
        value=estimate.value,
        n_used=form.n,
        variant=variant,
        se=_alpha_se(form),
        low=1.0 - distance * f_quantile(1.0 - tail, df1, df2),
        high=1.0 - distance * f_quantile(tail, df1, df2),
    )


def alpha_standardized(responses: Responses) -> Estimate:
    """Alpha of a sum of standardized items, ``k r / (1 + (k-1) r)`` with r the mean inter-item correlation.

    Not the reliability of the raw score, which `alpha` is.

    Returns no value as `kr20`, or for an item without variance. Least n: 50.
    Source: Cronbach 1951, Psychometrika 16:297-334.

    >>> r = Responses.from_dense([[1, 1], [1, 1], [1, 0], [0, 0]])
    >>> round(alpha_standardized(r).value, 4)
    0.7321
    """
    variant = "standardized alpha"
    form = fixed_form(responses)
    if isinstance(form, Reason):
        return no_estimate(form, len(responses.present), variant=variant)
    if len(form.varying) < form.k:
        return no_estimate(Reason.NO_ITEM_VARIANCE, form.n, variant=variant)
    whole = float(correlations(form.covariance).sum())
    value = form.k / (form.k - 1.0) * (1.0 - form.k / whole)
    return Estimate(value=at_most_one(value), n_used=form.n, variant=variant)


def _alpha_se(form: FixedForm) -> float:
    """Asymptotic standard error of alpha from the item covariances, denominator N as published."""
    covariance, k = form.covariance, form.k
    whole = float(covariance.sum())
    trace = float(np.trace(covariance))
    squared = float(np.sum(covariance**2))
    rows = covariance.sum(axis=0)
    inner = whole * (squared + trace**2) - 2.0 * trace * float(rows @ rows)
    return math.sqrt(max(0.0, 2.0 * k**2 / ((k - 1) ** 2 * whole**3) * inner / form.n))
