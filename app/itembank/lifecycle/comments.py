"""What those who write and review say to each other about a version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core import journal
from app.core.access import Actor
from app.core.clock import rfc3339
from app.itembank.lifecycle.standing import get_visible
from app.itembank.lifecycle.words import COMMENTS, open_words, seal_words
from app.itembank.models import ItemVersionComment


async def comment(session: AsyncSession, version_id: UUID, words: str, *, actor: Actor) -> None:
    version = await get_visible(session, version_id, actor)
    row = ItemVersionComment(
        item_version_id=version_id, person_id=actor.person_id, sealed=seal_words(session, words, COMMENTS, version_id)
    )
    session.add(row)
    await session.flush()
    facts = {"version_no": version.version_no}
    await journal.record(session, "item.commented", "item", version.code, actor=actor, facts=facts)


async def list_version_comments(session: AsyncSession, version_id: UUID, actor: Actor) -> list[dict[str, Any]]:
    """The oldest first."""
    await get_visible(session, version_id, actor)
    query = select(ItemVersionComment).where(ItemVersionComment.item_version_id == version_id)
    rows = (await session.scalars(query.order_by(ItemVersionComment.id))).all()
    names = await identity.names_of(session, (row.person_id for row in rows))
    return [
        {
            "id": str(row.id),
            "person": names[row.person_id],
            "text": open_words(session, row.sealed, COMMENTS, row.item_version_id),
            "at": rfc3339(row.at),
        }
        for row in rows
    ]
