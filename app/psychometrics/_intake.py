"""Checks and sorting on the way into `Responses`; every refusal names the argument."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Scalar = TypeVar("_Scalar", bound=np.generic)
_Value = TypeVar("_Value")
_MATRIX_AXES = 2
_ROW_LENGTHS = (4, 5)


@dataclass(frozen=True, slots=True)
class Columns:
    """The parallel columns of long form."""

    person: NDArray[np.int32]
    item: NDArray[np.int32]
    option: NDArray[np.int16]
    score: NDArray[np.int8]
    seconds: NDArray[np.float64] | None

    @classmethod
    def checked(
        cls,
        person: ArrayLike,
        item: ArrayLike,
        option: ArrayLike,
        score: ArrayLike,
        seconds: ArrayLike | None,
    ) -> "Columns":
        """Columns of one length, of whole numbers, with scores 0 and 1."""
        columns = cls(
            person=_column(person, "person", np.int32),
            item=_column(item, "item", np.int32),
            option=_column(option, "option", np.int16),
            score=_column(score, "score", np.int8),
            seconds=None if seconds is None else _durations(seconds),
        )
        length = len(columns.person)
        lengths = {
            "item": len(columns.item),
            "option": len(columns.option),
            "score": len(columns.score),
            "seconds": length if columns.seconds is None else len(columns.seconds),
        }
        for name, own in lengths.items():
            if own != length:
                raise ValueError(f"{name} must have as many entries as person")
        require_range(columns.score, "score", 0, 2)
        if np.any((columns.option == -1) & (columns.score != 0)):
            raise ValueError("score must be 0 where option is -1 (omitted)")
        return columns

    def sorted_unique(self, n_items: int) -> "Columns":
        """Sort the rows by (person, item), each pair at most once, arrays read-only."""
        pair = self.person.astype(np.int64) * n_items + self.item
        columns = self
        if np.any(pair[1:] <= pair[:-1]):
            order = np.argsort(pair, kind="stable")
            pair = pair[order]
            columns = self._take(order)
        if np.any(pair[1:] == pair[:-1]):
            raise ValueError("item must occur at most once per person")
        for values in (columns.person, columns.item, columns.option, columns.score):
            frozen(values)
        if columns.seconds is not None:
            frozen(columns.seconds)
        return columns

    def _take(self, order: NDArray[np.int64]) -> "Columns":
        seconds = None if self.seconds is None else self.seconds[order]
        return Columns(self.person[order], self.item[order], self.option[order], self.score[order], seconds)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with labels, turned into indices and labels."""

    person: list[int]
    item: list[int]
    option: list[int]
    score: list[int]
    seconds: list[float] | None
    persons: tuple[Hashable, ...]
    items: tuple[Hashable, ...]

    @classmethod
    def read(
        cls,
        rows: Iterable[Sequence[object]],
        persons: Sequence[Hashable] | None,
        items: Sequence[Hashable] | None,
    ) -> "Table":
        """Read (person, item, option, score[, seconds]); all rows have the same length."""
        person_of, item_of = _positions(persons), _positions(items)
        parts: tuple[list[Any], ...] = ([], [], [], [], [])
        width = 0
        for row in rows:
            width = width or len(row)
            if len(row) not in _ROW_LENGTHS or len(row) != width:
                raise ValueError("rows must all be (person, item, option, score[, seconds])")
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
            seconds=parts[4] if width == _ROW_LENGTHS[1] else None,
            persons=tuple(person_of) if persons is None else tuple(persons),
            items=tuple(item_of) if items is None else tuple(items),
        )


