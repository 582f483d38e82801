"""Read versions whole, with their keys: each reading is written into the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.words import both
from app.itembank.keys import read_answers
from app.itembank.lifecycle.difference import Segment, differences
from app.itembank.lifecycle.standing import get_visible, last_step
from app.itembank.lifecycle.types import Standing
from app.itembank.models import Item, ItemVersion
from app.itembank.queries import read_contents
from app.itembank.richtext import tree
from app.itembank.types import LETTERS, Answer, ItemContent


@dataclass(frozen=True, slots=True)
class _Whole:
    standing: Standing
    row: Any
    content: ItemContent
    answer: Answer


async def read_version(session: AsyncSession, version_id: UUID, *, actor: Actor) -> dict[str, Any]:
    """A version as its editor and its reviewers need it. Raises NotFound."""
    found = await _read(session, version_id, actor)
    content, answer = found.content, found.answer
    return {
        "id": str(version_id),
        "code": found.row.code,
        "version_no": found.standing.version_no,
        "state": found.standing.state,
        "step": await last_step(session, version_id),
        "kuk": found.row.kuk,
        "lang": found.row.lang,
        "stimulus_code": found.row.stimulus_code,
        "enemies": list(found.row.enemies),
        "html": {"stem": content.stem, "options": list(content.options), "stimulus": content.stimulus},
        "shown": {
            "stem": tree(content.stem),
            "options": [tree(option) for option in content.options],
            "stimulus": tree(content.stimulus),
        },
        "fixed_order": found.row.fixed_order,
        "key": answer.key,
        "rationale": answer.rationale,
        "source": answer.source,
        "cognitive_level": answer.cognitive_level,
        "expected_p": answer.expected_p,
    }


async def compare_versions(
    session: AsyncSession, old_id: UUID, new_id: UUID, *, actor: Actor
) -> dict[str, list[Segment]]:
    """Field → what stayed, went and came, of everything that either version says."""
    old, new = [_said(await _read(session, version_id, actor)) for version_id in (old_id, new_id)]
    return differences(old, new)


async def _read(session: AsyncSession, version_id: UUID, actor: Actor) -> _Whole:
    standing = await get_visible(session, version_id, actor)
    query = (
        select(
            Item.code,
            Item.stimulus_code,
            Item.enemies,
            ItemVersion.kuk,
            ItemVersion.lang,
            ItemVersion.fixed_order,
        )
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(ItemVersion.id == version_id)
    )
    row = (await session.execute(query)).one()
    content = (await read_contents(session, [version_id]))[version_id]
    answer = (await read_answers(session, [version_id]))[version_id]
    facts = {"version_no": standing.version_no}
    await journal.record(session, "item.read", "item", standing.code, actor=actor, facts=facts)
    return _Whole(standing, row, content, answer)


def _said(found: _Whole) -> dict[str, str]:
    """Everything in a version that a person reads, by field, in the order of the page."""
    content, answer = found.content, found.answer
    options = {f"options.{place}": text for place, text in enumerate(content.options)}
    return {
        "kuk": found.row.kuk,
        "lang": found.row.lang,
        "stimulus": content.stimulus,
        "stem": content.stem,
        **options,
        "fixed_order": both("tetap", "fixed") if found.row.fixed_order else "",
        "key": LETTERS[answer.key],
        "rationale": answer.rationale,
        "source": answer.source,
        "cognitive_level": answer.cognitive_level,
        "expected_p": f"{answer.expected_p:g}",
    }
