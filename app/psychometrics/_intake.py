"""The shapes in which responses come, checked and sorted on the way into `Responses`."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _checks

_ROW_LENGTHS = (4, 5, 6)


@dataclass(frozen=True, slots=True)
class Columns:
    """The parallel columns of long form."""

    person: NDArray[np.int32]
    item: NDArray[np.int32]
    option: NDArray[np.int16]
    score: NDArray[np.int8]
    seconds: NDArray[np.float64] | None = None
    position: NDArray[np.int32] | None = None

    @classmethod
    def read(
        cls,
        person: ArrayLike,
        item: ArrayLike,
        option: ArrayLike,
        score: ArrayLike,
        seconds: ArrayLike | None,
        position: ArrayLike | None,
    ) -> "Columns":
        """Columns of one length, of whole numbers; copies, so that they do not follow their source."""
        columns = cls(
            person=_checks.column(person, "person", np.int32),
            item=_checks.column(item, "item", np.int32),
            option=_checks.column(option, "option", np.int16),
            score=_checks.column(score, "score", np.int8),
            seconds=None if seconds is None else _checks.durations(seconds),
            position=None if position is None else _checks.column(position, "position", np.int32),
        )
        columns.require_equal_lengths()
        return columns

    def require_equal_lengths(self) -> None:
        """Refuse a column that is shorter or longer than `person`."""
        for name, values in self._named():
            if len(values) != len(self.person):
                raise ValueError(f"{name} must have as many entries as person")

    def checked(self, n_persons: int, n_items: int) -> "Columns":
        """Refuse values out of range; an omitted answer scores 0."""
        _checks.require_range(self.person, "person", 0, n_persons)
        _checks.require_range(self.item, "item", 0, n_items)
        _checks.require_range(self.option, "option", -2, None)
        _checks.require_range(self.score, "score", 0, 2)
        if self.position is not None:
            _checks.require_range(self.position, "position", 0, None)
        if np.any((self.option == -1) & (self.score != 0)):
            raise ValueError("score must be 0 where option is -1 (omitted)")
        return self

    def sorted_unique(self, n_items: int) -> "Columns":
        """Sort the rows by (person, item), each pair at most once, arrays read-only."""
        if self.ordered:
            return self.frozen()
        pair = self.person.astype(np.int64) * n_items + self.item
        order = np.argsort(pair, kind="stable")
        columns = Columns(**{name: values[order] for name, values in self._named()})
        if not columns.ordered:
            raise ValueError("item must occur at most once per person")
        return columns.frozen()

    @property
    def ordered(self) -> bool:
        """Do the rows ascend strictly by (person, item)?"""
        later_item = (self.person[1:] == self.person[:-1]) & (self.item[1:] > self.item[:-1])
        later_item |= self.person[1:] > self.person[:-1]
        return bool(later_item.all())

    def frozen(self) -> "Columns":
        """Make the arrays read-only."""
        for _, values in self._named():
            _checks.frozen(values)
        return self

    def _named(self) -> list[tuple[str, NDArray[Any]]]:
        columns = ((entry.name, getattr(self, entry.name)) for entry in fields(self))
        return [(name, values) for name, values in columns if values is not None]


@dataclass(frozen=True, slots=True)
class Cells:
    """The administered cells of a (persons, items) matrix, row by row; NaN is not administered."""

    shape: tuple[int, int]
    administered: NDArray[np.bool_] | None
    person: NDArray[np.int32]
    item: NDArray[np.int32]
    value: NDArray[Any]

    @classmethod
    def read(cls, values: ArrayLike, name: str) -> "Cells":
        """Cells of a matrix of numbers."""
        array = _checks.matrix(values, name)
        n_persons, n_items = array.shape
        administered = None
        if array.dtype.kind == "f" and np.any(np.isnan(array)):
            administered = ~np.isnan(array)
            person, item = (index.astype(np.int32) for index in np.nonzero(administered))
        else:
            person = np.repeat(np.arange(n_persons, dtype=np.int32), n_items)
            item = np.tile(np.arange(n_items, dtype=np.int32), n_persons)
        cells = cls((n_persons, n_items), administered, person, item, array)
        return replace(cells, value=cells.of(array, name))

    def of(self, values: ArrayLike, name: str) -> NDArray[Any]:
        """Take the same cells from another matrix of this shape."""
        array = _checks.matrix(values, name)
        if array.shape != self.shape:
            raise ValueError(f"{name} must have the shape of matrix")
        return array.ravel() if self.administered is None else array[self.administered]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with labels, turned into indices and labels."""

    person: list[int]
    item: list[int]
    option: list[int]
    score: list[int]
    seconds: list[float] | None
    position: list[int] | None
    persons: tuple[Hashable, ...]
    items: tuple[Hashable, ...]

    @classmethod
    def read(
        cls,
        rows: Iterable[Sequence[object]],
        persons: Sequence[Hashable] | None,
        items: Sequence[Hashable] | None,
    ) -> "Table":
        """Read (person, item, option, score[, seconds[, position]]); all rows have the same length."""
        person_of, item_of = _positions(persons), _positions(items)
        parts: tuple[list[Any], ...] = ([], [], [], [], [], [])
        width = 0
        for row in rows:
            width = width or len(row)
            if len(row) not in _ROW_LENGTHS or len(row) != width:
                raise ValueError("rows must all be (person, item, option, score[, seconds[, position]])")
            parts[0].append(_position(person_of, row[0], persons is None, "persons"))
            parts[1].append(_position(item_of, row[1], items is None, "items"))
            parts[2].append(-1 if row[2] is None else row[2])
            for part, value in zip(parts[3:], row[3:], strict=False):
                part.append(value)
        return cls(
            person=parts[0],
            item=parts[1],
            option=parts[2],
            score=parts[3],
            seconds=parts[4] if any(value is not None for value in parts[4]) else None,
            position=parts[5] if width == _ROW_LENGTHS[2] else None,
            persons=tuple(person_of) if persons is None else tuple(persons),
            items=tuple(item_of) if items is None else tuple(items),
        )


def require_options_exist(columns: Columns, counts: NDArray[np.int16] | None, keys: NDArray[np.int16] | None) -> None:
    """Refuse an option or a key that the item does not have."""
    if counts is None:
        return
    if np.any(columns.option >= counts[columns.item]):
        raise ValueError("option must be below n_options of its item")
    if keys is not None and np.any(keys >= counts):
        raise ValueError("key must be below n_options of its item")


def _positions(known: Sequence[Hashable] | None) -> dict[Hashable, int]:
    return {label: index for index, label in enumerate(known or ())}


def _position(positions: dict[Hashable, int], label: object, growing: bool, name: str) -> int:
    if not isinstance(label, Hashable):
        raise ValueError(f"{name} must be hashable labels, got {label!r}")
    if not growing and label not in positions:
        raise ValueError(f"{name} lacks {label!r}")
    return positions.setdefault(label, len(positions))
