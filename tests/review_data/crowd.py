"""Who sits in a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tests.review_data.bank import Floats, uuids
from tests.review_data.design import Design

ROOM_SEATS = 20
ATTRIBUTE, FOCAL, REFERENCE = "jenis kelamin", "perempuan", "laki-laki"
Group = dict[str, str] | None
"""What somebody told of themselves, or nothing."""


class Known(NamedTuple):
    """Somebody who sat before."""

    person: UUID
    theta: float
    group: Group


@dataclass(slots=True)
class Crowd:
    """Those who sit in one period; the first `retaking` of them sat in the period before."""

    retaking: int
    persons: list[UUID]
    theta: Floats
    groups: list[Group]

    @property
    def focal(self) -> NDArray[np.bool_]:
        return np.array([one is not None and one[ATTRIBUTE] == FOCAL for one in self.groups])

    @property
    def newcomers(self) -> list[Known]:
        """Who may sit again in the next period."""
        first = self.retaking
        everybody = zip(self.persons, self.theta.tolist(), self.groups, strict=True)
        return [Known(*one) for one in list(everybody)[first:]]

    def neighbours(self) -> tuple[int, int]:
        """Two who sit side by side and do not know much: they have wrong answers to share."""
        first = self.retaking + 1
        away = np.abs(self.theta + 0.8)
        one = first + int(np.argmin(away[first:-1] + away[first + 1 :]))
        one -= one % ROOM_SEATS == ROOM_SEATS - 1
        self.theta[[one, one + 1]] = -0.8
        return one, one + 1


def gathered(rng: np.random.Generator, design: Design, before: list[Known]) -> Crowd:
    n = design.candidates
    known = [one for one in before if rng.random() < design.retakes][: n // 2]
    theta = rng.normal(0.15, 1.0, n)
    theta[: len(known)] = [one.theta + 0.2 for one in known]
    persons = [one.person for one in known] + uuids(rng, n - len(known))
    groups = [one.group for one in known] + _groups(rng, n - len(known), design.consent)
    return Crowd(len(known), persons, theta, groups)


def _groups(rng: np.random.Generator, n: int, consent: float) -> list[Group]:
    agreed = rng.random(n) < consent
    value = np.where(rng.random(n) < 0.45, FOCAL, REFERENCE)
    return [{ATTRIBUTE: str(v)} if yes else None for yes, v in zip(agreed, value, strict=True)]
