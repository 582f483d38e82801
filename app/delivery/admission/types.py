"""What crosses the border of admission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Document(StrEnum):
    """What a candidate shows at the door; in the words that are printed on it."""

    KTP = "ktp"
    SIM = "sim"
    PASSPORT = "paspor"
    OTHER = "lain"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a proctor saw: the document, whether face, document and photograph on file are one person, and why not."""

    document: Document
    matched: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CheckIn:
    identity: Identity
    photo_id: UUID | None
    checked_by: UUID
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    note: str | None
    marked_by: UUID
    marked_at: datetime


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph of a candidate; its bytes are read by themselves."""

    id: UUID
    person_id: UUID
    sha256: str
    waits: bool
    added_by: UUID
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """One candidate at the door. `arrived_at`: the first check, or the start where nobody checked."""

    roster_id: UUID
    attempt_id: UUID
    person_id: UUID
    number: str
    name: str
    room_id: UUID | None
    seat: str | None
    state: str
    check_in: CheckIn | None
    absence: Absence | None
    arrived_at: datetime | None
    late: bool
    photo: Photo | None
    waiting_photo: Photo | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a waiting room measured. `saves`: an answer written to the browser's storage is there when it is read again."""

    clock_offset_ms: int
    round_trip_ms: int
    saves: bool
    persisted: bool | None
    quota_mb: int | None


@dataclass(frozen=True, slots=True)
class Computer:
    """The newest report of an attempt's waiting room, with what is wrong about it."""

    attempt_id: UUID
    report: Report
    address: str
    agent: str
    reported_at: datetime
    faults: tuple[str, ...]
