"""What an import would do with each question of a file, and what people ask of imports and exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from app.core.datafile import Fault
from app.itembank.exchange import LeftOut
from app.itembank.lifecycle.types import Standing, Written
from app.itembank.types import Answer, ItemContent
from app.schemes import SchemeVersion


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"
    NOT_TAKEN = "not_taken"  # the reader said what it is and why we have no such question


class ImportState(StrEnum):
    READING = "reading"
    READY = "ready"
    REFUSED = "refused"  # nothing of it can be taken as it is, or the bank is another one by now
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


class ExportState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Held:
    """An item as the bank holds it: the version that is being written or reviewed, else the one that a revision starts from."""

    standing: Standing
    kuk: str
    lang: str
    content: ItemContent
    content_hash: str
    answer: Answer
    enemies: tuple[str, ...]
    stimulus_code: str | None
    fixed_order: bool


@dataclass(frozen=True, slots=True)
class Target:
    """The bank that a file is compared with, and what its items have in common."""

    scheme: SchemeVersion
    person_id: UUID
    held: Mapping[str, Held]  # by code: the items that this person may see
    hidden: frozenset[str] = frozenset()  # codes that are taken by others
    pictures: frozenset[str] = frozenset()  # by hash: those of the bank and of the file
    kuk: str | None = None  # for questions that name none


@dataclass(frozen=True, slots=True)
class Planned:
    """One question of the file and what becomes of it: `written` under `code`, in place of what is `held`."""

    line: int
    outcome: Outcome
    excerpt: str = ""
    code: str | None = None
    kuk: str | None = None
    written: Written | None = None
    held: Held | None = None
    faults: tuple[Fault, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    differs: tuple[str, ...] = ()
    similar: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    rows: Sequence[Planned]
    notes: Sequence[LeftOut] = field(default_factory=tuple)

    def count(self) -> dict[str, int]:
        return {outcome: sum(row.outcome is outcome for row in self.rows) for outcome in Outcome}
