"""Candidates and a proctor as their pages behave: answers wait in an outbox and are sent again until they are acknowledged.

The times are those of frontend/src/exam/core/sync.ts and transport.ts. Everything that a candidate says to the server stands
in this file and in `tests.factories.Candidate`.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from typing import Any

import httpx

from app.identity import IssuedCard
from tests.factories import PASSWORD, Candidate
from tests.faults.harness.ledger import Ledger
from tests.wire import Line, Socket, frame, post

SAVE_SECONDS = 8.0
FIRST_RETRY, LAST_RETRY, LONGEST_RETRY_AFTER = 1.0, 5.0, 30.0
LARGEST_BATCH = 200
ITEMS, OPTIONS = 100, 4
OUR_PROBLEMS = ("application/json", "application/problem+json")


class VirtualCandidate:
    """One candidate's page: writes answers into its outbox, and sends what waits there, one request at a time."""

    def __init__(
        self, origin: str, port: int, card: IssuedCard, ledger: Ledger, rng: random.Random, *, socket: bool = False
    ) -> None:
        self.origin, self.port, self.card, self.ledger, self.rng = origin, port, card, ledger, rng
        self.kind = Socket if socket else Line
        self.page = Candidate(self.new_client(), card)
        self.line: Line | None = None
        self.outbox: dict[int, tuple[int, int]] = {}  # position → (seq, option), the newest change of each item
        self.failures = 0
        self.changes_at_once = 2
        self.pace = 0.05

    def new_client(self) -> httpx.AsyncClient:
        url = f"http://127.0.0.1:{self.port}"
        return httpx.AsyncClient(base_url=url, headers={"Origin": self.origin}, timeout=SAVE_SECONDS, verify=False)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.page.client.cookies.items())

    async def enter(self) -> None:
        """From the log-in to the start; each step is repeated while the server is too busy for it."""
        page = self.page
        for step in (page.log_in, self._agree, page.claim, page.start):
            for _ in range(20):
                if (answer := await step()).status_code != 503:
                    break
                await asyncio.sleep(self.rng.uniform(0.5, 1.0))
            assert answer.status_code == 200, answer.text

    async def _agree(self) -> httpx.Response:
        return await self.page.post("agree", {"statement_version": "2"})

    async def run(self, stop: asyncio.Event) -> None:
        """Answer and save until told to stop."""
        while not stop.is_set():
            self.answer()
            pause = await self.send()
            await wait(stop, pause or self.pace * self.rng.uniform(0.5, 1.5))

    async def settle(self) -> None:
        """Send until everything is acknowledged."""
        while self.outbox:
            await asyncio.sleep(await self.send())

    def answer(self) -> None:
        for position in self.rng.sample(range(1, ITEMS + 1), self.changes_at_once):
            self.page.seq += 1
            self.outbox[position] = (self.page.seq, self.rng.randrange(OPTIONS))

    async def send(self) -> float:
        """One request with what waits. Returns how long to wait before the next one; 0 after an acknowledgement."""
        rows = sorted((seq, position, option) for position, (seq, option) in self.outbox.items())[:LARGEST_BATCH]
        asked_at = time.monotonic()
        try:
            said, retry_after = await asyncio.wait_for(self._ask(rows, asked_at), SAVE_SECONDS)
        except TimeoutError:
            said, retry_after = "timeout", 0.0
        except PermissionError:
            said, retry_after = "401", 0.0
        except OSError:
            said, retry_after = "cut", 0.0
        if said == "saved":
            self.failures = 0
            return 0.0
        self.ledger.trouble(said, asked_at)
        if said == "401":
            await self._log_in_again()
        if said in ("timeout", "cut", "not our server"):
            self.hang_up()
        self.failures += 1
        backoff = min(FIRST_RETRY * 2 ** min(self.failures - 1, 8), LAST_RETRY)
        return max(backoff * (0.5 + self.rng.random() / 2), min(retry_after, LONGEST_RETRY_AFTER))

    async def _ask(self, rows: list[tuple[int, int, int]], asked_at: float) -> tuple[str, float]:
        nonce = secrets.token_hex(8)
        line = self.line = self.line or await self._open()
        status, content = await line.ask(self._message(rows, nonce))
        reply = _read(content)
        if reply is None or (status == 200 and reply.get("nonce") != nonce) or (status != 200 and "code" not in reply):
            return "not our server", 0.0
        if status == 200:
            self._acknowledged(rows, reply, asked_at)
            return "saved", 0.0
        self._keep_cookie(line.head)
        return self._refusal(status, line.head)

    def _acknowledged(self, rows: list[tuple[int, int, int]], reply: dict[str, Any], asked_at: float) -> None:
        assert self.line
        self._keep_cookie(self.line.head)
        acked = set(reply["acked"])
        saved = [row for row in rows if row[0] in acked]
        self.ledger.promise(self.card.number, self.page.epoch, saved, asked_at)
        for seq, position, _ in saved:
            if self.outbox.get(position, (0, 0))[0] == seq:
                del self.outbox[position]

    def _refusal(self, status: int, head: bytes) -> tuple[str, float]:
        """A 503 over HTTP says when to come back; one that does not is a fault of its own."""
        retry_after = header(head, b"retry-after")
        if status == 503 and self.kind is Line and not retry_after.isdigit():
            return "503 without Retry-After", 0.0
        return str(status), float(retry_after or 0)

    def _message(self, rows: list[tuple[int, int, int]], nonce: str) -> bytes:
        changes = [
            {"seq": seq, "position": position, "option": option, "clear": False, "doubtful": False}
            for seq, position, option in rows
        ]
        held = {"epoch": self.page.epoch, "device_secret": self.page.device, "nonce": nonce}
        body = json.dumps(held | {"changes": changes}, separators=(",", ":"))
        if self.kind is Socket:
            return frame(f"answers {body}")
        return post(self.origin, "/api/exam/answers", self.cookie, body)

    async def _open(self) -> Line:
        if self.kind is Socket:
            await self._ask_over_http()
        _, line = await asyncio.get_running_loop().create_connection(self.kind, "127.0.0.1", self.port)
        if isinstance(line, Socket):
            try:
                await line.open(self.origin, self.cookie)
            except BaseException:
                line.transport.abort()
                raise
        return line

    async def _ask_over_http(self) -> None:
        """As the page does before it opens a socket: HTTP alone renews a cookie, and says why somebody is refused."""
        try:
            answer = await self.page.read("me")
        except httpx.HTTPError as error:
            raise ConnectionError from error
        if answer.status_code == 401:
            raise PermissionError

    def hang_up(self) -> None:
        if self.line is not None:
            self.line.transport.abort()
            self.line = None

    def _keep_cookie(self, head: bytes) -> None:
        renewed = header(head, b"set-cookie").partition(";")[0]
        if "=" in renewed:
            name, _, value = renewed.partition("=")
            self.page.client.cookies.clear()
            self.page.client.cookies.set(name, value)

    async def _log_in_again(self) -> None:
        """As the page over the questions does: same device, same attempt, nothing typed is gone."""
        try:
            self.page.client.cookies.clear()
            await self.page.log_in()
        except httpx.TransportError:
            return
        self.hang_up()

    async def close(self) -> None:
        self.hang_up()
        await self.page.client.aclose()


