"""A database that stops keeping what it acknowledges while the server runs: nothing is acknowledged until it keeps it again."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.core.migrate import upgrade
from app.core.postgres import Cluster
from app.core.postgres.roles import stored_passwords
from tests.databases import TestDatabase, addresses, alter, create_template
from tests.factories import Candidate, client_of, make_settings, make_world, running_app

pytestmark = [pytest.mark.invariant("I-45"), pytest.mark.timeout(120)]
TOKEN = "operator-token-of-this-test"


@dataclass
class Room:
    candidate: Candidate
    staff: httpx.AsyncClient
    database: TestDatabase


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """One candidate who writes, on a cluster of its own that is really durable and a server that watches it."""
    with tempfile.TemporaryDirectory(prefix="sahih-durable-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder))
        await asyncio.to_thread(cluster.start)
        try:
            name = await create_template(cluster, stored_passwords(cluster.home), upgrade)
            database = addresses(cluster, name)
            settings = make_settings(database, metrics_token=TOKEN)
            async with running_app(settings, durable=True) as app, client_of(app) as client, client_of(app) as staff:
                world = await make_world(app.state.database, with_passwords=True)
                candidate = Candidate(client, world.cards[0])
                assert (await candidate.enter()).status_code == 200
                assert (await candidate.save({1: 1})).status_code == 200
                await world.log_in(staff, "proctor")
                yield Room(candidate, staff, database)
        finally:
            cluster.stop("immediate")


async def becomes(status: int, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    for _ in range(100):
        answer = await ask()
        if answer.status_code == status:
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError(f"still {answer.status_code}: {answer.text}")


SWITCHES = [
    *((f"ALTER SYSTEM SET {name} = off", f"ALTER SYSTEM RESET {name}", name) for name in ("fsync", "full_page_writes")),
    ("ALTER SYSTEM SET synchronous_commit = local", "ALTER SYSTEM RESET synchronous_commit", "synchronous_commit"),
    *(
        (f"ALTER ROLE {role} SET synchronous_commit = off", f"ALTER ROLE {role} RESET ALL", "synchronous_commit")
        for role in ("sahih_exam", "sahih_app")
    ),
]


@pytest.mark.parametrize(("off", "on", "name"), SWITCHES, ids=[off for off, _, _ in SWITCHES])
async def test_nothing_is_acknowledged_until_commits_last_again(
    room: Room, caplog: pytest.LogCaptureFixture, off: str, on: str, name: str
) -> None:
    await alter(room.database, off)
    await alter(room.database, "SELECT pg_reload_conf()")
    refused = await becomes(503, lambda: room.candidate.save({1: 2}))
    assert refused.json()["retryable"]
    assert refused.headers["retry-after"]
    assert (await room.candidate.log_in()).status_code == 503
    assert (await room.staff.post("/api/staff/logout", json={})).status_code == 503, "nor is anything of staff"
    assert (await room.candidate.read("attempt")).status_code == 200, "who only reads goes on"
    assert (await room.staff.get("/api/staff/me")).status_code == 200
    assert (await room.staff.get("/readyz")).status_code == 503
    assert await durable(room) == "0"
    said = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert len(said) == 1
    assert f"{name}=" in said[0].getMessage()

    await alter(room.database, on)
    await alter(room.database, "SELECT pg_reload_conf()")
    await becomes(200, lambda: room.candidate.save({1: 3}))
    assert (await room.staff.get("/readyz")).status_code == 200
    assert (await room.staff.post("/api/staff/logout", json={})).status_code != 503
    assert await durable(room) == "1"


async def test_another_word_for_on_is_no_alarm(room: Room) -> None:
    """PostgreSQL keeps what was typed for a role, and takes it as `on`."""
    await alter(room.database, "ALTER ROLE sahih_exam SET synchronous_commit = 'TRUE'")
    for turn in range(5):
        await asyncio.sleep(0.5)
        assert (await room.candidate.save({1: turn % 4})).status_code == 200
    assert await durable(room) == "1"


async def durable(room: Room) -> str:
    page = await room.staff.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    (line,) = [line for line in page.text.splitlines() if line.startswith("sahih_database_durable{")]
    return line.split()[-1]
