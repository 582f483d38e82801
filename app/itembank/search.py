"""Finding items of a bank: what a search may ask, and the answer. Pure over what the index of a scheme holds.

An item is shown by the version that is in use (or was last), and beside it the newer one that is on its way, if any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.itembank.hints import Stem, folded

LEAST_N_DIFFICULTY: Final = 30  # answers; below that the difficulty that the author expected is the better guess
LEAST_N_DISCRIMINATION: Final = 100  # below it a third of sound items look bad by chance
EASY_ABOVE: Final = 0.7
HARD_BELOW: Final = 0.4
FAIR_FROM: Final = 0.2  # Arikunto's limits for D
GOOD_FROM: Final = 0.4
OFTEN_FROM: Final = 3  # sittings

_TERM: Final = re.compile(r'"([^"]*)"|([^\s"]+)')


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Discrimination(StrEnum):
    LOW = "low"
    FAIR = "fair"
    GOOD = "good"
    NONE = "none"


class Exposure(StrEnum):
    NEVER = "never"
    SEEN = "seen"
    OFTEN = "often"


@dataclass(frozen=True, slots=True)
class Words:
    """What a version says, ready for comparing. It never leaves the process's memory but for the excerpt."""

    stem: Stem
    all: str  # folded: case, stem, options
    excerpt: str
    has_picture: bool


@dataclass(frozen=True, slots=True)
class FoundVersion:
    id: UUID
    version_no: int
    state: str
    kuk: str
    author_id: UUID | None
    item_authors: frozenset[UUID]  # of any version of its item
    submitted: bool
    cognitive_level: str
    expected_p: float
    changed_at: datetime
    words: Words


@dataclass(frozen=True, slots=True)
class FoundItem:
    """`shown` is the version in use; `draft` the newer one that is on its way."""

    code: str
    stimulus_code: str | None
    enemies: tuple[str, ...]
    shown: FoundVersion
    draft: FoundVersion | None
    n: int = 0
    p: float | None = None
    d: float | None = None
    sittings: int = 0

    @property
    def versions(self) -> tuple[FoundVersion, ...]:
        return (self.shown, self.draft) if self.draft else (self.shown,)

    @property
    def difficulty(self) -> Difficulty:
        known = self.p if self.p is not None and self.n >= LEAST_N_DIFFICULTY else self.shown.expected_p
        if known > EASY_ABOVE:
            return Difficulty.EASY
        return Difficulty.HARD if known < HARD_BELOW else Difficulty.MEDIUM

    @property
    def discrimination(self) -> Discrimination:
        if self.d is None or self.n < LEAST_N_DISCRIMINATION:
            return Discrimination.NONE
        if self.d < FAIR_FROM:
            return Discrimination.LOW
        return Discrimination.GOOD if self.d >= GOOD_FROM else Discrimination.FAIR

    @property
    def exposure(self) -> Exposure:
        if self.sittings >= OFTEN_FROM:
            return Exposure.OFTEN
        return Exposure.SEEN if self.sittings else Exposure.NEVER


@dataclass(frozen=True, slots=True)
class Search:
    """None and "" ask for nothing. `kuks` are those of a unit; `waiting` the versions that wait for whoever asks."""

    text: str = ""
    kuk: str | None = None
    kuks: frozenset[str] | None = None
    state: str | None = None
    level: str | None = None
    difficulty: Difficulty | None = None
    discrimination: Discrimination | None = None
    exposure: Exposure | None = None
    stimulus: str | None = None
    waiting: frozenset[UUID] | None = None


def narrowed(item: FoundItem, sees: Callable[[FoundVersion], bool]) -> FoundItem | None:
    """An item with no more than the versions that somebody sees; None where that is none of them."""
    draft = item.draft if item.draft and sees(item.draft) else None
    if sees(item.shown):
        return item if draft is item.draft else replace(item, draft=draft)
    return replace(item, shown=draft, draft=None) if draft else None


def find_items(items: Iterable[FoundItem], search: Search) -> list[FoundItem]:
    """What fits: by code where no text is asked for, else first what the code says, then the stem, then the rest."""
    terms = terms_of(search.text)
    ranked = ((_rank(item, terms), item.code, item) for item in items if _fits(item, search))
    found = sorted((rank, code, item) for rank, code, item in ranked if rank is not None)
    return [item for _, _, item in found]


def terms_of(text: str) -> tuple[str, ...]:
    """
    >>> terms_of('Audit  "peta KENDALI"')
    ('audit', 'peta kendali')
    """
    found = (folded(phrase or word) for phrase, word in _TERM.findall(text))
    return tuple(term for term in found if term)


def _rank(item: FoundItem, terms: Sequence[str]) -> int | None:
    """Smaller is nearer; None where a term is missing."""
    if not terms:
        return 0
    code = item.code.casefold()
    if any(not any(term in version.words.all or term in code for version in item.versions) for term in terms):
        return None
    if terms == (code,):
        return 0
    if all(term in code for term in terms):
        return 1
    return 2 if all(any(term in version.words.stem.text for version in item.versions) for term in terms) else 3


def _fits(item: FoundItem, search: Search) -> bool:
    return (
        (search.kuk is None or search.kuk == item.shown.kuk)
        and (search.kuks is None or item.shown.kuk in search.kuks)
        and (search.state is None or any(version.state == search.state for version in item.versions))
        and (search.level is None or search.level == item.shown.cognitive_level)
        and (search.difficulty is None or search.difficulty == item.difficulty)
        and (search.discrimination is None or search.discrimination == item.discrimination)
        and (search.exposure is None or search.exposure == item.exposure)
        and (search.stimulus is None or search.stimulus == item.stimulus_code)
        and (search.waiting is None or any(version.id in search.waiting for version in item.versions))
    )
