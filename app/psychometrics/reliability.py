"""How far a raw score can be trusted: reliability coefficients and standard errors of measurement.

KR-20 and alpha speak of *one fixed form*. A fixed raw cut on random forms asks for an *absolute*
coefficient, in which drawing an easy form is error too: `stratified_binomial`, `horst`, `kr21`.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .criterion import weighted_counts
from .distributions import f_quantile, t_quantile
from .estimate import Estimate, Reason, check_level, no_estimate
from .responses import Responses

_LEAST_N = 2


def kr20(responses: Responses) -> Estimate:
    """KR-20 of a fixed form: ``k/(k-1) (1 - sum pq / v)``, v the variance of the total (1/N).

    Item and total variances have one denominator, so it equals `alpha` exactly.

    Returns no value for different forms, k < 2, n < 2 or equal totals. Least n: 50.
    Source: Kuder & Richardson 1937, Psychometrika 2:151-160.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(kr20(r).value, 4)
    0.75
    """
    reason = _fixed_form_obstacle(responses)
    n = len(responses.present)
    if reason is not None:
        return no_estimate(reason, n)
    used = responses.administered > 0
    p = responses.correct[used] / n
    k = len(p)
    variance = float(np.var(responses.total[responses.present]))
    return Estimate(value=k / (k - 1) * (1.0 - float(np.sum(p * (1.0 - p))) / variance), n_used=n)


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
    totals, lengths = _own(responses)
    n = len(totals)
    reason = _total_obstacle(totals, lengths)
    if reason is None and lengths.min() != lengths.max():
        reason = Reason.FORM_LENGTHS_DIFFER
    if reason is not None:
        return no_estimate(reason, n)
    k, mean, variance = int(lengths[0]), float(np.mean(totals)), float(np.var(totals))
    return Estimate(value=k / (k - 1) * (1.0 - mean * (k - mean) / (k * variance)), n_used=n)


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
    tail = (1.0 - check_level(level)) / 2.0
    estimate = kr20(responses)
    if estimate.value is None:
        return estimate
    n = estimate.n_used
    k = int(np.count_nonzero(responses.administered))
    df1, df2 = n - 1, (n - 1) * (k - 1)
    distance = 1.0 - estimate.value
    return Estimate(
        value=estimate.value,
        n_used=n,
        se=_alpha_se(responses.score.reshape(n, k)),
        low=1.0 - distance * f_quantile(1.0 - tail, df1, df2),
        high=1.0 - distance * f_quantile(tail, df1, df2),
    )


def horst(responses: Responses) -> Estimate:
    """Horst's coefficient for random forms, also of different lengths.

    ``1 - mean_i [p_i q_i / (k_i - 1)] / var(p_i)`` with p_i the proportion right on the own form
    and 1/N in the variance; equals KR-21 when all forms have one length.

    Returns no value for k < 2, n < 2 or equal proportions. Least n: 50.
    Source: Horst 1949, Psychometrika 14:21-31.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(horst(r).value, 4)
    0.6
    """
    totals, lengths = _own(responses)
    n = len(totals)
    reason = _total_obstacle(totals, lengths)
    if reason is not None:
        return no_estimate(reason, n)
    p = totals / lengths
    error = float(np.mean(p * (1.0 - p) / (lengths - 1)))
    return Estimate(value=1.0 - error / float(np.var(p)), n_used=n)


def stratified_binomial(responses: Responses, *, level: float = 0.95) -> Estimate:
    """Absolute reliability of the raw score on blueprint-stratified random forms: the headline.

    ``1 - mean_i E_i / s^2`` with ``E_i = sum_h x_ih (k_ih - x_ih) / (k_ih - 1)`` over the strata
    (units) h of the own form and s^2 the variance of the total (1/(N-1)); on forms of different
    lengths, E_i / k_i^2 against the variance of proportions. Needs no calibration; the bank is
    taken as infinite, which is conservative.

    The interval is ``log(1 - r) -+ t_(N-1) se`` with the jackknife standard error of
    ``log(1 - r)``; candidates are the sampled units. `se` is that of r.

    Returns no value for n < 2, a single-item stratum in a form, or equal totals. Least n: 50.
    Source: Rajaratnam, Cronbach & Gleser 1965, Psychometrika 30:39-56; Feldt 1984.

    >>> r = Responses.from_dense([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    >>> round(stratified_binomial(r).value, 4)
    0.8
    """
    check_level(level)
    totals, lengths = _own(responses)
    n = len(totals)
    reason = _total_obstacle(totals, lengths)
    variances = _error_variance(responses)
    if reason is None and variances is None:
        reason = Reason.SINGLE_ITEM_STRATUM
    if reason is not None or variances is None:
        return no_estimate(reason or Reason.SINGLE_ITEM_STRATUM, n)
    scale = np.ones(n) if lengths.min() == lengths.max() else lengths.astype(np.float64)
    score, error = totals / scale, variances / scale**2
    value = 1.0 - float(np.mean(error)) / float(np.var(score, ddof=1))
    return _with_jackknife(value, score, error, level)


def sem(*, sd: float, reliability: float) -> float:
    """Return the standard error of measurement ``sd sqrt(1 - reliability)``.

    sd: >= 0.  reliability: <= 1; below 0 the score is worse than its own spread suggests.

    >>> sem(sd=10.0, reliability=0.84)
    4.0
    """
    if not (sd >= 0.0 and math.isfinite(sd)):
        raise ValueError(f"sd must be finite and not negative, got {sd!r}")
    if not (reliability <= 1.0 and math.isfinite(reliability)):
        raise ValueError(f"reliability must be finite and at most 1, got {reliability!r}")
    return sd * math.sqrt(1.0 - reliability)


def csem_lord(scores: ArrayLike, *, n_items: int) -> NDArray[np.float64]:
    """Return the standard error of measurement at raw score x, ``sqrt(x (k-x) / (k-1))``.

    scores: raw scores in 0..n_items, any shape.  n_items: k >= 2.  Returns the shape of `scores`.
    Source: Lord 1955, 1957, Educ. Psychol. Meas. 15:325-336, 17:510-521.

    >>> round(float(csem_lord(68, n_items=100)), 3)
    4.688
    """
    if n_items < 2:  # the binomial variance needs two items
        raise ValueError(f"n_items must be at least 2, got {n_items!r}")
    x = np.asarray(scores, dtype=np.float64)
    if not np.all((x >= 0.0) & (x <= n_items)):
        raise ValueError("scores must lie in 0..n_items")
    return np.sqrt(x * (n_items - x) / (n_items - 1))


def csem_keats(scores: ArrayLike, *, n_items: int, kr20: float, kr21: float) -> NDArray[np.float64]:
    """Lord's CSEM rescaled to agree with KR-20: ``csem_lord sqrt((1-KR20)/(1-KR21))``.

    For a fixed form. scores, n_items as `csem_lord`; kr20 <= 1, kr21 < 1.
    Source: Keats 1957, Psychometrika 22:29-41.

    >>> float(csem_keats(0, n_items=20, kr20=0.8, kr21=0.75))
    0.0
    """
    if not kr20 <= 1.0:
        raise ValueError(f"kr20 must be at most 1, got {kr20!r}")
    if not kr21 < 1.0:
        raise ValueError(f"kr21 must be below 1, got {kr21!r}")
    return csem_lord(scores, n_items=n_items) * math.sqrt((1.0 - kr20) / (1.0 - kr21))


def csem_stratified(responses: Responses) -> tuple[float | None, ...]:
    """CSEM of each candidate's raw score on the own stratified form, ``sqrt(E_i)``.

    E_i as in `stratified_binomial`. Returns one entry per candidate, ``None`` for a candidate
    without items or with a single-item stratum.
    Source: Feldt 1984, Educ. Psychol. Meas. 44:883-891.

    >>> csem_stratified(Responses.from_dense([[1, 0], [1, 1]]))
    (1.0, 0.0)
    """
    error, complete = _stratum_errors(responses)
    usable = complete & (responses.form_length > 0)
    return tuple(
        math.sqrt(value) if good else None for value, good in zip(error.tolist(), usable.tolist(), strict=True)
    )


def _own(responses: Responses) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return responses.total[responses.present], responses.form_length[responses.present]


def _total_obstacle(totals: NDArray[np.int64], lengths: NDArray[np.int64]) -> Reason | None:
    if len(totals) < _LEAST_N:
        return Reason.TOO_FEW_PERSONS
    if lengths.min() < 2:  # one item has no inner consistency
        return Reason.TOO_FEW_ITEMS
    if not np.any(totals * lengths[0] != totals[0] * lengths):  # all proportions equal, exactly
        return Reason.NO_TOTAL_VARIANCE
    return None


def _fixed_form_obstacle(responses: Responses) -> Reason | None:
    if not responses.is_fixed_form:
        return Reason.FORMS_DIFFER
    return _total_obstacle(*_own(responses))


def _stratum_errors(
    responses: Responses,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Per candidate: the summed binomial error variance, and whether every stratum carries it."""
    width = len(responses.stratum_labels)
    cell = responses.person * np.int64(width) + responses.stratum[responses.item]
    shape = (responses.n_persons, width)
    k = np.bincount(cell, minlength=shape[0] * width).reshape(shape)
    x = weighted_counts(cell, responses.score, shape[0] * width).reshape(shape)
    error = np.sum(x * (k - x) / np.maximum(k - 1, 1), axis=1)
    return error, np.all(k != 1, axis=1)


def _error_variance(responses: Responses) -> NDArray[np.float64] | None:
    error, complete = _stratum_errors(responses)
    if not np.all(complete[responses.present]):
        return None
    return error[responses.present]


def _with_jackknife(value: float, score: NDArray[np.float64], error: NDArray[np.float64], level: float) -> Estimate:
    """Add the interval of ``1 - mean(error) / var(score)``, leaving out one candidate at a time."""
    n = len(score)
    if n <= _LEAST_N or value >= 1.0:
        return Estimate(value=value, n_used=n)
    deviation = (score - score.mean()) ** 2
    variance = (deviation.sum() - n / (n - 1) * deviation) / (n - 2)
    mean_error = (error.sum() - error) / (n - 1)
    if variance.min() <= 1e-12 * deviation.max() or mean_error.min() <= 0.0:
        return Estimate(value=value, n_used=n)
    log_ratio = np.log(mean_error / variance)
    se = math.sqrt((n - 1) * float(np.var(log_ratio)))
    half = t_quantile(0.5 + level / 2.0, n - 1) * se
    return Estimate(
        value=value,
        n_used=n,
        se=(1.0 - value) * se,
        low=1.0 - (1.0 - value) * math.exp(half),
        high=1.0 - (1.0 - value) * math.exp(-half),
    )


def _alpha_se(matrix: NDArray[np.int8]) -> float:
    """Asymptotic standard error of alpha from the item covariances, denominator N as published."""
    n, k = matrix.shape
    covariance = np.atleast_2d(np.cov(matrix, rowvar=False, dtype=np.float64))
    whole = float(covariance.sum())
    trace = float(np.trace(covariance))
    squared = float(np.sum(covariance**2))
    rows = covariance.sum(axis=0)
    inner = whole * (squared + trace**2) - 2.0 * trace * float(rows @ rows)
    return math.sqrt(max(0.0, 2.0 * k**2 / ((k - 1) ** 2 * whole**3) * inner / n))
