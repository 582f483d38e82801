"""What crosses the border of findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.review.shown import Subject


class Grade(StrEnum):
    """As the audit guide of the field has them; a suggestion (saran perbaikan) is followed up, too."""

    MAJOR = "major"
    MINOR = "minor"
    SUGGESTION = "suggestion"


class State(StrEnum):
    OPEN = "open"
    ACTING = "acting"
    VERIFYING = "verifying"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ActionKind(StrEnum):
    ITEM_REVISED = "item-revised"
    ITEM_SUSPENDED = "item-suspended"
    ITEM_RETIRED = "item-retired"
    REKEYED = "rekeyed"
    VOIDED = "voided"
    BLUEPRINT = "blueprint"
    PASS_MARK_STUDY = "pass-mark-study"  # noqa: S105  (a kind of action, no secret)
    PROCTORING = "proctoring"
    TRAINING = "training"
    OTHER = "other"


class Bar(StrEnum):
    """Why somebody may not do something with a finding now."""

    STATE = "finding-moved"
    CAUSE = "cause-needed"
    OWNER = "owner-verifies-nothing"
    RAISER = "raiser-withdraws-nothing"
    DONE = "done-about-it"
    NOT_OWNER = "not-your-action"
    DONE_BEFORE = "action-done-before"
    NOT_COMPUTED = "review-not-computed"
    NOT_LATER = "review-not-later"
    NOT_AT_ONCE = "not-at-once"
    NOT_A_FACT = "not-a-fact"


@dataclass(frozen=True, slots=True)
class Action:
    """Tindakan korektif. `done_at` None: not yet."""

    id: UUID
    kind: ActionKind
    description: str
    owner_id: UUID
    owner: str
    due_on: date
    reference: str | None
    asked_by: str
    asked_at: datetime
    done_by_id: UUID | None
    done_by: str | None
    done_at: datetime | None
    done_note: str | None

    def is_overdue(self, today: date) -> bool:
        return self.done_at is None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Verification:
    """`review`: the later one whose figures show it; None where it could be said at once, for the reason in `at_once`.
    `taken_back_at`: when that review was reopened or withdrawn."""

    effective: bool
    evidence: str
    review: tuple[UUID, str] | None
    at_once: str | None
    by: str
    at: datetime
    taken_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding in short: enough to name it and to lead to it."""

    id: UUID
    no: int
    scheme_code: str
    grade: Grade
    state: State

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "no": self.no,
            "scheme": self.scheme_code,
            "grade": self.grade,
            "state": self.state,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its whole story. `review`: id and title of the one it was raised in."""

    mark: Mark
    subject: Subject
    statement: str
    evidence: str
    root_cause: str | None
    lead: Mapping[str, Any] | None
    lead_id: str | None
    review: tuple[UUID, str] | None
    sitting_id: UUID | None
    repeats: Mark | None
    raised_by_id: UUID
    raised_by: str
    raised_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    closing_note: str | None
    actions: Sequence[Action]
    verifications: Sequence[Verification]

    @property
    def owners(self) -> frozenset[UUID]:
        return frozenset(action.owner_id for action in self.actions)

    @property
    def doers(self) -> frozenset[UUID]:
        """Who owned an action, or said for its owner that it was done."""
        return self.owners | {action.done_by_id for action in self.actions if action.done_by_id}

    @property
    def last_done_at(self) -> datetime | None:
        return max((action.done_at for action in self.actions if action.done_at), default=None)

    @property
    def due_on(self) -> date | None:
        """The nearest day by which something is still to be done."""
        return min((action.due_on for action in self.actions if action.done_at is None), default=None)

    def is_overdue(self, today: date) -> bool:
        return any(action.is_overdue(today) for action in self.actions)
