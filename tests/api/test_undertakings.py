"""Without a valid undertaking no room, item, key or decision; signing opens the way at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.core.access import Role
from app.identity import undertakings
from tests.databases import TestDatabase
from tests.factories import World, client_of, make_settings, make_world, running_app

KINDS = ["confidentiality", "conflict-of-interest"]


@pytest.fixture
async def app(database: TestDatabase) -> AsyncIterator[FastAPI]:
    async with running_app(make_settings(database)) as app:
        yield app


async def unsigned_world(app: FastAPI, database: TestDatabase, change: str = "DELETE FROM undertakings") -> World:
    world = await make_world(app.state.database, with_passwords=True)
    superuser = await asyncpg.connect(database.superuser_url)
    await superuser.execute(change)
    await superuser.close()
    return world


async def sign(client: httpx.AsyncClient, kind: str, version: int = 1) -> httpx.Response:
    return await client.post(f"/api/staff/undertakings/{kind}/sign", json={"version": version})


async def test_a_proctor_signs_and_is_in_the_room_at_once(app: FastAPI, database: TestDatabase) -> None:
    world = await unsigned_world(app, database)
    room = f"/api/staff/sittings/{world.sitting_id}"
    async with client_of(app) as client:
        await world.log_in(client, "proctor")
        assert (await client.get("/api/staff/me")).json()["lacking"] == KINDS
        for refused in (await client.get(f"{room}/board"), await client.post(f"{room}/token", json={})):
            assert (refused.status_code, refused.json()["code"]) == (403, "undertaking-needed")
            assert refused.json()["kinds"] == KINDS

        shown = (await client.get("/api/staff/undertakings")).json()
        assert [(one["kind"], one["version"], one["valid"]) for one in shown] == [(kind, 1, False) for kind in KINDS]
        assert all(set(one["texts"]) == {"id", "en"} for one in shown)

        assert (await sign(client, KINDS[0])).status_code == 204
        assert (await client.get(f"{room}/board")).json()["kinds"] == KINDS[1:]
        assert (await sign(client, KINDS[1])).status_code == 204
        assert (await client.get(f"{room}/board")).status_code == 200
        assert (await client.post(f"{room}/token", json={})).status_code == 200
        assert (await client.get("/api/staff/me")).json()["lacking"] == []
        signed = (await client.get("/api/staff/undertakings")).json()[0]
        life = datetime.fromisoformat(signed["expires_at"]) - datetime.fromisoformat(signed["signed_at"])
        assert life == timedelta(days=365)
    async with world.database.staff() as session:
        of_proctor = "SELECT count(*) FROM journal WHERE action = 'undertaking.signed' AND actor_id = :person"
        assert await session.scalar(text(of_proctor), {"person": world.staff["proctor"]}) == 2


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("committee", "/api/staff/items/MMU-1.1-01"),
        ("committee", "/api/staff/sittings/{}/key-check"),
        ("office", "/api/staff/sittings/{}"),
        ("auditor", "/api/staff/sittings/{}"),
        ("admin", "/api/staff/sittings"),
    ],
)
async def test_everybody_with_access_signs(app: FastAPI, database: TestDatabase, username: str, path: str) -> None:
    world = await unsigned_world(app, database)
    async with client_of(app) as client:
        await world.log_in(client, username)
        refused = await client.get(path.format(world.sitting_id))
        assert refused.json()["code"] == "undertaking-needed"
        for kind in refused.json()["kinds"]:
            await sign(client, kind)
        assert (await client.get(path.format(world.sitting_id))).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE undertakings SET expires_at = clock_timestamp()",
        "INSERT INTO undertaking_texts (kind, version, texts) VALUES ('confidentiality', 2, '{}')",
    ],
    ids=["expired", "newer text"],
)
async def test_an_old_signature_opens_nothing(app: FastAPI, database: TestDatabase, change: str) -> None:
    world = await unsigned_world(app, database, change)
    async with client_of(app) as client:
        await world.log_in(client, "proctor")
        refused = await client.get(f"/api/staff/sittings/{world.sitting_id}/board")
        assert refused.json()["code"] == "undertaking-needed"


async def test_a_text_for_later_does_not_ask_yet_and_an_older_one_cannot_be_signed(
    app: FastAPI, database: TestDatabase
) -> None:
    later = (
        "INSERT INTO undertaking_texts VALUES ('confidentiality', 2, '{}', 365, clock_timestamp() + interval '1 hour')"
    )
    world = await unsigned_world(app, database, later)
    async with client_of(app) as client:
        await world.log_in(client, "proctor")
        assert (await client.get(f"/api/staff/sittings/{world.sitting_id}/board")).status_code == 200
        answer = await sign(client, KINDS[0], version=2)
        assert (answer.status_code, answer.json()["code"]) == (409, "undertaking-changed")


async def test_whoever_withdraws_is_out_and_signs_to_come_back(app: FastAPI, database: TestDatabase) -> None:
    world = await make_world(app.state.database, with_passwords=True)
    withdraw = f"/api/staff/undertakings/{KINDS[1]}/withdraw"
    async with client_of(app) as client:
        await world.log_in(client, "proctor")
        assert (await client.post(withdraw, json={"reason": "adik saya peserta"})).status_code == 204
        assert (await client.get("/api/staff/sittings")).json()["kinds"] == KINDS[1:]
        assert (await client.post(withdraw, json={"reason": "sekali lagi"})).json()["code"] == "nothing-signed"
        await sign(client, KINDS[1])
        assert (await client.get("/api/staff/sittings")).status_code == 200


async def test_signing_at_one_server_opens_the_way_at_the_other(database: TestDatabase) -> None:
    async with AsyncExitStack() as stack:
        here, there = [await stack.enter_async_context(running_app(make_settings(database))) for _ in range(2)]
        world = await unsigned_world(here, database)
        client, other = [await stack.enter_async_context(client_of(app)) for app in (here, there)]
        await world.log_in(client, "proctor")
        other.cookies = client.cookies
        assert (await other.get("/api/staff/sittings")).status_code == 403
        for kind in KINDS:
            await sign(client, kind)
        assert (await other.get("/api/staff/sittings")).status_code == 200


async def test_undertakings_are_only_ever_added(database: TestDatabase) -> None:
    for url in (database.app_url, database.exam_url):
        login = await asyncpg.connect(url)
        for change in ("DELETE FROM undertakings", "UPDATE undertakings SET act = 'signed'"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await login.execute(change)
        await login.close()


async def test_the_demo_way_of_signing_signs_what_the_roles_need(app: FastAPI, database: TestDatabase) -> None:
    world = await unsigned_world(app, database)
    roles = frozenset({Role.AUDITOR})
    async with world.database.staff() as session, session.begin():
        await undertakings.sign_all_needed(session, world.staff["auditor"], roles)
        await undertakings.sign_all_needed(session, world.staff["auditor"], roles)
    async with world.database.staff() as session:
        assert await session.scalar(text("SELECT count(*) FROM undertakings")) == 1
        assert await undertakings.kinds_lacking(session, world.staff["auditor"], roles) == frozenset()


NEW = {"after": 1, "texts": {"id": "Saya menjaga rahasia.", "en": "I keep secrets."}, "life_days": 180}


async def test_a_new_text_asks_everybody_again_and_the_old_one_stays_readable(
    app: FastAPI, database: TestDatabase
) -> None:
    world = await make_world(app.state.database, with_passwords=True)
    async with client_of(app) as office, client_of(app) as proctor:
        await world.log_in(office, "office")
        await world.log_in(proctor, "proctor")
        path = f"/api/staff/undertakings/{KINDS[0]}/texts"
        refused = await proctor.post(path, json=NEW)
        assert refused.status_code == 403
        before = (await office.get("/api/staff/undertakings/texts")).json()
        assert [(one["kind"], one["version"]) for one in before] == [(kind, 1) for kind in KINDS]
        assert (await office.post(path, json=NEW | {"texts": {"id": "Saya", "en": " "}})).status_code == 422
        assert (await office.post(path, json=NEW)).json() == {"version": 2}

        assert (await proctor.get("/api/staff/me")).json()["lacking"] == KINDS[:1]
        assert (await sign(proctor, KINDS[0])).json()["code"] == "undertaking-changed"
        shown = (await proctor.get("/api/staff/undertakings")).json()[0]
        assert (shown["version"], shown["texts"], shown["life_days"]) == (2, NEW["texts"], 180)
        assert (await sign(proctor, KINDS[0], 2)).status_code == 204
        assert (await proctor.get(f"/api/staff/sittings/{world.sitting_id}/board")).status_code == 200

        assert (await office.get("/api/staff/undertakings/texts")).json()["code"] == "undertaking-needed"
        assert (await sign(office, KINDS[0], 2)).status_code == 204
        after = (await office.get("/api/staff/undertakings/texts")).json()
        assert [(one["kind"], one["version"]) for one in after[:2]] == [(KINDS[0], 2), (KINDS[0], 1)]
        assert after[1:] == before
        assert (await office.post(path, json=NEW)).json()["code"] == "text-changed", (
            "it was not the newest that they saw"
        )


async def test_no_text_is_replaced_on_an_exam_day(app: FastAPI, database: TestDatabase) -> None:
    world = await unsigned_world(app, database, "UPDATE exam_day SET frozen = true")
    async with client_of(app) as client:
        await world.log_in(client, "admin")
        refused = await client.post(f"/api/staff/undertakings/{KINDS[0]}/texts", json=NEW)
        assert (refused.status_code, refused.json()["code"]) == (409, "frozen")
        assert (await client.get("/api/staff/me")).json()["lacking"] == []
