"""Coefficients as figures of sums over candidates: for resampling and for leaving candidates out."""

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.bootstrap import PersonSums
from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.responses import Responses

from .components import Terms, obstacle
from .moments import fixed_form
from .obstacles import own, total_obstacle

Array = NDArray[np.float64]


def sums_alpha(responses: Responses) -> PersonSums | Estimate:
    """Alpha (KR-20) of a fixed form for `bootstrap`; an `Estimate` with the reason if there is none.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(sums_alpha(r).value(), 4)
    0.75
    """
    variant = "alpha (KR-20)"
    form = fixed_form(responses)
    if isinstance(form, Reason):
        return no_estimate(form, len(responses.present), variant=variant)
    scores, k = form.scores.astype(np.float64), form.k
    total = scores.sum(axis=1)

    def figure(sums: Array) -> Array:
        n, p = sums[..., 0], sums[..., 3:] / sums[..., :1]
        variance = _variance(n, sums[..., 1], sums[..., 2])
        figures: Array = np.minimum(1.0, k / (k - 1.0) * (1.0 - np.sum(p * (1.0 - p), axis=-1) / variance))
        return figures

    return PersonSums(np.column_stack([np.ones(form.n), total, total**2, scores]), figure, variant)


def sums_stratified_binomial(responses: Responses) -> PersonSums | Estimate:
    """`stratified_binomial` for `bootstrap`; an `Estimate` with the reason if there is none.

    >>> r = Responses.from_dense([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    >>> round(sums_stratified_binomial(r).value(), 4)
    0.8
    """
    variant = "stratified binomial, absolute, infinite bank"
    totals, lengths = own(responses)
    n = len(totals)
    reason = total_obstacle(totals, lengths)
    if reason is not None:
        return no_estimate(reason, n, variant=variant)
    errors, complete = stratum_errors(responses)
    if not np.all(complete[responses.present]):
        return no_estimate(Reason.SINGLE_ITEM_STRATUM, n, variant=variant)
    scale = np.ones(n) if lengths.min() == lengths.max() else lengths.astype(np.float64)
    return _absolute(totals / scale, errors[responses.present] / scale**2, correction=1, variant=variant)


def sums_horst(responses: Responses) -> PersonSums | Estimate:
    """`horst` for `bootstrap` (on forms of one length KR-21); an `Estimate` with the reason if there is none.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(sums_horst(r).value(), 4)
    0.6
    """
    variant = "Horst 1949, population variance"
    totals, lengths = own(responses)
    reason = total_obstacle(totals, lengths)
    if reason is not None:
        return no_estimate(reason, len(totals), variant=variant)
    p = totals / lengths
    return _absolute(p, p * (1.0 - p) / (lengths - 1), correction=0, variant=variant)


def sums_phi_henderson(responses: Responses) -> PersonSums | Estimate:
    """Phi of `generalizability_henderson` for `bootstrap`; an `Estimate` with the reason if there is none.

    Needs a matrix of (candidates, 2 items). A draw with a negative component is left as it is.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(sums_phi_henderson(r).value(), 4)
    0.7143
    """
    variant = "Phi, infinite bank; p x i, Henderson's method 1"
    reason = obstacle(responses, crossed=True)
    if reason is not None:
        return no_estimate(reason, len(responses.present), variant=variant)
    score = responses.to_dense()[responses.present]
    seen = ~np.isnan(score)
    totals, lengths = own(responses)
    width, k = responses.n_items, len(lengths) / float(np.sum(1.0 / lengths))

    def figure(sums: Array) -> Array:
        n, right, of_item = sums[..., 1], sums[..., 5 : 5 + width], sums[..., 5 + width :]
        found = Terms(
            n=n,
            n_persons=sums[..., 0],
            n_items=np.count_nonzero(of_item > 0.5, axis=-1).astype(np.float64),
            square=sums[..., 3],
            whole=sums[..., 3] ** 2 / n,
            persons=sums[..., 4],
            items=np.sum(right**2 / np.maximum(of_item, 1.0), axis=-1),
            person_weight=sums[..., 2] / n,
            item_weight=np.sum(of_item**2, axis=-1) / n,
        ).crossed()
        error = (found[..., 1] + found[..., 2]) / k
        phi: Array = found[..., 0] / (found[..., 0] + error)
        return phi

    columns = [np.ones(len(lengths)), lengths, lengths**2, totals, totals**2 / lengths, np.nan_to_num(score), seen]
    return PersonSums(np.column_stack(columns), figure, variant)


def stratum_errors(responses: Responses) -> tuple[Array, NDArray[np.bool_]]:
    """Per candidate: the summed binomial error variance, and whether every stratum carries it."""
    x, k = responses.by_stratum()
    error = np.sum(x * (k - x) / np.maximum(k - 1, 1), axis=1)
    return error, np.all(k != 1, axis=1)


def _absolute(score: Array, error: Array, *, correction: int, variant: str) -> PersonSums:
    """``1 - mean(error) / var(score)`` with 1/(n - correction) in the variance."""
    score = score - score.mean()
    least = 1e-12 * float(np.var(score))

    def figure(sums: Array) -> Array:
        n = sums[..., 0]
        variance = _variance(n, sums[..., 1], sums[..., 2])
        variance = np.where(variance > least, variance * n / (n - correction), np.nan)
        return 1.0 - sums[..., 3] / n / variance

    return PersonSums(np.column_stack([np.ones(len(score)), score, score**2, error]), figure, variant)


def _variance(n: Array, total: Array, squares: Array) -> Array:
    """With 1/n; NaN where it is 0 but for rounding."""
    variance = squares / n - (total / n) ** 2
    return np.where(variance > 1e-12 * (1e-300 + squares / n), variance, np.nan)
