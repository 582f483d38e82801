"""Log-in, cookies, origin: over https, and over plain http from another address."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy import text

from app import identity
from app.core.config import SettingsError, check_public_url, check_secrets
from app.identity import candidates, tokens
from tests.databases import TestDatabase
from tests.factories import PASSWORD, SECRET, Candidate, client_of, make_settings, make_world, running_app


async def wrong_pins(client: httpx.AsyncClient, number: str, count: int) -> list[httpx.Response]:
    wrong = {"number": number, "pin": "0000000000"}
    return [await client.post("/api/exam/login", json=wrong) for _ in range(count)]


async def test_nobody_elses_wrong_pins_refuse_a_right_one(database: TestDatabase) -> None:
    """Numbers run one after the other, so anybody can guess PINs for everybody: from anywhere, and from the same room."""
    async with running_app(make_settings(database)) as app:
        card = (await make_world(app.state.database)).cards[0]
        for address in ("203.0.113.1", "203.0.113.2", "203.0.113.3", "10.0.0.7"):
            async with client_of(app, address=address) as stranger:
                assert {answer.status_code for answer in await wrong_pins(stranger, card.number, 12)} == {401}
        for address in ("10.0.0.7", "198.51.100.9"):
            async with client_of(app, address=address) as own:
                assert (await Candidate(own, card).log_in()).status_code == 200


async def test_an_address_that_guesses_pins_is_slowed_down_for_all_numbers(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "WRONG_PINS_PER_ADDRESS", 10)
    async with running_app(make_settings(database)) as app:
        cards = (await make_world(app.state.database)).cards
        async with client_of(app, address="203.0.113.1") as stranger:
            tries = [*await wrong_pins(stranger, cards[0].number, 6), *await wrong_pins(stranger, "MMU-26-9999", 6)]
            assert [answer.status_code for answer in tries] == [401] * 10 + [429] * 2
            assert tries[0].json()["code"] == "wrong-credentials"
            assert tries[-1].headers["retry-after"] == "60"
            assert (await Candidate(stranger, cards[0]).log_in()).status_code == 200, "a right PIN is a right PIN"
        async with client_of(app, address="10.0.0.7") as other:
            assert (await wrong_pins(other, cards[0].number, 1))[0].status_code == 401
        async with app.state.database.staff() as session:
            assert await session.scalar(text("SELECT count(*) FROM login_failures")) == 11, "refused tries leave no row"


async def guess(client: httpx.AsyncClient, password: str = "wrong password 1") -> int:
    body = {"username": "proctor", "password": password}
    return (await client.post("/api/staff/login", json=body)).status_code


async def test_strangers_do_not_lock_a_proctor_out_of_the_usual_place(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        await make_world(app.state.database, with_passwords=True)
        async with client_of(app, address="10.0.0.2") as usual:
            assert await guess(usual, PASSWORD) == 200
        for address in ("203.0.113.1", "203.0.113.2", "203.0.113.3"):
            async with client_of(app, address=address) as stranger:
                assert [await guess(stranger) for _ in range(11)] == [401] * 10 + [429]
        async with client_of(app, address="203.0.113.4") as stranger:
            assert await guess(stranger, PASSWORD) == 429, "a new place waits while somebody guesses"
        async with client_of(app, address="10.0.0.2") as usual:
            assert await guess(usual, PASSWORD) == 200


async def test_parallel_guesses_of_a_password_do_not_slip_past_the_limit(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        await make_world(app.state.database, with_passwords=True)
        statuses = await asyncio.gather(*(guess(client) for _ in range(25)))
    assert statuses.count(401) <= 10
    assert set(statuses) <= {401, 429, 503}


async def test_the_worker_forgets_old_failures(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app, address="x" * 5000) as client:
        await wrong_pins(client, "MMU-26-0001", 2)
        stored = "SELECT max(length(address)) FROM login_failures"
        old = (
            "UPDATE login_failures SET at = at - interval '25 hours' WHERE id = (SELECT id FROM login_failures LIMIT 1)"
        )
        async with app.state.database.staff() as session, session.begin():
            assert await session.scalar(text(stored)) == 64
            await session.execute(text(old))
        assert await identity.forget_old_failures(app.state.database) == 1
        assert await identity.forget_old_failures(app.state.database) == 0


async def test_a_new_pin_ends_the_sessions_of_the_old_one(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        card = (await make_world(app.state.database)).cards[0]
        await Candidate(client, card).log_in()
        async with app.state.database.staff() as session, session.begin():
            again = await identity.issue_card(session, SECRET.encode(), number=card.number, person_id=card.person_id)
        async with asyncio.timeout(10):  # five seconds, and what a busy machine takes
            while (await client.get("/api/exam/me")).status_code != 401:
                await asyncio.sleep(0.1)
        assert (await Candidate(client, card).log_in()).status_code == 401
        assert (await Candidate(client, again).log_in()).status_code == 200


async def test_a_pin_is_read_as_a_nervous_person_types_it(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        card = world.cards[0]
        typed = f" {card.pin[:5].lower()}-{card.pin[5:]} ".replace("0", "o").replace("1", "l")
        answer = await client.post("/api/exam/login", json={"number": card.number.lower(), "pin": typed})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [("https://ujian.example.org", "__Host-sahih", True), ("http://192.168.7.5:8000", "sahih", False)],
)
async def test_the_cookie_follows_the_public_address(
    database: TestDatabase, public_url: str, name: str, secure: bool
) -> None:
    async with running_app(make_settings(database, public_url=public_url)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        answer = await Candidate(client, world.cards[0]).log_in()
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"{name}=")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert ("Secure" in cookie) is secure
        assert (await client.get("/api/exam/me")).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:8001", "null", ""])
async def test_an_unsafe_request_needs_our_origin(database: TestDatabase, origin: str) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database)
        async with client_of(app, origin=origin) as client:
            answer = await Candidate(client, world.cards[0]).log_in()
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-origin")


async def test_a_form_post_is_refused(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        answer = await client.post("/api/exam/login", data={"number": "x", "pin": "y"})
    assert (answer.status_code, answer.json()["code"]) == (415, "json-only")


@pytest.mark.parametrize("realm", identity.Realm)
async def test_log_out_ends_a_session_at_once(database: TestDatabase, realm: identity.Realm) -> None:
    """For whoever holds a copy of the cookie, too."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        if realm is identity.Realm.EXAM:
            await Candidate(client, world.cards[0]).log_in()
        else:
            await world.log_in(client, "committee")
        me = f"/api/{realm}/me"
        assert (await client.get(me)).status_code == 200
        cookies = dict(client.cookies)
        assert (await client.post(f"/api/{realm}/logout", json={})).status_code == 204
        client.cookies = httpx.Cookies(cookies)
        assert (await client.get(me)).status_code == 401


