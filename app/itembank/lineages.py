"""Which versions are one item: what is known of one holds for all of its lineage."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.models import ItemVersion


async def lineages_of(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """By version."""
    rows = await session.execute(
        select(ItemVersion.id, ItemVersion.lineage_id).where(ItemVersion.id.in_(set(version_ids)))
    )
    return {row.id: row.lineage_id for row in rows}
