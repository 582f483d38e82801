"""Are two results the same but for rounding?"""

import math
from typing import Any


def assert_same(left: Any, right: Any, tolerance: float, where: str = "") -> None:
    """Compare dictionaries and lists part by part, numbers within the tolerance, and all else for equality."""
    if isinstance(left, dict):
        assert left.keys() == right.keys(), where
        for name in left:
            assert_same(left[name], right[name], tolerance, f"{where}.{name}")
    elif isinstance(left, (list, tuple)):
        assert len(left) == len(right), where
        for index, (a, b) in enumerate(zip(left, right, strict=True)):
            assert_same(a, b, tolerance, f"{where}[{index}]")
    elif isinstance(left, float):
        assert right is not None, where
        assert math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance), f"{where}: {left!r}, {right!r}"
    else:
        assert left == right, where
