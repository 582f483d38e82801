"""One batch for many candidates: a locked attempt, a bad row or a lost connection costs its own candidate, and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, make_settings, make_world, running_app, violations
from tests.faults.test_save_and_submit import eventually

SEATS = 12


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[tuple[FastAPI, list[Candidate], asyncpg.Connection]]:
    """A dozen candidates with running attempts, and a connection of the database's owner."""
    owner = await asyncpg.connect(database.superuser_url)
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, candidates=SEATS)
        candidates = []
        for card in world.cards:
            candidate = Candidate(await stack.enter_async_context(client_of(app)), card)
            assert (await candidate.enter()).status_code == 200
            candidates.append(candidate)
        yield app, candidates, owner
        assert await violations(app.state.database, but=("I-45",)) == []
    await owner.close()


async def all_save(candidates: list[Candidate], position: int) -> list[httpx.Response]:
    """Everybody saves at the same moment. One goes ahead, so that the others share the next turn."""
    return await asyncio.gather(*(candidate.save({position: 1}) for candidate in candidates))


async def stored(owner: asyncpg.Connection, position: int) -> int:
    return int(await owner.fetchval("SELECT count(*) FROM answers WHERE position = $1", position))


async def lock_one(owner: asyncpg.Connection, number: str) -> None:
    await owner.execute(
        "SELECT FROM attempts a JOIN roster r ON r.id = a.roster_id WHERE r.number = $1 FOR UPDATE OF a", number
    )


async def test_many_candidates_share_a_statement(room: Any) -> None:
    _, candidates, owner = room
    for position in range(1, 6):
        answers = await all_save(candidates, position)
        assert {answer.status_code for answer in answers} == {200}
        assert await stored(owner, position) == SEATS
    turns = await owner.fetchval("SELECT count(DISTINCT saved_at) FROM answers")
    assert turns < 5 * SEATS / 2, "saves that arrive together are stored together"


async def test_a_locked_attempt_holds_up_nobody_else(room: Any) -> None:
    _, candidates, owner = room
    async with owner.transaction():
        await lock_one(owner, candidates[4].card.number)
        saving = [asyncio.create_task(candidate.save({1: 1})) for candidate in candidates]
        others = await asyncio.gather(*saving[:4], *saving[5:])
        assert {answer.status_code for answer in others} == {200}
        assert not saving[4].done(), "nobody waited until this one gave up"
    assert (await saving[4]).status_code == 200
    assert await stored(owner, 1) == SEATS


async def test_a_lock_that_never_opens_is_a_503_for_its_candidate_alone(room: Any) -> None:
    _, candidates, owner = room
    async with owner.transaction():
        await lock_one(owner, candidates[0].card.number)
        answers = await all_save(candidates, 1)
        assert [answer.status_code for answer in answers] == [503] + [200] * (SEATS - 1)
        assert answers[0].json()["retryable"]
        assert answers[0].headers["retry-after"] == "1"
    assert (await candidates[0].save({1: 1})).status_code == 200


async def test_a_bad_row_spoils_no_batch(room: Any) -> None:
    """A trigger refuses one candidate's row: in a batch it undoes everything, so the others are saved one by one."""
    _, candidates, owner = room
    attempt = await owner.fetchval(
        "SELECT a.id FROM attempts a JOIN roster r ON r.id = a.roster_id WHERE r.number = $1", candidates[3].card.number
    )
    await owner.execute(
        f"""
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.attempt_id = '{attempt}' THEN RAISE EXCEPTION 'spoilt' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER spoil BEFORE INSERT ON answers FOR EACH ROW EXECUTE FUNCTION spoil();
        """
    )
    answers = await all_save(candidates, 1)
    assert [answer.status_code for answer in answers] == [500 if place == 3 else 200 for place in range(SEATS)]
    assert await stored(owner, 1) == SEATS - 1


async def test_killed_connections_are_a_503_and_the_retry_is_stored_once(room: Any) -> None:
    _, candidates, owner = room
    body = [candidate.batch({1: 2}) for candidate in candidates]
    await owner.execute(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(20); RETURN NEW; END $$;"
        "CREATE TRIGGER slow BEFORE INSERT ON answers FOR EACH ROW EXECUTE FUNCTION slow();"
    )
    saving = [asyncio.create_task(c.post("answers", b)) for c, b in zip(candidates, body, strict=True)]
    asleep = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    await eventually(owner, asleep)
    await owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sahih-hot' "
        "AND datname = current_database()"
    )
    await owner.execute("DROP FUNCTION slow CASCADE")
    answers = await asyncio.gather(*saving)
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert 503 in {answer.status_code for answer in answers}
    again = await asyncio.gather(*(c.post("answers", b) for c, b in zip(candidates, body, strict=True)))
    assert {answer.status_code for answer in again} == {200}
    assert await stored(owner, 1) == SEATS
    assert await owner.fetchval("SELECT count(*) FROM answer_events") == SEATS


async def test_a_batch_may_hold_every_kind_of_verdict(room: Any) -> None:
    """Open, stale, closed, repeated and contradicting requests in one turn: each gets its own answer."""
    _, candidates, _ = room
    first = [candidate.batch({1: 1}) for candidate in candidates]
    for candidate, body in zip(candidates, first, strict=True):
        assert (await candidate.post("answers", body)).status_code == 200
    await candidates[1].submit()
    bodies = list(first)
    bodies[0] = first[0] | {
        "changes": [first[0]["changes"][0] | {"option": 2}]
    }  # the key of a stored answer, another value
    bodies[2] = first[2] | {"epoch": 7}
    bodies[4] = candidates[4].batch({1: None, 2: 3})
    answers = await asyncio.gather(*(c.post("answers", b) for c, b in zip(candidates, bodies, strict=True)))
    codes = [answer.json().get("code") for answer in answers]
    assert codes[:5] == ["seq-conflict", "attempt-closed", "stale-epoch", None, None]
    assert answers[0].json()["acked"] == []
    assert answers[3].json()["acked"] == [1]
    assert answers[4].json()["acked"] == [2, 3]
    for body, answer in zip(bodies, answers, strict=True):
        assert answer.status_code != 200 or answer.json()["nonce"] == body["nonce"]


async def test_all_hand_in_at_the_bell(room: Any) -> None:
    _, candidates, owner = room
    await all_save(candidates, 1)
    closing = [candidate.submit() for candidate in candidates for _ in range(2)]
    receipts = [answer.json()["receipt"] for answer in await asyncio.gather(*closing)]
    assert receipts[::2] == receipts[1::2], "handing in twice gives the same receipt"
    assert await owner.fetchval("SELECT count(*) FROM journal WHERE action = 'attempt.submitted'") == SEATS
