"""Bad input: a clear refusal with a stable code, the database unchanged, never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from app.delivery import Admission
from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, make_settings, make_world, nonce, running_app

RAW = {
    "broken": (b'{"number": "x"', 400, "not-json"),
    "duplicate keys": (b'{"number": "x", "number": "y", "pin": "z"}', 400, "not-json"),
    "NaN": (b'{"number": NaN, "pin": "z"}', 400, "not-json"),
    "1e400": (b'{"number": 1e400, "pin": "z"}', 400, "not-json"),
    "huge integer": (b'{"number": 123456789012345678901234567890, "pin": "z"}', 400, "not-json"),
    "deep": (b"[" * 20_000 + b"]" * 20_000, 400, "not-json"),
    "not UTF-8": (b'{"number": "\xff\xfe", "pin": "z"}', 400, "not-json"),
    "list": (b"[]", 422, "malformed"),
    "null": (b"null", 422, "malformed"),
    "unknown member": (b'{"number": "x", "pin": "z", "role": "admin"}', 422, "malformed"),
    "too large": (b'{"number": "' + b"x" * 70_000 + b'", "pin": "z"}', 413, "too-large"),
    "NUL": (b'{"number": "a\\u0000b", "pin": "z"}', 400, "not-json"),
    "lone surrogate": (b'{"number": "\\ud800", "pin": "z"}', 400, "not-json"),
}


@pytest.mark.parametrize("name", RAW)
async def test_a_body_that_is_no_request(database: TestDatabase, name: str) -> None:
    body, status, code = RAW[name]
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        answer = await client.post("/api/exam/login", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"position": 0}, 422, "no-such-position"),
        ({"position": 101}, 422, "no-such-position"),
        ({"option": 4}, 422, "no-such-option"),
        ({"option": -1}, 422, "no-such-option"),
        ({"option": None}, 422, "malformed"),
        ({"option": 1, "clear": True}, 422, "malformed"),
        ({"seq": 0}, 422, "malformed"),
        ({"seq": 2**55}, 422, "malformed"),
        ({"option": "A"}, 422, "malformed"),
        ({"option": 1.5}, 422, "malformed"),
        ({"option": True}, 422, "malformed"),
    ],
)
async def test_an_answer_that_cannot_be(database: TestDatabase, change: dict[str, Any], status: int, code: str) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        body = candidate.batch({1: 1, 2: 2})
        body["changes"][0] |= change
        answer = await candidate.post("answers", body)
        async with app.state.database.staff() as session:
            stored = await session.scalar(text("SELECT count(*) FROM answers"))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert stored == 0, "one bad row refuses the batch, and nothing of it is half-written"


async def test_repeating_reordering_and_contradicting_a_batch(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        first, second = candidate.batch({1: 0}), candidate.batch({1: 3, 2: 2})
        assert (await candidate.post("answers", second)).json()["acked"] == [2, 3]
        assert (await candidate.post("answers", first)).json()["acked"] == [1], "superseded: need not come again"
        assert (await candidate.post("answers", second)).json()["acked"] == [2, 3]
        second["changes"][0]["option"] = 1
        contradiction = await candidate.post("answers", second)
        assert (contradiction.status_code, contradiction.json()["code"]) == (409, "seq-conflict")
        assert contradiction.json()["conflicts"] == [{"seq": 2, "position": 1}]
        answers = (await candidate.read("attempt")).json()["answers"]
        assert [(a["position"], a["option"]) for a in answers] == [(1, 3), (2, 2)]


async def test_the_token_gates_starting_and_never_resuming(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as staff:
        world = await make_world(app.state.database, admission=Admission.TOKEN, with_passwords=True)
        candidate = Candidate(client, world.cards[0])
        for token in (None, "", "SALAHX", "x" * 33):
            answer = await candidate.enter(token)
            assert answer.status_code in (409, 422), token
        await staff.post("/api/staff/login", json={"username": "proctor", "password": "correct horse 42 battery"})
        token = (await staff.post(f"/api/staff/sittings/{world.sitting_id}/token", json={})).json()["value"]
        started = await candidate.start(token.lower())
        assert started.status_code == 200
        again = await candidate.start("SALAHX")
        assert (again.status_code, again.json()["closes_at"]) == (200, started.json()["closes_at"])


async def test_a_second_device_waits_for_the_proctor_and_the_old_one_is_told(database: TestDatabase) -> None:
    async with (
        running_app(make_settings(database)) as app,
        client_of(app) as one,
        client_of(app) as two,
        client_of(app) as staff,
    ):
        world = await make_world(app.state.database, with_passwords=True)
        old, new = Candidate(one, world.cards[0]), Candidate(two, world.cards[0])
        await old.enter()
        await old.save({1: 0})
        await new.log_in()
        locked = await new.claim()
        assert (locked.status_code, locked.json()["code"], locked.json()["number"]) == (409, "device-locked", 201)
        await staff.post("/api/staff/login", json={"username": "proctor", "password": "correct horse 42 battery"})
        path = f"/api/staff/sittings/{world.sitting_id}"
        board = (await staff.get(f"{path}/board")).json()["candidates"]
        waiting = next(row for row in board if row["device_request"])
        release = {"requested_at": waiting["device_request"]["requested_at"]}
        await staff.post(f"{path}/attempts/{waiting['attempt_id']}/release-device", json=release)
        claimed = await new.claim()
        assert (claimed.json()["epoch"], claimed.json()["last_seq"]) == (2, 1)
        stale = await old.save({2: 1})
        assert (stale.status_code, stale.json()["code"]) == (409, "stale-epoch")
        assert (await new.save({2: 2})).status_code == 200
        board = (await staff.get(f"{path}/board")).json()["candidates"]
        assert next(row for row in board if row["attempt_id"] == waiting["attempt_id"])["late"] == 1
        stolen = await two.post("/api/exam/answers", json=new.batch({3: 1}) | {"device_secret": "00" * 16})
        assert stolen.json()["code"] == "stale-epoch", "a copied cookie alone writes nothing"


async def test_a_sitting_that_is_not_open_says_so(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, opened=False)
        answer = await Candidate(client, world.cards[0]).enter()
        assert (answer.status_code, answer.json()["code"]) == (409, "sitting-not-open")
        for path in ("/api/nothing", "/api/staff/sittings/%2e%2e/board", "/api/exam/me;x"):
            assert (await client.get(path)).status_code in (401, 403, 404, 422)
        assert (await client.post("/healthz", json={"nonce": nonce()})).status_code == 405
    assert json.dumps(answer.json())


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-21T10:00:00"])
async def test_a_moment_that_no_calendar_in_utc_has(database: TestDatabase, moment: str) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as proctor:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(proctor, "proctor")
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        attempt = (await client.get("/api/exam/me")).json()["attempt"]["id"]
        noticed = {"page": "0" * 16, "signals": [{"seq": 1, "kind": "copy", "at": moment}]}
        path = f"/api/staff/sittings/{world.sitting_id}"
        answers = [
            await client.post("/api/exam/signals", json=noticed),
            await proctor.post(f"{path}/attempts/{attempt}/release-device", json={"requested_at": moment}),
            await proctor.post(f"{path}/freezes", json={"reason": "listrik padam", "since": moment}),
        ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "malformed")] * 3
