"""No reply before its commit, for every write; and a deadline judged when the answer is stored, not when it was sent."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from app import grading, itembank
from app.core.access import Actor, Role
from app.core.db import Database
from app.core.pool import connection
from app.delivery import queries, receipt_sha256, save
from app.delivery.contact import note_contacts
from app.delivery.devices import device_hash
from app.delivery.types import Change, Held, Seat
from app.identity import IssuedCard
from app.worker import work_once
from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, make_settings, make_world, running_app

AT_COMMIT = """
CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit();
"""
REFUSE = "RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'"


@asynccontextmanager
async def outside(database: TestDatabase) -> Any:
    connection = await asyncpg.connect(database.superuser_url)
    try:
        yield connection
    finally:
        await connection.close()


def actor_of(card: IssuedCard) -> Actor:
    return Actor(card.person_id, card.person_id, "", frozenset({Role.CANDIDATE}), card.number)


def bodies(candidate: Candidate) -> dict[str, dict[str, Any]]:
    """A body for each of a candidate's writes that is accepted as it stands."""
    held = candidate.write()
    return {
        "login": {"number": candidate.card.number, "pin": candidate.card.pin},
        "agree": {"statement_version": "2"},
        "claim": {"device_secret": candidate.device, "take_over": False},
        "start": {"device_secret": candidate.device, "token": None, "nonce": held["nonce"]},
        "answers": candidate.batch({1: 1}),
        "comment": {"position": 1, "text": "catatan", "nonce": held["nonce"]},
        "submit": held,
        "logout": {},
    }


WRITES = {  # each write, and a table that it changes
    "login": "sessions", "agree": "roster", "claim": "attempts", "start": "attempts", "answers": "answers",
    "comment": "item_comments", "submit": "attempts", "logout": "sessions",
}  # fmt: skip


@pytest.mark.parametrize("failing", WRITES)
async def test_no_write_is_confirmed_before_its_commit(database: TestDatabase, failing: str) -> None:
    """The database refuses at COMMIT: the client is told to try again, nothing is stored, and then the retry works."""
    async with running_app(make_settings(database)) as app, client_of(app) as client, outside(database) as owner:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        for path, table in WRITES.items():
            body = bodies(candidate)[path]
            if path == failing:
                await owner.execute(AT_COMMIT.format(body=REFUSE, table=table))
                before = await contents(owner, table)
                refused = await candidate.post(path, body)
                assert refused.status_code == 503, refused.text
                assert refused.json()["retryable"]
                assert await contents(owner, table) == before
                await owner.execute("DROP FUNCTION at_commit CASCADE")
            before = await contents(owner, table)
            answer = await candidate.post(path, body)
            assert answer.status_code in (200, 204), (path, answer.text)
            assert await contents(owner, table) != before, "seen at once from another connection"
            if path == "claim":
                candidate.epoch = answer.json()["epoch"]


