"""Reference values of the family irt."""

from collections.abc import Callable
from typing import Any

from .data import DataSet
from .irt_ability import ABILITY
from .irt_calibration import CALIBRATION

PRODUCERS: dict[str, Callable[[DataSet], Any]] = {**CALIBRATION, **ABILITY}
