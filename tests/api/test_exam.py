"""One candidate's way from log-in to result, over HTTP."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from app import grading
from app.core.access import Actor, Role
from app.worker import work_once
from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, make_settings, make_world, running_app


@pytest.mark.clause("9.3.2", "a blank is wrong and nothing is negative")
async def test_from_log_in_to_receipt(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        candidate = Candidate(client, world.cards[0])
        started = await candidate.enter()
        assert started.status_code == 200, started.text
        assert started.json()["phase"] == "running"
        paper = await candidate.paper()
        assert [len(question["options"]) for question in paper["questions"]] == [4] * 100
        saved = await candidate.save({1: 0, 2: 3, 3: 1})
        assert saved.status_code == 200, saved.text
        assert saved.json()["acked"] == [1, 2, 3]
        attempt = (await candidate.read("attempt")).json()
        assert [(a["position"], a["option"]) for a in attempt["answers"]] == [(1, 0), (2, 3), (3, 1)]
        submitted = await candidate.submit()
        receipt = submitted.json()["receipt"]
        assert receipt["answered"] == 3
        assert (await candidate.submit()).json()["receipt"] == receipt
        assert (await client.get("/api/exam/result")).json()["code"] == "not-released"
        await work_once(app.state.database)
        async with app.state.database.staff() as session, session.begin():
            scores = await grading.list_scores(session, world.sitting_id)
            assert 0 <= next(iter(scores.values())) <= 3
            committee = Actor(world.staff["committee"], world.staff["committee"], "K", frozenset({Role.COMMITTEE}))
            await grading.release(session, world.sitting_id, actor=committee)
        result = (await client.get("/api/exam/result")).json()
        assert result["recommendation"] == "Belum Lulus"
        assert result["score"] == next(iter(scores.values()))
        assert result["receipt"] == receipt, "the page shows the receipt beside the result"
        assert sum(unit["items"] for unit in result["units"]) == 100


async def test_two_tabs_that_agree_at_once_both_hear_that_it_is_done(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.log_in()
        other = await asyncpg.connect(database.superuser_url)
        async with other.transaction():  # the first tab's statement, before its commit
            await other.execute(
                "UPDATE roster SET agreed_at = clock_timestamp(), agreed_version = '1' WHERE number = $1",
                candidate.card.number,
            )
            agreeing = asyncio.create_task(candidate.post("agree", {"statement_version": "2"}))
            await asyncio.sleep(0.3)
            assert not agreeing.done(), "it waits for the other's commit"
        assert (await agreeing).json()["attempt"]["agreed_at"]
        assert await other.fetchval("SELECT count(*) FROM journal WHERE action = 'pledge.made'") == 0
        await other.close()


async def test_nobody_agrees_to_words_that_were_never_shown(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.log_in()
        assert (await candidate.post("agree", {"statement_version": "1"})).status_code == 422
        assert (await client.get("/api/exam/me")).json()["attempt"]["agreed_at"] is None
        assert (await candidate.post("agree", {"statement_version": "2"})).status_code == 200
