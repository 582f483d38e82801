"""What crosses the border of the item bank."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

LETTERS = "ABCDEF"
LEVELS: Final = ("remember", "apply", "analyse")


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class Kind(StrEnum):
    """Why a version was written. An editorial one keeps key, number of options, criterion and language, and so its statistics."""

    NEW = "new"
    REVISION = "revision"
    EDITORIAL = "editorial"


@dataclass(frozen=True, slots=True)
class ItemContent:
    """What a candidate reads, as canonical markup (`richtext`): the shared case, if any, the stem, the options (A first)."""

    stem: str
    options: tuple[str, ...]
    stimulus: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What only grading, review and the item editor read: the index of the right option, why, whence, how deep and how hard.

    `expected_p`: the share of right answers that its author expects of candidates who are just good enough to pass.
    """

    key: int
    rationale: str
    source: str
    cognitive_level: str
    expected_p: float


@dataclass(frozen=True, slots=True)
class BankItem:
    """An item version as assembly sees it: where it belongs, not what it says."""

    version_id: UUID
    code: str
    kuk: str
    n_options: int
    content_hash: str
    enemies: tuple[str, ...]
    stimulus: str | None = None  # the code of the case that it shares with others
    level: str = ""
    picture: bool = False
    fixed_order: bool = False  # its options are not shuffled


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of what a review recorded. `source` names the sitting or the calibration that it comes from."""

    source: str
    n: int
    statistics: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What is known about an item while its lineage goes on (editorial corrections keep it), the oldest finding first.

    `version_id` is its version in use, or else its newest.
    """

    lineage_id: UUID
    version_id: UUID
    code: str
    expected_p: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class KeyedItem:
    """An item version with its key, for grading, review and the item editor only."""

    version_id: UUID
    code: str
    kuk: str
    n_options: int
    key: int
    expected_p: float
    cognitive_level: str


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An item as written in a bank file."""

    code: str
    kuk: str
    lang: str
    content: ItemContent
    answer: Answer
    enemies: tuple[str, ...]
    file: str
    line: int
    stimulus: str | None = None
    fixed_order: bool = False


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading a bank did. `retired` names the items that the files no longer hold; `left` those that the files say otherwise,
    and that people wrote or retired here."""

    added: int
    changed: int
    unchanged: int
    retired: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
