"""A session lives as long as its row says: ended, expired, or without its role, it stops within five seconds."""

from __future__ import annotations

import asyncio
import time
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import identity
from app.identity import Realm, tokens
from tests.databases import TestDatabase, alter
from tests.factories import PASSWORD, SECRET, Candidate, client_of, make_settings, make_world, running_app

NEWER = "unit-test-9GfK2mVq7XsTzB4pLw0RnYc8HdJe5uA3"
LONGEST_SECONDS = 5.0 + 2.5  # what is promised, and what a busy machine takes to answer
ME = {Realm.EXAM: "/api/exam/me", Realm.STAFF: "/api/staff/me"}


async def log_in_staff(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> int:
    body = {"username": username, "password": password}
    return (await client.post("/api/staff/login", json=body)).status_code


async def expect_soon(client: httpx.AsyncClient, path: str, status: int) -> None:
    """Within five seconds this address is answered with this status."""
    began = time.monotonic()
    while (found := (await client.get(path)).status_code) != status:
        assert time.monotonic() - began < LONGEST_SECONDS, f"{path} is still answered with {found}"
        await asyncio.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("realm", Realm)
async def test_a_session_in_use_ends_within_five_seconds_of_its_revocation(
    database: TestDatabase, realm: Realm
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as exam, client_of(app) as staff:
        world = await make_world(app.state.database, with_passwords=True)
        await Candidate(exam, world.cards[0]).log_in()
        await log_in_staff(staff, "committee")
        assert [(await exam.get(ME[Realm.EXAM])).status_code, (await staff.get(ME[Realm.STAFF])).status_code] == [
            200,
            200,
        ]
        person = world.cards[0].person_id if realm is Realm.EXAM else world.staff["committee"]
        async with app.state.database.staff() as session, session.begin():
            await identity.revoke_sessions(session, person, actor=None, reason="lost telephone")
        ended, going_on = (exam, staff) if realm is Realm.EXAM else (staff, exam)
        await expect_soon(ended, ME[realm], 401)
        other = next(path for path in ME.values() if path != ME[realm])
        assert (await going_on.get(other)).status_code == 200, "nobody else's session ended"


@pytest.mark.parametrize(("left", "status"), [("1 minute", 200), ("-1 second", 401)])
@pytest.mark.parametrize("realm", Realm)
async def test_a_session_ends_when_its_time_is_over(
    database: TestDatabase, realm: Realm, left: str, status: int
) -> None:
    """Seen by a process that did not open the session: the one that did knows how long it lives."""
    settings = make_settings(database)
    async with running_app(settings) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        if realm is Realm.EXAM:
            await Candidate(client, world.cards[0]).log_in()
        else:
            await log_in_staff(client, "committee")
        cookies = client.cookies
    await alter(database, f"UPDATE sessions SET expires_at = clock_timestamp() + interval '{left}'")
    async with running_app(settings) as app, client_of(app) as client:
        client.cookies = cookies
        assert (await client.get(ME[realm])).status_code == status


async def test_a_session_in_use_ends_when_its_time_is_over(database: TestDatabase) -> None:
    """What a process remembers of a session is not remembered for longer than the session lives."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        await Candidate(client, world.cards[0]).log_in()
        async with app.state.database.staff() as session:
            session_id = (await session.execute(text("SELECT id FROM sessions"))).scalar_one()
        await alter(database, "UPDATE sessions SET expires_at = clock_timestamp() + interval '4 seconds'")
        app.state.seats.forget(session_id)
        assert (await client.get(ME[Realm.EXAM])).status_code == 200
        await expect_soon(client, ME[Realm.EXAM], 401)


async def test_a_revoked_role_opens_nothing_any_more(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        path = f"/api/staff/sittings/{world.sitting_id}/key-check"
        await log_in_staff(client, "committee")
        await alter(
            database,
            "UPDATE role_grants SET revoked_at = clock_timestamp() WHERE person_id = $1",
            world.staff["committee"],
        )
        await expect_soon(client, path, 403)
        assert await log_in_staff(client, "committee") == 200
        assert (await client.get(path)).status_code == 403, "logging in again does not bring it back"


@pytest.mark.parametrize(("left", "status"), [("1 minute", 204), ("-1 second", 409)])
async def test_a_one_time_link_works_until_it_expires(database: TestDatabase, left: str, status: int) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        async with app.state.database.staff() as session, session.begin():
            link = await identity.make_link(session, world.staff["office"])
        await alter(database, f"UPDATE one_time_links SET expires_at = clock_timestamp() + interval '{left}'")
        used = await client.post("/api/staff/first-password", json={"link_token": link, "password": PASSWORD})
        assert used.status_code == status
        assert await log_in_staff(client, "office") == (200 if status == 204 else 401)


async def test_a_new_password_ends_every_session_of_the_old_one(database: TestDatabase) -> None:
    """Whoever knew the old password may be logged in somewhere."""
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        world = await make_world(app.state.database, with_passwords=True)
        for client in (one, two):
            await log_in_staff(client, "office")
        async with app.state.database.staff() as session, session.begin():
            link = await identity.make_link(session, world.staff["office"])
        changed = {"link_token": link, "password": "another horse 43 battery"}
        assert (await one.post("/api/staff/first-password", json=changed)).status_code == 204
        for client in (one, two):
            await expect_soon(client, "/api/staff/me", 401)
        assert await log_in_staff(one, "office") == 401
        assert await log_in_staff(one, "office", "another horse 43 battery") == 200


@pytest.mark.parametrize(("secrets", "status"), [(f"{NEWER},{SECRET}", 200), (NEWER, 401)], ids=["kept", "dropped"])
async def test_cards_and_sessions_of_the_older_secret_work_while_it_is_kept(
    database: TestDatabase, secrets: str, status: int
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        card = (await make_world(app.state.database)).cards[0]
        await Candidate(client, card).log_in()
        cookies = dict(client.cookies)
    async with running_app(make_settings(database, secrets=secrets)) as app, client_of(app) as client:
        client.cookies = httpx.Cookies(cookies)
        assert (await client.get("/api/exam/me")).status_code == status, "who is in the exam stays in it"
        client.cookies.clear()
        assert (await Candidate(client, card).log_in()).status_code == status, "cards are printed weeks before"


async def test_a_token_opens_a_session_for_its_own_person_only(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        own, other = (card.person_id for card in world.cards)
        await Candidate(client, world.cards[0]).log_in()
        settings = app.state.settings
        held = tokens.verify(client.cookies["sahih"], settings.secret_bytes, realm=Realm.EXAM)
        assert await status_with_token(app, other, held.session_id) == 401, "never looked up before"
        assert await status_with_token(app, own, held.session_id) == 200
        assert await status_with_token(app, other, held.session_id) == 401, "looked up a moment ago"
        assert await status_with_token(app, own, uuid4()) == 401


async def status_with_token(app: FastAPI, person_id: UUID, session_id: UUID) -> int:
    token = tokens.issue(
        app.state.settings.secret_bytes[0],
        realm=Realm.EXAM,
        person_id=person_id,
        session_id=session_id,
        life_seconds=600,
    )
    async with client_of(app) as client:
        client.cookies.set("sahih", token, domain="127.0.0.1")
        return (await client.get("/api/exam/me")).status_code


async def test_sessions_of_long_ago_are_forgotten_and_living_ones_stay(database: TestDatabase) -> None:
    """More than go at once. The place where somebody of staff usually sits stays known: `test_log_in` says why."""
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as staff:
        world = await make_world(app.state.database, with_passwords=True)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await world.log_in(staff, "proctor")
        for realm, address, ended, count in (
            ("exam", None, "31 days", 1_001),
            ("exam", None, "29 days", 3),
            ("staff", "10.0.0.2", "31 days", 2),
            ("staff", "10.0.0.3", "366 days", 1),
        ):
            await alter(
                database,
                "INSERT INTO sessions (id, person_id, realm, address, created_at, expires_at) "
                "SELECT gen_random_uuid(), (SELECT person_id FROM staff_accounts LIMIT 1), $1, $2, "
                "clock_timestamp() - $3::text::interval - interval '12 hours', clock_timestamp() - $3::text::interval "
                "FROM generate_series(1, $4)",
                realm, address, ended, count,
            )  # fmt: skip
        assert await identity.forget_old_sessions(app.state.database) == 1_001 + 1 + 1
        assert await identity.forget_old_sessions(app.state.database) == 0
        assert (await candidate.save({1: 1})).status_code == 200
        assert (await staff.get(ME[Realm.STAFF])).status_code == 200
