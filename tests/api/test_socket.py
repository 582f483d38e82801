"""The line of a candidate's page: the same verbs with the same answers as over HTTP, and closed to everybody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app import identity
from app.identity import tokens
from tests.databases import TestDatabase
from tests.factories import PASSWORD, PUBLIC_URL, Candidate, client_of, make_settings, make_world, running_app


class Line:
    """A WebSocket into the application, as a server would hand it over."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, origin: str, query: str = "") -> None:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
        headers = [(b"origin", origin.encode()), (b"cookie", cookies.encode())]
        self._scope = {
            "type": "websocket",
            "path": "/api/exam/socket",
            "headers": headers,
            "query_string": query.encode(),
        }
        self._app = app
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def open(self) -> dict[str, Any]:
        self.serving = asyncio.create_task(self._app(self._scope, self._in.get, self._out.put))
        self._in.put_nowait({"type": "websocket.connect"})
        return await self.heard()

    async def heard(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._out.get(), 10)

    async def ask(self, frame: str) -> tuple[int, dict[str, Any]]:
        self._in.put_nowait({"type": "websocket.receive", "text": frame})
        status, _, body = (await self.heard())["text"].partition(" ")
        return int(status), json.loads(body)

    async def send(self, verb: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return await self.ask(f"{verb} {json.dumps(body, separators=(',', ':'))}")

    async def close(self) -> None:
        self._in.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(self.serving, 10)


@asynccontextmanager
async def line_of(app: FastAPI, client: httpx.AsyncClient, query: str = "") -> AsyncIterator[Line]:
    line = Line(app, client, PUBLIC_URL, query)
    assert await line.open() == {"type": "websocket.accept"}
    yield line
    await line.close()


async def test_an_exam_over_the_line(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        async with line_of(app, client) as line:
            batch = candidate.batch({1: 2, 2: 0})
            status, ack = await line.send("answers", batch)
            assert (status, ack["acked"], ack["nonce"]) == (200, [1, 2], batch["nonce"])
            again = (await candidate.post("answers", batch)).json()
            assert again.keys() == ack.keys(), "over HTTP the same answer"
            assert again["acked"] == ack["acked"]
            assert await line.send("echo", {"nonce": "n1"}) == (200, {"nonce": "n1"})
            status, beat = await line.send("heartbeat", candidate.write())
            assert (status, beat["phase"]) == (200, "running")
            contradiction = batch | {"changes": [batch["changes"][0] | {"option": 1}]}
            status, problem = await line.send("answers", contradiction)
            assert (status, problem["code"], problem["conflicts"]) == (409, "seq-conflict", [{"seq": 1, "position": 1}])
            status, submitted = await line.send("submit", candidate.write())
            assert (status, submitted["receipt"]["answered"]) == (200, 2)
        saved = (await candidate.read("attempt")).json()["answers"]
        assert [(answer["position"], answer["option"]) for answer in saved] == [(1, 2), (2, 0)]


@pytest.mark.parametrize(
    ("frame", "status", "code"),
    [
        ("", 422, "malformed"),
        ("start {}", 422, "malformed"),
        ("answers", 400, "not-json"),
        ("answers {", 400, "not-json"),
        ("answers {}", 422, "malformed"),
        ('heartbeat {"epoch":1,"epoch":1,"device_secret":"' + "ab" * 16 + '","nonce":"nnnnnnnn"}', 400, "not-json"),
        ("echo " + "n" * 100, 422, "malformed"),
        ("answers " + " " * 70_000, 413, "too-large"),
    ],
)
async def test_a_frame_that_makes_no_sense_is_refused_and_the_line_stays(
    database: TestDatabase, frame: str, status: int, code: str
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        async with line_of(app, client) as line:
            refused, problem = await line.ask(frame)
            assert (refused, problem["code"]) == (status, code)
            assert (await line.send("answers", candidate.batch({1: 1})))[0] == 200


async def test_a_command_that_concerns_a_page_is_pushed_to_it_and_to_no_other(database: TestDatabase) -> None:
    async with (
        running_app(make_settings(database)) as app,
        client_of(app) as desk,
        client_of(app) as one,
        client_of(app) as two,
    ):
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(desk, "proctor")
        candidates = [Candidate(client, card) for client, card in zip((one, two), world.cards, strict=True)]
        for candidate in candidates:
            await candidate.enter()
        attempts = [(await candidate.read("me")).json()["attempt"]["id"] for candidate in candidates]
        place = f"/api/staff/sittings/{world.sitting_id}"
        push = {"type": "websocket.send", "text": "push {}"}
        async with line_of(app, one) as first, line_of(app, two) as second:
            await desk.post(f"{place}/messages", json={"text": "Sepuluh menit lagi."})
            assert [await first.heard(), await second.heard()] == [push, push]
            await desk.post(f"{place}/pause", json={"attempt_ids": attempts[1:], "reason": "sakit"})
            assert await second.heard() == push
            assert (await second.send("heartbeat", candidates[1].write()))[1]["phase"] == "paused"
            assert await first.send("echo", {"nonce": "n1"}) == (200, {"nonce": "n1"}), (
                "nothing was pushed to the other"
            )


async def test_only_a_candidate_on_our_own_page_gets_a_line(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as nobody, client_of(app) as staff:
        world = await make_world(app.state.database, with_passwords=True)
        await staff.post("/api/staff/login", json={"username": "proctor", "password": PASSWORD})
        for client in (nobody, staff):
            assert (await Line(app, client, PUBLIC_URL).open())["type"] == "websocket.close"
        async with client_of(app) as candidate:
            await Candidate(candidate, world.cards[0]).log_in()
            for origin in ("https://evil.example", "null", "", PUBLIC_URL + ".evil.example"):
                assert (await Line(app, candidate, origin).open())["type"] == "websocket.close"


async def test_a_log_out_ends_the_line(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        line = Line(app, client, PUBLIC_URL)
        await line.open()
        assert (await line.send("heartbeat", candidate.write()))[0] == 200
        await candidate.post("logout", {})
        status, problem = await line.send("answers", candidate.batch({1: 1}))
        assert (status, problem["code"]) == (401, "log-in-first")
        assert (await line.heard())["type"] == "websocket.close"


async def test_a_line_whose_cookie_is_to_be_renewed_answers_and_hangs_up(database: TestDatabase) -> None:
    settings = make_settings(database, token_minutes=1)
    async with running_app(settings) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        claims = tokens.verify(client.cookies["sahih"], settings.secret_bytes, realm=identity.Realm.EXAM)
        aged = tokens.issue(
            settings.secret_bytes[0],
            realm=identity.Realm.EXAM,
            person_id=claims.person_id,
            session_id=claims.session_id,
            life_seconds=60,
            now=claims.issued_at - 40,
        )
        client.cookies.clear()
        client.cookies.set("sahih", aged, domain="127.0.0.1")
        line = Line(app, client, PUBLIC_URL)
        await line.open()
        status, ack = await line.send("answers", candidate.batch({1: 2}))
        assert (status, ack["acked"]) == (200, [1])
        assert await line.heard() == {"type": "websocket.close", "code": 4402}
        await line.serving