async def contents(owner: asyncpg.Connection, table: str) -> list[str]:
    return [row[0] for row in await owner.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")]


async def test_a_sign_of_life_that_could_not_be_noted_is_noted_later(database: TestDatabase) -> None:
    """Nobody waits for the note of a heartbeat, so it must not get lost; and where notes fail, no heartbeat says all is well."""
    async with running_app(make_settings(database)) as app, client_of(app) as client, outside(database) as owner:
        first, second = (Candidate(client, card) for card in (await make_world(app.state.database)).cards[:2])
        await owner.execute(AT_COMMIT.format(body=REFUSE, table="contacts"))
        await first.enter()
        assert (await first.post("heartbeat", first.write())).status_code == 200
        await second.enter()
        async with asyncio.timeout(10):
            while (beat := await second.post("heartbeat", second.write())).status_code == 200:
                await asyncio.sleep(0.05)
        assert (beat.status_code, beat.json()["retryable"]) == (503, True)
        assert await contents(owner, "contacts") == []
        await owner.execute("DROP FUNCTION at_commit CASCADE")
        async with asyncio.timeout(10):
            while (await second.post("heartbeat", second.write())).status_code != 200:
                await asyncio.sleep(0.05)
        await eventually(owner, "SELECT 1 FROM contacts HAVING count(*) = 2")


async def test_a_sign_of_life_gives_way_only_to_a_later_one(database: TestDatabase) -> None:
    """Two servers note for the same candidate, and one of them was held up; and the clock may have been set back."""
    async with running_app(make_settings(database)) as app, client_of(app) as client, outside(database) as owner:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        sitting_id, attempt_id = await owner.fetchrow("SELECT sitting_id, id FROM attempts WHERE state = 'running'")
        now = await owner.fetchval("SELECT clock_timestamp()")
        minute = timedelta(minutes=1)
        for noted, stands in (
            (now - minute, now - minute),
            (now - 2 * minute, now - minute),
            (now, now),
            (now - minute, now),
        ):
            await note_contacts(owner, sitting_id, {attempt_id: noted})
            assert await owner.fetchval("SELECT last_contact_at FROM contacts") == stands
        await owner.execute("UPDATE contacts SET last_contact_at = $1", now + 60 * minute)
        await note_contacts(owner, sitting_id, {attempt_id: now})
        assert await owner.fetchval("SELECT last_contact_at FROM contacts") == now


async def test_a_connection_that_dies_during_commit_is_no_success(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, outside(database) as owner:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        await owner.execute(AT_COMMIT.format(body="PERFORM pg_sleep(20)", table="answers"))
        body = candidate.batch({1: 2})
        saving = asyncio.create_task(candidate.post("answers", body))
        pid = await eventually(
            owner, "SELECT pid FROM pg_stat_activity WHERE usename = 'sahih_exam' AND wait_event = 'PgSleep'"
        )
        assert not saving.done(), "a reply while the commit is under way"
        await owner.execute("SELECT pg_terminate_backend($1)", pid)
        answer = await saving
        assert (answer.status_code, answer.json()["retryable"]) == (503, True)
        assert await owner.fetchval("SELECT count(*) FROM answers") == 0
        await owner.execute("DROP FUNCTION at_commit CASCADE")
        assert (await candidate.post("answers", body)).status_code == 200


async def eventually(owner: asyncpg.Connection, query: str) -> Any:
    async with asyncio.timeout(30):
        while (value := await owner.fetchval(query)) is None:
            await asyncio.sleep(0.01)
    return value


@pytest.mark.invariant("I-20")
async def test_a_save_in_flight_is_in_the_receipt_and_in_the_score(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        card = world.cards[0]
        candidate = Candidate(client, card)
        await candidate.enter()
        right = await key_as_shown(app.state.database, world, card.number)
        async with held_open(app.state.database, candidate, {1: right}) as seat:
            submitting = asyncio.create_task(candidate.submit())
            await asyncio.sleep(0.3)
            assert not submitting.done(), "the submit must wait for the save that holds the attempt"
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
        SELECT f.item_version_ids[1] AS version, ARRAY(SELECT unnest(f.option_orders[1:1])) AS shown
        FROM roster r JOIN attempts a USING (sitting_id) JOIN forms f ON f.id = a.form_id
        WHERE a.roster_id = r.id AND r.number = :number
        """
    )
    async with database.staff() as session:
        version, shown = (await session.execute(row, {"number": number})).one()
        keys = await itembank.peek_keys(session, [version])
        return shown.index(keys[version].key)


WAITS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.mark.invariant("I-08")
@pytest.mark.invariant("I-10")
async def test_two_hundred_saves_around_the_deadline(database: TestDatabase) -> None:
    """Each save has a place of its own, so every single reply can be compared with the table. The last are sent after the bell."""
    rung = asyncio.Event()
    async with running_app(make_settings(database, pool_size=10)) as app, outside(database) as owner:
        world = await make_world(app.state.database)
        async with client_of(app) as one, client_of(app) as two:
            candidates = [Candidate(client, card) for client, card in zip((one, two), world.cards, strict=True)]
            for candidate in candidates:
                assert (await candidate.enter()).status_code == 200
            tasks = {
                (candidate.card.number, position): asyncio.create_task(save_after(candidate, position, rung))
                for candidate in candidates
                for position in range(1, 101)
            }
            while sum(task.done() for task in tasks.values()) < 40:
                await asyncio.sleep(0.001)
            await owner.execute("UPDATE attempts SET closes_at = clock_timestamp() + interval '50 ms' WHERE epoch > 0")
            await asyncio.sleep(0.06)
            rung.set()
            await asyncio.gather(*tasks.values())
        replies = {place: task.result() for place, task in tasks.items()}
        stored = await owner.fetch(
            "SELECT r.number, w.position, w.saved_at, a.closes_at FROM answers w JOIN attempts a ON a.id = w.attempt_id "
            "JOIN roster r ON r.id = a.roster_id"
        )
        accepted = {place for place, reply in replies.items() if reply.status_code == 200}
        refused = {place for place, reply in replies.items() if reply.status_code == 409}
        assert accepted == {(row["number"], row["position"]) for row in stored}
        assert accepted | refused == set(replies), "no save may end in anything but yes or no"
        assert accepted
        assert refused
        assert {replies[place].json()["code"] for place in refused} == {"attempt-closed"}
        assert all(row["saved_at"] < row["closes_at"] for row in stored)
        await work_once(app.state.database)
        closed = await owner.fetch("SELECT state, submit_reason, answered FROM attempts WHERE epoch > 0")
        assert {(row["state"], row["submit_reason"]) for row in closed} == {("submitted", "time")}
        assert sum(row["answered"] for row in closed) == len(accepted)


async def save_after(candidate: Candidate, position: int, rung: asyncio.Event) -> httpx.Response:
    await (rung.wait() if position > 90 else asyncio.sleep(position * 0.004))
    return await candidate.save({position: 1})


async def test_a_save_that_waited_past_the_deadline_is_refused(database: TestDatabase) -> None:
    """Sent in time, held up by a lock, judged when the lock is free: the clock is read behind the lock."""
    async with running_app(make_settings(database)) as app, client_of(app) as client, outside(database) as owner:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        async with outside(database) as watcher:
            async with owner.transaction():
                await owner.execute("SELECT FROM attempts WHERE epoch > 0 FOR UPDATE")
                saving = asyncio.create_task(candidate.save({1: 1}))
                await eventually(watcher, WAITS)
                # Only now: the save is on its way before the deadline, however slow the way here was.
                await owner.execute(
                    "UPDATE attempts SET closes_at = clock_timestamp() + interval '50 ms' WHERE epoch > 0"
                )
                await asyncio.sleep(0.1)
            answer = await saving
        assert (answer.status_code, answer.json()["code"]) == (409, "attempt-closed")
        assert await owner.fetchval("SELECT count(*) FROM answers") == 0


async def test_the_sweep_leaves_a_save_in_flight_and_closes_with_it(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, outside(database) as owner:
        card = (await make_world(app.state.database)).cards[0]
        candidate = Candidate(client, card)
        await candidate.enter()
        await owner.execute(
            "UPDATE attempts SET closes_at = clock_timestamp() + interval '2 s' WHERE state = 'running'"
        )
        async with held_open(app.state.database, candidate, {1: 2}) as seat:
            assert await owner.fetchval("SELECT state FROM attempts WHERE epoch > 0") == "running"
            await eventually(owner, "SELECT 1 FROM attempts WHERE closes_at < clock_timestamp()")
            await work_once(app.state.database)
            assert await owner.fetchval("SELECT state FROM attempts WHERE epoch > 0") == "running"
        await work_once(app.state.database)
        closed = await owner.fetchrow("SELECT submit_reason, answered, receipt_sha256 FROM attempts WHERE epoch > 0")
        assert tuple(closed) == ("time", 1, receipt_sha256(seat.attempt.id, {1: 2}))


@asynccontextmanager
async def held_open(database: Database, candidate: Candidate, options: dict[int, int]) -> Any:
    """A save that was accepted and is not committed before the end of this block."""
    async with database.exam() as session:
        seat: Seat = await queries.get_seat(session, actor_of(candidate.card))
    changes = [Change(seq, place, option, doubtful=False) for seq, (place, option) in enumerate(options.items(), 1)]
    batch = save.Batch(Held(seat.attempt.id, candidate.epoch, device_hash(candidate.device)), changes)
    async with connection(await database.hot()) as held, held.transaction():
        (saved,) = await save.save_many(held, seat.sitting.id, [batch], wait=True)
        assert saved.verdict == "open"
        yield seat


@pytest.mark.invariant("I-06")
@pytest.mark.parametrize("pool_size", [2, 10])
async def test_fifty_parallel_starts_are_all_answered(database: TestDatabase, pool_size: int) -> None:
    """Two devices, twenty-five starts each: the one that holds the attempt starts it once, nobody gets a 5xx."""
    async with running_app(make_settings(database, pool_size=pool_size)) as app, outside(database) as owner:
        world = await make_world(app.state.database)
        async with client_of(app) as one, client_of(app) as two:
            holder, other = Candidate(one, world.cards[0]), Candidate(two, world.cards[0])
            for candidate in (holder, other):
                await candidate.log_in()
            await holder.post("agree", {"statement_version": "2"})
            assert (await holder.claim()).status_code == 200
            assert (await other.claim()).status_code == 409
            answers = await asyncio.gather(*(candidate.start() for _ in range(25) for candidate in (holder, other)))
        assert [answer.status_code for answer in answers[::2]] == [200] * 25
        assert {(answer.status_code, answer.json()["code"]) for answer in answers[1::2]} == {(409, "device-locked")}
        assert len({answer.json()["closes_at"] for answer in answers[::2]}) == 1
        assert await owner.fetchval("SELECT count(*) FROM journal WHERE action = 'attempt.started'") == 1
        assert await owner.fetchval("SELECT count(*) FROM attempts WHERE started_at IS NOT NULL") == 1


CLOCKS: dict[str, Any] = {
    "closes_at": "2099-01-01T00:00:00Z", "ends_at": "2099-01-01T00:00:00Z", "started_at": "2099-01-01T00:00:00Z",
    "saved_at": "2020-01-01T00:00:00Z", "server_time": "2020-01-01T00:00:00Z", "now": "2020-01-01T00:00:00Z",
    "duration_seconds": 999_999, "transmission_seconds": 999_999, "time_grants": [{"seconds": 9999}],
    "state": "running", "phase": "running", "rev": 1, "attempt_id": "00000000-0000-0000-0000-000000000000",
}  # fmt: skip


@pytest.mark.invariant("I-07")
@pytest.mark.parametrize("path", [path for path in WRITES if path not in ("login", "logout", "submit")])
async def test_no_parameter_moves_the_deadline(database: TestDatabase, path: str) -> None:
    """The same body is accepted without the member and refused with it, so it is the member that is refused."""
    async with running_app(make_settings(database)) as app, client_of(app) as client, outside(database) as owner:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        started = (await candidate.enter()).json()
        times = await deadline(owner)
        body = bodies(candidate)[path]
        for member, value in CLOCKS.items():
            answer = await candidate.post(path, body | {member: value})
            # The one member that a start may carry names the attempt, and only its own.
            named = (path, member) == ("start", "attempt_id")
            expected = (409, "other-attempt") if named else (422, "malformed")
            assert (answer.status_code, answer.json()["code"]) == expected, member
            repeated = json.dumps(body)[:-1] + f', "{next(iter(body))}": {json.dumps(next(iter(body.values())))}}}'
            answer = await send(client, path, repeated)
            assert (answer.status_code, answer.json()["code"]) == (400, "not-json")
        if path == "answers":
            inside = {**body, "changes": [{**body["changes"][0], "saved_at": "2020-01-01T00:00:00Z"}]}
            assert (await candidate.post(path, inside)).status_code == 422
        query = {name: str(value) for name, value in CLOCKS.items()}
        headers = {"Date": "Thu, 01 Jan 2099 00:00:00 GMT", "X-Server-Time": "2099-01-01T00:00:00Z"}
        answer = await client.post(f"/api/exam/{path}", json=body, params=query, headers=headers)
        assert answer.status_code in (200, 204), answer.text
        assert await deadline(owner) == times
        assert (await client.get("/api/exam/attempt", params=query)).json()["closes_at"] == started["closes_at"]


async def send(client: httpx.AsyncClient, path: str, body: str) -> httpx.Response:
    return await client.post(f"/api/exam/{path}", content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("path", ["login", "logout", "submit"])
async def test_the_other_writes_refuse_them_too(database: TestDatabase, path: str) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, outside(database) as owner:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        times = await deadline(owner)
        body = bodies(candidate)[path]
        for member, value in CLOCKS.items():
            assert (await candidate.post(path, body | {member: value})).status_code == 422, member
        assert (await send(client, path, '{"now": 1, "now": 1}')).status_code == 400
        assert await deadline(owner) == times
        assert (await candidate.post(path, body)).status_code in (200, 204)


async def deadline(owner: asyncpg.Connection) -> tuple[datetime, datetime]:
    row = await owner.fetchrow(
        "SELECT a.started_at, a.closes_at, s.duration_seconds, (SELECT sum(seconds) FROM time_grants g "
        "WHERE g.attempt_id = a.id) AS granted FROM attempts a JOIN sittings s ON s.id = a.sitting_id WHERE a.epoch > 0"
    )
    assert row["closes_at"] == row["started_at"] + timedelta(seconds=row["duration_seconds"] + row["granted"])
    return row["started_at"], row["closes_at"]
