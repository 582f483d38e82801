"""What is known about items: the review pushes it down, row by row; assembly reads all of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.keys import read_levels
from app.itembank.models import Item, ItemStatistics, ItemVersion
from app.itembank.types import Finding, KnownItem, State


async def record_statistics(
    session: AsyncSession, item_version_id: UUID, *, source: str, n: int, statistics: dict[str, Any]
) -> None:
    """What a review found out about an item version; assembly reads it here."""
    session.add(ItemStatistics(item_version_id=item_version_id, source=source, n=n, statistics=statistics))
    await session.flush()


async def has_statistics(session: AsyncSession, source: str) -> bool:
    found = select(ItemStatistics.id).where(ItemStatistics.source == source).limit(1)
    return await session.scalar(found) is not None


async def newest_source(session: AsyncSession, scheme_code: str, name: str) -> str | None:
    """What was recorded last of a sitting or a calibration, `name · …`; who comes with the same has nothing new to say."""
    found = (
        select(ItemStatistics.source)
        .join(ItemVersion, ItemVersion.id == ItemStatistics.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code, ItemStatistics.source.startswith(f"{name} · ", autoescape=True))
        .order_by(ItemStatistics.recorded_at.desc(), ItemStatistics.id)
        .limit(1)
    )
    source: str | None = await session.scalar(found)
    return source


async def list_statistics(session: AsyncSession, scheme_code: str) -> list[KnownItem]:
    """Every lineage of an item that is in use or of which something is known, by code.

    Those out of use count as well: how able a sitting was is told by all items that it answered.
    """
    findings = await _findings(session, scheme_code)
    in_use = ItemVersion.state == State.ACTIVE
    found = await session.execute(
        select(ItemVersion.lineage_id, ItemVersion.id, in_use.label("in_use"), Item.code)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code)
        .ext(distinct_on(ItemVersion.lineage_id))
        .order_by(ItemVersion.lineage_id, in_use.desc(), ItemVersion.version_no.desc())
    )
    rows = [row for row in found if row.in_use or row.lineage_id in findings]
    levels = await read_levels(session, [row.id for row in rows])
    known = [
        KnownItem(row.lineage_id, row.id, row.code, levels[row.id][1], tuple(findings.get(row.lineage_id, ())))
        for row in rows
    ]
    return sorted(known, key=lambda item: (item.code, item.version_id))


async def _findings(session: AsyncSession, scheme_code: str) -> dict[UUID, list[Finding]]:
    """By lineage, the oldest first."""
    rows = await session.execute(
        select(ItemVersion.lineage_id, ItemStatistics.source, ItemStatistics.n, ItemStatistics.statistics)
        .join(ItemVersion, ItemVersion.id == ItemStatistics.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code)
        .order_by(ItemStatistics.recorded_at, ItemStatistics.id)
    )
    found: dict[UUID, list[Finding]] = defaultdict(list)
    for row in rows:
        found[row.lineage_id].append(Finding(row.source, row.n, row.statistics))
    return found
