"""What a value must be on the way in; every refusal names the argument."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Scalar = TypeVar("_Scalar", bound=np.generic)
_Value = TypeVar("_Value")
_MATRIX_AXES = 2


def frozen(values: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """Return the same array, made read-only."""
    values.setflags(write=False)
    return values


def whole(values: NDArray[Any], name: str, dtype: type[_Scalar]) -> NDArray[_Scalar]:
    """Return the values as integers of this type; refused where one is not a whole number or does not fit."""
    if values.dtype.kind not in "iubf":
        raise ValueError(f"{name} must be numbers")
    if values.dtype.kind == "f" and not np.array_equal(values, np.rint(values)):
        raise ValueError(f"{name} must be whole numbers")
    limits = np.iinfo(np.dtype(dtype))
    require_range(values, name, int(limits.min), int(limits.max) + 1)
    return values.astype(dtype)


def require_range(values: NDArray[Any], name: str, low: int, stop: int | None) -> None:
    """Refuse values below `low` or not below `stop`."""
    if len(values) == 0:
        return
    if values.min() < low or (stop is not None and values.max() >= stop):
        upper = "" if stop is None else f" and below {stop}"
        raise ValueError(f"{name} must be at least {low}{upper}")


def per_item(values: ArrayLike, name: str, n_items: int, *, lowest: int) -> NDArray[np.int16]:
    """One whole number per item, at least `lowest`."""
    entries = column(values, name, np.int16)
    if len(entries) != n_items:
        raise ValueError(f"{name} must have one entry per item")
    require_range(entries, name, lowest, None)
    return frozen(entries)


def indices(values: ArrayLike, name: str, stop: int) -> NDArray[np.int64]:
    """One-dimensional whole numbers in 0..stop-1; truth values are none."""
    if _as_array(values, name).dtype.kind == "b":
        raise ValueError(f"{name} must be indices, not truth values")
    entries = column(values, name, np.int64)
    require_range(entries, name, 0, stop)
    return entries


def labels(values: Sequence[Hashable], name: str) -> tuple[Hashable, ...]:
    """Return the labels as a tuple; refused when one occurs twice."""
    result = _hashable(values, name)
    if len(set(result)) != len(result):
        raise ValueError(f"{name} must be unique")
    return result


def aligned(values: Sequence[Hashable] | None, name: str, length: int) -> tuple[Hashable, ...] | None:
    """One label per entry, or ``None``."""
    if values is None:
        return None
    result = _hashable(values, name)
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


def column(values: ArrayLike, name: str, dtype: type[_Scalar]) -> NDArray[_Scalar]:
    """Return finite whole numbers in one dimension, as integers of this type."""
    array = _as_array(values, name)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional")
    if array.size == 0:
        return np.empty(0, dtype=dtype)
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite")
    return whole(array, name, dtype)


def matrix(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return numbers in two dimensions; NaN is allowed, infinity is not."""
    array = _as_array(values, name)
    if array.dtype.kind not in "iubf" or array.ndim != _MATRIX_AXES:
        raise ValueError(f"{name} must be a matrix of numbers, persons by items")
    if array.dtype.kind == "f" and np.any(np.isinf(array)):
        raise ValueError(f"{name} must be finite, or NaN for not administered")
    return array


def durations(values: ArrayLike) -> NDArray[np.float64]:
    """Return seconds: finite, and not negative."""
    array = _as_array(values, "seconds")
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iuf"):
        raise ValueError("seconds must be a column of numbers")
    seconds = array.astype(np.float64)
    if np.any(~np.isfinite(seconds)) or np.any(seconds < 0.0):
        raise ValueError("seconds must be finite and not negative")
    return seconds


def _hashable(values: Sequence[Hashable], name: str) -> tuple[Hashable, ...]:
    result = tuple(values)
    for label in result:
        if not isinstance(label, Hashable):
            raise ValueError(f"{name} must be hashable labels, got {label!r}")
    return result


def _as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a regular array of numbers") from error
