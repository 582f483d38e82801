"""Commit before reply, submit after save, and a deadline that nobody can move."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from app import delivery, grading
from app.core.access import Actor, Role
from app.delivery import queries, receipt_sha256
from app.delivery import save as save_verbs
from app.delivery.types import Change
from app.worker import work_once
from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, make_settings, make_world, running_app


async def test_a_reply_means_committed(database: TestDatabase) -> None:
    """The database refuses at COMMIT (a deferred trigger); the client must not have been told 200."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        assert (await candidate.save({1: 0})).status_code == 200
        outside = await asyncpg.connect(database.superuser_url)
        assert await outside.fetchval("SELECT option FROM answers WHERE position = 1") == 0
        await outside.execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$;
            CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE ON answers
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
            """
        )
        refused = await candidate.save({2: 1})
        assert (refused.status_code, refused.json()["retryable"]) == (503, True)
        assert refused.headers["retry-after"] == "1"
        assert await outside.fetchval("SELECT count(*) FROM answers") == 1
        await outside.execute("DROP TRIGGER at_commit ON answers")
        assert (await candidate.save({2: 1})).status_code == 200
        await outside.close()


async def test_a_killed_connection_is_a_503_and_a_retry_works(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        outside = await asyncpg.connect(database.superuser_url)
        await outside.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'sahih_exam'"
        )
        await outside.close()
        body = candidate.batch({1: 2})
        statuses = []
        for _ in range(10):
            answer = await candidate.post("answers", body)
            statuses.append(answer.status_code)
            if answer.status_code == 200:
                break
        assert statuses[-1] == 200
        assert set(statuses) <= {200, 503}


@pytest.mark.invariant("I-20")
async def test_a_save_in_flight_is_in_the_receipt_and_in_the_score(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        card = world.cards[0]
        candidate = Candidate(client, card)
        await candidate.enter()
        actor = Actor(card.person_id, card.person_id, "", frozenset({Role.CANDIDATE}), card.number)
        right = await key_as_shown(app.state.database, world, card.number)
        async with app.state.database.exam() as held:
            seat = await queries.get_seat(held, actor)
            change = [Change(1, 1, right, doubtful=False)]
            _, verdict = await save_verbs.save(held, seat, candidate.epoch, candidate.device, change, 4)
            assert verdict == "open"
            submitting = asyncio.create_task(candidate.submit())
            await asyncio.sleep(0.3)
            assert not submitting.done(), "the submit must wait for the save that holds the attempt"
            await held.commit()
        receipt = (await submitting).json()["receipt"]
        assert receipt["answered"] == 1
        assert receipt["hash"] == receipt_sha256(seat.attempt.id, {1: right})
        await work_once(app.state.database)
        async with app.state.database.staff() as session:
            scores = await grading.list_scores(session, world.sitting_id)
        assert scores[seat.attempt.id] == 1


async def key_as_shown(database: Any, world: Any, number: str) -> int:
    """Where the key of position 1 stands on this candidate's screen."""
    row = text(
        """
        SELECT array_position(ARRAY(SELECT unnest(f.option_orders[1:1])), k.key) - 1 AS place
        FROM roster r JOIN attempts a USING (sitting_id) JOIN forms f ON f.id = a.form_id
        JOIN item_keys k ON k.item_version_id = f.item_version_ids[1]
        WHERE a.roster_id = r.id AND r.number = :number
        """
    )
    async with database.staff() as session:
        return int((await session.execute(row, {"number": number})).scalar_one())


@pytest.mark.invariant("I-08")
@pytest.mark.invariant("I-10")
async def test_nothing_is_accepted_after_the_deadline_and_the_sweep_closes(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        outside = await asyncpg.connect(database.superuser_url)
        await outside.execute(
            "UPDATE attempts SET closes_at = clock_timestamp() + interval '150 ms' WHERE state = 'running'"
        )
        answers = await asyncio.gather(*(late_save(candidate, place) for place in range(120)))
        row = await outside.fetchrow(
            "SELECT count(*) AS stored, bool_and(w.saved_at < a.closes_at) AS in_time "
            "FROM answers w JOIN attempts a ON a.id = w.attempt_id"
        )
        assert {answer.status_code for answer in answers} <= {200, 409, 503}
        assert row["in_time"] is not False
        assert row["stored"] <= sum(answer.status_code == 200 for answer in answers)
        assert (await candidate.save({1: 1})).json()["code"] == "attempt-closed"
        await work_once(app.state.database)
        closed = await outside.fetchrow("SELECT state, submit_reason FROM attempts WHERE epoch > 0")
        assert tuple(closed) == ("submitted", "time")
        await outside.close()
        receipt = (await client.get("/api/exam/attempt")).json()["receipt"]
        assert receipt["reason"] == "time"


async def late_save(candidate: Candidate, place: int) -> Any:
    await asyncio.sleep(place * 0.003)
    return await candidate.save({place % 100 + 1: 1})


@pytest.mark.invariant("I-06")
async def test_fifty_parallel_starts_start_once(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        candidate = Candidate(client, world.cards[0])
        await candidate.log_in()
        await candidate.post("agree", {"statement_version": "1"})
        await candidate.claim()
        answers = await asyncio.gather(*(candidate.start() for _ in range(50)))
        statuses = {answer.status_code for answer in answers}
        assert statuses <= {200, 503}
        assert 200 in statuses
        closes = {answer.json()["closes_at"] for answer in answers if answer.status_code == 200}
        assert len(closes) == 1


MEMBERS = ("closes_at", "ends_at", "started_at", "duration_seconds", "server_time", "state", "now", "time_grants")
BODIES: dict[str, dict[str, Any]] = {
    "agree": {"statement_version": "1"},
    "claim": {"take_over": False},
    "start": {"nonce": "n" * 12},
    "answers": {"nonce": "n" * 12, "changes": [{"seq": 1, "position": 1, "option": 1}]},
    "heartbeat": {"nonce": "n" * 12},
    "submit": {"nonce": "n" * 12},
    "comment": {"nonce": "n" * 12, "position": 1, "text": "x"},
}


@pytest.mark.invariant("I-07")
async def test_no_member_of_any_request_moves_the_deadline(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        candidate = Candidate(client, world.cards[0])
        started = (await candidate.enter()).json()
        for path, body in BODIES.items():
            for member in MEMBERS:
                answer = await candidate.post(path, body | candidate.write() | {member: "2099-01-01T00:00:00Z"})
                assert answer.status_code == 422, (path, member)
        headers = {"Date": "Thu, 01 Jan 2099 00:00:00 GMT", "X-Server-Time": "2099-01-01T00:00:00Z"}
        beat = await client.post("/api/exam/heartbeat", json=candidate.write(), headers=headers)
        assert beat.json()["closes_at"] == started["closes_at"]
        async with app.state.database.staff() as session:
            rows = await session.execute(
                text(
                    "SELECT a.closes_at = a.started_at + make_interval(secs => s.duration_seconds + "
                    "(SELECT sum(seconds) FROM time_grants g WHERE g.attempt_id = a.id)) "
                    "FROM attempts a JOIN sittings s ON s.id = a.sitting_id WHERE a.state = 'running'"
                )
            )
            assert [tuple(row) for row in rows] == [(True,)]
    assert delivery.Phase.RUNNING.value == started["phase"]
