"""Nothing is released too early: not while somebody writes, not unscored, not with an incident open."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from app import delivery, grading
from app.core.access import Actor, Role
from app.worker import work_once
from tests.databases import TestDatabase
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app


async def release(app: FastAPI, world: World) -> bool:
    """Whether the results could be released, the key check aside."""
    actor = Actor(world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))
    try:
        async with app.state.database.staff() as session, session.begin():
            await grading.release(session, world.sitting_id, actor=actor)
    except grading.NotScored:
        return False
    return True


async def stop_clock(app: FastAPI, world: World, what: str) -> None:
    actor = Actor(world.staff["proctor"], uuid4(), "Pengawas", frozenset({Role.PROCTOR}))
    async with app.state.database.staff() as session, session.begin():
        everybody = [attempt.id for attempt in await delivery.list_attempts(session, world.sitting_id)]
        if what == "pause":
            await delivery.pause(session, world.sitting_id, everybody, reason="gempa", actor=actor)
        else:
            await delivery.resume(session, world.sitting_id, everybody, in_seconds=0, actor=actor)


@pytest.mark.parametrize("paused", [False, True])
async def test_nothing_is_released_while_somebody_is_still_writing(database: TestDatabase, *, paused: bool) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        world = await make_world(app.state.database)
        early, late = Candidate(one, world.cards[0]), Candidate(two, world.cards[1])
        for candidate in (early, late):
            await candidate.enter()
        await early.submit()
        await work_once(app.state.database)
        if paused:
            await stop_clock(app, world, "pause")
        assert not await release(app, world)
        assert (await one.get("/api/exam/result")).json()["code"] == "not-released"
        if paused:
            await stop_clock(app, world, "resume")
        await late.submit()
        await work_once(app.state.database)
        assert await release(app, world)
        assert [(await client.get("/api/exam/result")).status_code for client in (one, two)] == [200, 200]


async def test_nothing_is_released_before_every_submitted_attempt_has_its_score(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        world = await make_world(app.state.database)
        for client, card in zip((one, two), world.cards, strict=True):
            candidate = Candidate(client, card)
            await candidate.enter()
            await candidate.submit()
            if card is world.cards[0]:
                await work_once(app.state.database)
        assert not await release(app, world)
        await work_once(app.state.database)
        assert await release(app, world)


async def test_an_open_incident_holds_the_key_check_until_it_is_closed(database: TestDatabase) -> None:
    async with (
        running_app(make_settings(database)) as app,
        client_of(app) as client,
        client_of(app) as proctor,
        client_of(app) as committee,
    ):
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        path = f"/api/staff/sittings/{world.sitting_id}"
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.submit()
        await work_once(app.state.database)
        await world.log_in(proctor, "proctor")
        await world.log_in(committee, "committee")
        report = {"category": "technical", "note": "listrik padam"}
        incident = (await proctor.post(f"{path}/incidents", json=report)).json()["id"]
        held = await committee.post(f"{path}/key-check/clear", json={"note": "diperiksa"})
        assert (held.status_code, held.json()["code"]) == (409, "incidents-open")
        assert await code_of_release(committee, path) == "key-check-not-cleared"
        assert (await proctor.post(f"{path}/incidents/{incident}/close", json={"note": "genset"})).status_code == 204
        assert (await committee.post(f"{path}/key-check/clear", json={"note": "diperiksa"})).status_code == 204
        assert await code_of_release(committee, path) is None


async def test_a_release_shows_in_what_the_page_asks_for_next(database: TestDatabase) -> None:
    """`rev` is what a page compares to know that something about its attempt changed."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.submit()
        await work_once(app.state.database)
        before = (await client.get("/api/exam/me")).json()["attempt"]
        assert await release(app, world)
        after = (await client.get("/api/exam/me")).json()["attempt"]
    assert (before["released"], after["released"]) == (False, True)
    assert after["rev"] > before["rev"]


async def code_of_release(committee: httpx.AsyncClient, path: str) -> str | None:
    answer = await committee.post(f"{path}/release", json={})
    return None if answer.status_code == 204 else answer.json()["code"]
