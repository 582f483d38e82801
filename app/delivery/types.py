"""What crosses the border of delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class SittingState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class AttemptState(StrEnum):
    ASSIGNED = "assigned"
    ADMITTED = "admitted"
    RUNNING = "running"
    PAUSED = "paused"
    SUBMITTED = "submitted"
    VOID = "void"


class Admission(StrEnum):
    """What lets a candidate start: a proctor, the sitting's token, or nothing but the window (rehearsals)."""

    PROCTOR = "proctor"
    TOKEN = "token"  # noqa: S105  (the name of a mode)
    OPEN = "open"


class Takeover(StrEnum):
    """Who may move an attempt to another device."""

    PROCTOR = "proctor"
    CANDIDATE = "candidate"


class Phase(StrEnum):
    """What a candidate can do now, in one word."""

    NOT_OPEN = "not-open"
    WAITING_ADMISSION = "waiting-admission"
    READY = "ready"
    RUNNING = "running"
    TRANSMISSION = "transmission"
    CLOSING = "closing"
    PAUSED = "paused"
    SUBMITTED = "submitted"
    TOO_LATE = "too-late"
    VOID = "void"


class AttemptClock(Struct, frozen=True):
    """The times that decide the phase."""

    state: AttemptState
    admission: Admission
    opens_at: datetime
    window_closes_at: datetime
    closes_at: datetime | None
    transmission_seconds: int
    resumes_at: datetime | None = None


class PhaseNow(Struct, frozen=True):
    phase: Phase
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sitting:
    id: UUID
    code: str
    title: str
    scheme_version_id: UUID
    zone: str
    mode: str
    opens_at: datetime
    closes_at: datetime
    late_after: datetime
    duration_seconds: int
    transmission_seconds: int
    admission: Admission
    takeover: Takeover
    state: SittingState
    token: str | None
    token_expires_at: datetime | None
    results_released_at: datetime | None
    place: str | None
    address: str | None
    map_url: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    sitting_id: UUID
    id: UUID
    roster_id: UUID
    form_id: UUID
    state: AttemptState
    started_at: datetime | None
    closes_at: datetime | None
    resumes_at: datetime | None
    submitted_at: datetime | None
    submit_reason: str | None
    epoch: int
    claimed: bool
    rev: int
    n_items: int
    answered: int | None
    receipt_sha256: str | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A candidate's place in a sitting: the roster entry, the attempt and the sitting it belongs to."""

    sitting: Sitting
    attempt: Attempt
    number: str
    name: str
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whose attempt it is, and where it stands."""

    sitting_id: UUID
    attempt_id: UUID
    number: str
    name: str
    state: AttemptState


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody sits. Without a room: where all of the sitting is one room."""

    room_id: UUID | None
    seat: str | None


@dataclass(frozen=True, slots=True)
class RosterView:
    id: UUID
    number: str
    name: str
    person_id: UUID
    room_id: UUID | None
    seat: str | None


class Outcome(StrEnum):
    """What became of one candidate when something was done to many."""

    DONE = "done"
    WAITS = "waits"  # for a second person
    WAITS_ALREADY = "waits-already"
    NOT_RUNNING = "not-running"
    NOT_PAUSED = "not-paused"
    STILL_FROZEN = "still-frozen"  # another freeze covers the same seat
    STARTED = "started"
    OVER = "over"
    NOT_FOUND = "not-found"


Outcomes = dict[UUID, Outcome]


@dataclass(frozen=True, slots=True)
class TimeRequestView:
    """A grant of time that waits for a second person."""

    id: UUID
    attempt_id: UUID
    seconds: int
    reason: str
    requested_by: UUID
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class FreezeView:
    """A freeze of a room (None: of the whole sitting) that was not thawed yet."""

    id: UUID
    room_id: UUID | None
    reason: str
    incident_id: UUID | None
    frozen_by: UUID
    frozen_at: datetime


@dataclass(frozen=True, slots=True)
class RoomView:
    id: UUID
    name: str
    places: int | None
    candidates: int
    proctors: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """What a proctor watches: the whole sitting, or these rooms."""

    head: bool
    rooms: tuple[UUID, ...]


class Change(Struct, frozen=True):
    """One item's new value. `position` counts from 1; `option` is the place as shown, from 0; None is an explicit blank."""

    seq: int
    position: int
    option: int | None
    doubtful: bool


class Held(Struct, frozen=True):
    """Who says to hold an attempt: the epoch of the hand-over and the hash of the device secret; None in the lobby."""

    attempt_id: UUID
    epoch: int
    device: bytes | None


class Standing(Struct, frozen=True):
    """Where an attempt stands after a statement, with the database's time of that statement."""

    at: datetime
    state: AttemptState
    epoch: int
    closes_at: datetime | None
    rev: int
    resumes_at: datetime | None = None


class Verdict(StrEnum):
    """What the save statement says of a batch: taken, from a device that holds the attempt no more, or after the end."""

    OPEN = "open"
    STALE = "stale"
    CLOSED = "closed"


class Saved(Struct, frozen=True):
    """What became of a batch: the seqs that need not be sent again, and those that contradict what is stored."""

    standing: Standing
    verdict: Verdict
    acked: tuple[int, ...]
    conflicts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    position: int
    option: int | None
    doubtful: bool
    epoch: int
    seq: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    answered: int
    items: int
    submitted_at: datetime
    reason: str
    code: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One candidate on the proctor's board. No answer, no score, no key."""

    attempt_id: UUID
    number: str
    name: str
    seat: str | None
    clock: AttemptClock
    answered: int
    items: int
    started_at: datetime | None
    last_contact_at: datetime | None
    last_saved_at: datetime | None
    submit_reason: str | None
    epoch: int
    late: int
    device_requested_at: datetime | None
    device_address: str | None
    device_agent: str | None
    room_id: UUID | None
    paused_at: datetime | None
    paused_for: str | None
    holder_address: str | None
    holder_agent: str | None


@dataclass(frozen=True, slots=True)
class ItemCommentView:
    attempt_id: UUID
    position: int
    text: str
    written_at: datetime
