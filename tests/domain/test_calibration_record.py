"""Calibrations go into the bank, once, on the scale of the standard; assembly takes them from there."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, itembank, review
from app.assembly import PoolItem, ReferenceStandard, Source
from app.core.db import Database
from app.psychometrics import Responses
from app.review import Sat, Snapshot
from tests.databases import TestDatabase
from tests.factories import World, make_world, open_database

SAT_BY = 260
HELD_BACK = 20  # items that the second half of the candidates did not have


async def read_standard(session: AsyncSession, world: World) -> ReferenceStandard:
    await assembly.approve_defaults(session, world.scheme)
    standard = await assembly.find_standard(session, world.scheme)
    assert standard is not None
    return standard


async def sat_by(session: AsyncSession, world: World, pool: list[PoolItem], *, moved: float, seed: int) -> Sat:
    """Simulated answers of a whole bank in one sitting: `moved` is by how much harder than the standard says each item is."""
    sitting = await delivery.get_sitting(session, world.sitting_id)
    keyed = await itembank.peek_keys(session, [item.version_id for item in pool])
    items = tuple(keyed[item.version_id] for item in pool)
    rng = np.random.default_rng(seed)
    b = np.array([item.b for item in pool]) + moved * np.linspace(-1, 1, len(pool))
    right = rng.random((SAT_BY, len(pool))) < 1 / (1 + np.exp(b - rng.normal(0.8, 0.75, (SAT_BY, 1))))
    matrix = right.astype(float)
    matrix[SAT_BY // 2 :, -HELD_BACK:] = np.nan
    responses = Responses.from_dense(matrix, persons=[(seed, n) for n in range(SAT_BY)], items=[i.code for i in items])
    digest = hashlib.sha256(str(seed).encode()).hexdigest()
    snapshot = Snapshot(sitting, world.scheme, responses, items, {}, Counter(), digest)
    return Sat(snapshot, await itembank.lineages_of(session, keyed))


async def pool_now(database: Database, world: World, standard: ReferenceStandard) -> dict[str, PoolItem]:
    async with database.staff() as session:
        return {item.code: item for item in await assembly.read_pool(session, world.scheme, standard)}


@pytest.mark.clause("9.3.1", "difficulties of items are calibrated from released sittings on the scale of the standard")
async def test_items_with_200_answers_are_calibrated_and_the_rest_stay_as_they_were(database: TestDatabase) -> None:
    opened = open_database(database)
    world = await make_world(opened)
    async with opened.staff() as session, session.begin():
        standard = await read_standard(session, world)
        pool = await assembly.read_pool(session, world.scheme, standard)
        sat = await sat_by(session, world, pool, moved=0.5, seed=3)
    for _ in range(2):
        await review.calibrate_sittings(opened, [sat], standard)
    found = list((await pool_now(opened, world, standard)).values())
    known, unknown = found[:-HELD_BACK], found[-HELD_BACK:]
    assert {item.source for item in known} == {Source.CALIBRATED}
    assert [item.source for item in unknown] == [item.source for item in pool[-HELD_BACK:]]
    moved = np.array([now.b - before.b for now, before in zip(known, pool, strict=False)])
    truth = 0.5 * np.linspace(-1, 1, len(pool))[: len(known)]
    # The standard says that all are alike on average; what the items with few answers are, no link can know.
    assert np.corrcoef(moved, truth)[0, 1] > 0.8
    assert (moved - truth).mean() == pytest.approx(-truth.mean(), abs=0.1)
    assert all(0.1 < item.se < 0.2 < before.se for item, before in zip(known, pool, strict=False))
    async with opened.staff() as session:
        rows = (await session.execute(text("SELECT n, source, statistics FROM item_statistics"))).all()
    assert len(rows) == len(known), "once"
    assert {row.n for row in rows} == {SAT_BY}
    assert all(row.source.startswith("calibration · ") and row.statistics["model"] == "rasch" for row in rows)
    await opened.close()


async def test_two_sittings_count_together(database: TestDatabase) -> None:
    """Neither has 200 answers to the items held back; together they do."""
    opened = open_database(database)
    world = await make_world(opened)
    async with opened.staff() as session, session.begin():
        standard = await read_standard(session, world)
        pool = await assembly.read_pool(session, world.scheme, standard)
        sittings = [await sat_by(session, world, pool, moved=0.5, seed=seed) for seed in (3, 4)]
    await review.calibrate_sittings(opened, sittings, standard)
    found = await pool_now(opened, world, standard)
    assert {item.source for item in found.values()} == {Source.CALIBRATED}
    assert {item.n for item in found.values()} == {2 * SAT_BY, SAT_BY}
    await opened.close()


async def test_an_editorial_version_keeps_the_answers_of_the_one_before(database: TestDatabase) -> None:
    """Pooled by lineage: the rows of two versions of one lineage are one item's, and the newer version gets the figures."""
    opened = open_database(database)
    world = await make_world(opened)
    async with opened.staff() as session, session.begin():
        standard = await read_standard(session, world)
        pool = await assembly.read_pool(session, world.scheme, standard)
        old, new = [await sat_by(session, world, pool, moved=0.5, seed=seed) for seed in (3, 4)]
        last = pool[-1].version_id
        other = pool[0].version_id  # stands for the version with the correction
    items = [replace(item, version_id=other) if item.version_id == last else item for item in new.snapshot.items[1:]]
    responses = new.snapshot.responses.with_items(range(1, len(pool)))
    corrected = Sat(
        replace(new.snapshot, items=tuple(items), responses=responses), {**new.lineages, other: old.lineages[last]}
    )
    await review.calibrate_sittings(opened, [old, corrected], standard)
    async with opened.staff() as session:
        rows = await session.execute(text("SELECT item_version_id, n FROM item_statistics"))
        of_version = {row.item_version_id: row.n for row in rows}
    assert of_version[other] == SAT_BY, "130 answers to each version"
    assert last not in of_version
    await opened.close()


async def test_too_few_candidates_open_no_key(database: TestDatabase) -> None:
    opened = open_database(database)
    world = await make_world(opened)
    async with opened.staff() as session, session.begin():
        await read_standard(session, world)
        await session.execute(text("UPDATE sittings SET results_released_at = clock_timestamp()"))
    await review.record_calibration(opened, {"sitting_id": str(world.sitting_id)})
    async with opened.staff() as session:
        assert await session.scalar(text("SELECT count(*) FROM item_statistics")) == 0
        assert await session.scalar(text("SELECT count(*) FROM journal WHERE action = 'bank.keys-read'")) == 0
    await opened.close()
