"""Which versions are one item: what is known of one holds for all of its lineage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.models import ItemVersion


async def lineages_of(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """By version."""
    rows = await session.execute(
        select(ItemVersion.id, ItemVersion.lineage_id).where(ItemVersion.id.in_(set(version_ids)))
    )
    return {row.id: row.lineage_id for row in rows}


class Edition(NamedTuple):
    """Where a version stands among those of its item."""

    lineage_id: UUID
    version_no: int


async def editions_of(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, Edition]:
    """By version."""
    rows = await session.execute(
        select(ItemVersion.id, ItemVersion.lineage_id, ItemVersion.version_no).where(
            ItemVersion.id.in_(set(version_ids))
        )
    )
    return {row.id: Edition(row.lineage_id, row.version_no) for row in rows}


async def states_of(session: AsyncSession, lineage_ids: Iterable[UUID]) -> dict[UUID, str]:
    """By lineage: the state of its newest version."""
    rows = await session.execute(
        select(ItemVersion.lineage_id, ItemVersion.state)
        .ext(distinct_on(ItemVersion.lineage_id))
        .where(ItemVersion.lineage_id.in_(set(lineage_ids)))
        .order_by(ItemVersion.lineage_id, ItemVersion.version_no.desc())
    )
    return {row.lineage_id: row.state for row in rows}
