"""Responses in long form: the one input of every statistic.

One row is one item administered to one candidate. Three states are kept apart: *answered* (an
option, score 0 or 1), *omitted* (administered, no option, score 0) and *not administered* (no row).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _intake

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
class Responses:
    """Immutable responses, rows sorted by (person, item), each pair at most once.

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

    Build it with `from_dense`, `from_choices`, `from_rows` or `from_arrays`, which check and sort;
    the constructor itself trusts its arguments. Memory is 11 bytes a row (+ 8 with seconds, + 4 with
    positions).

    >>> r = Responses.from_dense([[1, 0, float("nan")], [1, -1, 1]])
    >>> r.n_rows, r.total.tolist(), r.administered.tolist()
    (5, [1, 2], [2, 2, 1])
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

    @classmethod
    def from_arrays(
        cls,
        person: ArrayLike,
        item: ArrayLike,
        option: ArrayLike,
        score: ArrayLike,
        *,
        persons: Sequence[Hashable],
        items: Sequence[Hashable],
        seconds: ArrayLike | None = None,
        position: ArrayLike | None = None,
        strata: Sequence[Hashable] | None = None,
        forms: Sequence[Hashable] | None = None,
        n_options: ArrayLike | None = None,
        key: ArrayLike | None = None,
    ) -> "Responses":
        """From parallel arrays of indices; the fast way in for stored data.

        Parameters as the fields of the class, in any row order. Raises ``ValueError`` naming the
        argument that is malformed.
        """
        columns = _intake.Columns.read(person, item, option, score, seconds, position)
        return cls._of_columns(
            columns, persons=persons, items=items, strata=strata, forms=forms, n_options=n_options, key=key
        )

    @classmethod
    def from_dense(
        cls,
        matrix: ArrayLike,
        *,
        options: ArrayLike | None = None,
        persons: Sequence[Hashable] | None = None,
        items: Sequence[Hashable] | None = None,
        strata: Sequence[Hashable] | None = None,
        forms: Sequence[Hashable] | None = None,
        n_options: ArrayLike | None = None,
        key: ArrayLike | None = None,
    ) -> "Responses":
        """From a (persons, items) matrix of scores.

        matrix:  1 right, 0 wrong, -1 administered and omitted, NaN not administered.
        options: optional (persons, items) matrix of 0-based options, -1 omitted; read only where
                 the matrix of scores has an entry.
        Labels default to 0, 1, 2, ...
        """
        cells = _intake.Cells.read(matrix, "matrix")
        if not np.all(np.isin(cells.value, (OMITTED, 0, 1))):
            raise ValueError("matrix must hold 0, 1, -1 (omitted) or NaN (not administered)")
        option = np.where(cells.value < 0, OMITTED, UNRECORDED).astype(np.int16)
        if options is not None:
            option = _intake.whole(cells.of(options, "options"), "options", np.int16)
            if np.any((cells.value < 0) & (option != OMITTED)):
                raise ValueError("options must be -1 where matrix is -1")
        return cls._of_columns(
            _intake.Columns(cells.person, cells.item, option, (cells.value > 0).astype(np.int8)),
            persons=range(cells.shape[0]) if persons is None else persons,
            items=range(cells.shape[1]) if items is None else items,
            strata=strata,
            forms=forms,
            n_options=n_options,
            key=key,
        )

    @classmethod
    def from_choices(
        cls,
        matrix: ArrayLike,
        *,
        key: ArrayLike,
        persons: Sequence[Hashable] | None = None,
        items: Sequence[Hashable] | None = None,
        strata: Sequence[Hashable] | None = None,
        forms: Sequence[Hashable] | None = None,
        n_options: ArrayLike | None = None,
    ) -> "Responses":
        """From a (persons, items) matrix of chosen options, scored by `key`.

        matrix: 0-based option, -1 administered and omitted, NaN not administered.
        key:    (items,) 0-based right option.

        >>> Responses.from_choices([[2, -1], [0, 1]], key=[2, 1]).total.tolist()
        [1, 1]
        """
        cells = _intake.Cells.read(matrix, "matrix")
        option = _intake.whole(cells.value, "matrix", np.int16)
        if np.any(option < OMITTED):
            raise ValueError("matrix must hold options, -1 (omitted) or NaN (not administered)")
        keys = _intake.per_item(key, "key", cells.shape[1], lowest=0)
        return cls._of_columns(
            _intake.Columns(cells.person, cells.item, option, (option == keys[cells.item]).astype(np.int8)),
            persons=range(cells.shape[0]) if persons is None else persons,
            items=range(cells.shape[1]) if items is None else items,
            strata=strata,
            forms=forms,
            n_options=n_options,
            key=keys,
        )

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Sequence[object]],
        *,
        persons: Sequence[Hashable] | None = None,
        items: Sequence[Hashable] | None = None,
        strata: Mapping[Hashable, Hashable] | None = None,
        forms: Mapping[Hashable, Hashable] | None = None,
        n_options: Mapping[Hashable, int] | None = None,
        key: Mapping[Hashable, int] | None = None,
    ) -> "Responses":
        """From rows (person, item, option, score), or with seconds, or with seconds and position.

        person, item: labels. option: 0-based, ``None`` or -1 for omitted, -2 for not recorded.
        seconds: ``None`` in every row when the times are not recorded.
        Labels keep the order of first appearance unless `persons` or `items` lists them.
        The mappings go from a label; every item (person) must be in them, except in `key`.

        >>> rows = [("a", "q1", 2, 1), ("a", "q2", None, 0)]
        >>> Responses.from_rows(rows).items
        ('q1', 'q2')
        """
        table = _intake.Table.read(rows, persons, items)
        return cls.from_arrays(
            table.person,
            table.item,
            table.option,
            table.score,
            seconds=table.seconds,
            position=table.position,
            persons=table.persons,
            items=table.items,
            strata=_intake.looked_up(strata, "strata", table.items),
            forms=_intake.looked_up(forms, "forms", table.persons),
            n_options=_intake.looked_up(n_options, "n_options", table.items),
            key=None if key is None else [key.get(label, KEY_UNKNOWN) for label in table.items],
        )

    @classmethod
    def _of_columns(
        cls,
        columns: _intake.Columns,
        *,
        persons: Sequence[Hashable],
        items: Sequence[Hashable],
        strata: Sequence[Hashable] | None,
        forms: Sequence[Hashable] | None,
        n_options: ArrayLike | None,
        key: ArrayLike | None,
    ) -> "Responses":
        columns = columns.checked(len(persons), len(items)).sorted_unique(len(items))
        counts = keys = None
        if n_options is not None:
            counts = _intake.per_item(n_options, "n_options", len(items), lowest=1)
        if key is not None:
            keys = _intake.per_item(key, "key", len(items), lowest=KEY_UNKNOWN)
        _intake.require_options_exist(columns, counts, keys)
        return cls(
            person=columns.person,
            item=columns.item,
            option=columns.option,
            score=columns.score,
            seconds=columns.seconds,
            position=columns.position,
            persons=_intake.labels(persons, "persons"),
            items=_intake.labels(items, "items"),
            strata=_intake.aligned(strata, "strata", len(items)),
            forms=_intake.aligned(forms, "forms", len(persons)),
            n_options=counts,
            key=keys,
        )

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

    def of_item(self, item: int) -> ItemRows:
        """Return the rows of the item with this index, without copying."""
        _intake.indices([item], "item", self.n_items)
        rows = slice(self.item_start[item], self.item_start[item + 1])
        whole = self.by_item
        seconds = None if whole.seconds is None else whole.seconds[rows]
        position = None if whole.position is None else whole.position[rows]
        return ItemRows(whole.person[rows], whole.option[rows], whole.score[rows], seconds, position)

    def of_person(self, person: int) -> PersonRows:
        """Return the rows of the candidate with this index, without copying."""
        _intake.indices([person], "person", self.n_persons)
        rows = slice(self.person_start[person], self.person_start[person + 1])
        seconds = None if self.seconds is None else self.seconds[rows]
        position = None if self.position is None else self.position[rows]
        return PersonRows(self.item[rows], self.option[rows], self.score[rows], seconds, position)

    def with_items(self, items: ArrayLike) -> "Responses":
        """Return the responses to these items only, in this order; candidates stay, some without rows.

        items: indices, each at most once.

        >>> Responses.from_dense([[1, 0], [1, 1]]).with_items([1]).total.tolist()
        [0, 1]
        """
        chosen = _intake.indices(items, "items", self.n_items)
        position = np.full(self.n_items, -1, dtype=np.int32)
        position[chosen] = np.arange(len(chosen))
        if np.count_nonzero(position >= 0) != len(chosen):
            raise ValueError("items must be named at most once")
        rows = np.flatnonzero(position[self.item] >= 0)
        return Responses.from_arrays(
            self.person[rows],
            position[self.item[rows]],
            self.option[rows],
            self.score[rows],
            persons=self.persons,
            items=[self.items[index] for index in chosen],
            seconds=None if self.seconds is None else self.seconds[rows],
            position=None if self.position is None else self.position[rows],
            strata=None if self.strata is None else [self.strata[index] for index in chosen],
            forms=self.forms,
            n_options=None if self.n_options is None else self.n_options[chosen],
            key=None if self.key is None else self.key[chosen],
        )

    def with_persons(self, persons: ArrayLike) -> "Responses":
        """Return the responses of these candidates, in this order; one named twice counts twice.

        persons: indices. Labels are the positions 0, 1, 2, ..., since a resample repeats candidates.

        >>> Responses.from_dense([[1, 0], [1, 1]]).with_persons([1, 1, 0]).total.tolist()
        [2, 2, 1]
        """
        chosen = _intake.indices(persons, "persons", self.n_persons)
        person, rows = self.rows_of(chosen)
        return Responses(
            person=_intake.frozen(person),
            item=_intake.frozen(self.item[rows]),
            option=_intake.frozen(self.option[rows]),
            score=_intake.frozen(self.score[rows]),
            seconds=None if self.seconds is None else _intake.frozen(self.seconds[rows]),
            position=None if self.position is None else _intake.frozen(self.position[rows]),
            persons=tuple(range(len(chosen))),
            items=self.items,
            strata=self.strata,
            forms=None if self.forms is None else tuple(self.forms[index] for index in chosen),
            n_options=self.n_options,
            key=self.key,
        )

    def rows_of(self, persons: NDArray[np.integer]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the rows of these candidates, in this order: whose they are (0, 1, ...), and where they stand.

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

        >>> list(Responses.from_dense([[1, 0], [1, 1], [0, 0]]).blocks(2))
        [(slice(0, 2, None), slice(0, 4, None)), (slice(2, 3, None), slice(4, 6, None))]
        """
        for first in range(0, self.n_persons, size):
            last = min(first + size, self.n_persons)
            yield slice(first, last), slice(int(self.person_start[first]), int(self.person_start[last]))

    def by_stratum(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(persons, strata) raw score, and number of items, of each candidate in each stratum.

        >>> score, length = Responses.from_dense([[1, 1, 1], [1, 0, 1]], strata="aab").by_stratum()
        >>> score.tolist(), length.tolist()
        ([[2, 1], [1, 1]], [[2, 1], [2, 1]])
        """
        shape = (self.n_persons, len(self.stratum_labels))
        cell = self.person * np.int64(shape[1]) + self.stratum[self.item]
        score = np.bincount(cell, weights=self.score, minlength=shape[0] * shape[1])
        length = np.bincount(cell, minlength=shape[0] * shape[1])
        return score.reshape(shape).astype(np.int64), length.reshape(shape)

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
        order = _intake.item_order(self.item, self.n_items)
        seconds = None if self.seconds is None else _intake.frozen(self.seconds[order])
        position = None if self.position is None else _intake.frozen(self.position[order])
        return ItemRows(
            _intake.frozen(self.person[order]),
            _intake.frozen(self.option[order]),
            _intake.frozen(self.score[order]),
            seconds,
            position,
        )
