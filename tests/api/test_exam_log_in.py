"""What the candidate-facing database log-in can do, whatever code or injection would use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from app import worker
from tests.databases import TestDatabase
from tests.factories import PASSWORD, Candidate, client_of, make_settings, make_world, running_app


@pytest.fixture
async def exam(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The log-in, with one submitted and scored attempt and one session of staff in the database."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.save({1: 0})
        await candidate.submit()
        await worker.work_once(app.state.database)
        assert (
            await client.post("/api/staff/login", json={"username": "admin", "password": PASSWORD})
        ).status_code == 200
    connection = await asyncpg.connect(database.exam_url)
    yield connection
    await connection.close()


async def test_no_error_message_tells_a_score_before_the_release(
    exam: asyncpg.Connection, database: TestDatabase
) -> None:
    superuser = await asyncpg.connect(database.superuser_url)
    assert await superuser.fetchval("SELECT count(*) FROM scores") == 1
    await superuser.close()
    await exam.execute("SET enable_nestloop = off")
    for leak in ("('x' || score || ' ' || recommendation || ' ' || units::text)::int = 1", "1 / (score - score) = 0"):
        assert await exam.fetch(f"SELECT 1 FROM released_scores WHERE {leak}") == []


@pytest.mark.parametrize("change", ["form_id = id", "n_items = 1", "roster_id = id", "sitting_id = id", "id = form_id"])
async def test_an_attempt_keeps_its_form_and_its_candidate(exam: asyncpg.Connection, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await exam.execute(f"UPDATE attempts SET {change}")


async def test_sessions_of_staff_do_not_exist_for_it(exam: asyncpg.Connection) -> None:
    assert {row["realm"] for row in await exam.fetch("SELECT realm FROM sessions")} == {"exam"}
    person = await exam.fetchval("SELECT id FROM people LIMIT 1")
    forge = "INSERT INTO sessions (id, person_id, realm, expires_at) VALUES ($1, $2, $3, clock_timestamp() + $4)"
    await exam.execute(forge, uuid4(), person, "exam", timedelta(hours=1))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await exam.execute(forge, uuid4(), person, "staff", timedelta(hours=1))
