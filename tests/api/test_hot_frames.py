"""A candidate's line as the server itself speaks it: the short way answers as the long one does, and takes nothing it cannot judge."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app import identity
from app.core import events
from app.identity import tokens
from tests.api.test_hot_protocol import held_up, serving
from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, make_settings, make_world, running_app
from tests.wire import frame


class Line:
    """A line of a candidate at work; frames go out as bytes."""

    def __init__(self, app: FastAPI, candidate: Candidate, connection: ClientConnection, server: Any) -> None:
        self.app, self.candidate, self.connection, self.server = app, candidate, connection, server

    def send(self, data: bytes) -> None:
        self.connection.transport.write(data)

    def save(self, position: int, option: int = 1) -> bytes:
        return self.said("answers", self.candidate.batch({position: option}))

    def beat(self) -> bytes:
        return self.said("heartbeat", self.candidate.write())

    def said(self, verb: str, body: dict[str, Any]) -> bytes:
        self.nonces = [*getattr(self, "nonces", []), body["nonce"]]
        return frame(f"{verb} {json.dumps(body)}")

    async def reply(self) -> tuple[int, dict[str, Any]]:
        async with asyncio.timeout(10):
            status, _, body = str(await self.connection.recv()).partition(" ")
        return int(status), json.loads(body)

    async def closing_code(self) -> int | None:
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(self.connection.recv(), 10)
        return self.connection.close_code


@asynccontextmanager
async def at_work(database: TestDatabase, compression: str | None = None) -> AsyncIterator[Line]:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        assert (await candidate.enter()).status_code == 200
        candidate.epoch = 1
        async with line_of(app, candidate, compression) as line:
            yield line


@asynccontextmanager
async def line_of(app: FastAPI, candidate: Candidate, compression: str | None = None) -> AsyncIterator[Line]:
    cookie = "; ".join(f"{name}={value}" for name, value in candidate.client.cookies.items())
    async with (
        serving(app, 5) as (port, server),
        connect(
            f"ws://127.0.0.1:{port}/api/exam/socket",
            origin=app.state.settings.public_url,
            additional_headers={"Cookie": cookie},
            compression=compression,
            ping_interval=None,
        ) as connection,
    ):
        yield Line(app, candidate, connection, server)


@contextmanager
def long_ways() -> Iterator[Counter[str]]:
    """How many messages came as events."""
    seen: Counter[str] = Counter()
    pass_on = WebSocketsSansIOProtocol.send_receive_event_to_app

    def count(self: WebSocketsSansIOProtocol) -> None:
        seen["messages"] += 1
        pass_on(self)

    with patch.object(WebSocketsSansIOProtocol, "send_receive_event_to_app", count):
        yield seen


async def test_frames_are_answered_without_events(database: TestDatabase) -> None:
    async with at_work(database) as line:
        with long_ways() as seen:
            line.send(line.save(1, 2))
            status, ack = await line.reply()
            assert (status, ack["acked"], ack["nonce"]) == (200, [1], line.nonces[0])
            line.send(frame('echo {"nonce":"n1"}'))
            assert await line.reply() == (200, {"nonce": "n1"})
            line.send(frame("answers {"))
            assert (await line.reply())[1]["code"] == "not-json"
            line.send(line.said("submit", line.candidate.write()))
            assert (await line.reply())[1]["receipt"]["answered"] == 1
        assert not seen
        saved = (await line.candidate.read("attempt")).json()["answers"]
        assert [(answer["position"], answer["option"]) for answer in saved] == [(1, 2)]


async def test_frames_in_one_packet_are_answered_in_their_order(database: TestDatabase) -> None:
    async with at_work(database) as line:
        line.send(line.save(1) + line.beat() + frame('echo {"nonce":"echo-echo"}') + line.save(1, 3) + frame("no {}"))
        replies = [await line.reply() for _ in range(5)]
        assert [body.get("nonce") for _, body in replies] == [*line.nonces[:2], "echo-echo", line.nonces[2], None]
        assert [status for status, _ in replies] == [200, 200, 200, 200, 422]


async def test_a_frame_waits_for_the_reply_to_the_one_before(database: TestDatabase) -> None:
    async with at_work(database) as line:
        async with held_up() as (taken, go):
            line.send(line.save(1))
            await taken.wait()
            line.send(frame('echo {"nonce":"n1"}'))
            await asyncio.sleep(0.05)
            line.send(frame('echo {"nonce":"n2"}'))
            await asyncio.sleep(0.05)
            assert line.app.state.desk.depths()["save"] == 0, "it is on its way"
            go.set()
        assert [(await line.reply())[1]["nonce"] for _ in range(3)] == [line.nonces[0], "n1", "n2"]


async def test_a_push_in_between_is_no_reply(database: TestDatabase) -> None:
    """What waits goes on waiting, and what comes behind it stays behind it."""
    async with at_work(database) as line:
        async with held_up() as (taken, go):
            line.send(line.save(1))
            await taken.wait()
            await push_to(line)
            assert await asyncio.wait_for(line.connection.recv(), 10) == "push {}"
            line.send(frame('echo {"nonce":"behind"}'))
            await asyncio.sleep(0.1)
            go.set()
        assert [(await line.reply())[1]["nonce"] for _ in range(2)] == [line.nonces[0], "behind"]


async def push_to(line: Line) -> None:
    """Raise the rev of the attempt, as a proctor's command does, and hint at its sitting."""
    async with line.app.state.database.staff() as session, session.begin():
        sitting_id = await session.scalar(
            text("UPDATE attempts SET rev = rev + 1 WHERE state = 'running' RETURNING sitting_id")
        )
        await events.hint(session, sitting_id)


