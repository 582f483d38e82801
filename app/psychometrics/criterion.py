"""The score an item is held against: the rest of the own form, freed of the form's difficulty."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .responses import Responses

TIE = 1e-9
"""Criterion scores closer than this are one score: sums of p differ in the last bits only."""


@dataclass(frozen=True)
class Criterion:
    """A criterion score per candidate.

    score:    (persons,) the criterion, the item included.
    expected: (items,) what an item adds to the criterion besides its own score, negated: 0 for the
              raw total, p for the adjusted one. The rest score of item j is therefore
              ``score - (x_j - expected_j)``.
    """

    score: NDArray[np.float64]
    expected: NDArray[np.float64]

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """(persons,) dense rank of `score`, ties merged within `TIE`."""
        return dense_rank(self.score)

    @property
    def is_raw_total(self) -> bool:
        """Is the criterion the raw total on the own form?"""
        return not np.any(self.expected)

    @property
    def name(self) -> str:
        """The score in words, for the variant of an estimate."""
        return "raw total" if self.is_raw_total else "total freed of form difficulty"


def criterion_raw(responses: Responses) -> Criterion:
    """Take the raw total on the own form. On random forms it mixes ability with form difficulty."""
    return Criterion(responses.total.astype(np.float64), np.zeros(responses.n_items))


def criterion_adjusted(responses: Responses) -> Criterion:
    """Raw total minus the sum of item p over the own form.

    With ``p_j`` the proportion right among those who received item j, the criterion of candidate i
    is ``sum over own form of (x_ij - p_j)``: a form of easy items gives no advantage. When all
    forms are the same it differs from the raw total by a constant, and the raw total is used.
    """
    if responses.is_fixed_form:
        return criterion_raw(responses)
    p = responses.correct / np.maximum(responses.administered, 1)
    expected = np.zeros(responses.n_persons)
    expected[responses.present] = np.add.reduceat(p[responses.item], responses.person_start[responses.present])
    return Criterion(responses.total - expected, p)


def weighted_counts(
    code: NDArray[np.integer], weights: NDArray[np.floating] | NDArray[np.integer], length: int
) -> NDArray[np.float64]:
    """Sum the weights of each code 0..length-1."""
    return np.bincount(code, weights=weights, minlength=length).astype(np.float64, copy=False)


def dense_rank(score: NDArray[np.floating] | NDArray[np.integer]) -> NDArray[np.int64]:
    """0-based rank of each score, one rank for scores that differ by less than `TIE`."""
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score), dtype=np.int64)
    rank[order] = np.cumsum(np.diff(score[order], prepend=score[order[:1]]) > TIE)
    return rank
