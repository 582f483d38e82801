"""What is known about the right answer of an item version: the one place that reads and writes `item_keys`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.models import ItemKey
from app.itembank.types import Answer


async def write_answer(session: AsyncSession, version_id: UUID, answer: Answer) -> None:
    session.add(
        ItemKey(
            item_version_id=version_id,
            key=answer.key,
            rationale=answer.rationale,
            source=answer.source,
            cognitive_level=answer.cognitive_level,
            expected_p=answer.expected_p,
        )
    )
    await session.flush()


async def read_answers(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, Answer]:
    """The candidates' log-in cannot run it."""
    rows = await session.scalars(select(ItemKey).where(ItemKey.item_version_id.in_(set(version_ids))))
    return {
        row.item_version_id: Answer(row.key, row.rationale, row.source, row.cognitive_level, row.expected_p)
        for row in rows
    }
