"""Long form: the rows of an exam, what is counted from them, and how they are looked at."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from . import _checks

OMITTED = -1
"""Option of a row whose item was administered and left without an answer."""
UNRECORDED = -2
"""Option of a row that was answered, where only the score is known."""
KEY_UNKNOWN = -1
"""Key of an item whose right option is not known here."""


@dataclass(frozen=True, slots=True)
class ItemRows:
    """The rows of one item, ordered by person."""

    person: NDArray[np.int32]
    option: NDArray[np.int16]
    score: NDArray[np.int8]
    seconds: NDArray[np.float64] | None
    position: NDArray[np.int32] | None


@dataclass(frozen=True, slots=True)
class PersonRows:
    """The rows of one candidate, ordered by item."""

    item: NDArray[np.int32]
    option: NDArray[np.int16]
    score: NDArray[np.int8]
    seconds: NDArray[np.float64] | None
    position: NDArray[np.int32] | None


@dataclass(frozen=True, eq=False)
class LongForm:
    """Immutable rows, sorted by (person, item), each pair at most once.

    person, item: (rows,) indices into `persons` and `items`.
    option:       (rows,) 0-based option, `OMITTED` or `UNRECORDED`.
    score:        (rows,) 0 or 1; an omitted row scores 0.
    seconds:      (rows,) time spent, or ``None``.
    position:     (rows,) place of the item in the order of presentation within the form, >= 0, or
                  ``None``; items shown together may share a place.
    persons, items: labels, unique; a label may be without rows.
    strata:       (items,) unit of each item, or ``None``.
    forms:        (persons,) form of each candidate, or ``None``.
    n_options:    (items,) number of options, or ``None``: then the options seen count.
    key:          (items,) right option, `KEY_UNKNOWN` where not known, or ``None``.

    Memory is 11 bytes a row (+ 8 with seconds, + 4 with positions).
    """

    person: NDArray[np.int32]
    item: NDArray[np.int32]
    option: NDArray[np.int16]
    score: NDArray[np.int8]
    seconds: NDArray[np.float64] | None
    position: NDArray[np.int32] | None
    persons: tuple[Hashable, ...]
    items: tuple[Hashable, ...]
    strata: tuple[Hashable, ...] | None
    forms: tuple[Hashable, ...] | None
    n_options: NDArray[np.int16] | None
    key: NDArray[np.int16] | None

    @property
    def n_rows(self) -> int:
        """Number of administered (person, item) pairs."""
        return len(self.score)

    @property
    def n_persons(self) -> int:
        """Number of candidates, with or without rows."""
        return len(self.persons)

    @property
    def n_items(self) -> int:
        """Number of items, administered or not."""
        return len(self.items)

    @cached_property
    def total(self) -> NDArray[np.int64]:
        """(persons,) raw score on the own form."""
        total = np.zeros(self.n_persons, dtype=np.int64)
        if self.n_rows:
            narrow = self.form_length.max() <= np.iinfo(np.int16).max  # half the width, twice as fast
            kind = np.int16 if narrow else np.int64
            total[self.present] = np.add.reduceat(self.score, self.person_start[self.present], dtype=kind)
        return total

    @cached_property
    def form_length(self) -> NDArray[np.int64]:
        """(persons,) number of items administered to each candidate."""
        return np.diff(self.person_start)

    @cached_property
    def present(self) -> NDArray[np.int64]:
        """Indices of the candidates who received at least one item."""
        return np.flatnonzero(self.form_length)

    @cached_property
    def administered(self) -> NDArray[np.int64]:
        """(items,) number of candidates who received each item."""
        if not self.is_fixed_form:
            return np.bincount(self.item, minlength=self.n_items)
        counts = np.zeros(self.n_items, dtype=np.int64)
        counts[self._one_form] = len(self.present)
        return counts

    @cached_property
    def correct(self) -> NDArray[np.int64]:
        """(items,) number of candidates who answered each item rightly."""
        if not self.is_fixed_form:
            return np.bincount(self.item, weights=self.score, minlength=self.n_items).astype(np.int64)
        counts = np.zeros(self.n_items, dtype=np.int64)
        counts[self._one_form] = self.score.reshape(-1, max(1, len(self._one_form))).sum(axis=0)
        return counts

    @cached_property
    def is_fixed_form(self) -> bool:
        """Did all candidates who received anything receive the same items?"""
        lengths = self.form_length[self.present]
        if len(lengths) == 0 or lengths.min() != lengths.max():
            return len(lengths) == 0
        forms = self.item.reshape(len(lengths), -1)
        return bool(np.all(forms == forms[0]))

    @property
    def _one_form(self) -> NDArray[np.int32]:
        """The items of the first form: of every form, where it is fixed."""
        return self.item[: int(self.form_length[self.present].max(initial=0))]

    @cached_property
    def stratum_labels(self) -> tuple[Hashable, ...]:
        """The distinct strata in order of first appearance; one nameless stratum without strata."""
        return (None,) if self.strata is None else tuple(dict.fromkeys(self.strata))

    @cached_property
    def stratum(self) -> NDArray[np.int64]:
        """(items,) index of each item's stratum in `stratum_labels`."""
        if self.strata is None:
            return np.zeros(self.n_items, dtype=np.int64)
        position = {label: index for index, label in enumerate(self.stratum_labels)}
        return np.array([position[label] for label in self.strata], dtype=np.int64)

    def by_stratum(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(persons, strata) raw score, and number of items, of each candidate in each stratum.

        >>> from app.psychometrics import Responses
        >>> score, length = Responses.from_dense([[1, 1, 1], [1, 0, 1]], strata="aab").by_stratum()
        >>> score.tolist(), length.tolist()
        ([[2, 1], [1, 1]], [[2, 1], [2, 1]])
        """
        shape = (self.n_persons, len(self.stratum_labels))
        cell = self.person * np.int64(shape[1]) + self.stratum[self.item]
        score = np.bincount(cell, weights=self.score, minlength=shape[0] * shape[1])
        length = np.bincount(cell, minlength=shape[0] * shape[1])
        return score.reshape(shape).astype(np.int64), length.reshape(shape)

    def of_item(self, item: int) -> ItemRows:
        """Return the rows of the item with this index, without copying."""
        _checks.indices([item], "item", self.n_items)
        rows = slice(self.item_start[item], self.item_start[item + 1])
        whole = self.by_item
        seconds = None if whole.seconds is None else whole.seconds[rows]
        position = None if whole.position is None else whole.position[rows]
        return ItemRows(whole.person[rows], whole.option[rows], whole.score[rows], seconds, position)

    def of_person(self, person: int) -> PersonRows:
        """Return the rows of the candidate with this index, without copying."""
        _checks.indices([person], "person", self.n_persons)
        rows = slice(self.person_start[person], self.person_start[person + 1])
        seconds = None if self.seconds is None else self.seconds[rows]
        position = None if self.position is None else self.position[rows]
        return PersonRows(self.item[rows], self.option[rows], self.score[rows], seconds, position)

    def rows_of(self, persons: NDArray[np.integer]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the rows of these candidates, in this order: whose they are (0, 1, ...), and where they stand.

        >>> from app.psychometrics import Responses
        >>> person, rows = Responses.from_dense([[1, 0], [1, 1]]).rows_of(np.array([1, 0]))
        >>> person.tolist(), rows.tolist()
        ([0, 0, 1, 1], [2, 3, 0, 1])
        """
        lengths = self.form_length[persons]
        offset = np.concatenate(([0], np.cumsum(lengths)))
        rows = np.repeat(self.person_start[persons] - offset[:-1], lengths) + np.arange(offset[-1])
        return np.repeat(np.arange(len(persons), dtype=np.int32), lengths), rows

    def blocks(self, size: int) -> Iterator[tuple[slice, slice]]:
        """All candidates, `size` at a time, and their rows.

        >>> from app.psychometrics import Responses
        >>> list(Responses.from_dense([[1, 0], [1, 1], [0, 0]]).blocks(2))
        [(slice(0, 2, None), slice(0, 4, None)), (slice(2, 3, None), slice(4, 6, None))]
        """
        for first in range(0, self.n_persons, size):
            last = min(first + size, self.n_persons)
            yield slice(first, last), slice(int(self.person_start[first]), int(self.person_start[last]))

    def to_dense(self) -> NDArray[np.float64]:
        """(persons, items) scores, NaN where not administered; omitted rows are 0."""
        matrix = np.full((self.n_persons, self.n_items), np.nan)
        matrix[self.person, self.item] = self.score
        return matrix

    @cached_property
    def person_start(self) -> NDArray[np.int64]:
        """(persons + 1,) where the rows of each candidate begin; the last entry is `n_rows`."""
        counts = np.zeros(self.n_persons, dtype=np.int64)
        if self.n_rows:
            first = np.concatenate(([0], np.flatnonzero(self.person[1:] != self.person[:-1]) + 1))
            counts[self.person[first]] = np.diff(first, append=self.n_rows)
        return np.concatenate(([0], np.cumsum(counts)))

    @cached_property
    def item_start(self) -> NDArray[np.int64]:
        """(items + 1,) where the rows of each item begin in `by_item`."""
        return np.concatenate(([0], np.cumsum(self.administered)))

    @cached_property
    def by_item(self) -> ItemRows:
        """All rows ordered by (item, person): the views of `of_item` end to end."""
        order = _item_order(self.item, self.n_items)
        seconds = None if self.seconds is None else _checks.frozen(self.seconds[order])
        position = None if self.position is None else _checks.frozen(self.position[order])
        return ItemRows(
            _checks.frozen(self.person[order]),
            _checks.frozen(self.option[order]),
            _checks.frozen(self.score[order]),
            seconds,
            position,
        )


def _item_order(item: NDArray[np.int32], n_items: int) -> NDArray[np.int64]:
    """Stable order by item; 16-bit keys sort by radix, which is what makes large data cheap."""
    small = n_items <= np.iinfo(np.uint16).max
    return np.argsort(item.astype(np.uint16) if small else item, kind="stable")
