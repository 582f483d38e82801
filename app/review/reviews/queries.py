"""Reads of reviews."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.review.reviews.models import ReviewRow
from app.review.reviews.types import ReviewState


@dataclass(frozen=True, slots=True)
class Computed:
    """What a review was computed from, by which method, and by which edition of the program."""

    title: str
    method_id: UUID
    snapshot_sha256: str
    program: str


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


async def newest_computed(session: AsyncSession) -> list[Computed]:
    """Of each scheme the review that was computed last."""
    query = (
        select(ReviewRow)
        .ext(distinct_on(ReviewRow.scheme_code))
        .where(ReviewRow.snapshot_sha256.is_not(None))
        .order_by(ReviewRow.scheme_code, ReviewRow.computed_at.desc())
    )
    return [
        Computed(f"{row.scheme_code} {row.title}", row.method_id, row.snapshot_sha256 or "", row.program or "")
        for row in await session.scalars(query)
    ]
