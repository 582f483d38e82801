"""Who agreed to be counted by what; and which two groups are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask


@dataclass(frozen=True, slots=True)
class Contrast:
    """`focal` against `reference`, the largest group of the attribute."""

    attribute: str
    reference: str
    focal: str


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Of one attribute: (persons,) each one's value, None for who did not say or is not counted; the largest group first."""

    attribute: str
    value: NDArray[np.object_]
    sizes: tuple[tuple[str, int], ...]

    def mask(self, value: str) -> Mask:
        return np.asarray(self.value == value, dtype=bool)

    def contrasts(self) -> Iterator[Contrast]:
        for focal, _ in self.sizes[1:]:
            yield Contrast(self.attribute, self.sizes[0][0], focal)


def groups_of(data: ReviewData, persons: Mask) -> list[Groups]:
    """By attribute, of those first attempts whose candidates agreed."""
    attributes = sorted({name for person in data.persons for name in person.groups or {}})
    return [_groups(data, persons, attribute) for attribute in attributes]


def consenting(data: ReviewData, persons: Mask) -> int:
    return sum(bool(person.groups) and bool(counts) for person, counts in zip(data.persons, persons, strict=True))


def _groups(data: ReviewData, persons: Mask, attribute: str) -> Groups:
    values = [
        (person.groups or {}).get(attribute) if counts else None
        for person, counts in zip(data.persons, persons, strict=True)
    ]
    sizes = Counter(value for value in values if value is not None)
    by_size = sorted(sizes.items(), key=lambda one: (-one[1], one[0]))
    return Groups(attribute, np.array(values, dtype=object), tuple(by_size))
