"""The candidates who received an item, those alike counted together: what every item statistic is a sum over.

With the raw total as criterion there are few different candidates per item: one table of counts,
item x total x answer, holds all that the statistics need, and is made in one pass over the rows.
Adjusted scores on random forms are nearly all different; there the rows are sorted instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.criterion import TIE, Criterion
from app.psychometrics.long_form import OMITTED, UNRECORDED
from app.psychometrics.responses import Responses

EXTREME = 0.27
"""Share of candidates in the upper and in the lower group."""

_CHUNK = 1 << 18  # rows coded at a time: what fits the cache
_SMALL = 1 << 20  # a table of so many cells is always cheap


@dataclass(frozen=True)
class Spread:
    """A score as deviation from its mean, one entry per cell."""

    deviation: NDArray[np.float64]
    sum_of_squares: float


@dataclass(frozen=True)
class ItemCells:
    """The candidates who received one item, alike in criterion and answer in one cell, by ascending criterion.

    count:    (cells,) candidates.
    option, score: (cells,) their answer.
    rank:     (cells,) order-preserving code of the criterion, equal where tied.
    value:    (cells,) the criterion, the item included.
    total:    (cells,) the raw total.
    expected: what the item adds to the criterion besides its own score; see `Criterion`.
    criterion: the name of the criterion.
    """

    count: NDArray[np.float64]
    option: NDArray[np.int64]
    score: NDArray[np.int64]
    rank: NDArray[np.int64]
    value: NDArray[np.float64]
    total: NDArray[np.int64]
    expected: float
    criterion: str

    @cached_property
    def n(self) -> int:
        """Number of candidates who received the item."""
        return int(self.count.sum())

    @cached_property
    def right(self) -> int:
        """Number of candidates who answered rightly."""
        return int(self.count @ self.score)

    @cached_property
    def omitted(self) -> int:
        """Number of candidates who gave no answer."""
        return int(self.count @ (self.option == OMITTED))

    @cached_property
    def rest(self) -> Spread | None:
        """The criterion without the item; ``None`` when all are equal."""
        return self.spread(self.value - (self.score - self.expected))

    @cached_property
    def whole(self) -> Spread | None:
        """The criterion, the item included; ``None`` when all are equal."""
        return self.spread(self.value)

    def spread(self, values: NDArray[np.float64]) -> Spread | None:
        """Deviations from the mean; ``None`` when all are equal."""
        if self.n == 0 or np.ptp(values) <= TIE:
            return None
        deviation = values - float(self.count @ values) / self.n
        return Spread(deviation, float(self.count @ deviation**2))

    @property
    def ranks_vary(self) -> bool:
        """Do the candidates differ in the criterion?"""
        return len(self.rank) > 0 and bool(self.rank[0] != self.rank[-1])

    def below(self, amount: NDArray[np.float64], places: ArrayLike) -> NDArray[np.float64]:
        """(..., places) sum of an amount over the candidates below each place of the order by criterion.

        Tied candidates share their places evenly, so that the order of the input does not matter:
        ``below(count, [0.27 * n])`` belongs to a lower group of exactly 27 %.

        amount: (..., cells), of all candidates of a cell together.  places: (places,) 0..n.
        """
        at = np.asarray(places, dtype=np.float64)
        if self.n == 0:
            return np.zeros((*amount.shape[:-1], *at.shape))
        sums = np.zeros((*amount.shape[:-1], amount.shape[-1] + 1))
        np.cumsum(amount, axis=-1, out=sums[..., 1:])
        run = np.maximum(np.searchsorted(self._stand, at) - 1, 0)
        share = (at - self._stand[run]) / (self._stand[run + 1] - self._stand[run])
        before, after = sums[..., self._edge[run]], sums[..., self._edge[run + 1]]
        found: NDArray[np.float64] = before + share * (after - before)
        return found

    def around_median(self) -> tuple[float, float]:
        """Places below which, and above which, the candidates below and above the median stand."""
        middle = self.n / 2.0
        run = int(np.searchsorted(self._stand, middle, side="right")) - 1
        low = float(self._stand[run])
        return low, low if low == middle else float(self._stand[run + 1])

    @cached_property
    def _edge(self) -> NDArray[np.int64]:
        """(runs + 1,) the cells at which the criterion changes, the ends included."""
        return np.concatenate(([0], np.flatnonzero(self.rank[1:] != self.rank[:-1]) + 1, [len(self.rank)]))

    @cached_property
    def _stand(self) -> NDArray[np.float64]:
        """(runs + 1,) candidates before each edge."""
        return np.concatenate(([0.0], np.cumsum(self.count)))[self._edge]


@dataclass(frozen=True)
class _Places:
    """Where each candidate stands in the order by criterion, and what stands at each place.

    of_person: (persons,) the place.
    value, total, rank: (places,) the criterion, the raw total, the code of `Criterion`.
    """

    of_person: NDArray[np.int64]
    value: NDArray[np.float64]
    total: NDArray[np.int64]
    rank: NDArray[np.int64]


def item_cells(responses: Responses, criterion: Criterion) -> Iterator[ItemCells]:
    """One `ItemCells` per item, in item order."""
    bits = _answer_bits(responses)
    n_totals = int(responses.form_length.max(initial=0)) + 1
    table_size = responses.n_items * (n_totals << bits)
    if criterion.is_raw_total and table_size <= max(_SMALL, responses.n_rows):
        places = _places_by_total(responses, n_totals)
        found = _counted(responses, places, bits)
    else:
        places = _places_by_person(responses, criterion)
        found = _sorted(responses, places, bits)
    name = criterion.name
    for index, (code, count) in enumerate(found):
        place, answer = code >> bits, code & ((1 << bits) - 1)
        yield ItemCells(
            count=count,
            option=(answer >> 1) + UNRECORDED,
            score=answer & 1,
            rank=places.rank[place],
            value=places.value[place],
            total=places.total[place],
            expected=float(criterion.expected[index]),
            criterion=name,
        )


def _answer_bits(responses: Responses) -> int:
    """Bits of an answer: ``2 * (option - UNRECORDED) + score``."""
    return (2 * (int(responses.option.max(initial=OMITTED)) - UNRECORDED) + 1).bit_length()


def _places_by_total(responses: Responses, n_totals: int) -> _Places:
    """All candidates of one raw total share a place."""
    totals = np.arange(n_totals)
    return _Places(responses.total, totals.astype(np.float64), totals, totals)


def _places_by_person(responses: Responses, criterion: Criterion) -> _Places:
    """Give each candidate a place of their own."""
    order = np.argsort(criterion.score, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return _Places(place, criterion.score[order], responses.total[order], criterion.rank[order])


def _counted(
    responses: Responses, places: _Places, bits: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Per item the codes that occur, and how often."""
    width = len(places.value) << bits
    table = np.zeros(responses.n_items * width, dtype=np.int64)
    for _, codes in _codes(responses, places, bits, chunk=max(_CHUNK, len(table))):
        table += np.bincount(codes, minlength=len(table))
    for counts in table.reshape(responses.n_items, width):
        present = np.flatnonzero(counts)
        yield present, counts[present].astype(np.float64)


