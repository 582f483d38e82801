"""Covariances of items over the candidates who received both, and alpha from them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.responses import Responses

Array = NDArray[np.float64]

_BLOCK = 4096  # candidates at a time


@dataclass(frozen=True, slots=True)
class PairwiseCovariance:
    """What pairs of items say of a bank whose items are never all answered by one candidate.

    least_n:         the smallest number of candidates who share a pair, over all pairs.
    mean_variance:   mean variance of an item, 1/(n-1).
    mean_covariance: mean covariance of a pair, each over the candidates who received both and
                     counted once, pairs with n >= 2 only.
    n_used, n_items, n_pairs: candidates, items administered, and pairs that entered.
    reason:          why there are no figures, else ``None``.
    """

    least_n: int
    mean_variance: float | None
    mean_covariance: float | None
    n_used: int
    n_items: int
    n_pairs: int
    reason: Reason | None = None
    variant: str = "each pair over the candidates who received both, 1/(n-1)"


def pairwise_covariance(responses: Responses) -> PairwiseCovariance:
    """Mean item variance and mean pairwise covariance of sparse data.

    The matrix of pairwise covariances need not be positive definite, and is not given out: no
    factor or multiple correlation should be taken from it.

    Has no figures when no pair of items was received by two candidates, or no item by two.

    >>> nan = float("nan")
    >>> c = pairwise_covariance(Responses.from_dense([[1, 1, nan], [0, 0, nan], [nan, 1, 0], [nan, 0, 1]]))
    >>> c.least_n, c.n_pairs, round(c.mean_covariance, 4)
    (0, 2, 0.0)
    """
    used = np.flatnonzero(responses.administered)
    n, persons = responses.administered[used].astype(np.float64), len(responses.present)
    p = responses.correct[used] / np.maximum(n, 1.0)
    pair = np.triu_indices(len(used), 1)
    together, cross, own = (matrix[pair] for matrix in _pair_sums(responses, used))
    least, enough = int(together.min(initial=persons)) if len(together) else 0, together >= 2.0
    if not np.any(enough) or not np.any(n >= 2.0):
        reason = Reason.TOO_FEW_ITEMS if len(used) < 2 else Reason.NO_COMMON_ITEMS
        return PairwiseCovariance(least, None, None, persons, len(used), 0, reason)
    m = together[enough]
    covariance = (m * cross[enough] - own[enough]) / (m * (m - 1.0))
    variance = (p * (1.0 - p) * n / np.maximum(n - 1.0, 1.0))[n >= 2.0]
    return PairwiseCovariance(
        least_n=least,
        mean_variance=float(variance.mean()),
        mean_covariance=float(covariance.mean()),
        n_used=persons,
        n_items=len(used),
        n_pairs=len(m),
    )


def alpha_pairwise(responses: Responses, *, n_items: int | None = None) -> Estimate:
    """Alpha of a fixed form of `n_items` drawn from the bank, ``k c / (v + (k-1) c)``.

    v is the mean item variance and c the mean pairwise covariance (`pairwise_covariance`). A
    relative coefficient: it ranks candidates on *one* such form, and is too high for a raw cut on
    random forms. With the size of the bank it is the alpha of the whole bank, which nobody answers.

    n_items: >= 2; ``None`` takes the mean length of the forms.

    Returns no value as `pairwise_covariance`, or when v and c are 0. Least n: 50 for each pair.
    Source: Cronbach 1951, Psychometrika 16:297-334; Spearman-Brown for the step.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(alpha_pairwise(r).value, 4)  # complete data: alpha
    0.75
    """
    if n_items is not None and not 2 <= n_items < math.inf:
        raise ValueError(f"n_items must be at least 2 and finite, got {n_items!r}")
    pairs = pairwise_covariance(responses)
    k = responses.n_rows / max(len(responses.present), 1) if n_items is None else float(n_items)
    variant = "alpha from pairwise covariances, " + ("own form length" if n_items is None else f"{n_items} items")
    v, c = pairs.mean_variance, pairs.mean_covariance
    if v is None or c is None:
        return no_estimate(pairs.reason or Reason.NO_COMMON_ITEMS, pairs.n_used, variant=variant)
    if v + (k - 1.0) * c <= 1e-12 * v or v == 0.0:
        return no_estimate(Reason.NO_TOTAL_VARIANCE, pairs.n_used, variant=variant)
    return Estimate(value=k * c / (v + (k - 1.0) * c), n_used=pairs.n_used, variant=variant)


def _pair_sums(responses: Responses, used: NDArray[np.int64]) -> tuple[Array, Array, Array]:
    """Per pair: candidates with both, right on both, and the product of the numbers right on each."""
    column = np.zeros(responses.n_items, dtype=np.int64)
    column[used] = np.arange(len(used))
    together, cross, one = (np.zeros((len(used), len(used))) for _ in range(3))
    for persons, rows in responses.blocks(_BLOCK):
        at = (responses.person[rows] - persons.start, column[responses.item[rows]])
        seen, right = np.zeros((2, persons.stop - persons.start, len(used)), dtype=np.float32)
        seen[at] = 1.0
        right[at] = responses.score[rows]
        together += seen.T @ seen
        cross += right.T @ right
        one += right.T @ seen
    return together, cross, one * one.T
