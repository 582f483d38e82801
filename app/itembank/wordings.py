"""Which versions are one item in one wording: what is known of one holds for all of its lineage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.models import ItemVersion


@dataclass(frozen=True, slots=True)
class Wording:
    lineage_id: UUID
    content_hash: str


async def list_wordings(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, Wording]:
    """By version."""
    rows = await session.execute(
        select(ItemVersion.id, ItemVersion.lineage_id, ItemVersion.content_hash).where(
            ItemVersion.id.in_(set(version_ids))
        )
    )
    return {row.id: Wording(row.lineage_id, row.content_hash) for row in rows}
