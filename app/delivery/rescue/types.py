"""What crosses the border: notes, rescues and the second receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RescueState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Note:
    """Six words that a proctor read from a candidate's screen, and when."""

    attempt_id: UUID
    number: str
    name: str
    words: str
    noted_by: UUID
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Rescue:
    """An uploaded file: how many answers it adds and how many the server lost, who brought it and who decided. Never which answers."""

    id: UUID
    attempt_id: UUID
    number: str
    name: str
    words: str
    noted_by: UUID
    noted_at: datetime
    created_at: datetime
    last_saved_at: datetime | None
    closes_at: datetime
    uploaded_by: UUID
    uploaded_at: datetime
    added: int
    missing: int
    state: RescueState
    decided_by: UUID | None
    decided_at: datetime | None
    reason: str | None
    receipt_sha256: str | None
