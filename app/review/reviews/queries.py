"""Reads of reviews."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.review.reviews.models import ReviewRow
from app.review.reviews.types import ReviewState


async def list_reviews(session: AsyncSession, scheme_code: str | None = None) -> list[ReviewRow]:
    """The newest period first; of all schemes where none is named."""
    query = select(ReviewRow).order_by(ReviewRow.period_to.desc(), ReviewRow.planned_at.desc())
    if scheme_code is not None:
        query = query.where(ReviewRow.scheme_code == scheme_code)
    return list(await session.scalars(query))


async def get_review(session: AsyncSession, review_id: UUID) -> ReviewRow:
    """Raises NotFound."""
    row = await session.get(ReviewRow, review_id)
    if row is None:
        raise NotFound
    return row


async def list_standing(session: AsyncSession) -> list[ReviewRow]:
    """Those that were not withdrawn, the newest period first."""
    return [row for row in await list_reviews(session) if row.state != ReviewState.WITHDRAWN]