async def test_a_token_is_renewed_silently_past_half_of_its_life(database: TestDatabase) -> None:
    settings = make_settings(database, token_minutes=1)
    async with running_app(settings) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        await Candidate(client, world.cards[0]).log_in()
        first = client.cookies["sahih"]
        assert "set-cookie" not in (await client.get("/api/exam/me")).headers
        claims = tokens.verify(first, settings.secret_bytes, realm=identity.Realm.EXAM)
        old = tokens.issue(
            settings.secret_bytes[0],
            realm=identity.Realm.EXAM,
            person_id=claims.person_id,
            session_id=claims.session_id,
            life_seconds=60,
            now=claims.issued_at - 40,
        )
        client.cookies.clear()
        client.cookies.set("sahih", old, domain="127.0.0.1")
        answer = await client.get("/api/exam/me")
    assert answer.status_code == 200
    assert answer.headers["set-cookie"].startswith("sahih=")


async def test_the_first_admin_link_works_once_and_only_while_there_is_no_admin(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        async with app.state.database.staff() as session, session.begin():
            link = await identity.add_first_admin(session, name="Admin", username="sari")
        body = {"link_token": link, "password": PASSWORD}
        assert (await client.post("/api/staff/first-password", json=body | {"password": "pendek"})).status_code == 409
        assert (await client.post("/api/staff/first-password", json=body)).status_code == 204
        assert (await client.post("/api/staff/first-password", json=body)).json()["code"] == "link-not-usable"
        me = await client.post("/api/staff/login", json={"username": "sari", "password": PASSWORD})
        assert me.json()["roles"] == ["admin"]
        with pytest.raises(identity.AdminExists):
            async with app.state.database.staff() as session, session.begin():
                await identity.add_first_admin(session, name="Kedua", username="kedua")


@pytest.mark.parametrize(
    "url", ["http://203.0.113.5", "http://ujian.example.org", "ftp://x", "https://x/path", "http://0.0.0.0:8000"]
)
def test_plain_http_is_for_private_addresses_only(url: str) -> None:
    with pytest.raises(SettingsError):
        check_public_url(url, allow_http=True)


def test_plain_http_needs_to_be_asked_for() -> None:
    with pytest.raises(SettingsError, match="SAHIH_ALLOW_HTTP"):
        check_public_url("http://127.0.0.1:8000", allow_http=False)


@pytest.mark.parametrize("secrets", [[], ["short"], ["a" * 40], ["changeme" * 5], ["ab" * 20]])
def test_a_weak_secret_is_refused(secrets: list[str]) -> None:
    with pytest.raises(SettingsError):
        check_secrets(secrets)
