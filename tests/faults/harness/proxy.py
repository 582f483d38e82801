"""A relay on loopback that misbehaves on request: slow, cutting, half-open, away, a captive portal, replaying requests."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
CHUNK = 1 << 18
PORTAL = b"<!doctype html><title>Wi-Fi</title>Accept the terms to go on."
PORTAL_REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(PORTAL), PORTAL)


class Proxy:
    """Everything is switched while it runs; what it is switched to holds for the bytes that come from then on."""

    def __init__(self, upstream: Callable[[], Awaitable[Ends]], rng: random.Random) -> None:
        self.upstream, self.rng = upstream, rng
        self.latency = 0.0  # seconds, each way
        self.loss = 0.0  # the share of pieces instead of which the connection is reset
        self.half_open = False  # connections stay open, and nothing arrives any more
        self.away = False  # connections are refused, and those that were open are gone
        self.portal = False  # somebody else answers, with a page and status 200
        self.replay = 0.0  # the share of requests that arrive twice
        self.replay_within = 0.5  # seconds; a late copy arrives after newer requests
        self.replied: Counter[int] = Counter()  # statuses of the copies' answers
        self.port = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Reset every open connection."""
        for writer in list(self._open):
            writer.transport.abort()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._start(self._relay(reader, writer))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            writer.transport.abort()
            return
        ends = {writer}
        self._open.add(writer)
        try:
            inside, outside = await self.upstream()
            ends.add(outside)
            self._open.add(outside)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._forward(reader, outside, writer))
                both.create_task(self._forward(inside, writer, None))
        except* (OSError, EOFError):
            pass
        finally:
            for end in ends:
                self._open.discard(end)
                end.transport.abort()

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: asyncio.StreamWriter | None
    ) -> None:
        """Pass pieces on until either side is gone. `client` is who sent them, on the way to the server."""
        dead, request = False, b""
        while data := await reader.read(CHUNK):
            dead = dead or self.half_open
            if self.latency:
                await asyncio.sleep(self.latency)
            if dead:
                continue
            if client and self.portal:
                client.write(PORTAL_REPLY)
                continue
            if self.loss and self.rng.random() < self.loss:
                raise ConnectionResetError
            if client and (fate := self._fate(data)):
                if fate == "after":
                    writer.write(data)
                    await asyncio.sleep(0.05)
                raise ConnectionResetError
            if client and self.replay:
                request = self._collect(request + data)
            writer.write(data)
            await writer.drain()
        raise EOFError

    def _fate(self, data: bytes) -> str:
        """Whether to cut the connection before this piece arrives, or after it but before its answer; empty to let it be."""
        return ""

    def _collect(self, request: bytes) -> bytes:
        """What came of a request so far; when it is whole it may be sent again, and the next one begins."""
        if not request.startswith(b"POST "):
            return b""
        head, end, body = request.partition(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        if not end or len(body) < int(head[at + 15 :].split(b"\r\n", 1)[0]):
            return request
        if self.rng.random() < self.replay:
            self._start(self._copy(request))
        return b""

    async def _copy(self, data: bytes) -> None:
        """The same request once more, on a connection of its own; nobody reads the answer, but its status counts."""
        await asyncio.sleep(self.rng.uniform(0, self.replay_within))
        with contextlib.suppress(OSError, EOFError):
            inside, outside = await self.upstream()
            try:
                outside.write(data)
                status = (await inside.readexactly(12))[9:12]
                self.replied[int(status)] += 1
            finally:
                outside.transport.abort()
