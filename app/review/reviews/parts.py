"""What was computed for a review, by its id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.review.data import parts
from app.review.method.queries import sha256_of
from app.review.reviews.models import ReviewRow


async def key_of(session: AsyncSession, review_id: UUID) -> str:
    """By what the parts of a review are found. Raises NotFound where nothing was computed yet."""
    review = await session.get(ReviewRow, review_id)
    if review is None or review.snapshot_sha256 is None or review.program is None:
        raise NotFound
    return parts.parts_key(review.snapshot_sha256, await sha256_of(session, review.method_id), review.program)


async def read_part(session: AsyncSession, review_id: UUID, name: str) -> Any:
    """Raises NotFound."""
    found = await parts.find_part(session, await key_of(session, review_id), name)
    if found is None:
        raise NotFound
    return found


async def list_parts(session: AsyncSession, review_id: UUID) -> list[str]:
    return await parts.list_parts(session, await key_of(session, review_id))
