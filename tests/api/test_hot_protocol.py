"""The hot paths as the server itself speaks them, on a socket: the same replies as through ASGI, and HTTP kept in every corner."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from app.delivery import HOT_PATHS, HotProtocol, find_route
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
async def serving(app: FastAPI) -> AsyncIterator[int]:
    """The protocol on a port of its own, as uvicorn would run it."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        route = find_route(scope["path"])
        assert route is None or route.asks_for_address, f"{scope['path']} went the long way"
        await app(scope, receive, send)

    config = uvicorn.Config(application, http=HotProtocol, lifespan="off", log_config=None, access_log=False)
    config.load()
    state, hot = ServerState(), {HOT_PATHS: app.state.hot}
    state.default_headers = [(b"date", b"today")]
    server = await asyncio.get_running_loop().create_server(lambda: HotProtocol(config, state, hot), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    for connection in list(state.connections):
        connection.shutdown()
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def line_of(app: FastAPI, client: httpx.AsyncClient) -> AsyncIterator[Line]:
    async with serving(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        yield Line(reader, writer, app.state.settings.public_url, cookie)
        writer.close()


@asynccontextmanager
async def entered(database: TestDatabase) -> AsyncIterator[tuple[Candidate, Line]]:
    """A candidate at work, and a line of theirs."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        assert (await candidate.enter()).status_code == 200
        candidate.epoch = 1
        async with line_of(app, client) as line:
            yield candidate, line


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
