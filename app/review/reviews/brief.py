"""A review in short, for whatever refers to one: which it is, what it covers, and whether it has figures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.review.reviews.models import ReviewRow


@dataclass(frozen=True, slots=True)
class ReviewBrief:
    id: UUID
    scheme_code: str
    title: str
    period_from: date
    computed: bool


async def get_brief(session: AsyncSession, review_id: UUID, *, held: bool = False) -> ReviewBrief:
    """`held`: it stays as it is until the end of the transaction. Raises NotFound, also for a review that was withdrawn."""
    found = await _read(session, ReviewRow.id == review_id, ReviewRow.state != "withdrawn", held=held)
    if not found:
        raise NotFound
    return found[0]


async def list_briefs(session: AsyncSession, scheme_code: str) -> list[ReviewBrief]:
    """Those that count, the newest period first."""
    return await _read(session, ReviewRow.scheme_code == scheme_code, ReviewRow.state != "withdrawn")


async def titles_of(session: AsyncSession, review_ids: Collection[UUID]) -> dict[UUID, str]:
    """Of all of them, withdrawn or not."""
    return {one.id: one.title for one in await _read(session, ReviewRow.id.in_(review_ids))}


async def _read(session: AsyncSession, *conditions: ColumnElement[bool], held: bool = False) -> list[ReviewBrief]:
    query = select(ReviewRow).where(*conditions).order_by(ReviewRow.period_from.desc())
    if held:
        query = query.with_for_update(read=True).execution_options(populate_existing=True)
    rows = await session.scalars(query)
    return [ReviewBrief(r.id, r.scheme_code, r.title, r.period_from, r.snapshot_sha256 is not None) for r in rows]
