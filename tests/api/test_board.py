"""The proctor's board: who may go on watching it, and what may be written on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import identity
from app.proctoring import board
from tests.databases import TestDatabase
from tests.factories import PASSWORD, Candidate, World, client_of, make_settings, make_world, running_app

Ending = Callable[[FastAPI, World, httpx.AsyncClient], Awaitable[None]]


async def log_in(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/staff/login", json={"username": "proctor", "password": PASSWORD})
    assert answer.status_code == 200, answer.text


async def logs_out(app: FastAPI, world: World, client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/staff/logout", json={})).status_code == 204


async def is_revoked(app: FastAPI, world: World, client: httpx.AsyncClient) -> None:
    async with app.state.database.staff() as session, session.begin():
        await identity.revoke_sessions(session, world.staff["proctor"], actor=None, reason="test")


async def loses_the_role(app: FastAPI, world: World, client: httpx.AsyncClient) -> None:
    async with app.state.database.staff() as session, session.begin():
        await session.execute(text("UPDATE role_grants SET revoked_at = clock_timestamp() WHERE role = 'proctor'"))


@pytest.mark.parametrize("ending", [logs_out, is_revoked, loses_the_role])
async def test_a_board_ends_with_the_right_to_see_it(database: TestDatabase, ending: Ending) -> None:
    """The client reads a stream to its end, so the reply comes when the server closes it."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await log_in(client)
        stream = asyncio.create_task(client.get(f"/api/staff/sittings/{world.sitting_id}/board/stream"))
        await asyncio.sleep(4.5)
        assert not stream.done(), "while nothing changes, it goes on"
        await ending(app, world, client)
        answer = await asyncio.wait_for(stream, 6)
    assert answer.status_code == 200
    assert answer.text.startswith("event: board")


async def allowed() -> bool:
    return True


async def test_who_came_later_sees_a_change_as_soon_as_who_was_there(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)

        async def next_board(stream: AsyncIterator[bytes]) -> tuple[bytes, float]:
            event = await anext(stream)
            return event, asyncio.get_running_loop().time()

        first, later = (app.state.boards.stream(world.sitting_id, allowed) for _ in range(2))
        await next_board(first)
        watching = [asyncio.create_task(next_board(first))]
        await asyncio.sleep(0.6)
        await next_board(later)
        watching.append(asyncio.create_task(next_board(later)))
        await Candidate(client, world.cards[0]).enter()
        (event, at), (same, then) = await asyncio.gather(*watching)
        assert same == event
        assert then - at < 0.3


async def test_a_command_shows_at_once(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "FRESH_SECONDS", 3600.0)  # only the hint can bring the next snapshot
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await log_in(client)
        stream = app.state.boards.stream(world.sitting_id, allowed)
        await anext(stream)
        after = asyncio.create_task(anext(stream))
        renewed = (await client.post(f"/api/staff/sittings/{world.sitting_id}/token", json={})).json()
        assert renewed["value"].encode() in await asyncio.wait_for(after, 30)


async def test_an_incident_names_a_candidate_of_this_sitting_or_nobody(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await log_in(client)
        place = f"/api/staff/sittings/{world.sitting_id}"
        board = (await client.get(f"{place}/board")).json()
        known = board["candidates"][0]["attempt_id"]
        for attempt_id, status in ((None, 201), (known, 201), (str(uuid4()), 404)):
            body = {"attempt_id": attempt_id, "category": "technical", "note": "listrik padam"}
            assert (await client.post(f"{place}/incidents", json=body)).status_code == status
