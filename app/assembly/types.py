"""Forms as they cross the border of assembly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

# One position as a paper holds it: {"stem", "options", "stimulus"?}, texts plain or nested nodes (`itembank.richtext.tree`).
Question = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DrawnForm:
    """A form before it has a row. `orders[i][j]` is the stored option that is shown in place j of position i + 1."""

    form_no: int
    version_ids: tuple[UUID, ...]
    orders: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Form:
    id: UUID
    sitting_id: UUID
    form_no: int
    version_ids: tuple[UUID, ...]
    orders: tuple[tuple[int, ...], ...]
    renderer_version: str
    shown_sha256: str


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A form with what a candidate is shown: its questions in order, and the pictures (PNG) that they name by hash."""

    form: Form
    questions: list[Question]
    images: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class FormSet:
    """What may be told about a form set. `seed` is only filled when it is asked for after the release."""

    sitting_id: UUID
    n_forms: int
    algorithm: str
    seed_sha256: str
    bank_sha256: str
    created_at: datetime
    seed: str | None = None