async def test_a_frame_that_comes_in_pieces_is_awaited(database: TestDatabase) -> None:
    async with at_work(database) as line:
        whole = line.save(1) + line.beat()
        with long_ways() as seen:
            for piece in (whole[:1], whole[1:3], whole[3:100], whole[100:-5], whole[-5:]):
                line.send(piece)
                await asyncio.sleep(0.02)
            assert [(await line.reply())[1]["nonce"] for _ in range(2)] == line.nonces
        assert not seen


async def test_thousands_of_frames_at_once_are_answered(database: TestDatabase) -> None:
    async with at_work(database) as line:
        line.send(frame('echo {"nonce":"n"}') * 3_000)
        assert {(await line.reply())[0] for _ in range(3_000)} == {200}


@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_what_is_no_plain_frame_goes_the_long_way(database: TestDatabase, compression: str | None) -> None:
    async with at_work(database, compression) as line:
        body = json.dumps(line.candidate.batch({1: 1}))
        with long_ways() as seen:
            await line.connection.send(["answers ", body[:20], body[20:]])
            assert (await line.reply())[0] == 200
            await line.connection.send(f"heartbeat {json.dumps(line.candidate.write())}")
            assert (await line.reply())[0] == 200
            await line.connection.send(b"answers {}")
            assert (await line.reply())[0] == 422
        assert seen["messages"] == 3


async def test_a_line_stays_on_the_short_way_between_pings(database: TestDatabase) -> None:
    async with at_work(database) as line:
        with long_ways() as seen:
            async with held_up() as (taken, go):
                line.send(line.save(1))
                await taken.wait()
                pong = await line.connection.ping()
                go.set()
            assert (await line.reply())[0] == 200
            await asyncio.wait_for(pong, 10)
            await (await line.connection.ping())
            line.send(line.beat())
            assert (await line.reply())[0] == 200
        assert not seen


async def test_a_seat_that_is_not_known_is_asked_for(database: TestDatabase) -> None:
    async with at_work(database) as line:
        with long_ways() as seen:
            for _ in range(2):
                line.send(line.beat())
                assert (await line.reply())[0] == 200
                line.app.state.seats._known.clear()
                line.send(line.save(1) + line.beat())
                assert [(await line.reply())[1]["nonce"] for _ in range(2)] == line.nonces[-2:]
        assert seen["messages"] == 2, "one frame goes the long way, and not those behind it"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x82\0\0\0\0\xff\xff", 1007),
        (b"\x81\x02no", 1002),
        (b"\x81\xff" + (1 << 40).to_bytes(8, "big") + bytes(4), 1009),
    ],
)
async def test_a_frame_that_breaks_the_rules_ends_the_line(database: TestDatabase, data: bytes, code: int) -> None:
    async with at_work(database) as line:
        line.send(data)
        assert await line.closing_code() == code


async def test_a_log_out_ends_the_line(database: TestDatabase) -> None:
    async with at_work(database) as line:
        await line.candidate.post("logout", {})
        line.send(line.save(1) + line.save(2))
        status, problem = await line.reply()
        assert (status, problem["code"]) == (401, "log-in-first")
        assert await line.closing_code() == 4401


async def test_a_line_whose_cookie_is_to_be_renewed_answers_and_hangs_up(database: TestDatabase) -> None:
    settings = make_settings(database, token_minutes=1)
    async with running_app(settings) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        candidate.epoch = 1
        claims = tokens.verify(client.cookies["sahih"], settings.secret_bytes, realm=identity.Realm.EXAM)
        who = {"person_id": claims.person_id, "session_id": claims.session_id}
        secret, issued = settings.secret_bytes[0], claims.issued_at - 40
        aged = tokens.issue(secret, realm=identity.Realm.EXAM, life_seconds=60, now=issued, **who)
        client.cookies.clear()
        client.cookies.set("sahih", aged, domain="127.0.0.1")
        async with line_of(app, candidate) as line:
            line.send(line.save(1))
            assert (await line.reply())[0] == 200
            assert await line.closing_code() == 4402


async def test_a_client_that_went_away_has_saved_all_the_same(database: TestDatabase) -> None:
    async with at_work(database) as line:
        async with held_up() as (taken, go):
            line.send(line.save(5))
            await taken.wait()
            line.connection.transport.abort()
            while line.server.connections:
                await asyncio.sleep(0.01)
            go.set()
        async with asyncio.timeout(10):
            while not (await line.candidate.read("attempt")).json()["answers"]:
                await asyncio.sleep(0.05)


async def test_a_server_that_stops_ends_the_line(database: TestDatabase) -> None:
    async with at_work(database) as line:
        line.send(line.beat())
        await line.reply()
        for connection in list(line.server.connections):
            connection.shutdown()
        assert await line.closing_code() == 1012
        async with asyncio.timeout(10):
            while line.server.connections or line.server.tasks:
                await asyncio.sleep(0.01)
