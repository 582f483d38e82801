"""A review whose parts were computed from synthetic data, to be looked at."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.review.compute import PROGRAM, compute
from app.review.data import parts
from app.review.data.computing import keep_snapshot
from app.review.data.freeze import pack, sha256_of, to_bytes
from app.review.data.types import ReviewData
from app.review.method.content import method_content
from app.review.method.models import ReviewMethodRow
from app.review.method.types import ReviewMethod
from app.review.reviews.models import ReviewRow
from tests.factories import World

PROPOSED = ReviewMethod()


async def add_computed_review(
    session: AsyncSession, world: World, data: ReviewData, method: ReviewMethod = PROPOSED
) -> UUID:
    """Its id."""
    frozen = to_bytes(data)
    await keep_snapshot(session, sha256_of(frozen), pack(frozen))
    review_id, method_sha256 = await add_review(session, world, sha256_of(frozen), method)
    key = parts.parts_key(sha256_of(frozen), method_sha256)
    await parts.write_parts(session, key, dict(compute(data, method)))
    return review_id


async def add_review(
    session: AsyncSession, world: World, snapshot_sha256: str, rules: ReviewMethod = PROPOSED
) -> tuple[UUID, str]:
    """One under discussion, of these data and without parts: its id, and the hash of its method."""
    method = ReviewMethodRow(
        id=uuid4(),
        scheme_code="MMu",
        version_no=uuid4().int % 2**31,
        content=method_content(rules),
        sha256=uuid4().hex,
        basis="metode uji coba",
        valid_from=date(2026, 1, 1),
        state="approved",
        approved_at=func.clock_timestamp(),
    )
    session.add(method)
    await session.flush()
    review = ReviewRow(
        scheme_version_id=world.scheme.id,
        scheme_code="MMu",
        method_id=method.id,
        title="Kajian uji coba",
        period_from=date(2026, 1, 1),
        period_to=date(2026, 6, 30),
        state="discussion",
        snapshot_sha256=snapshot_sha256,
        program=PROGRAM,
        planned_by=world.staff["committee"],
        quorum=2,
    )
    session.add(review)
    await session.flush()
    return review.id, method.sha256
