"""Simulated periods are as sound as real ones, and the review of the last finds what was planted: through the database."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from app import identity, schemes, worker
from app.cli.demo import fill
from app.cli.period.run import simulate_periods
from app.cli.period.terms import Plant, Term, read_plants, read_terms
from app.cli.refusals import Refused
from app.core.access import Actor, Role
from app.core.db import Database
from app.review.data.computing import fail_given_up, find_snapshot
from app.review.data.freeze import from_bytes, unpack
from app.review.reviews import computing, states
from app.review.reviews.parts import list_parts, read_part
from app.review.reviews.queries import get_review
from tests.databases import TestDatabase
from tests.factories import SECRET, open_database, violations

LAST = Term(2026, 1)
TERMS = [Term(2025, 1), Term(2025, 2), LAST]


@asynccontextmanager
async def demo(addresses: TestDatabase) -> AsyncIterator[tuple[Database, asyncpg.Connection]]:
    database = open_database(addresses, pool_size=3)
    owner = await asyncpg.connect(addresses.owner_url)
    async with database.staff() as session, session.begin():
        await fill(session, {"SAHIH_SECRETS": SECRET}, fresh=False)
    yield database, owner
    await owner.close()
    await database.close()


async def plan_review(database: Database) -> UUID:
    async with database.staff() as session, session.begin():
        scheme = await schemes.find_newest(session, "MMu")
        assert scheme is not None
        member = (await identity.list_staff(session))["komite"]
        actor = Actor(member, uuid4(), "Komite", frozenset({Role.COMMITTEE}))
        return await states.plan(session, scheme, title="Kajian 2026-1", period=(LAST.first, LAST.last), actor=actor)


async def ask(database: Database, review_id: UUID) -> None:
    async with database.staff() as session, session.begin():
        await computing.begin_computing(session, review_id)


@pytest.mark.skipif(
    "SAHIH_LONG" not in os.environ,
    reason="a minute and a half of processor: `make periods`; tests/domain/review/test_plants.py raises the same without a database",
)
@pytest.mark.timeout(400)
async def test_the_review_of_simulated_periods_raises_each_plant(database: TestDatabase) -> None:
    async with demo(database) as (opened, owner):
        planted = await simulate_periods(
            opened, owner, TERMS, candidates=500, plants=frozenset(Plant), seed=7, tell=lambda _: None
        )
        review_id = await plan_review(opened)
        await ask(opened, review_id)
        await worker.run_long_jobs(opened)
        async with opened.staff() as session:
            review = await get_review(session, review_id)
            assert (review.state, review.fault) == ("discussion", None)
            assert review.sitting_ids == [planted.sitting_ids[-1]]
            leads = (await read_part(session, review_id, "leads"))["leads"]
            parts = await list_parts(session, review_id)
            packed = await find_snapshot(session, review.snapshot_sha256 or "")
        assert packed is not None
        data = from_bytes(unpack(packed))
        found = {(lead["rule"], lead["subject"]["ref"]) for lead in leads}
        lineage = {item.code: str(item.lineage_id) for item in data.items}
        for rule, code in (("mis-key", planted.mis_key), ("leak", planted.leak), ("dif", planted.dif)):
            assert (rule, lineage[code or ""]) in found, rule
        assert ("harder-form", f"{planted.sitting_ids[-1]}/{planted.form}") in found
        both = {str(one) for one in planted.pair or ()}
        assert both in [set(ref.split("/")) for rule, ref in found if rule == "similar-pair"]
        assert {f"item:{one}" for one in lineage.values()} <= set(parts), "each item has its card"
        # What was read is what is stored.
        assert [sitting.period for sitting in data.sittings] == [-2, -1, 0]
        assert len(data.persons) == 1500
        async with opened.staff() as session:
            stored = dict((await session.execute(text("SELECT attempt_id, score FROM scores"))).all())
        assert {one.attempt_id: one.score for one in data.persons} == stored
        assert data.remarks
        # Also that the parts come out again from the frozen data (I-48).
        assert await violations(opened, but=("I-45",)) == []


@pytest.mark.timeout(300)
async def test_a_review_is_computed_once_for_the_same_data_and_again_after_a_crash(database: TestDatabase) -> None:
    async with demo(database) as (opened, owner):
        await simulate_periods(opened, owner, [LAST], candidates=20, plants=frozenset(), seed=3, tell=lambda _: None)
        review_id = await plan_review(opened)
        await ask(opened, review_id)
        await owner.execute("UPDATE jobs SET state = 'failed'")  # as after the last try
        await fail_given_up(opened)
        async with opened.staff() as session:
            review = await get_review(session, review_id)
            assert review.state == "planned"
            assert "hitung lagi" in (review.fault or "")
        await ask(opened, review_id)
        await worker.run_long_jobs(opened)
        made = await owner.fetch("SELECT id, made_at FROM review_parts ORDER BY id")
        assert made
        async with opened.staff() as session, session.begin():
            first = (await get_review(session, review_id)).snapshot_sha256
            member = (await identity.list_staff(session))["komite"]
            actor = Actor(member, uuid4(), "Komite", frozenset({Role.COMMITTEE}))
            await states.reopen(session, review_id, "data dibaca ulang", actor=actor)
        await ask(opened, review_id)
        await worker.run_long_jobs(opened)
        async with opened.staff() as session:
            assert (await get_review(session, review_id)).snapshot_sha256 == first, (
                "the same sittings are the same data"
            )
        assert await owner.fetch("SELECT id, made_at FROM review_parts ORDER BY id") == made, "and are computed once"
        # Also that the parts are computed again, to the same figures, from the frozen data (I-48).
        assert await violations(opened, but=("I-45",)) == []


def test_half_years_are_read_and_what_is_none_is_refused() -> None:
    today = LAST.last.replace(month=7)
    assert read_terms("2026-1, 2025-2", today) == [Term(2025, 2), LAST]
    assert (LAST.first.isoformat(), LAST.last.isoformat()) == ("2026-01-01", "2026-06-30")
    assert LAST.opens_at.isoformat() == "2026-03-14T09:00:00+07:00"
    for wrong in ("2026-3", "26-1", "besok"):
        with pytest.raises(Refused, match=wrong):
            read_terms(wrong, today)
    with pytest.raises(Refused, match="belum berakhir"):
        read_terms("2026-2", today)
    assert read_plants("none") == frozenset()
    assert read_plants("leak,dif") == {Plant.LEAK, Plant.DIF}
    with pytest.raises(Refused, match="mis-key"):
        read_plants("gempa")
