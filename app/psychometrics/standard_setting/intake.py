"""Checks of what judges and candidates bring."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def column(values: ArrayLike, name: str, *, low: float = -np.inf, high: float = np.inf) -> Array:
    """Return one finite number each, within the limits, or raise ``ValueError`` naming the argument."""
    result = numbers(values, name)
    if result.ndim != 1:
        raise ValueError(f"{name} must be one column")
    if not np.all(np.isfinite(result) & (result >= low) & (result <= high)):
        limits = f" and lie in {low:g}..{high:g}" if high < np.inf else ""
        raise ValueError(f"{name} must be finite{limits}")
    return result


def numbers(values: ArrayLike, name: str) -> Array:
    """Return a regular array of numbers, or raise ``ValueError`` naming the argument."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a regular array of numbers") from error


def same_length(**columns: Array) -> None:
    """Raise ``ValueError`` unless all columns have one entry per judge."""
    if len({len(values) for values in columns.values()}) > 1:
        raise ValueError(f"{' and '.join(columns)} must have one entry per judge")
