"""The worker while something is broken: every other sitting is still closed and scored, and somebody can read what failed."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from app import delivery, grading, worker
from app.core import jobs
from app.core.db import Database
from tests.databases import TestDatabase
from tests.factories import Candidate, World, client_of, make_cards, make_settings, make_world, running_app
from tests.faults.test_save_and_submit import outside
from tests.forms import give_forms


async def second_sitting(database: Database, first: World) -> World:
    """Another open sitting of the same scheme and bank, with one candidate."""
    async with database.staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, first.sitting_id)
        sitting_id = await delivery.create_sitting(
            session,
            first.scheme,
            code="UJI-2",
            title="Ujian kedua",
            zone="Asia/Jakarta",
            opens_at=sitting.opens_at,
            closes_at=sitting.closes_at,
            admission=sitting.admission,
            takeover=sitting.takeover,
        )
        cards = await make_cards(session, 1, prefix="MMU-27")
        await delivery.add_to_roster(session, sitting_id, [(cards[0], "Peserta lain")])
        await give_forms(session, sitting_id, first.scheme)
        await delivery.open_sitting(session, sitting_id)
    return World(database, first.scheme, sitting_id, cards, first.staff)


async def submit_one(app: Any, world: World, answers: dict[int, int | None]) -> None:
    async with client_of(app) as client:
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        assert (await candidate.save(answers)).status_code == 200
        assert (await candidate.submit()).status_code == 200


async def test_a_sitting_that_cannot_be_scored_holds_up_no_other(
    database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_app(make_settings(database)) as app, outside(database) as superuser:
        broken = await make_world(app.state.database, candidates=1)
        sound = await second_sitting(app.state.database, broken)
        await submit_one(app, broken, {1: 0})
        await submit_one(app, sound, {1: 0})
        # Without its forms nothing of the first sitting can be scored.
        await superuser.execute(
            "ALTER TABLE attempts DISABLE TRIGGER ALL; ALTER TABLE forms DISABLE TRIGGER ALL;"
            f"DELETE FROM forms WHERE sitting_id = '{broken.sitting_id}'"
        )
        with caplog.at_level(logging.ERROR):
            await worker.work_once(app.state.database)
        assert await superuser.fetchval("SELECT array_agg(sitting_id) FROM scores") == [sound.sitting_id]
        assert await superuser.fetch("SELECT state FROM jobs ORDER BY state") == [("done",), ("queued",)]
    said = [record.getMessage() for record in caplog.records]
    assert f"sitting {broken.sitting_id} could not be scored" in said
    assert any("(score) failed, try 1 of" in line for line in said), said
    assert all(record.exc_info for record in caplog.records), "a failure without its trace helps nobody"


async def test_a_step_that_dies_is_logged_and_comes_again(
    database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    """One overdue attempt cannot be closed; jobs run all the same, and it is closed as soon as it can be."""
    async with running_app(make_settings(database)) as app, outside(database) as superuser:
        world = await make_world(app.state.database, candidates=1)
        other = await second_sitting(app.state.database, world)
        await submit_one(app, other, {1: 0})
        async with client_of(app) as client:
            await Candidate(client, world.cards[0]).enter()
        await superuser.execute("UPDATE attempts SET closes_at = clock_timestamp() WHERE state = 'running'")
        await superuser.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'unforeseen'; END $$;"
            "CREATE TRIGGER refuse BEFORE UPDATE ON attempts FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
        stop = asyncio.Event()
        task = asyncio.create_task(worker.run(app.state.database, stop))
        await until(superuser, "SELECT count(*) = 1 FROM scores")
        await superuser.execute("DROP TRIGGER refuse ON attempts")
        await until(superuser, "SELECT count(*) = 2 FROM scores")
        stop.set()
        await task
    assert "close_overdue failed and is tried again" in caplog.text
    assert "unforeseen" in caplog.text


async def test_jobs_that_keep_coming_hold_up_no_bell(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A room that hands in one by one keeps the scorer busy; somebody else's time is over meanwhile."""
    async with running_app(make_settings(database)) as app, outside(database) as superuser:
        world = await make_world(app.state.database)
        async with client_of(app) as client:
            await Candidate(client, world.cards[0]).enter()
        await superuser.execute("UPDATE attempts SET closes_at = clock_timestamp() WHERE state = 'running'")

        async def endless(_: Database) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(worker, "run_jobs", endless)
        working = asyncio.create_task(worker.run(app.state.database, asyncio.Event()))
        await until(superuser, "SELECT count(*) = 1 FROM attempts WHERE state = 'submitted'")
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def until(connection: Any, question: str) -> None:
    async with asyncio.timeout(20):
        while not await connection.fetchval(question):
            await asyncio.sleep(0.05)


async def test_a_job_that_fails_is_logged_and_given_up_after_the_last_try(
    database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async def failing(_: Database, __: dict[str, Any]) -> None:
        raise RuntimeError("unforeseen")

    async with running_app(make_settings(database)) as app, outside(database) as superuser:
        async with app.state.database.staff() as session, session.begin():
            await jobs.enqueue(session, "broken", {})
        for _ in range(jobs.MOST_TRIES):
            await superuser.execute("UPDATE jobs SET run_at = clock_timestamp()")
            assert await jobs.run_due(app.state.database, {"broken": failing})
        row = await superuser.fetchrow("SELECT state, tries, last_error FROM jobs")
        assert tuple(row) == ("failed", jobs.MOST_TRIES, "RuntimeError: unforeseen")
        assert not await jobs.run_due(app.state.database, {"broken": failing})
    assert caplog.text.count("(broken) failed, try") == jobs.MOST_TRIES


async def test_equal_jobs_that_wait_together_run_once(database: TestDatabase) -> None:
    """A room hands in one by one: one scoring run for all who wait, and one more for who came while it was under way."""
    ran: list[int] = []

    async with running_app(make_settings(database)) as app:

        async def ask(number: int) -> None:
            async with app.state.database.staff() as session, session.begin():
                await jobs.enqueue(session, "score", {"sitting": number})

        async def work(_: Database, payload: dict[str, Any]) -> None:
            ran.append(payload["sitting"])
            await ask(1)

        for number in (1, 2, 1, 1):
            await ask(number)
        assert await jobs.run_due(app.state.database, {"score": work}) == 2
        assert ran == [1, 2]
        assert await jobs.run_due(app.state.database, {"score": work}) == 1
        assert ran == [1, 2, 1]


async def test_an_attempt_that_cannot_be_scored_holds_up_no_other(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answers are not those of its receipt: that is said, and who waits behind it is scored all the same."""
    monkeypatch.setattr(grading.service, "LARGEST_SET", 1)
    async with running_app(make_settings(database)) as app, outside(database) as superuser:
        world = await make_world(app.state.database)
        for card in world.cards[:2]:
            async with client_of(app) as client:
                candidate = Candidate(client, card)
                await candidate.enter()
                assert (await candidate.submit()).status_code == 200
        first = "SELECT min(id::text)::uuid FROM attempts WHERE state = 'submitted'"
        await superuser.execute(f"UPDATE attempts SET receipt_sha256 = repeat('0', 64) WHERE id = ({first})")
        assert await grading.score_sitting(app.state.database, world.sitting_id) == 1
        assert await superuser.fetchval(f"SELECT count(*) FROM scores WHERE attempt_id <> ({first})") == 1
