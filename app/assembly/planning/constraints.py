"""The rules that every form keeps, as rows of a programme: one binary variable for each item of the pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.assembly import curves
from app.assembly.foundations.blueprints import value_of
from app.assembly.types import Blueprint, Dimension, Limit, PoolItem, Target
from app.psychometrics.programme import Programme

Indices = NDArray[np.intp]
Whole = NDArray[np.int64]

# Chances and information are whole millionths: a form is checked in exact arithmetic, and no plan hangs on a last digit.
UNIT = 1_000_000


def checked(items: Sequence[PoolItem], blueprint: Blueprint) -> list[PoolItem]:
    """The items by code. Raises ValueError naming the argument that is malformed."""
    if blueprint.items < 1:
        raise ValueError(f"blueprint: a form needs at least one item, got {blueprint.items}")
    for limit in blueprint.limits:
        if not 0 <= limit.least <= limit.most:
            name = f"{limit.dimension}:{limit.value}"
            raise ValueError(f"blueprint: 0 <= least <= most is needed for {name}, got {limit.least}..{limit.most}")
    if len({item.code for item in items}) < len(items):
        raise ValueError("items: a code stands twice")
    return sorted(items, key=lambda item: item.code)


def rule_of(limit: Limit) -> str:
    """The name of a limit in a shortfall: "kuk:4.2", "picture"."""
    counted_by_value = limit.dimension in (Dimension.KUK, Dimension.UNIT, Dimension.LEVEL)
    return f"{limit.dimension}:{limit.value}" if counted_by_value else str(limit.dimension)


# Where only the blueprint counts.
ANY_TARGET = Target(theta=0.0, score=0.0)


@dataclass(frozen=True)
class Constraints:
    """A pool in the order of its codes, a blueprint and a target.

    Items of one case stand side by side when they are shown, but a form may take any number of them: their texts are
    written so that each can be answered alone, and whole cases would make exposure coarse. A limit on `case` bounds them.
    """

    items: Sequence[PoolItem]
    blueprint: Blueprint
    target: Target = ANY_TARGET

    @cached_property
    def place(self) -> dict[str, int]:
        return {item.code: place for place, item in enumerate(self.items)}

    @cached_property
    def of_limit(self) -> list[Indices]:
        """The places of the items that each limit counts."""
        dimensions = {limit.dimension for limit in self.blueprint.limits}
        values = {each: np.array([value_of(item, each) for item in self.items]) for each in dimensions}
        return [np.flatnonzero(values[limit.dimension] == limit.value) for limit in self.blueprint.limits]

    @cached_property
    def enemies(self) -> list[tuple[int, int]]:
        """Each pair once, whichever of the two names the other."""
        pairs = {
            (min(one, other), max(one, other))
            for one, item in enumerate(self.items)
            for code in item.enemies
            if (other := self.place.get(code)) is not None and other != one
        }
        return sorted(pairs)

    @cached_property
    def chance(self) -> Whole:
        """Of a right answer of the candidate at the cut, in millionths."""
        return self.chance_at(self.target.theta)

    @cached_property
    def information(self) -> Whole:
        """About the candidate at the cut, in millionths."""
        return _millionths(curves.information(self.items, self.target.theta))

    @cached_property
    def variance(self) -> Whole:
        """Of the answer of the candidate at the cut, in millionths."""
        chance = curves.probabilities(self.items, self.target.theta)
        return _millionths(chance * (1.0 - chance))

    def chance_at(self, theta: float) -> Whole:
        return _millionths(curves.probabilities(self.items, theta))

    def add_to(self, programme: Programme, *, times: int = 1, first: int = 0) -> None:
        """Rows of blueprint and enemies over the variables from `first` on, for the sum of `times` forms."""
        everything = np.arange(len(self.items))
        programme.row(first + everything, low=times * self.blueprint.items, high=times * self.blueprint.items)
        for limit, places in zip(self.blueprint.limits, self.of_limit, strict=True):
            programme.row(first + places, low=times * limit.least, high=times * limit.most)
        for pair in self.enemies:
            programme.row(first + np.array(pair), high=times)

    def add_score_to(self, programme: Programme, within: float, *, times: int = 1, first: int = 0) -> None:
        """The row of the expected score at the cut, a hair inside the tolerance, since a solver rounds."""
        around, room = times * self.target.score, times * (within - 1e-4 * min(1.0, within))
        places = first + np.arange(len(self.items))
        programme.row(places, self.chance / UNIT, low=around - room, high=around + room)


def _millionths(values: NDArray[np.float64]) -> Whole:
    return np.round(values * UNIT).astype(np.int64)
