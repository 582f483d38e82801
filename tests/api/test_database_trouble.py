"""What a request answers, and what the log says, where the database refuses."""

from __future__ import annotations

import asyncpg
import pytest

from tests.databases import TestDatabase
from tests.factories import PASSWORD, Candidate, client_of, make_settings, make_world, running_app


async def as_superuser(database: TestDatabase, statement: str) -> None:
    writing = {"default_transaction_read_only": "off"}
    connection = await asyncpg.connect(database.superuser_url, server_settings=writing)
    await connection.execute(statement)
    await connection.close()


async def lose_connections(database: TestDatabase) -> None:
    await as_superuser(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


async def test_a_read_only_database_is_not_ready_and_asks_to_come_again(database: TestDatabase) -> None:
    """A standby answers for a moment while the servers change places: the answers in the outbox must be sent again."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        assert (await client.get("/readyz")).status_code == 200
        await as_superuser(database, f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
        await lose_connections(database)
        assert (await client.get("/readyz")).status_code == 503
        answer = await candidate.save({1: 0})
        assert (answer.status_code, answer.json()["retryable"]) == (503, True)
        await as_superuser(database, f"ALTER DATABASE {database.name} RESET default_transaction_read_only")
        # A save may still meet a connection that was cut, one after the other; none to the standby is kept.
        again = [(await candidate.save({1: 0})).status_code for _ in range(make_settings(database).pool_size + 1)]
        assert again[-1] == 200


async def test_a_fault_leaves_no_answer_and_no_hash_in_the_log(
    database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        await as_superuser(database, "ALTER TABLE item_comments DROP COLUMN text")
        remark = {"position": 1, "text": "RAHASIA-PESERTA", "nonce": "n" * 12}
        assert (await candidate.post("comment", remark)).status_code == 500
    assert "incident" in caplog.text
    assert "RAHASIA-PESERTA" not in caplog.text


async def test_a_nul_in_an_address_is_a_request_that_makes_no_sense(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        await make_world(app.state.database, with_passwords=True)
        await client.post("/api/staff/login", json={"username": "committee", "password": PASSWORD})
        answer = await client.get("/api/staff/items/a%00b")
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
