"""Another device asks for the attempt: it gets it when a proctor grants the very request that they saw, while it is there."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import httpx

from tests.databases import TestDatabase
from tests.factories import PASSWORD, Candidate, World, client_of, make_settings, make_world, running_app


async def board_row(desk: httpx.AsyncClient, world: World, number: str) -> dict[str, Any]:
    board = (await desk.get(f"/api/staff/sittings/{world.sitting_id}/board")).json()
    return next(row for row in board["candidates"] if row["number"] == number)


async def release(desk: httpx.AsyncClient, world: World, row: dict[str, Any]) -> int:
    path = f"/api/staff/sittings/{world.sitting_id}/attempts/{row['attempt_id']}/release-device"
    return (await desk.post(path, json={"requested_at": row["device_request"]["requested_at"]})).status_code


async def test_only_the_request_that_the_proctor_saw_is_granted(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, with_passwords=True)
        card = world.cards[0]
        async with client_of(app) as desk, client_of(app) as one, client_of(app) as two, client_of(app) as three:
            await desk.post("/api/staff/login", json={"username": "proctor", "password": PASSWORD})
            here, there, stranger = (Candidate(client, card) for client in (one, two, three))
            await here.enter()
            for other in (there, stranger):
                await other.log_in()
            assert (await there.claim()).status_code == 409
            seen = await board_row(desk, world, card.number)
            assert (await stranger.claim()).status_code == 409
            assert await release(desk, world, seen) == 409, "somebody else asks now"
            assert (await there.claim()).status_code == 409
            assert await release(desk, world, await board_row(desk, world, card.number)) == 204
            assert (await there.claim()).status_code == 200
            assert (await stranger.claim()).status_code == 409


async def test_a_device_that_asks_again_keeps_its_request_and_one_that_left_has_none(database: TestDatabase) -> None:
    owner = await asyncpg.connect(database.superuser_url)
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, with_passwords=True)
        card = world.cards[0]
        async with client_of(app) as desk, client_of(app) as one, client_of(app) as two:
            await desk.post("/api/staff/login", json={"username": "proctor", "password": PASSWORD})
            here, there = Candidate(one, card), Candidate(two, card)
            await here.enter()
            await there.log_in()
            await there.claim()
            first = await board_row(desk, world, card.number)
            await there.claim()
            assert (await board_row(desk, world, card.number))["device_request"] == first["device_request"]
            await owner.execute("UPDATE device_requests SET seen_at = seen_at - interval '21 seconds'")
            assert (await board_row(desk, world, card.number))["device_request"] is None, "it was switched off"
            assert await release(desk, world, first) == 409, "the device in use is not thrown out for nobody"
            assert (await here.save({1: 1})).status_code == 200
            await there.claim()
            assert (await board_row(desk, world, card.number))["device_request"] is not None
    await owner.close()


async def test_number_and_pin_alone_read_neither_the_paper_nor_the_answers(database: TestDatabase) -> None:
    """A friend outside with a copy of the card: logged in, and none the wiser."""
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        card = (await make_world(app.state.database)).cards[0]
        here, outside = Candidate(one, card), Candidate(two, card)
        await here.enter()
        await here.save({1: 2})
        await outside.log_in()
        seen = (await outside.read("attempt")).json()
        assert (seen["answers"], seen["paper_key"]) == ([], None)
        assert (await outside.start()).json()["code"] == "device-locked"
        assert (await here.read("attempt")).json()["paper_key"]
        assert [answer["option"] for answer in (await here.read("attempt")).json()["answers"]] == [2]


async def test_a_page_starts_its_own_attempt_and_no_other(database: TestDatabase) -> None:
    """Two candidates share a browser: the page of the first must not start the clock of the second."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        first, second = (Candidate(client, card) for card in world.cards[:2])
        believed = (await first.log_in()).json()["attempt"]["id"]
        await second.log_in()
        await second.post("agree", {"statement_version": "2"})
        body = {"device_secret": first.device, "nonce": "n" * 12, "attempt_id": believed}
        assert (await first.post("start", body)).json()["code"] == "other-attempt"
        assert (await client.get("/api/exam/me")).json()["attempt"]["state"] == "assigned"


async def test_the_board_tells_who_waits_from_who_never_came(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, with_passwords=True)
        async with client_of(app) as desk, client_of(app) as one:
            await desk.post("/api/staff/login", json={"username": "proctor", "password": PASSWORD})
            waiting = Candidate(one, world.cards[0])
            await waiting.log_in()
            await waiting.post("lobby", {"nonce": "n" * 12})
            async with asyncio.timeout(10):  # a sign of life is noted a moment later
                while not (await board_row(desk, world, world.cards[0].number))["last_contact_at"]:
                    await asyncio.sleep(0.05)
            rows = [await board_row(desk, world, card.number) for card in world.cards]
    assert [row["last_contact_at"] is not None for row in rows] == [True, False]
