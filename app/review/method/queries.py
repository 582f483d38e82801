"""Reads of review methods."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.review.method.models import ReviewMethodRow


async def sha256_of(session: AsyncSession, method_id: UUID) -> str:
    return (await session.get_one(ReviewMethodRow, method_id)).sha256
