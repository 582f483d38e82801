"""HTTP/1.1 and WebSocket as bytes over kept-open connections: for clients by the thousand that must cost next to nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

CLOSE, PING, PONG = 8, 9, 10
PUSH = b"push {}"


class Line(asyncio.Protocol):
    """One kept-open connection; `ask` sends bytes and waits for one whole reply."""

    def __init__(self) -> None:
        self.buffer = b""
        self.head = b""  # of the last reply
        self.reply: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, rest = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = _length_told_by(head)
        if len(rest) >= length:
            self.head, self.buffer = head, rest[length:]
            if self.reply and not self.reply.done():
                self.reply.set_result((int(head[9:12]), rest[:length]))

    def connection_lost(self, error: Exception | None) -> None:
        if self.reply and not self.reply.done():
            self.reply.set_exception(ConnectionError(str(error)))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        if self.transport.is_closing():
            raise ConnectionError("the line is closed")
        self.reply = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.reply

    def cookie(self) -> str:
        """The log-in that the last reply brought."""
        _, _, after = self.head.partition(b"set-cookie: ")
        return after.split(b";", 1)[0].decode()


def _length_told_by(head: bytes) -> int:
    """Of the body; a 204 has none and tells none."""
    _, _, told = head.lower().partition(b"content-length:")
    return int(told.split(b"\r\n", 1)[0] or 0)


class Socket(Line):
    """The same over a WebSocket. A mask of zeros is a mask, and leaves the payload as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.pushed = asyncio.Event()  # something changed: the next heartbeat tells what

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.buffer.startswith(b"HTTP/"):
            head, separator, rest = self.buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            self.head, self.buffer = head, rest
            if self.reply and not self.reply.done():
                self.reply.set_result((int(head[9:12]), b""))
        while len(self.buffer) >= 2:
            long = self.buffer[1] == 126
            length = int.from_bytes(self.buffer[2:4], "big") if long else self.buffer[1]
            start = 4 if long else 2
            if len(self.buffer) < start + length:
                return
            opcode, payload = self.buffer[0] & 15, self.buffer[start : start + length]
            self.buffer = self.buffer[start + length :]
            if payload == PUSH:
                self.pushed.set()  # between replies, and none itself
            elif opcode == 1 and self.reply and not self.reply.done():
                self.reply.set_result((int(payload[:3]), payload[4:]))
            elif opcode == PING:
                self.transport.write(bytes([0x80 | PONG, 0x80 | len(payload)]) + bytes(4) + payload)
            elif opcode == CLOSE:
                self.transport.abort()

    async def open(self, origin: str, cookie: str) -> None:
        """Ask for the exam's WebSocket in the name of this log-in."""
        head = (
            f"GET /api/exam/socket HTTP/1.1\r\nHost: {host_of(origin)}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        status, _ = await self.ask(head.encode())
        if status != 101:
            raise ConnectionError(f"the handshake was answered with {status}")


def frame(text: str) -> bytes:
    payload = text.encode()
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + payload


def post(origin: str, path: str, cookie: str, body: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host_of(origin)}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def get(origin: str, path: str, cookie: str = "", headers: Mapping[str, str] | None = None) -> bytes:
    ours = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return f"GET {path} HTTP/1.1\r\nHost: {host_of(origin)}\r\nCookie: {cookie}\r\n{ours}\r\n".encode()


def host_of(origin: str) -> str:
    return origin.partition("://")[2]
