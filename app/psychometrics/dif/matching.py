"""What makes two candidates comparable: the score on which the groups are matched, in strata.

On one fixed form it is the raw total, the studied item included (Holland & Thayer 1988). On random
forms the raw total mixes ability with the difficulty of the form; there an ability estimate or the
difficulty-adjusted score takes its place, cut into strata of about equal numbers.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.criterion import criterion_adjusted, dense_rank, weighted_counts
from app.psychometrics.responses import Responses

Anchor = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Matched:
    """The matching score beside each row of the responses.

    code:    (rows,) index of the score in `score`.
    score:   (codes,) the distinct matching scores.
    stratum: (codes,) stratum of each distinct score, 0-based.
    variant: which matching it is.
    """

    code: NDArray[np.integer]
    score: NDArray[np.float64]
    stratum: NDArray[np.int64]
    variant: str

    @property
    def n_strata(self) -> int:
        """One more than the highest stratum."""
        return int(self.stratum.max(initial=-1)) + 1


class Match(Protocol):
    """A way of matching. `anchor` marks the items that make up the score; the studied item always counts."""

    def of(self, responses: Responses, anchor: Anchor) -> Matched:
        """Return the matching score of every row."""
        ...


@dataclass(frozen=True, slots=True)
class TotalMatch:
    """Raw total on the own form, the studied item included, in strata of `width` points.

    width: >= 1. Thick strata keep more candidates comparable when they are few, and match less well.

    On random forms the total mixes ability with form difficulty: use `AdjustedMatch` there.
    """

    width: int = 1

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ValueError(f"width must be at least 1, got {self.width!r}")

    def of(self, responses: Responses, anchor: Anchor) -> Matched:
        """Return the matching score of every row."""
        code = _sum_of_anchors(responses, responses.score, anchor).astype(np.int64)
        scores = np.arange(int(code.max(initial=-1)) + 1)
        return Matched(
            code=code,
            score=scores.astype(np.float64),
            stratum=scores // self.width,
            variant=f"raw total with the studied item, strata of width {self.width}",
        )


@dataclass(frozen=True, slots=True)
class AdjustedMatch:
    """Raw total minus the sum of item p over the own form, in quantile strata: for random forms.

    n_strata: >= 1, strata of about equal numbers; 5 to 10 or more. When the groups differ in ability
              some of the difference is left inside a stratum: half a standard deviation leaves 0.1
              delta points with 5 strata, 0.04 with 10, 0.01 with 20.

    On one fixed form it is the raw total cut into quantile strata.
    """

    n_strata: int = 10

    def __post_init__(self) -> None:
        _check_strata(self.n_strata)

    def of(self, responses: Responses, anchor: Anchor) -> Matched:
        """Return the matching score of every row."""
        criterion = criterion_adjusted(responses)
        variant = f"difficulty-adjusted score with the studied item, {self.n_strata} quantile strata"
        if np.all(anchor):
            return _quantile_strata(criterion.rank, criterion.score, responses, self.n_strata, variant)
        gain = responses.score - criterion.expected[responses.item]
        score = _sum_of_anchors(responses, gain, anchor)
        code = dense_rank(score)
        return _by_quantile(code, _one_of_each(code, score), self.n_strata, variant)


@dataclass(frozen=True, eq=False)
class ScoreMatch:
    """Any score per candidate, such as an ability estimate (EAP) from a calibration of the bank.

    score:    (persons,) finite numbers; not read for a candidate without items.
    n_strata: >= 1 quantile strata, or ``None``: every distinct score is a stratum.

    It does not know of items, so that it cannot be purified.
    """

    score: ArrayLike
    n_strata: int | None = 10

    def __post_init__(self) -> None:
        if self.n_strata is not None:
            _check_strata(self.n_strata)

    def of(self, responses: Responses, anchor: Anchor) -> Matched:
        """Return the matching score of every row."""
        score = np.asarray(self.score, dtype=np.float64)
        if score.shape != (responses.n_persons,) or not np.all(np.isfinite(score[responses.present])):
            raise ValueError("score must hold one finite number per candidate who received an item")
        score = np.where(responses.form_length > 0, score, 0.0)
        if not np.all(anchor):
            raise ValueError("anchor has no meaning for a score that is given")
        rank = dense_rank(score)
        if self.n_strata is not None:
            variant = f"given score, {self.n_strata} quantile strata"
            return _quantile_strata(rank, score, responses, self.n_strata, variant)
        distinct = _one_of_each(rank, score)
        return Matched(rank[responses.person], distinct, np.arange(len(distinct)), "given score, each value a stratum")


def natural_match(responses: Responses) -> Match:
    """Return the matching that suits the data: raw total on a fixed form, else the adjusted score in 10 strata.

    >>> natural_match(Responses.from_dense([[1, 0], [0, 1]]))
    TotalMatch(width=1)
    """
    return TotalMatch() if responses.is_fixed_form else AdjustedMatch()


def checked_anchor(anchor: ArrayLike | None, n_items: int) -> Anchor:
    """Return `anchor` as one truth value per item; ``None`` marks all."""
    if anchor is None:
        return np.ones(n_items, dtype=np.bool_)
    marks = np.asarray(anchor)
    if marks.shape != (n_items,) or marks.dtype != np.bool_:
        raise ValueError("anchor must hold one truth value per item")
    return marks


def _sum_of_anchors(
    responses: Responses, gain: NDArray[np.floating] | NDArray[np.integer], anchor: Anchor
) -> NDArray[np.float64]:
    """(rows,) sum of `gain` over the anchors of the candidate, and over the studied item."""
    if np.all(anchor):
        return weighted_counts(responses.person, gain, responses.n_persons)[responses.person]
    counts = anchor[responses.item]
    total = weighted_counts(responses.person, np.where(counts, gain, 0), responses.n_persons)
    return total[responses.person] + np.where(counts, 0, gain)


def _quantile_strata(
    rank: NDArray[np.int64], score: NDArray[np.float64], responses: Responses, n_strata: int, variant: str
) -> Matched:
    return _by_quantile(rank[responses.person], _one_of_each(rank, score), n_strata, variant)


def _by_quantile(code: NDArray[np.int64], score: NDArray[np.float64], n_strata: int, variant: str) -> Matched:
    """Cut at equal numbers of rows; equal scores stay together, by the middle of their ranks."""
    counts = np.bincount(code, minlength=len(score))
    twice_middle = 2 * np.cumsum(counts) - counts
    stratum = n_strata * twice_middle // (2 * max(len(code), 1))
    return Matched(code, score, np.minimum(stratum, n_strata - 1), variant)


def _one_of_each(code: NDArray[np.int64], score: NDArray[np.float64]) -> NDArray[np.float64]:
    distinct = np.zeros(int(code.max(initial=-1)) + 1)
    distinct[code] = score
    return distinct


def _check_strata(n_strata: int) -> None:
    if n_strata < 1:
        raise ValueError(f"n_strata must be at least 1, got {n_strata!r}")
