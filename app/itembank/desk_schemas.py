"""What the bank's lists, previews, bulk actions and pools are asked with, and the shapes they are answered in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from app.core.clock import rfc3339
from app.core.web import Payload
from app.itembank.coverage import Covered
from app.itembank.known import known_figures
from app.itembank.lifecycle import Action
from app.itembank.lifecycle.rules import MOVES
from app.itembank.richtext import tree
from app.itembank.search import Difficulty, Discrimination, Exposure, FoundItem
from app.itembank.types import LETTERS, ItemContent
from app.schemes import SchemeVersion

SchemeCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]
ItemText = Annotated[str, StringConstraints(max_length=20_000)]
ImageHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ItemQuery(BaseModel):
    """The address of a list. Empty is not asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scheme: SchemeCode
    text: Annotated[str, StringConstraints(max_length=200)] = ""
    kuk: str | None = None
    unit: str | None = None
    state: str | None = None
    level: str | None = None
    difficulty: Difficulty | None = None
    discrimination: Discrimination | None = None
    exposure: Exposure | None = None
    waiting: Annotated[str | None, StringConstraints(pattern="^me$")] = None
    stimulus: str | None = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    size: Annotated[int, Field(ge=1, le=200)] = 50

    @model_validator(mode="before")
    @classmethod
    def without_empty(cls, asked: Any) -> Any:
        return {name: value for name, value in asked.items() if value != ""}


Asked = Annotated[ItemQuery, Query()]


class Written(Payload):
    """Texts as an editor holds them: limited HTML."""

    stem: ItemText
    options: Annotated[list[ItemText], Field(max_length=len(LETTERS))]
    stimulus: ItemText = ""


class PreviewBody(Payload):
    """`scheme` and `code` say with which bank to compare, and which of its items this is."""

    content: Written
    key: Annotated[int | None, Field(ge=0, lt=len(LETTERS))] = None
    kuk: str | None = None
    scheme: SchemeCode | None = None
    code: str | None = None


Reason = Annotated[str, StringConstraints(max_length=2000)]


class BulkBody(Payload):
    """An empty reason is the usual one, where the action has one."""

    version_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    action: Action
    reason: Reason = ""
    dry_run: bool

    @field_validator("action")
    @classmethod
    def asked_for_by_name(cls, action: Action) -> Action:
        if action not in MOVES:
            raise ValueError("submit, withdraw, activate, rest, suspend, resume or retire")
        return action


class PoolBody(Payload):
    scheme: SchemeCode
    period_from: date
    period_to: date
    candidates: Annotated[int, Field(ge=0, le=1_000_000)]
    version_ids: Annotated[list[UUID], Field(min_length=1, max_length=1500)]

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        if self.period_to < self.period_from:
            raise ValueError("period_to lies before period_from")
        return self


class ActivationBody(Payload):
    reason: Reason = ""
    dry_run: bool


def item_row(item: FoundItem, names: Mapping[UUID, str]) -> dict[str, Any]:
    shown = item.shown
    return {
        "code": item.code,
        "kuk": shown.kuk,
        "version_id": str(shown.id),
        "version_no": shown.version_no,
        "state": shown.state,
        "draft": item.draft
        and {"version_id": str(item.draft.id), "version_no": item.draft.version_no, "state": item.draft.state},
        "excerpt": shown.words.excerpt,
        "cognitive_level": shown.cognitive_level,
        "expected_p": shown.expected_p,
        **known_figures(item.n, item.p, item.d),
        "exposure": item.sittings,
        "enemies": list(item.enemies),
        "stimulus_code": item.stimulus_code,
        "author": names.get(shown.author_id) if shown.author_id else None,
        "has_picture": shown.words.has_picture,
        "changed_at": rfc3339(max(version.changed_at for version in item.versions)),
    }


def scheme_row(scheme: SchemeVersion) -> dict[str, Any]:
    return {
        "code": scheme.code,
        "title": scheme.title,
        "units": [
            {
                "code": unit.code,
                "title": unit.title,
                "kuks": [{"code": criterion.kuk, "text": criterion.text} for criterion in unit.criteria],
            }
            for unit in scheme.units
        ],
    }


def covered_row(covered: Covered) -> dict[str, Any]:
    return {
        "kuk": covered.kuk,
        "text": covered.text,
        "wanted": covered.wanted,
        "states": dict(covered.states),
        "difficulties": {str(difficulty): count for difficulty, count in covered.difficulties.items()},
        "missing": covered.missing,
    }


def shown_texts(content: ItemContent) -> dict[str, Any]:
    return {
        "stem": tree(content.stem),
        "options": [tree(option) for option in content.options],
        "stimulus": tree(content.stimulus),
    }
