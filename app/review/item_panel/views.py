"""How somebody sorts and filters the items of a review, kept by name; everybody has their own."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.core.errors import NotFound
from app.review.item_panel.errors import TooManyViews
from app.review.item_panel.models import SavedViewRow

MOST_VIEWS: Final = 30


async def list_views(session: AsyncSession, actor: Actor) -> list[dict[str, Any]]:
    query = select(SavedViewRow).where(SavedViewRow.person_id == actor.person_id).order_by(SavedViewRow.name)
    return [{"id": str(row.id), "name": row.name, "query": row.query} for row in await session.scalars(query)]


async def keep_view(session: AsyncSession, name: str, query: dict[str, Any], *, actor: Actor) -> None:
    """A name that is there already gets the new content. Raises TooManyViews."""
    own = SavedViewRow.person_id == actor.person_id
    others = await session.scalar(select(func.count()).where(own, SavedViewRow.name != name))
    if (others or 0) >= MOST_VIEWS:
        raise TooManyViews
    row = insert(SavedViewRow).values(person_id=actor.person_id, name=name, query=query)
    await session.execute(
        row.on_conflict_do_update(index_elements=["person_id", "name"], set_={"query": row.excluded.query})
    )


async def remove_view(session: AsyncSession, view_id: UUID, *, actor: Actor) -> None:
    """Raises NotFound, also where it is somebody else's."""
    own = (SavedViewRow.id == view_id, SavedViewRow.person_id == actor.person_id)
    if await session.scalar(delete(SavedViewRow).where(*own).returning(SavedViewRow.id)) is None:
        raise NotFound
