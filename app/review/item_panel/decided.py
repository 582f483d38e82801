"""Which items a review has decided on."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.review.item_panel.models import ItemDecisionRow


async def decided_lineages(session: AsyncSession, review_id: UUID) -> set[UUID]:
    """Items with a decision in this review, whatever it was."""
    rows = await session.scalars(select(ItemDecisionRow.lineage_id).where(ItemDecisionRow.review_id == review_id))
    return set(rows)