def frozen(values: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """Return the same array, made read-only."""
    values.setflags(write=False)
    return values


def whole(values: NDArray[Any], name: str) -> NDArray[np.int64]:
    """Return the values as integers; refused where a value is not a whole number."""
    if values.dtype.kind not in "iubf":
        raise ValueError(f"{name} must be numbers")
    if values.dtype.kind == "f" and not np.array_equal(values, np.rint(values)):
        raise ValueError(f"{name} must be whole numbers")
    return values.astype(np.int64)


def require_range(values: NDArray[Any], name: str, low: int, stop: int | None) -> None:
    """Refuse values below `low` or not below `stop`."""
    if len(values) == 0:
        return
    if values.min() < low or (stop is not None and values.max() >= stop):
        upper = "" if stop is None else f" and below {stop}"
        raise ValueError(f"{name} must be at least {low}{upper}")


def matrix(values: ArrayLike, name: str, allowed: tuple[float, ...] | None) -> NDArray[np.float64]:
    """Return a 2-dimensional float array, NaN allowed, other values restricted to `allowed`."""
    array = _as_array(values, name)
    if array.dtype.kind not in "iubf" or array.ndim != _MATRIX_AXES:
        raise ValueError(f"{name} must be a matrix of numbers, persons by items")
    floats = array.astype(np.float64)
    if np.any(np.isinf(floats)):
        raise ValueError(f"{name} must be finite, or NaN for not administered")
    if allowed is not None and not np.all(np.isnan(floats) | np.isin(floats, allowed)):
        raise ValueError(f"{name} must hold 0, 1, -1 (omitted) or NaN (not administered)")
    return floats


def per_item(values: ArrayLike, name: str, n_items: int, *, lowest: int) -> NDArray[np.int16]:
    """One whole number per item, at least `lowest`."""
    column = _column(values, name, np.int16)
    if len(column) != n_items:
        raise ValueError(f"{name} must have one entry per item")
    require_range(column, name, lowest, None)
    return frozen(column)


def require_options_exist(columns: Columns, counts: NDArray[np.int16] | None, keys: NDArray[np.int16] | None) -> None:
    """Refuse an option or a key that the item does not have."""
    if counts is None:
        return
    if np.any(columns.option >= counts[columns.item]):
        raise ValueError("option must be below n_options of its item")
    if keys is not None and np.any(keys >= counts):
        raise ValueError("key must be below n_options of its item")


def labels(values: Sequence[Hashable], name: str) -> tuple[Hashable, ...]:
    """Return the labels as a tuple; refused when one occurs twice."""
    result = tuple(values)
    if len(set(result)) != len(result):
        raise ValueError(f"{name} must be unique")
    return result


def aligned(values: Sequence[Hashable] | None, name: str, length: int) -> tuple[Hashable, ...] | None:
    """One label per entry, or ``None``."""
    if values is None:
        return None
    result = tuple(values)
    if len(result) != length:
        raise ValueError(f"{name} must have {length} entries, got {len(result)}")
    return result


def looked_up(mapping: Mapping[Hashable, _Value] | None, name: str, wanted: Sequence[Hashable]) -> list[_Value] | None:
    """Return the value of each label; a label without one is refused."""
    if mapping is None:
        return None
    absent = [label for label in wanted if label not in mapping]
    if absent:
        raise ValueError(f"{name} lacks {absent[0]!r}")
    return [mapping[label] for label in wanted]


def item_order(item: NDArray[np.int32], n_items: int) -> NDArray[np.int64]:
    """Stable order by item; 16-bit keys sort by radix, which is what makes large data cheap."""
    small = n_items <= np.iinfo(np.uint16).max
    return np.argsort(item.astype(np.uint16) if small else item, kind="stable")


def _column(values: ArrayLike, name: str, dtype: type[_Scalar]) -> NDArray[_Scalar]:
    array = _as_array(values, name)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional")
    if array.size == 0:
        return np.empty(0, dtype=dtype)
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite")
    numbers = whole(array, name)
    limits = np.iinfo(np.dtype(dtype))
    require_range(numbers, name, int(limits.min), int(limits.max) + 1)
    return numbers.astype(dtype)


def _durations(values: ArrayLike) -> NDArray[np.float64]:
    array = _as_array(values, "seconds")
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iuf"):
        raise ValueError("seconds must be a column of numbers")
    seconds = array.astype(np.float64)
    if np.any(~np.isfinite(seconds)) or np.any(seconds < 0.0):
        raise ValueError("seconds must be finite and not negative")
    return seconds


def _as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a regular array of numbers") from error


def _positions(known: Sequence[Hashable] | None) -> dict[Hashable, int]:
    return {label: index for index, label in enumerate(known or ())}


def _position(positions: dict[Hashable, int], label: object, growing: bool, name: str) -> int:
    if not isinstance(label, Hashable):
        raise ValueError(f"{name} must be hashable labels, got {label!r}")
    if not growing and label not in positions:
        raise ValueError(f"{name} lacks {label!r}")
    return positions.setdefault(label, len(positions))
