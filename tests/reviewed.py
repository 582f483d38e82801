"""A review under discussion whose panel of items speaks of the bank's own items, for tests of what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app import assembly, itembank
from app.core.access import Actor, Role
from app.core.db import Database
from app.review.compute import compute
from app.review.data.parts import parts_key, write_parts
from app.review.data.types import ReviewData
from app.review.method.queries import get_method
from app.review.method.types import ReviewMethod
from app.review.method.versions import approve_default_method
from app.review.reviews import states
from app.review.reviews.computing import keep_computed
from app.review.reviews.queries import get_review
from tests.factories import World
from tests.review_data import plant

SNAPSHOT = "6" * 64
TITLE = "Kajian semester ini"


def of_bank(
    data: ReviewData, known: list[itembank.KnownItem], sitting_id: UUID, first: int | None = None
) -> ReviewData:
    """The same answers, given to the bank's items. `first`: which item of the data the first of the bank is."""
    order = sorted(range(len(data.items)), key=lambda at: (at != first, at))
    items = list(data.items)
    for at, one in zip(order, known, strict=False):
        items[at] = replace(
            items[at],
            lineage_id=one.lineage_id,
            version_id=one.version_id,
            code=one.code,
            versions=((1, one.version_id),),
        )
    sittings = (*data.sittings[:-1], replace(data.sittings[-1], id=sitting_id))
    return replace(data, items=tuple(items), sittings=sittings)


async def make_review(database: Database, world: World, **planted: Any) -> tuple[UUID, list[itembank.KnownItem]]:
    """The bank's items, those of the world's sitting first; the data say that the first has a wrong key."""
    async with database.staff() as session, session.begin():
        shown = {one for form in await assembly.list_forms(session, world.sitting_id) for one in form.version_ids}
        known = sorted(await itembank.list_statistics(session, "MMu"), key=lambda one: one.version_id not in shown)
        found = plant(
            **{"candidates": 240, "forms": 2, "bank": 120, "periods": (0, -1), "mis_key": True, "standard": False}
            | planted
        )
        parts = dict(compute(of_bank(found.data, known, world.sitting_id, found.mis_key), ReviewMethod()))
        today = await session.scalar(text("SELECT (clock_timestamp() AT TIME ZONE 'Asia/Jakarta')::date"))
        await approve_default_method(session, "MMu", valid_from=today - timedelta(200))
        actor = Actor(world.staff["committee"], UUID(int=1), "Komite", frozenset({Role.COMMITTEE}))
        period = (today - timedelta(180), today)
        review = await states.plan(session, world.scheme, title=TITLE, period=period, actor=actor)
        # As if it were computed: the world's sitting has no released results.
        await session.execute(text("UPDATE reviews SET state = 'computing' WHERE id = :id"), {"id": review})
        method = await get_method(session, (await get_review(session, review)).method_id)
        await write_parts(session, parts_key(SNAPSHOT, method.sha256), parts)
        assert await keep_computed(session, review, [world.sitting_id], SNAPSHOT, asking=0, corrections=[])
    return review, known
