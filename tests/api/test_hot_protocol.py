"""The hot paths as the server itself speaks them, on a socket: the same replies as through ASGI, and HTTP kept in every corner."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import asyncpg
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from app.core.errors import Unavailable
from app.delivery import HOT_PATHS, Desk, HotFrames, HotProtocol, find_route
from app.delivery.hot.writes import Writes
from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, make_settings, make_world, running_app

LONGEST_SECONDS = 10


@dataclass
class Line:
    """One connection, and the requests of a candidate as bytes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    origin: str
    cookie: str
    server: ServerState

    def request(self, path: str, body: bytes, more: str = "") -> bytes:
        head = (
            f"POST /api/exam/{path} HTTP/1.1\r\nHost: exam\r\nOrigin: {self.origin}\r\nCookie: {self.cookie}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        )
        return head.encode() + body

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def reply(self) -> tuple[int, dict[str, str], bytes]:
        async with asyncio.timeout(LONGEST_SECONDS):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            status, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            return int(status.split()[1]), headers, await self.reader.readexactly(int(headers.get("content-length", 0)))

    async def is_closed(self) -> bool:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await self.reader.read() == b""


@asynccontextmanager
async def serving(app: FastAPI, keep_alive: float) -> AsyncIterator[tuple[int, ServerState]]:
    """The protocol on a port of its own, as uvicorn would run it."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        route = find_route(scope["path"])
        assert route is None or route.asks_for_address, f"{scope['path']} went the long way"
        await app(scope, receive, send)

    config = uvicorn.Config(
        application, http=HotProtocol, ws=HotFrames, lifespan="off", log_config=None, access_log=False
    )
    config.load()
    config.timeout_keep_alive = keep_alive  # type: ignore[assignment]
    state, hot = ServerState(), {HOT_PATHS: app.state.hot}
    state.default_headers = [(b"date", b"today")]
    server = await asyncio.get_running_loop().create_server(lambda: HotProtocol(config, state, hot), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], state
    for connection in list(state.connections):
        connection.shutdown()
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def line_of(app: FastAPI, client: httpx.AsyncClient, keep_alive: float = 5) -> AsyncIterator[Line]:
    async with serving(app, keep_alive) as (port, server):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        yield Line(reader, writer, app.state.settings.public_url, cookie, server)
        writer.close()


@asynccontextmanager
async def entered(database: TestDatabase, keep_alive: float = 5) -> AsyncIterator[tuple[Candidate, Line]]:
    """A candidate at work, and a line of theirs."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        assert (await candidate.enter()).status_code == 200
        candidate.epoch = 1
        async with line_of(app, client, keep_alive) as line:
            yield candidate, line


@asynccontextmanager
async def held_up() -> AsyncIterator[tuple[asyncio.Event, asyncio.Event]]:
    """What was put into a lane is taken out, and goes on to the database when it may."""
    taken, go, together = asyncio.Event(), asyncio.Event(), Writes.together

    async def waiting(self: Writes[Any, Any], requests: Sequence[Any]) -> Any:
        taken.set()
        await go.wait()
        return await together(self, requests)

    with patch.object(Writes, "together", waiting):
        yield taken, go


def desk_of(candidate: Candidate) -> Desk:
    transport = candidate.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    desk: Desk = transport.app.state.desk  # type: ignore[union-attr]
    return desk


async def test_a_reply_is_the_same_on_a_socket_as_through_asgi(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line):
        for body in (candidate.batch({1: 2}), candidate.batch({101: 1}), candidate.write() | {"epoch": 9}, {"n": 1}):
            path = "answers" if "changes" in body else "heartbeat"
            through_asgi = await candidate.post(path, body)
            line.send(line.request(path, json.dumps(body).encode()))
            status, headers, content = await line.reply()
            assert status == through_asgi.status_code
            assert headers == dict(through_asgi.headers) | {"date": "today"}
            assert unstamped(content) == unstamped(through_asgi.content)


def unstamped(content: bytes) -> dict[str, object]:
    return {name: value for name, value in json.loads(content).items() if name not in ("server_time", "saved_at")}


async def test_two_requests_in_one_packet_are_answered_in_their_order(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line):
        bodies = [candidate.batch({1: 1}), candidate.batch({1: 2}), candidate.write()]
        paths = ["answers", "answers", "heartbeat"]
        line.send(
            b"".join(line.request(path, json.dumps(body).encode()) for path, body in zip(paths, bodies, strict=True))
        )
        for body in bodies:
            status, _, content = await line.reply()
            assert (status, json.loads(content)["nonce"]) == (200, body["nonce"])
        assert [row["option"] for row in (await candidate.read("attempt")).json()["answers"]] == [2]


@pytest.mark.parametrize("more", ["Connection: close\r\n", "Connection: keep-alive\r\n"])
async def test_the_line_is_closed_for_who_asks_for_it(database: TestDatabase, more: str) -> None:
    async with entered(database) as (candidate, line):
        line.send(line.request("heartbeat", json.dumps(candidate.write()).encode(), more))
        status, headers, _ = await line.reply()
        assert (status, headers.get("connection")) == (200, "close" if "close" in more else None)
        if "close" in more:
            assert await line.is_closed()
        else:
            line.send(line.request("heartbeat", json.dumps(candidate.write()).encode()))
            assert (await line.reply())[0] == 200


async def test_a_body_that_comes_in_pieces_is_awaited(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line):
        whole = line.request("answers", json.dumps(candidate.batch({1: 3})).encode())
        for start in range(0, len(whole), 97):
            line.send(whole[start : start + 97])
            await asyncio.sleep(0.01)
        assert (await line.reply())[0] == 200


async def test_a_client_that_asks_first_is_told_to_go_on(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line):
        whole = line.request("answers", json.dumps(candidate.batch({1: 3})).encode(), "Expect: 100-continue\r\n")
        head, _, body = whole.partition(b"\r\n\r\n")
        line.send(head + b"\r\n\r\n")
        assert (await line.reply())[0] == 100
        line.send(body)
        assert (await line.reply())[0] == 200


async def test_a_client_that_went_away_has_saved_all_the_same(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line):
        line.send(line.request("answers", json.dumps(candidate.batch({5: 1})).encode()))
        await line.writer.drain()
        line.writer.transport.abort()
        async with asyncio.timeout(LONGEST_SECONDS):
            while not (await candidate.read("attempt")).json()["answers"]:
                await asyncio.sleep(0.05)


async def test_what_is_no_hot_path_passes_the_application(database: TestDatabase) -> None:
    async with entered(database) as (_, line):
        line.send(line.request("comment", json.dumps({"position": 1, "text": "catatan", "nonce": "n" * 12}).encode()))
        status, headers, _ = await line.reply()
        assert (status, headers["x-content-type-options"]) == (204, "nosniff")
        line.send(line.request("answers", b"[]" * 300_000))
        assert (await line.reply())[0] == 413


async def test_wrong_pins_are_counted_by_the_address_that_a_proxy_names(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line):
        body = json.dumps({"number": candidate.card.number, "pin": "0" * 10}).encode()
        line.send(line.request("login", body, "X-Forwarded-For: 203.0.113.9\r\n"))
        assert (await line.reply())[0] == 401
        owner = await asyncpg.connect(database.superuser_url)
        assert await owner.fetchval("SELECT address FROM login_failures") == "203.0.113.9"
        await owner.close()


@pytest.mark.parametrize("remembered", [True, False])
async def test_the_board_shows_from_where_an_exam_was_started_behind_a_proxy(
    database: TestDatabase, *, remembered: bool
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as desk:
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        candidate = Candidate(client, world.cards[0])
        await candidate.log_in()
        await candidate.post("agree", {"statement_version": "2"})
        async with line_of(app, client) as line:
            if not remembered:
                app.state.seats._known.clear()
            body = {"device_secret": candidate.device, "token": None, "nonce": "n" * 12}
            more = "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.9\r\nUser-Agent: Firefox/128\r\n"
            line.send(line.request("start", json.dumps(body).encode(), more))
            assert (await line.reply())[0] == 200
        await world.log_in(desk, "proctor")
        (row,) = (await desk.get(f"/api/staff/sittings/{world.sitting_id}/board")).json()["candidates"]
        assert row["device"] == {"address": "203.0.113.9", "agent": "Firefox/128"}


async def test_what_waits_in_a_lane_waits_without_a_task(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line), held_up() as (taken, go):
        line.send(line.request("answers", json.dumps(candidate.batch({1: 1})).encode()))
        await taken.wait()
        assert not line.server.tasks
        go.set()
        assert (await line.reply())[0] == 200
        assert line.server.total_requests == 1


async def test_a_server_that_stops_answers_what_it_has_taken(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line), held_up() as (taken, go):
        line.send(line.request("answers", json.dumps(candidate.batch({1: 1})).encode()))
        await taken.wait()
        for connection in list(line.server.connections):
            connection.shutdown()
        await asyncio.sleep(0.05)
        assert line.server.connections, "uvicorn waits for these"
        go.set()
        status, headers, _ = await line.reply()
        assert (status, headers["connection"]) == (200, "close")
        assert await line.is_closed()
        assert not line.server.connections


async def test_a_server_that_stops_waits_for_a_request_of_which_it_has_the_head(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line):
        head, _, body = line.request("answers", json.dumps(candidate.batch({1: 1})).encode()).partition(b"\r\n\r\n")
        line.send(head + b"\r\n\r\n" + body[:9])
        while not line.server.connections:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        for connection in list(line.server.connections):
            connection.shutdown()
        line.send(body[9:])
        status, headers, _ = await line.reply()
        assert (status, headers["connection"]) == (200, "close")


async def test_a_seat_that_is_not_known_is_asked_for(database: TestDatabase) -> None:
    async with entered(database) as (candidate, line):
        seats = desk_of(candidate).seats
        for session_id in list(seats._known):
            seats.forget(session_id)
        line.send(line.request("answers", json.dumps(candidate.batch({1: 1})).encode()))
        assert (await line.reply())[0] == 200
        line.send(line.request("heartbeat", json.dumps(candidate.write()).encode()))
        assert (await line.reply())[0] == 200


async def test_a_body_without_an_end_is_refused(database: TestDatabase) -> None:
    async with entered(database) as (_, line):
        head = line.request("answers", b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
        line.send(head + b"8000\r\n" + b" " * 0x8000 + b"\r\n")
        await asyncio.sleep(0.05)
        line.send(b"8001\r\n" + b" " * 0x8001 + b"\r\n")
        assert (await line.reply())[0] == 413


async def test_a_full_lane_says_when_to_come_again(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    async with entered(database) as (candidate, line):
        monkeypatch.setattr("app.delivery.hot.lane.MOST_WAITING", 0)
        line.send(line.request("answers", json.dumps(candidate.batch({1: 1})).encode()))
        status, headers, content = await line.reply()
        assert (status, headers["retry-after"], json.loads(content)["code"]) == (503, "1", Unavailable.code)


async def test_an_idle_line_is_closed_and_one_in_use_is_not(database: TestDatabase) -> None:
    async with entered(database, keep_alive=1.2) as (candidate, line):
        for _ in range(4):
            line.send(line.request("heartbeat", json.dumps(candidate.write()).encode()))
            assert (await line.reply())[0] == 200
            await asyncio.sleep(0.5)
        async with held_up() as (taken, go):
            line.send(line.request("answers", json.dumps(candidate.batch({1: 1})).encode()))
            await taken.wait()
            await asyncio.sleep(1.6)
            go.set()
        assert (await line.reply())[0] == 200
        assert await line.is_closed()
        assert not line.server.connections
