"""Responses in long form: the one input of every statistic.

One row is one item administered to one candidate. Three states are kept apart: *answered* (an
option, score 0 or 1), *omitted* (administered, no option, score 0) and *not administered* (no row).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class PersonRows:
    """The rows of one candidate, ordered by item."""

    item: NDArray[np.int32]
    option: NDArray[np.int16]
    score: NDArray[np.int8]
    seconds: NDArray[np.float64] | None


@dataclass(frozen=True, eq=False)
class Responses:
    """Immutable responses, rows sorted by (person, item), each pair at most once.

    person, item: (rows,) indices into `persons` and `items`.
    option:       (rows,) 0-based option, `OMITTED` or `UNRECORDED`.
    score:        (rows,) 0 or 1; an omitted row scores 0.
    seconds:      (rows,) time spent, or ``None``.
    persons, items: labels, unique; a label may be without rows.
    strata:       (items,) unit of each item, or ``None``.
    forms:        (persons,) form of each candidate, or ``None``.
    n_options:    (items,) number of options, or ``None``: then the options seen count.
    key:          (items,) right option, `KEY_UNKNOWN` where not known, or ``None``.

    Build it with `from_dense`, `from_choices`, `from_rows` or `from_arrays`, which check and sort;
    the constructor itself trusts its arguments. Memory is 11 bytes a row (+ 8 with seconds).

    >>> r = Responses.from_dense([[1, 0, float("nan")], [1, -1, 1]])
    >>> r.n_rows, r.total.tolist(), r.administered.tolist()
    (5, [1, 2], [2, 2, 1])
    """

    person: NDArray[np.int32]
    item: NDArray[np.int32]
    option: NDArray[np.int16]
    score: NDArray[np.int8]
    seconds: NDArray[np.float64] | None
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
        strata: Sequence[Hashable] | None = None,
        forms: Sequence[Hashable] | None = None,
        n_options: ArrayLike | None = None,
        key: ArrayLike | None = None,
    ) -> "Responses":
        """From parallel arrays of indices; the fast way in for stored data.

        Parameters as the fields of the class, in any row order. Raises ``ValueError`` naming the
        argument that is malformed.
        """
        columns = _intake.Columns.checked(person, item, option, score, seconds)
        _intake.require_range(columns.person, "person", 0, len(persons))
        _intake.require_range(columns.item, "item", 0, len(items))
        _intake.require_range(columns.option, "option", UNRECORDED, None)
        columns = columns.sorted_unique(len(items))
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
            persons=_intake.labels(persons, "persons"),
            items=_intake.labels(items, "items"),
            strata=_intake.aligned(strata, "strata", len(items)),
            forms=_intake.aligned(forms, "forms", len(persons)),
            n_options=counts,
            key=keys,
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
        scores = _intake.matrix(matrix, "matrix", (-1.0, 0.0, 1.0))
        person, item = np.nonzero(~np.isnan(scores))
        raw = scores[person, item]
        option = np.where(raw < 0, OMITTED, UNRECORDED)
        if options is not None:
            chosen = _intake.matrix(options, "options", None)
            if chosen.shape != scores.shape:
                raise ValueError("options must have the shape of matrix")
            option = _intake.whole(chosen[person, item], "options")
            if np.any((raw < 0) & (option != OMITTED)):
                raise ValueError("options must be -1 where matrix is -1")
        return cls.from_arrays(
            person,
            item,
            option,
            np.maximum(raw, 0.0),
            persons=range(scores.shape[0]) if persons is None else persons,
            items=range(scores.shape[1]) if items is None else items,
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
        chosen = _intake.matrix(matrix, "matrix", None)
        keys = _intake.per_item(key, "key", chosen.shape[1], lowest=0)
        scores = np.where(np.isnan(chosen), np.nan, (chosen == keys).astype(np.float64))
        return cls.from_dense(
            scores,
            options=chosen,
            persons=persons,
            items=items,
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
        """From rows (person, item, option, score) or (person, item, option, score, seconds).

        person, item: labels. option: 0-based, ``None`` or -1 for omitted, -2 for not recorded.
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
            persons=table.persons,
            items=table.items,
            strata=_intake.looked_up(strata, "strata", table.items),
            forms=_intake.looked_up(forms, "forms", table.persons),
            n_options=_intake.looked_up(n_options, "n_options", table.items),
            key=None if key is None else [key.get(label, KEY_UNKNOWN) for label in table.items],
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
        return np.diff(_prefix_sum(self.score)[self._person_start])

    @cached_property
    def form_length(self) -> NDArray[np.int64]:
        """(persons,) number of items administered to each candidate."""
        return np.diff(self._person_start)

    @cached_property
    def present(self) -> NDArray[np.int64]:
        """Indices of the candidates who received at least one item."""
        return np.flatnonzero(self.form_length)

    @cached_property
    def administered(self) -> NDArray[np.int64]:
        """(items,) number of candidates who received each item."""
        return np.bincount(self.item, minlength=self.n_items)

    @cached_property
    def correct(self) -> NDArray[np.int64]:
        """(items,) number of candidates who answered each item rightly."""
        return np.diff(_prefix_sum(self._by_item.score)[self._item_start])

    @cached_property
    def is_fixed_form(self) -> bool:
        """Did all candidates who received anything receive the same items?"""
        return self.n_rows == len(self.present) * int(np.count_nonzero(self.administered))

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
        rows = slice(self._item_start[item], self._item_start[item + 1])
        whole = self._by_item
        seconds = None if whole.seconds is None else whole.seconds[rows]
        return ItemRows(whole.person[rows], whole.option[rows], whole.score[rows], seconds)

    def of_person(self, person: int) -> PersonRows:
        """Return the rows of the candidate with this index, without copying."""
        rows = slice(self._person_start[person], self._person_start[person + 1])
        seconds = None if self.seconds is None else self.seconds[rows]
        return PersonRows(self.item[rows], self.option[rows], self.score[rows], seconds)

    def to_dense(self) -> NDArray[np.float64]:
        """(persons, items) scores, NaN where not administered; omitted rows are 0."""
        matrix = np.full((self.n_persons, self.n_items), np.nan)
        matrix[self.person, self.item] = self.score
        return matrix

    @cached_property
    def _person_start(self) -> NDArray[np.int64]:
        counts = np.bincount(self.person, minlength=self.n_persons)
        return np.concatenate(([0], np.cumsum(counts)))

    @cached_property
    def _item_start(self) -> NDArray[np.int64]:
        return np.concatenate(([0], np.cumsum(self.administered)))

    @cached_property
    def _by_item(self) -> ItemRows:
        order = _intake.item_order(self.item, self.n_items)
        seconds = None if self.seconds is None else _intake.frozen(self.seconds[order])
        return ItemRows(
            _intake.frozen(self.person[order]),
            _intake.frozen(self.option[order]),
            _intake.frozen(self.score[order]),
            seconds,
        )


def _prefix_sum(values: NDArray[np.int8]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
