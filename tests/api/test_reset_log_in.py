"""T25: somebody guesses on the exam morning. A proctor's press lets the owner try again at once; nobody is locked out for good."""

from __future__ import annotations

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from app.identity import candidates
from tests.databases import TestDatabase
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app

WRONG = "0000000000"


async def log_in(client: httpx.AsyncClient, number: str, pin: str = WRONG) -> int:
    return (await client.post("/api/exam/login", json={"number": number, "pin": pin})).status_code


async def attempt_of(world: World, number: str) -> str:
    find = "SELECT a.id FROM attempts a JOIN roster r ON r.id = a.roster_id WHERE r.number = :number"
    async with world.database.staff() as session:
        return str(await session.scalar(text(find), {"number": number}))


async def reset(client: httpx.AsyncClient, world: World, number: str) -> httpx.Response:
    path = f"/api/staff/sittings/{world.sitting_id}/attempts/{await attempt_of(world, number)}/reset-login"
    return await client.post(path, json={})


async def test_after_a_hundred_wrong_log_ins_a_press_lets_the_owner_in(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "WRONG_PINS_PER_ADDRESS", 60)
    async with running_app(make_settings(database)) as app, client_of(app) as proctor, client_of(app) as room:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(proctor, "proctor")
        mine, neighbour = world.cards
        tries = [await log_in(room, mine.number) for _ in range(100)]
        assert tries == [401] * 60 + [429] * 40

        answer = await reset(proctor, world, mine.number)
        assert answer.status_code == 200
        assert answer.json()["number"] == mine.number

        assert [await log_in(room, mine.number) for _ in range(3)] == [401] * 3, "told that it is wrong, not to wait"
        assert await log_in(room, neighbour.number) == 429, "it opens one number, not the room"
        assert (await Candidate(room, mine).log_in()).status_code == 200
        async with world.database.staff() as session:
            entry = (await session.execute(text("SELECT * FROM journal WHERE action = 'log_in.opened'"))).one()
            failures = await session.scalar(text("SELECT count(*) FROM login_failures"))
    assert (entry.actor_id, entry.sitting_id) == (world.staff["proctor"], world.sitting_id)
    assert failures == 60, "tries while it is open leave no row"


async def test_an_opening_is_over_after_its_time(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "WRONG_PINS_PER_ADDRESS", 1)
    async with running_app(make_settings(database)) as app, client_of(app) as proctor, client_of(app) as room:
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        await world.log_in(proctor, "proctor")
        number = world.cards[0].number
        assert [await log_in(room, number) for _ in range(2)] == [401, 429]
        await reset(proctor, world, number)
        assert await log_in(room, number) == 401
        superuser = await asyncpg.connect(database.superuser_url)
        await superuser.execute("UPDATE log_in_openings SET until = until - interval '60 seconds'")
        await superuser.close()
        assert await log_in(room, number) == 429
