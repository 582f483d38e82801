"""What crosses the border of corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.grading.types import CorrectionKind


class CorrectionState(StrEnum):
    PROPOSED = "proposed"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an item, and what shall count instead. `option` in stored order; none where the item is void."""

    item_code: str
    scheme_code: str
    version_ids: frozenset[UUID]
    kind: CorrectionKind
    option: int | None


@dataclass(frozen=True, slots=True)
class Affected:
    """One scored attempt that had the item: its latest run, and what it chose of each version at fault (stored order; None: blank).

    `due`: its answers have become others since that run, by an approved rescue.
    """

    sitting_id: UUID
    attempt_id: UUID
    form_id: UUID
    run_no: int
    score: int
    recommendation: str
    corrections: tuple[UUID, ...]
    answers_sha256: str
    due: bool
    released: bool
    chosen: tuple[tuple[UUID, int | None], ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a correction does to one attempt, with the number of the run that does it."""

    sitting_id: UUID
    attempt_id: UUID
    run_no: int
    score_before: int
    score_after: int
    recommendation_before: str
    recommendation_after: str
    released: bool

    @property
    def changes_recommendation(self) -> bool:
        return self.recommendation_before != self.recommendation_after


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a correction would do. `given`: what the item gave each of the affected so far. `expected` are counts of the effects;
    `sha256` names all of them, so that they can be found again."""

    affected: tuple[Affected, ...]
    given: tuple[int, ...]
    effects: tuple[Effect, ...]
    expected: dict[str, Any]
    sha256: str


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version of an item and where it was given out."""

    version_id: UUID
    version_no: int
    lineage_id: UUID
    state: str
    sitting_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    person_id: UUID
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction as people follow it; which option it names is read apart (`read_fault`)."""

    id: UUID
    scheme_code: str
    item_code: str
    version_ids: tuple[UUID, ...]
    kind: CorrectionKind
    reason: str
    state: CorrectionState
    expected: dict[str, Any]
    expected_sha256: str
    proposed_by: UUID
    proposed_at: datetime
    ended_by: UUID | None
    ended_at: datetime | None
    end_reason: str | None
    approvals: tuple[Approval, ...]
