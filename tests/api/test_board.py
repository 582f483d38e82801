"""The proctor's board: who may go on watching it, and what may be written on it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import delivery, identity
from app.core.access import Actor, Role
from app.proctoring import stream as streaming
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
        answer = await asyncio.wait_for(stream, 30)
    assert streaming.ASK_AGAIN_SECONDS + streaming.FRESH_SECONDS <= 5, "the rest is how fast this machine is"
    assert answer.status_code == 200
    assert answer.text.startswith("event: board")


async def watch(app: FastAPI, world: World, username: str = "proctor") -> AsyncIterator[bytes]:
    """The events of a board that this member of staff has open."""
    async with client_of(app) as client:
        await world.log_in(client, username)
    async with app.state.database.staff() as session:
        person_id = world.staff[username]
        query = text("SELECT id FROM sessions WHERE person_id = :person ORDER BY created_at DESC LIMIT 1")
        session_id = await session.scalar(query, {"person": person_id})
        actor = Actor(person_id, session_id, username, frozenset({Role.PROCTOR}))
        rooms = await delivery.rooms_of(session, world.sitting_id, actor)
    stream: AsyncIterator[bytes] = app.state.boards.stream(world.sitting_id, actor, rooms)
    return stream


def said(event: bytes) -> tuple[str, dict[str, Any]]:
    """Its name and what it says."""
    name, content = event.decode().removesuffix("\n\n").split("\n", 1)
    return name.removeprefix("event: "), json.loads(content.removeprefix("data: "))


async def test_who_came_later_sees_a_change_as_soon_as_who_was_there(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)

        async def next_event(stream: AsyncIterator[bytes]) -> bytes:
            return await anext(stream)

        first, later = [await watch(app, world) for _ in range(2)]
        await next_event(first)
        watching = [asyncio.create_task(next_event(first))]
        await asyncio.sleep(0.6)
        await next_event(later)
        watching.append(asyncio.create_task(next_event(later)))
        await Candidate(client, world.cards[0]).enter()
        told, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
        assert told == {*watching}, "in the same turn of the server"
        assert watching[0].result() == watching[1].result()


async def test_a_command_shows_at_once(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "FRESH_SECONDS", 3600.0)  # only the hint can bring the next snapshot
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await log_in(client)
        stream = await watch(app, world)
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


async def test_a_board_says_all_once_and_then_what_changed(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=3, with_passwords=True)
        stream = await watch(app, world)
        name, whole = said(await anext(stream))
        assert (name, whole["number"], len(whole["candidates"])) == ("board", 1, 3)
        await Candidate(client, world.cards[0]).enter()
        name, changes = said(await anext(stream))
        assert (name, changes["number"], changes["gone"]) == ("changes", 2, [])
        mine = next(one["attempt_id"] for one in whole["candidates"] if one["number"] == world.cards[0].number)
        assert [one["attempt_id"] for one in changes["candidates"]] == [mine]
        assert "name" not in changes["candidates"][0], "what stayed as it was is not said again"
        assert changes["members"] == {}
        later = await watch(app, world)
        name, joined = said(await anext(later))
        assert (name, len(joined["candidates"])) == ("board", 3), "who comes later begins with the whole"


async def test_who_missed_changes_is_told_everything(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        world = await make_world(app.state.database, candidates=2, with_passwords=True)
        slow, quick = await watch(app, world), await watch(app, world)
        await anext(slow)
        await anext(quick)
        for client, card in ((one, world.cards[0]), (two, world.cards[1])):
            await Candidate(client, card).enter()
            assert said(await anext(quick))[0] == "changes"
        name, board = said(await anext(slow))
        assert name == "board"
        assert {row["phase"] for row in board["candidates"]} == {"running"}
