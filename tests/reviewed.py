"""A review with everything that the panels compute, from made-up data with plants: for pages and papers that show all of it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import read_clock
from app.review.compute import compute
from app.review.data.parts import parts_key, write_parts
from app.review.method.models import ReviewMethodRow
from app.review.method.types import ReviewMethod
from app.review.method.versions import approve_default_method
from app.review.reviews.models import ReviewRow
from tests.factories import World
from tests.review_data import plant


@cache
def planted_parts() -> dict[str, Any]:
    return dict(
        compute(plant(300, forms=3, mis_key=True, leak=True, dif=True, form=True, copy=True).data, ReviewMethod())
    )


async def make_computed(session: AsyncSession, world: World, period: tuple[date, date]) -> UUID:
    """Under discussion, by an approved method."""
    method_id = await approve_default_method(
        session, "MMu", valid_from=period[0], basis="rapat komite, berita acara no. 4"
    )
    method = await session.get_one(ReviewMethodRow, method_id)
    row = ReviewRow(
        id=uuid4(),
        scheme_version_id=world.scheme.id,
        scheme_code="MMu",
        method_id=method_id,
        title="Kajian validitas ujian, semester I 2026",
        period_from=period[0],
        period_to=period[1],
        state="discussion",
        sitting_ids=[world.sitting_id],
        snapshot_sha256=uuid4().hex * 2,
        computed_at=await read_clock(session),
        planned_by=world.staff["committee"],
        quorum=2,
    )
    session.add(row)
    await session.flush()
    assert row.snapshot_sha256
    await write_parts(session, parts_key(row.snapshot_sha256, method.sha256), planted_parts())
    return row.id
