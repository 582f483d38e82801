"""What our library computes for each id of a file of reference values: one module a family.

The modules select, reshape and call public functions of `app.psychometrics`; they hold no arithmetic.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from . import classification, ctt, dif, equating, forensics, irt, reliability, standard_setting
from .data import DataSet

Producers = Mapping[str, Callable[[DataSet], Any]]

PRODUCERS: Producers = {
    **classification.PRODUCERS,
    **ctt.PRODUCERS,
    **dif.PRODUCERS,
    **equating.PRODUCERS,
    **forensics.PRODUCERS,
    **irt.PRODUCERS,
    **reliability.PRODUCERS,
    **standard_setting.PRODUCERS,
}

PATTERNED: Mapping[str, Callable[..., Any]] = {**equating.PATTERNED, **forensics.PATTERNED}
"""Ids that name persons, items or methods: a pattern, and a producer that takes its groups before the data."""


def producer_of(name: str) -> Callable[[DataSet], Any] | None:
    """The producer of an id, or ``None`` when we do not know it."""
    if name in PRODUCERS:
        return PRODUCERS[name]
    for pattern, producer in PATTERNED.items():
        found = re.fullmatch(pattern, name)
        if found:
            return partial(producer, *found.groups())
    return None
