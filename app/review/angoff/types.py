"""What a panel is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class State(StrEnum):
    ROUND_1 = "round-1"
    FEEDBACK = "feedback"
    ROUND_2 = "round-2"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Compromise:
    """What a judge could accept: scores in points, failing and passing in percent of the candidates.

    `minimum`, `pass_percent`: the least score of a competent candidate, and how many should pass (Beuk). The others: the lowest
    and highest bearable cut, the lowest and highest bearable share that fails (Hofstee).
    """

    minimum: int
    pass_percent: int
    min_cut: int
    max_cut: int
    min_fail: int
    max_fail: int

    def as_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Judge:
    person_id: UUID
    name: str
    expertise: str
    done_rounds: frozenset[int]
    compromise: Compromise | None


@dataclass(frozen=True, slots=True)
class PanelItem:
    """`n`, `right`: how many candidates had the item so far, and the share that answered it right; None where nobody had it."""

    version_id: UUID
    code: str
    kuk: str
    n: int
    right: float | None


@dataclass(frozen=True, slots=True)
class Panel:
    """`results` by round, as they were frozen."""

    id: UUID
    scheme_version_id: UUID
    title: str
    state: State
    items: tuple[UUID, ...]
    judges: tuple[Judge, ...]
    results: Mapping[str, Any]
    made_at: datetime
    closed_at: datetime | None

    def judge(self, person_id: UUID) -> Judge | None:
        return next((one for one in self.judges if one.person_id == person_id), None)


@dataclass(frozen=True, slots=True)
class NewJudge:
    person_id: UUID
    expertise: str
