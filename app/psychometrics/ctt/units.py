"""Scores per unit (stratum) of the blueprint, and how they go together."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses


@dataclass(frozen=True, slots=True)
class UnitScores:
    """Raw scores of each unit.

    units:       labels, in order of first appearance among the items; one nameless unit without strata.
    n_used:      candidates who received at least one item.
    mean:        (units,) mean raw score; empty where there is a `reason`.
    sd:          (units,) standard deviation, denominator n - 1; ``None`` for n < 2.
    correlation: (units, units) Pearson; ``None`` where a unit has equal scores.
    reason:      why there are no figures: the units have other lengths on other forms.
    """

    units: tuple[Hashable, ...]
    n_used: int
    mean: tuple[float, ...]
    sd: tuple[float | None, ...]
    correlation: tuple[tuple[float | None, ...], ...]
    reason: Reason | None
    variant: str = "raw scores, SD with denominator n - 1, correlations not corrected for attenuation"


def unit_scores(responses: Responses) -> UnitScores:
    """Means, standard deviations and correlations of the raw scores of the units.

    Works on random forms of one blueprint: each candidate has the score on the own items of the
    unit. Short units correlate weakly because they measure roughly, not because they differ.

    Returns `UnitScores`; ``TOO_FEW_PERSONS`` at n = 0, ``FORM_LENGTHS_DIFFER`` when candidates
    received different numbers of items of a unit. Least n: 100 for the correlations.
    Source: Lord & Novick 1968, ch. 4.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 0, 1], [0, 0, 0]], strata=["a", "a", "b"])
    >>> u = unit_scores(r)
    >>> u.mean[0], round(u.correlation[0][1], 4)
    (1.0, 0.866)
    """
    labels = responses.stratum_labels
    score, length = (table[responses.present] for table in responses.by_stratum())
    n = len(score)
    reason = None
    if n == 0:
        reason = Reason.TOO_FEW_PERSONS
    elif np.any(length != length[0]):
        reason = Reason.FORM_LENGTHS_DIFFER
    if reason is not None:
        return UnitScores(labels, n, (), (), (), reason)
    sd = np.std(score, axis=0, ddof=1).tolist() if n > 1 else [None] * len(labels)
    return UnitScores(labels, n, tuple(score.mean(axis=0).tolist()), tuple(sd), _correlations(score), None)


def _correlations(score: NDArray[np.int64]) -> tuple[tuple[float | None, ...], ...]:
    deviation = score - score.mean(axis=0)
    product = deviation.T @ deviation
    size = np.sqrt(np.diag(product))
    defined = (score.max(axis=0) > score.min(axis=0))[:, None]
    scale = np.outer(size, size)
    matrix = np.clip(product / np.where(scale > 0.0, scale, 1.0), -1.0, 1.0)
    np.fill_diagonal(matrix, 1.0)
    known = defined & defined.T
    return tuple(
        tuple(value if ok else None for value, ok in zip(values, oks, strict=True))
        for values, oks in zip(matrix.tolist(), known.tolist(), strict=True)
    )
