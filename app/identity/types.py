"""What crosses the border of the identity domain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Realm(StrEnum):
    """Candidates and staff hold different cookies, so that one browser can watch a room and try the exam."""

    EXAM = "exam"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. It names a session; the session row says everything else."""

    person_id: UUID
    session_id: UUID
    issued_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class LoggedIn:
    person_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A participant's number and PIN. The PIN exists in clear only here, to be printed once."""

    number: str
    pin: str
    person_id: UUID
