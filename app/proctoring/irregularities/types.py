"""What crosses the border: cases, their steps, and who was involved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    OPENED = "opened"
    STATEMENT_ASKED = "statement-asked"
    STATEMENT_GIVEN = "statement-given"
    VOID = "void"
    RELEASED = "released"


class Reason(StrEnum):
    """What is suspected, in coded words."""

    IMPERSONATION = "impersonation"
    NOTES = "notes"
    DEVICE = "device"
    TALKING = "talking"
    COPYING = "copying"
    CONTENT_TAKEN = "content-taken"
    OTHER = "other"


class Bar(StrEnum):
    """Why a person may not decide."""

    CANDIDATE = "candidate"
    OPENER = "opener"
    REPORTER = "reporter"
    IN_ROOM = "in-room"


@dataclass(frozen=True, slots=True)
class Involved:
    """Whom history ties to a case. `staff`: everybody ever assigned to the sitting, and who acted in its room without being."""

    opener: UUID
    reporter: UUID | None
    staff: frozenset[UUID]
    candidates: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a case. `words` are the candidate's statement, or the grounds of a decision; `until` is when a statement is due."""

    state: State
    by: UUID
    at: datetime
    words: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Case:
    """`account` says what is suspected, in words that the candidate reads once asked for a statement."""

    sitting_id: UUID
    id: UUID
    attempt_id: UUID
    incident_id: UUID | None
    number: str
    name: str
    reason: Reason
    account: str
    steps: tuple[Step, ...]

    @property
    def state(self) -> State:
        return self.steps[-1].state

    @property
    def until(self) -> datetime | None:
        """When the statement that was asked for last is due."""
        return next((step.until for step in reversed(self.steps) if step.until), None)

    def at(self, state: State) -> Step | None:
        """The last step into this state."""
        return next((step for step in reversed(self.steps) if step.state is state), None)
