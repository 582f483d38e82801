"""The words of an item's life, and what is known of one version when somebody wants to do something to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from app.itembank.types import Answer, ItemContent, Kind, State


class Action(StrEnum):
    """What people do to a version; `load` is done by whoever runs the server, `supersede` by a newer version."""

    WRITE = "write"
    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    ACTIVATE = "activate"
    REST = "rest"
    SUSPEND = "suspend"
    RESUME = "resume"
    RETIRE = "retire"
    RECHECK = "recheck"
    REVISE = "revise"
    CORRECT = "correct"
    SUPERSEDE = "supersede"
    LOAD = "load"


class Verdict(StrEnum):
    """What a reviewer says."""

    APPROVE = "approve"
    SEND_BACK = "send_back"


# Among the reviews of a version: a correction found its key wrong. What was said of it before no longer counts.
FOUND_WRONG: Final = "found_wrong"


class Bar(StrEnum):
    """Why somebody may not do something to a version."""

    STATE = "state"
    ROLE = "role"
    OWN_WORK = "own-work"
    NOT_AUTHOR = "not-author"
    APPROVED_ALREADY = "approved-already"
    UNDER_WAY = "under-way"
    FOUND_WRONG = "found-wrong"


class Readable(Protocol):
    """What decides who may read a version, wherever it comes from."""

    @property
    def submitted(self) -> bool: ...
    @property
    def item_authors(self) -> frozenset[UUID]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A version without its text. `authors` wrote it, or one before it since the last that was in use; `item_authors` wrote any."""

    version_id: UUID
    item_id: UUID
    code: str
    scheme_code: str
    version_no: int
    state: State
    kind: Kind
    lineage_id: UUID
    submitted: bool
    author: UUID | None
    authors: frozenset[UUID]
    item_authors: frozenset[UUID]
    approvers: frozenset[UUID]  # since it was sent back or found wrong last
    found_wrong: bool  # by a correction of its key, whatever was said of it since
    is_base: bool  # what a revision or a correction would start from


@dataclass(frozen=True, slots=True)
class Written:
    """An item as its author hands it in."""

    kuk: str
    lang: str
    content: ItemContent
    answer: Answer
    enemies: tuple[str, ...] = ()
    stimulus_code: str | None = None
    fixed_order: bool = False
