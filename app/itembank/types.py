"""What crosses the border of the item bank."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

LETTERS = "ABCDEF"


@dataclass(frozen=True, slots=True)
class ItemContent:
    """What a candidate reads: the stem and the options in stored order (A first)."""

    stem: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BankItem:
    """An item version as assembly sees it: where it belongs, not what it says."""

    version_id: UUID
    code: str
    kuk: str
    n_options: int
    content_hash: str
    enemies: tuple[str, ...]


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
    """An item as written in a bank file. `key` is the index of the right option."""

    code: str
    kuk: str
    lang: str
    content: ItemContent
    key: int
    rationale: str
    source: str
    cognitive_level: str
    expected_p: float
    enemies: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading a bank did. `retired` names the items that the files no longer hold."""

    added: int
    changed: int
    unchanged: int
    retired: tuple[str, ...] = ()
