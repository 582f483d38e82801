"""What crosses the border: a sitting's requirement, verdicts and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Verdict(StrEnum):
    """What a request showed. Only `RIGHT` is no failure; it is recorded where it ends one."""

    RIGHT = "right"
    MISSING = "missing"
    WRONG = "wrong"
    OTHER_SESSION = "other-session"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Whether a sitting asks for Safe Exam Browser, and with what choices."""

    required: bool
    allowed_versions: tuple[str, ...]
    has_certificate: bool
    config_key: str
    changed_by: UUID
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    reason: str
    actor_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """One candidate's failed checks: what came first, how it stands now, and who said that it need not be looked at."""

    attempt_id: UUID
    number: str
    name: str
    first_at: datetime
    first_kind: Verdict
    first_path: str
    last_at: datetime
    last_kind: Verdict
    changes: int
    override: Override | None
