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

from tests.wire import Line, Socket, frame, host_of, post


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


def hellos(job: dict[str, Any], _: list[dict[str, Any]]) -> Iterator[bytes]:
    while True:
        yield post(job["origin"], "/", "", "{}" * 90)  # as long as the body of a save


WORK = {"saves": saves, "submits": submits, "hellos": hellos}


async def run(job: dict[str, Any]) -> dict[str, Any]:
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    host, _, port = host_of(job["origin"]).partition(":")
    stop_at = time.monotonic() + job["seconds"]

    async def client(number: int) -> None:
        seats = job["seats"][number :: job["clients"]]
        kind = Socket if job["transport"] == "ws" else Line
        _, line = await asyncio.get_running_loop().create_connection(kind, host, int(port))
        if isinstance(line, Socket):
            seats = seats[:1]  # a line belongs to one candidate
            await line.open(job["origin"], seats[0]["cookie"])
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
