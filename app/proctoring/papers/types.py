"""What a printed paper says, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.delivery import Course, Sitting


class Kind(StrEnum):
    """The papers of a sitting. Cards are no safe thing to ask for: each carries a new PIN. A decision is about one candidate, the
    certificate of forms about none, letters of a re-score about those whose result changed; the report of a review (kajian
    validitas ujian) about many sittings."""

    ATTENDANCE = "attendance"
    SEATING = "seating"
    CARDS = "cards"
    MINUTES = "minutes"
    INCIDENTS = "incidents"
    DECISION = "decision"
    FORMS = "forms"
    REVIEW = "review"
    RESCORE = "rescore"


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room with its candidates by seat; without a name: those who have no room, or a sitting that has none."""

    name: str
    proctors: tuple[str, ...]
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class SittingFacts:
    """What heads every paper, and the rooms that whoever prints it may see."""

    body: str
    scheme: str
    sitting: Sitting
    proctors: tuple[str, ...]
    rooms: tuple[RoomFacts, ...]

    @property
    def courses(self) -> tuple[Course, ...]:
        return tuple(course for room in self.rooms for course in room.courses)


@dataclass(frozen=True, slots=True)
class GrantFacts:
    kind: str
    seconds: int
    reason: str
    granted_by: str | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class ClockAccount:
    """What one candidate's clock was made of. `difference` is zero where every second is accounted for."""

    course: Course
    started_at: datetime
    duration_seconds: int
    grants: tuple[GrantFacts, ...]
    closes_at: datetime

    @property
    def granted_seconds(self) -> int:
        return sum(grant.seconds for grant in self.grants)

    @property
    def reckoned_at(self) -> datetime:
        """The end of the clock, reckoned from its parts."""
        return self.started_at + timedelta(seconds=self.duration_seconds + self.granted_seconds)

    @property
    def difference(self) -> timedelta:
        return self.closes_at - self.reckoned_at


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """`room` where it happened in one; `courses`: everybody whom it is about, as far as whoever prints it may see them."""

    category: str
    code: str | None
    note: str
    opened_by: str
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    closing_note: str | None
    room: str
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class OutageFacts:
    room: str
    reason: str
    since: datetime | None
    frozen_by: str
    frozen_at: datetime
    thawed_by: str | None
    resumes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the journal that belongs into the minutes: who did what, about which candidate, person or room."""

    at: datetime
    action: str
    actor: str | None
    course: Course | None
    about: str | None
    reason: str | None
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    head: SittingFacts
    accounts: tuple[ClockAccount, ...]
    outages: tuple[OutageFacts, ...]
    incidents: tuple[IncidentFacts, ...]
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Print:
    """One print of a paper: what its code leads back to. A report names a review instead of a sitting, and says what it is about."""

    code: str
    kind: Kind
    sitting_id: UUID | None
    sha256: str
    printed_at: datetime
    review_id: UUID | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper that has its words and its code, and is to be set. Its times are in this zone."""

    file_name: str
    zone: str
    content: dict[str, Any]
    printed: Print


@dataclass(frozen=True, slots=True)
class Pdf:
    name: str
    content: bytes
