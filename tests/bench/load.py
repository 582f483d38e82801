"""A load generator that costs little: raw HTTP/1.1 over kept-open connections, in a process of its own.

Reads one job on standard input and writes what it saw to the file it is told, as JSON: which statuses came back, after how long.
 Closed loop: each connection sends its next request when the last one was answered.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvloop

from tests.wire import Line, Socket, frame, get, host_of, post


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
                yield post(job["origin"], "/api/exam/answers", seat["cookie"], body)


def submits(job: dict[str, Any], seats: list[dict[str, Any]]) -> Iterator[bytes]:
    for seat in seats:
        body = f'{{"epoch":1,"device_secret":"{seat["device"]}","nonce":"nnnnnnnnnnnn"}}'
        yield post(job["origin"], "/api/exam/submit", seat["cookie"], body)


def papers(job: dict[str, Any], seats: list[dict[str, Any]]) -> Iterator[bytes]:
    for seat in seats:
        yield get(job["origin"], seat["paper"])


def starts(job: dict[str, Any], seats: list[dict[str, Any]]) -> Iterator[bytes]:
    for seat in seats:
        yield post(job["origin"], "/api/exam/start", seat["cookie"], start_body(seat["device"]))


def start_body(device: str) -> str:
    return f'{{"device_secret":"{device}","token":null,"nonce":"nnnnnnnnnnnn"}}'


def hellos(job: dict[str, Any], _: list[dict[str, Any]]) -> Iterator[bytes]:
    while True:
        yield post(job["origin"], "/", "", "{}" * 90)  # as long as the body of a save


WORK = {"saves": saves, "submits": submits, "papers": papers, "starts": starts, "hellos": hellos}
# A page in the waiting room asks every ten seconds, a running one every 15; an exam here is shorter, and says how many.
LOBBY_BEATS, BEATS = 3, 20


class Seen:
    """What came back: how often which status, after how long, and the bodies where they are wanted."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.latencies: list[float] = []
        self.bodies: dict[str, str] = {}
        self.cookies: dict[str, str] = {}  # of those who logged in, by their number

    async def ask(self, line: Line, sent: bytes) -> bytes:
        asked_at = time.monotonic()
        status, body = await line.ask(sent)
        self.latencies.append(time.monotonic() - asked_at)
        self.statuses[status] += 1
        return body

    def report(self, took: float) -> dict[str, Any]:
        self.latencies.sort()
        at = {share: self.latencies[int(len(self.latencies) * share)] * 1000 for share in (0.5, 0.99)}
        return {
            "statuses": dict(self.statuses),
            "requests": len(self.latencies),
            "seconds": took,
            "p50_ms": at[0.5],
            "p99_ms": at[0.99],
            "bodies": self.bodies,
            "cookies": self.cookies,
        }


async def run(job: dict[str, Any]) -> dict[str, Any]:
    seen, began = Seen(), time.monotonic()
    client = {"exams": taking_exams, "results": reading_results}.get(job["work"], repeating)
    shares = (job["seats"][number :: job["clients"]] for number in range(job["clients"]))
    await asyncio.gather(*(client(job, seats, seen) for seats in shares))
    return seen.report(time.monotonic() - began)


async def connected(job: dict[str, Any], kind: type[Line]) -> Line:
    host, _, port = host_of(job["origin"]).partition(":")
    _, line = await asyncio.get_running_loop().create_connection(kind, host, int(port))
    return line


async def repeating(job: dict[str, Any], seats: list[dict[str, Any]], seen: Seen) -> None:
    """One request after the other over one line, until the time is over or the work is done."""
    line = await connected(job, Socket if job["transport"] == "ws" else Line)
    if isinstance(line, Socket):
        seats = seats[:1]  # a line belongs to one candidate
        await line.open(job["origin"], seats[0]["cookie"])
    stop_at = time.monotonic() + job["seconds"]
    for turn, sent in enumerate(WORK[job["work"]](job, seats)):
        if time.monotonic() >= stop_at:
            break
        body = await seen.ask(line, sent)
        if job["keep"]:
            seen.bodies[seats[turn]["number"]] = body.hex()
    line.transport.close()


async def taking_exams(job: dict[str, Any], seats: list[dict[str, Any]], seen: Seen) -> None:
    for seat in seats:
        await exam(job, seat, seen)


async def exam(job: dict[str, Any], seat: dict[str, Any], seen: Seen) -> None:
    """Log in, agree, fetch the paper, wait, start, answer 100 questions, hand in."""
    line, origin = await connected(job, Line), job["origin"]
    login = json.dumps({"number": seat["number"], "pin": seat["pin"]})
    me = json.loads(await seen.ask(line, post(origin, "/api/exam/login", "", login)))
    cookie = seen.cookies[seat["number"]] = line.cookie()
    await seen.ask(line, post(origin, "/api/exam/agree", cookie, '{"statement_version":"2"}'))
    await seen.ask(line, get(origin, me["attempt"]["paper"]))
    for _ in range(LOBBY_BEATS):
        await seen.ask(line, post(origin, "/api/exam/lobby", cookie, '{"nonce":"nnnnnnnnnnnn"}'))
    await seen.ask(line, post(origin, "/api/exam/start", cookie, start_body(seat["device"])))
    if job["transport"] == "ws":
        line.transport.close()
        line = await connected(job, Socket)
        await line.open(origin, cookie)
    held = f'{{"epoch":1,"device_secret":"{seat["device"]}","nonce":"nnnnnnnnnnnn"'

    def write(verb: str, more: str = "") -> bytes:
        body = held + more + "}"
        return frame(f"{verb} {body}") if job["transport"] == "ws" else post(origin, f"/api/exam/{verb}", cookie, body)

    for seq in range(1, 101):
        change = f'{{"seq":{seq},"position":{seq},"option":{seq % 4},"clear":false,"doubtful":false}}'
        await seen.ask(line, write("answers", f',"changes":[{change}]'))
        if seq % (100 // BEATS) == 0:
            await seen.ask(line, write("heartbeat"))
    await seen.ask(line, write("submit"))
    line.transport.close()


async def reading_results(job: dict[str, Any], seats: list[dict[str, Any]], seen: Seen) -> None:
    """Come back after the release, with the session of the exam, and read the result."""
    for seat in seats:
        line = await connected(job, Line)
        await seen.ask(line, get(job["origin"], "/api/exam/result", seat["cookie"]))
        line.transport.close()


if __name__ == "__main__":
    work = json.load(sys.stdin)
    Path(sys.argv[1]).write_text(json.dumps(uvloop.run(run(work))), encoding="utf-8")
