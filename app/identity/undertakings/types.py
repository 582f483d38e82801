"""What crosses the border of undertakings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    CONFIDENTIALITY = "confidentiality"
    CONFLICT_OF_INTEREST = "conflict-of-interest"


class Act(StrEnum):
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class LastAct:
    """What a person did last about one kind of undertaking. `expires_at` is of a signature."""

    act: Act
    version: int
    at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class TextVersion:
    """One version of a text, by language, and since when it counts."""

    kind: Kind
    version: int
    texts: dict[str, str]
    life_days: int
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class Undertaking:
    """The text that counts now, by language, and where one person stands with it."""

    kind: Kind
    version: int
    texts: dict[str, str]
    life_days: int
    needed: bool
    valid: bool
    last: LastAct | None
