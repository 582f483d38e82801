"""Guttman's lower bounds to the reliability of one fixed form."""

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.responses import Responses

from .moments import correlations, fixed_form
from .obstacles import at_most_one
from .splits import EXHAUSTIVE_ITEMS, covariance_by_label, every_split, least_found

Array = NDArray[np.float64]


def guttman_lambda1(responses: Responses) -> Estimate:
    """Guttman's lambda-1, ``1 - sum s_j^2 / s_t^2``: alpha without the factor k/(k-1).

    Returns no value for different forms, k < 2, n < 2 or equal totals. Least n: 50.
    Source: Guttman 1945, Psychometrika 10:255-282.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> guttman_lambda1(r).value
    0.5
    """
    variant = "lambda-1"
    form = fixed_form(responses)
    if isinstance(form, Reason):
        return no_estimate(form, len(responses.present), variant=variant)
    covariance = form.covariance
    return Estimate(value=1.0 - float(np.trace(covariance) / covariance.sum()), n_used=form.n, variant=variant)


def guttman_lambda2(responses: Responses, *, standardized: bool = False) -> Estimate:
    """Guttman's lambda-2: ``(C + sqrt(k/(k-1) Q)) / s_t^2``.

    C is the sum and Q the sum of squares of the off-diagonal covariances. Never below alpha, and
    closer to the reliability where items differ.

    standardized: use correlations instead: the bound of a sum of standardized items.

    Returns no value as `guttman_lambda1`; standardized, also not for an item without variance.
    Source: Guttman 1945, Psychometrika 10:255-282.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(guttman_lambda2(r).value, 4)
    0.7598
    """
    variant = "lambda-2 on correlations" if standardized else "lambda-2 on covariances"
    matrix, n = _metric(responses, standardized=standardized)
    if isinstance(matrix, Reason):
        return no_estimate(matrix, n, variant=variant)
    k, off = len(matrix), matrix - np.diag(np.diag(matrix))
    bound = off.sum() + np.sqrt(k / (k - 1.0) * np.sum(off**2))
    return Estimate(value=at_most_one(bound / matrix.sum()), n_used=n, variant=variant)


def guttman_lambda6(responses: Responses) -> Estimate:
    """Guttman's lambda-6 on correlations, ``1 - sum (1 - smc_j) / sum r``.

    smc_j is the squared multiple correlation of item j with the others. For standardized items.

    Returns no value as `guttman_lambda1`, for an item without variance, and ``BOUNDARY`` where
    items determine each other. Needs many more candidates than items.
    Source: Guttman 1945, Psychometrika 10:255-282.

    >>> r = Responses.from_dense([[1, 1], [1, 1], [1, 0], [0, 1], [0, 0], [0, 0]])
    >>> round(guttman_lambda6(r).value, 4)
    0.3333
    """
    variant = "lambda-6 on correlations"
    matrix, n = _metric(responses, standardized=True)
    if isinstance(matrix, Reason):
        return no_estimate(matrix, n, variant=variant)
    if np.linalg.eigvalsh(matrix)[0] < 1e-10:
        return no_estimate(Reason.BOUNDARY, n, variant=variant)
    unique = 1.0 / np.diag(np.linalg.inv(matrix))
    return Estimate(value=float(1.0 - unique.sum() / matrix.sum()), n_used=n, variant=variant)


def guttman_lambda4(responses: Responses, *, seed: int = 0, starts: int = 200) -> Estimate:
    """Guttman's lambda-4 of the best split in two parts, ``4 cov(A, B) / s_t^2``.

    Up to `EXHAUSTIVE_ITEMS` items every split (of any sizes) is looked at. Beyond, a search from
    many starts moves and exchanges items while that helps: the figure is then "at least" so
    large, as `variant` says. It capitalises on chance: among so many splits the best one of a small
    sample looks too good, so read it with n.

    seed, starts: of the search; >= 1 starts. Items are taken in the order of their labels.

    Returns no value as `guttman_lambda1`. Least n: 500 for 20 items, more for more.
    Source: Guttman 1945, Psychometrika 10:255-282; Callender & Osburn 1977 for the search.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(guttman_lambda4(r).value, 4), guttman_lambda4(r).variant
    (0.8, 'lambda-4, the best of all splits')
    """
    if starts < 1:
        raise ValueError(f"starts must be at least 1, got {starts!r}")
    form = fixed_form(responses)
    if isinstance(form, Reason):
        return no_estimate(form, len(responses.present), variant="lambda-4")
    matrix = covariance_by_label(form, responses)
    varying = np.flatnonzero(np.diag(matrix) > 0.0)  # the others change no covariance
    matrix = matrix[np.ix_(varying, varying)]
    exhaustive = len(matrix) <= EXHAUSTIVE_ITEMS
    least = float(every_split(matrix)[0].min()) if exhaustive else least_found(matrix, seed=seed, starts=starts)
    return Estimate(
        value=at_most_one(1.0 - least / float(matrix.sum())),
        n_used=form.n,
        variant="lambda-4, the best of all splits" if exhaustive else "lambda-4, at least",
    )


def _metric(responses: Responses, *, standardized: bool) -> tuple[Array | Reason, int]:
    form = fixed_form(responses)
    if isinstance(form, Reason):
        return form, len(responses.present)
    if not standardized:
        return form.covariance, form.n
    if len(form.varying) < form.k:
        return Reason.NO_ITEM_VARIANCE, form.n
    return correlations(form.covariance), form.n
