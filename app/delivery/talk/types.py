"""What crosses the border of talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Need(StrEnum):
    """Why a candidate calls. Coded, so that nobody has to type in the middle of an exam."""

    COMPUTER = "computer"
    NETWORK = "network"
    QUESTION = "question"
    HEALTH = "health"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as its senders see it: to how many it went, and how far it came."""

    id: UUID
    text: str
    sent_by: UUID
    sent_at: datetime
    copies: int
    shown: int
    acknowledged: int


@dataclass(frozen=True, slots=True)
class CopyView:
    """One candidate's copy of a message: what was said by whom, and when it was on their screen and read."""

    text: str
    sent_by: UUID
    sent_at: datetime
    shown_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class HelpCall:
    id: UUID
    attempt_id: UUID
    need: Need
    called_at: datetime
    answered_by: UUID | None
    answered_at: datetime | None
