"""The scheme as the rest of the server sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Criterion:
    """One performance criterion (KUK) with the element it belongs to."""

    kuk: str
    element: str
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    title: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class ExamRules:
    """What the scheme decides about its exam. `pass_mark` is the least score that is recommended."""

    items: int
    options: int
    pass_mark: int
    max_score: int
    duration_seconds: int
    transmission_seconds: int
    word_at_or_above: str
    word_below: str
    lang: str
    calculator: bool = False
    reference_sheet: str = ""  # limited HTML, as texts of items are


@dataclass(frozen=True, slots=True)
class SchemeVersion:
    """An immutable edition of a scheme. `exam` is None where the scheme gives no number of items or pass mark."""

    id: UUID
    code: str
    version_no: int
    title: str
    units: tuple[Unit, ...]
    exam: ExamRules | None
    items_per_kuk: dict[str, int]
    content: dict[str, Any]
    content_hash: str

    @property
    def body(self) -> str:
        """The name of the certification body, as it heads a letter."""
        return str(self.content["body"]["name"])

    @property
    def unit_of(self) -> dict[str, Unit]:
        """KUK number → its unit."""
        return {criterion.kuk: unit for unit in self.units for criterion in unit.criteria}
