"""The score an item is held against: the rest of the own form, freed of the form's difficulty."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .responses import Responses

EXTREME = 0.27
"""Share of candidates in the upper and in the lower group (Kelley 1939)."""
TIE = 1e-9
"""Criterion scores closer than this are one score: sums of p differ in the last bits only."""


@dataclass(frozen=True)
class Criterion:
    """A criterion score per candidate.

    score:    (persons,) the criterion, the item included.
    expected: (items,) what an item adds to the criterion besides its own score, negated: 0 for the
              raw total, p for the adjusted one. The rest score of item j is therefore
              ``score - (x_j - expected_j)``.
    rank:     (persons,) dense rank of `score`, ties merged within `TIE`.
    """

    score: NDArray[np.float64]
    expected: NDArray[np.float64]
    rank: NDArray[np.int64]


@dataclass(frozen=True)
class ItemSlice:
    """The rows of one item beside the criterion of the candidates who received it."""

    person: NDArray[np.int32]
    option: NDArray[np.int16]
    score: NDArray[np.int8]
    rest: NDArray[np.float64]
    rank: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Number of candidates who received the item."""
        return len(self.score)

    @cached_property
    def rest_deviation(self) -> NDArray[np.float64] | None:
        """Rest score minus its mean; ``None`` when all rest scores are equal."""
        if self.n == 0 or np.ptp(self.rest) <= TIE:
            return None
        deviation: NDArray[np.float64] = self.rest - self.rest.mean()
        return deviation

    @cached_property
    def rest_sum_of_squares(self) -> float:
        """Sum of squared deviations of the rest score, 0 when all are equal."""
        deviation = self.rest_deviation
        return 0.0 if deviation is None else float(deviation @ deviation)

    @cached_property
    def ranks_vary(self) -> bool:
        """Do the candidates who received the item differ in the criterion?"""
        return self.n > 0 and bool(self.rank.min() != self.rank.max())

    @cached_property
    def extremes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights of the upper and the lower 27 %; see `extreme_groups`."""
        return extreme_groups(self.rank)


def criterion_raw(responses: Responses) -> Criterion:
    """Take the raw total on the own form. On random forms it mixes ability with form difficulty."""
    total = responses.total
    return Criterion(total.astype(np.float64), np.zeros(responses.n_items), _dense_rank(total))


def criterion_adjusted(responses: Responses) -> Criterion:
    """Raw total minus the sum of item p over the own form.

    With ``p_j`` the proportion right among those who received item j, the criterion of candidate i
    is ``sum over own form of (x_ij - p_j)``: a form of easy items gives no advantage. When all
    forms are the same it differs from the raw total by a constant, and the raw total is used.
    """
    if responses.is_fixed_form:
        return criterion_raw(responses)
    p = responses.correct / np.maximum(responses.administered, 1)
    expected = weighted_counts(responses.person, p[responses.item], responses.n_persons)
    score = responses.total - expected
    return Criterion(score, p, _dense_rank(score))


def item_slices(responses: Responses, criterion: Criterion) -> Iterator[ItemSlice]:
    """One slice per item, in item order."""
    for index in range(responses.n_items):
        rows = responses.of_item(index)
        own = rows.score - criterion.expected[index]
        yield ItemSlice(
            person=rows.person,
            option=rows.option,
            score=rows.score,
            rest=criterion.score[rows.person] - own,
            rank=criterion.rank[rows.person],
        )


def extreme_groups(
    rank: NDArray[np.int64], *, fraction: float = EXTREME
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights of the upper and the lower group, each of exactly ``fraction * n`` candidates.

    Candidates tied at the boundary enter with one fractional weight, so that the groups do not
    depend on the order of the input. 27 % after Kelley 1939.

    rank: (n,) any order-preserving code of the criterion, n >= 1.  fraction: (0, 0.5].

    >>> upper, lower = extreme_groups(np.array([1, 2, 2, 3]), fraction=0.5)
    >>> upper.tolist(), lower.tolist()
    ([0.0, 0.5, 0.5, 1.0], [1.0, 0.5, 0.5, 0.0])
    """
    if not 0.0 < fraction <= 0.5:  # the groups must not overlap
        raise ValueError(f"fraction must lie in (0, 0.5], got {fraction!r}")
    size = fraction * len(rank)
    return _lowest(-rank, size), _lowest(rank, size)


def weighted_counts(
    code: NDArray[np.integer], weights: NDArray[np.floating] | NDArray[np.integer], length: int
) -> NDArray[np.float64]:
    """Sum the weights of each code 0..length-1."""
    return np.bincount(code, weights=weights, minlength=length).astype(np.float64, copy=False)


def _lowest(rank: NDArray[np.int64], size: float) -> NDArray[np.float64]:
    position = int(np.ceil(size)) - 1
    boundary = np.partition(rank, position)[position]
    below, at = rank < boundary, rank == boundary
    share = (size - np.count_nonzero(below)) / np.count_nonzero(at)
    weights: NDArray[np.float64] = below + share * at
    return weights


def _dense_rank(score: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score), dtype=np.int64)
    rank[order] = np.cumsum(np.diff(score[order], prepend=score[order[:1]]) > TIE)
    return rank
