"""What a review found out of items goes into the bank once the committee has decided on it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, itembank
from app.review.data.parts import find_part
from app.review.reviews.parts import key_of, read_part
from app.review.reviews.queries import get_review


async def record_figures(session: AsyncSession, review_id: UUID) -> None:
    """Of each item of the window, once. Assembly reads the same answers sitting by sitting and passes over these."""
    review = await get_review(session, review_id)
    source = f"{assembly.REVIEWED} {review.title} · {(review.snapshot_sha256 or '')[:12]}"
    if await itembank.has_statistics(session, source):
        return
    key = await key_of(session, review_id)
    for row in (await read_part(session, review_id, "items"))["rows"]:
        card = await find_part(session, key, f"item:{row['id']}")
        statistics = {"p": card["figures"]["p"]["value"], "d": card["figures"]["d27"]["value"]}
        await itembank.record_statistics(
            session, UUID(card["version_id"]), source=source, n=card["n"], statistics=statistics
        )
