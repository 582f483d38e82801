"""Standard errors of measurement, of all scores and at one score."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.responses import Responses

from .sums import stratum_errors


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
    if not -math.inf < kr20 <= 1.0:
        raise ValueError(f"kr20 must be finite and at most 1, got {kr20!r}")
    if not -math.inf < kr21 < 1.0:
        raise ValueError(f"kr21 must be finite and below 1, got {kr21!r}")
    return csem_lord(scores, n_items=n_items) * math.sqrt((1.0 - kr20) / (1.0 - kr21))


def csem_stratified(responses: Responses) -> tuple[float | None, ...]:
    """CSEM of each candidate's raw score on the own stratified form, ``sqrt(E_i)``.

    E_i as in `stratified_binomial`. Returns one entry per candidate, ``None`` for a candidate
    without items or with a single-item stratum.
    Source: Feldt 1984, Educ. Psychol. Meas. 44:883-891.

    >>> csem_stratified(Responses.from_dense([[1, 0], [1, 1]]))
    (1.0, 0.0)
    """
    error, complete = stratum_errors(responses)
    usable = complete & (responses.form_length > 0)
    return tuple(
        math.sqrt(value) if good else None for value, good in zip(error.tolist(), usable.tolist(), strict=True)
    )
