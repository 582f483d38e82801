"""The proctors of a level, as a process of their own: each logs in and holds the board's stream open, as the proctor's page does.

Reads one job on the first line of standard input and watches until a second line comes; answers with one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import httpx
import msgspec

from tests.load.lag import HEARD, SAVED, STATE, Screen
from tests.load.levels import APART_SECONDS
from tests.load.saying import say

PATIENCE_SECONDS = 20.0  # twice the server's sign of life
RETRY_SECONDS = 2.0


class Row(msgspec.Struct):
    """A candidate; of one who was shown before, what changed."""

    attempt_id: str
    number: str | None = None
    state: str | None = None
    last_saved_at: str | None = None
    last_contact_at: str | None = None


class News(msgspec.Struct):
    """A whole board, or those of its candidates that changed; a sign of life names none."""

    candidates: list[Row] = []


class Proctor:
    def __init__(self, job: dict[str, Any], username: str) -> None:
        self._job = job
        self._username = username
        self.screen = Screen()
        self._numbers: dict[str, str] = {}  # of the candidates, by their attempts
        self.boards = 0
        self.bytes = 0
        self.broken: list[str] = []

    async def watch(self) -> None:
        """Until somebody stops it. A stream that ends is opened again after a pause, and is noted."""
        origin = self._job["origin"]
        board = f"/api/staff/sittings/{self._job['sitting_id']}/board"
        async with httpx.AsyncClient(base_url=origin, headers={"Origin": origin}, timeout=PATIENCE_SECONDS) as client:
            secret = {"username": self._username, "password": self._job["password"]}
            (await client.post("/api/staff/login", json=secret)).raise_for_status()
            (await client.get(board)).raise_for_status()
            while True:
                try:
                    await self._read(client, f"{board}/stream")
                    self.broken.append("the stream ended")
                except httpx.HTTPError as error:
                    self.broken.append(repr(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _read(self, client: httpx.AsyncClient, stream: str) -> None:
        async with client.stream("GET", stream) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    self._show(line[6:], time.monotonic() - self._job["began_at"])

    def _show(self, text: str, at: float) -> None:
        self.boards += 1
        self.bytes += len(text)
        for row in msgspec.json.decode(text, type=News).candidates:
            number = self._numbers.setdefault(row.attempt_id, row.number or "")
            self.screen.show(number, STATE, row.state, at)
            self.screen.show(number, SAVED, row.last_saved_at, at)
            self.screen.show(number, HEARD, row.last_contact_at, at)


async def run(job: dict[str, Any]) -> dict[str, Any]:
    proctors = [Proctor(job, username) for username in job["usernames"]]
    watching = []
    for proctor in proctors:
        watching.append(asyncio.create_task(proctor.watch()))
        await asyncio.sleep(APART_SECONDS)
    await asyncio.to_thread(sys.stdin.readline)
    for task in watching:
        task.cancel()
    for ended in await asyncio.gather(*watching, return_exceptions=True):
        if not isinstance(ended, asyncio.CancelledError):
            raise RuntimeError("a proctor gave up") from ended
    cpu = time.process_time()
    return {
        "screens": [proctor.screen.shown for proctor in proctors],
        "boards": sum(proctor.boards for proctor in proctors),
        "bytes": sum(proctor.bytes for proctor in proctors),
        "broken": [one for proctor in proctors for one in proctor.broken],
        "cpu": cpu,
    }


if __name__ == "__main__":
    say(asyncio.run(run(json.loads(sys.stdin.readline()))))