class Proctor:
    """Watches the board, for ever."""

    def __init__(self, origin: str, port: int, sitting_id: object, ledger: Ledger) -> None:
        self.ledger = ledger
        self.boards = 0
        self.path = f"/api/staff/sittings/{sitting_id}/board/stream"
        url = f"http://127.0.0.1:{port}"
        self.client = httpx.AsyncClient(base_url=url, headers={"Origin": origin}, timeout=SAVE_SECONDS, verify=False)

    async def enter(self) -> None:
        answer = await self.client.post("/api/staff/login", json={"username": "proctor", "password": PASSWORD})
        assert answer.status_code == 200, answer.text

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._watch(stop)
            except httpx.HTTPError:
                await wait(stop, 1.0)

    async def _watch(self, stop: asyncio.Event) -> None:
        asked_at = time.monotonic()
        async with self.client.stream("GET", self.path, timeout=15) as answer:
            if answer.status_code != 200:
                kind = "503" if answer.status_code == 503 else f"board {answer.status_code}"
                self.ledger.trouble(kind, asked_at)
                await wait(stop, 1.0)
                return
            async for line in answer.aiter_lines():
                self.boards += line.startswith("event: ")
                if stop.is_set():
                    return


def header(head: bytes, name: bytes) -> str:
    at = head.lower().find(b"\r\n" + name + b":")
    return "" if at < 0 else head[at + len(name) + 3 :].split(b"\r\n", 1)[0].strip().decode("latin-1")


def _read(content: bytes) -> dict[str, Any] | None:
    try:
        reply = json.loads(content)
    except ValueError:
        return None
    return reply if isinstance(reply, dict) else None


async def wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
