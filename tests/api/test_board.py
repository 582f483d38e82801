"""The proctor's board: who may go on watching it, and what may be written on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import identity
from tests.databases import TestDatabase
from tests.factories import PASSWORD, World, client_of, make_settings, make_world, running_app

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
