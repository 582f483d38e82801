"""A load generator that costs little: raw HTTP/1.1 over kept-open connections, in a process of its own.

Reads one job on standard input and answers with one line of JSON: how many requests were sent, which statuses came back, and
the latencies. Closed loop: each connection sends its next request when the last one was answered.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import uvloop


class Line(asyncio.Protocol):
    """One kept-open connection; `ask` sends bytes and waits for one whole reply."""

    def __init__(self) -> None:
        self.buffer = b""
        self.reply: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, rest = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(rest) >= length:
            self.buffer = rest[length:]
            if self.reply:
                self.reply.set_result((int(head[9:12]), rest[:length]))

    def connection_lost(self, error: Exception | None) -> None:
        if self.reply and not self.reply.done():
            self.reply.set_exception(ConnectionError(str(error)))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        self.reply = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.reply


class Socket(Line):
    """The same over a WebSocket. A mask of zeros is a mask, and leaves the payload as it is."""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.buffer.startswith(b"HTTP/"):
            head, separator, self.buffer = self.buffer.partition(b"\r\n\r\n")
            if separator and self.reply:
                self.reply.set_result((int(head[9:12]), b""))
            return
        while len(self.buffer) >= 4:
            long = self.buffer[1] == 126
            length = int.from_bytes(self.buffer[2:4], "big") if long else self.buffer[1]
            start = 4 if long else 2
            if len(self.buffer) < start + length:
                return
            opcode, payload = self.buffer[0] & 15, self.buffer[start : start + length]
            self.buffer = self.buffer[start + length :]
            if opcode == 1 and self.reply:
                self.reply.set_result((int(payload[:3]), payload[4:]))

    async def open(self, job: dict[str, Any], cookie: str) -> None:
        head = (
            f"GET /api/exam/socket HTTP/1.1\r\nHost: {job['host']}\r\nOrigin: {job['origin']}\r\nCookie: {cookie}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert (await self.ask(head.encode()))[0] == 101


def frame(text: str) -> bytes:
    payload = text.encode()
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + payload


def request(job: dict[str, Any], path: str, cookie: str, body: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {job['host']}\r\nOrigin: {job['origin']}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def saves(job: dict[str, Any], seats: list[dict[str, Any]]) -> Iterator[bytes]:
    """One changed answer after the other, going round the seats; every request changes a row."""
    turn = job["first_seq"]
    while True:
        turn += 1
        for seat in seats:
            change = (
                f'{{"seq":{turn},"position":{turn % 100 + 1},"option":{(turn // 100 + turn) % 4},"clear":false,'
                f'"doubtful":false}}'
            )
            body = f'{{"epoch":1,"device_secret":"{seat["device"]}","nonce":"{turn:012d}","changes":[{change}]}}'
            if job["transport"] == "ws":
                yield frame(f"answers {body}")
            else:
                yield request(job, "/api/exam/answers", seat["cookie"], body)


def submits(job: dict[str, Any], seats: list[dict[str, Any]]) -> Iterator[bytes]:
    for seat in seats:
        body = f'{{"epoch":1,"device_secret":"{seat["device"]}","nonce":"nnnnnnnnnnnn"}}'
        yield request(job, "/api/exam/submit", seat["cookie"], body)


def hellos(job: dict[str, Any], _: list[dict[str, Any]]) -> Iterator[bytes]:
    while True:
        yield request(job, "/", "", "{}" * 90)  # as long as the body of a save


WORK = {"saves": saves, "submits": submits, "hellos": hellos}


async def run(job: dict[str, Any]) -> dict[str, Any]:
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    host, _, port = job["host"].partition(":")
    stop_at = time.monotonic() + job["seconds"]

    async def client(number: int) -> None:
        seats = job["seats"][number :: job["clients"]]
        kind = Socket if job["transport"] == "ws" else Line
        _, line = await asyncio.get_running_loop().create_connection(kind, host, int(port))
        if isinstance(line, Socket):
            seats = seats[:1]  # a line belongs to one candidate
            await line.open(job, seats[0]["cookie"])
        for sent in WORK[job["work"]](job, seats):
            asked_at = time.monotonic()
            if asked_at >= stop_at:
                break
            status, _ = await line.ask(sent)
            latencies.append(time.monotonic() - asked_at)
            statuses[status] += 1
        line.transport.close()

    began = time.monotonic()
    await asyncio.gather(*(client(number) for number in range(job["clients"])))
    took = time.monotonic() - began
    latencies.sort()
    at = {name: latencies[int(len(latencies) * share)] * 1000 for name, share in (("p50", 0.5), ("p99", 0.99))}
    return {"statuses": dict(statuses), "seconds": took, "p50_ms": at["p50"], "p99_ms": at["p99"]}


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(json.load(sys.stdin)))))