def _sorted(
    responses: Responses, places: _Places, bits: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Per item the codes of its rows in ascending order, each counted once."""
    width = len(places.value) << bits
    everything = np.empty(responses.n_rows, dtype=np.int64)
    for rows, codes in _codes(responses, places, bits, chunk=_CHUNK):
        everything[rows] = codes
    everything.sort()
    for index, (start, stop) in enumerate(zip(responses.item_start, responses.item_start[1:], strict=False)):
        yield everything[start:stop] - index * width, np.ones(stop - start)


def _codes(
    responses: Responses, places: _Places, bits: int, *, chunk: int
) -> Iterator[tuple[slice, NDArray[np.int64]]]:
    """About `chunk` rows at a time, each row as one number: (item, place of the candidate, option, score)."""
    present, start = responses.present, responses.person_start
    item_code = np.arange(responses.n_items) * (len(places.value) << bits)
    person_code = (places.of_person << bits) - 2 * UNRECORDED
    two = np.int16(2) if bits < 16 else np.int64(2)  # of the options' own type, unless it would overflow
    step = max(1, chunk * len(present) // max(1, responses.n_rows))
    for first in range(0, len(present), step):
        persons = present[first : first + step]
        rows = slice(int(start[persons[0]]), int(start[persons[-1] + 1]))
        if responses.is_fixed_form:
            form = responses.item[: responses.form_length[persons[0]]]
            codes = np.add.outer(person_code[persons], item_code[form]).ravel()
        else:
            codes = np.repeat(person_code[persons], responses.form_length[persons])
            codes += item_code.take(responses.item[rows])
        codes += responses.option[rows] * two + responses.score[rows]
        yield rows, codes
