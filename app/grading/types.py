"""What crosses the border of grading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ReleaseState(StrEnum):
    WITHHELD = "withheld"
    RELEASED = "released"


class CorrectionKind(StrEnum):
    """What a correction makes of an item: a point for everyone who had it, another key, or a second one beside the first."""

    VOID = "void"
    REKEY = "rekey"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as it works in one sitting. `option` in stored order, none where the item is void.

    `keeps`: the results of that sitting were out when it was applied, so whatever earned the point before goes on earning it.
    """

    id: UUID
    kind: CorrectionKind
    version_ids: frozenset[UUID]
    option: int | None = None
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Right:
    """What earns the point of an item: one of these options in stored order, or, where it is void, anything and nothing."""

    options: frozenset[int]
    void: bool = False

    def takes(self, option: int | None) -> bool:
        """A blank is None."""
        return self.void or option in self.options


@dataclass(frozen=True, slots=True)
class DueRun:
    """A scoring run that an attempt waits for: its number, and the hash of the answers that it must find."""

    form_id: UUID
    run_no: int
    answers_sha256: str


@dataclass(frozen=True, slots=True)
class UnitResult:
    """Right answers of one competency unit; a description, not a score with a mark of its own."""

    code: str
    title: str
    correct: int
    items: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What the rules make of one attempt's answers. `impossible` are the positions whose answer no option stands for."""

    score: int
    max_score: int
    pass_mark: int
    recommendation: str
    units: tuple[UnitResult, ...]
    impossible: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    state: ReleaseState
    released_at: datetime | None
    released_by: UUID | None
