"""One simulated candidate: what the exam page sends, over which line and with how much patience. All of the protocol stands here.

Each verb is told when it was meant to happen; what is noted counts from that moment, so that a server that is slow, or a line
that was still busy with the request before, cannot hide a wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.load.lag import HEARD, RUNNING, SAVED, STATE, SUBMITTED
from tests.load.log import NO_ANSWER, Log
from tests.load.timetables import BEAT_SECONDS
from tests.wire import Line, Socket, frame, get, host_of, post

PATIENCE_SECONDS = 8.0  # after this long the page takes a request for lost
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 5.0
GIVE_UP_SECONDS = 60.0
PUSHED_SECONDS = 0.3  # a whole room hears it in one instant: each page asks within this time
CLICKS = 13
CLICK_EVERY_SECONDS = 0.15
UNAVAILABLE = 503
YES = (200, 204)
PAGE = "5a" * 8  # one load of the page
LEFT_AND_BACK = ("focus-lost", "focus-back")
RENEW_SECONDS = 1200.0  # a token lives for an hour, and only a reply over HTTP can bring the next one
HOME_ADDRESSES = 16  # a client address has 28,000 ports, and each line needs one


@dataclass(slots=True)
class Seat:
    """Who this candidate is. A cookie, an epoch and a paper are given where logging in and starting are not what is measured."""

    number: str
    pin: str
    device: str
    cookie: str = ""
    epoch: int = 0
    paper: str = ""  # where the sealed paper lies


class Candidate:
    def __init__(self, place: int, seat: Seat, origin: str, log: Log, rng: random.Random, *, sockets: bool) -> None:
        self._seat = seat
        self._origin = origin
        self._log = log
        self._rng = rng
        self._sockets = sockets
        self._home = (f"127.0.0.{2 + place % HOME_ADDRESSES}", 0)
        self._lines: dict[type[Line], Line] = {}
        self._seq = 0
        self._turn = 0
        self._rev = 0
        self._renewed_at = 0.0
        self._noticed = -1
        self._unread: list[str] = []  # messages on the screen

    async def do(self, verb: str, due: float) -> None:
        """One verb of a timetable. A refusal is noted and ends this verb, not the candidate."""
        steps: dict[str, Callable[[float], Awaitable[None]]] = {
            "log in": self.log_in,
            "lobby": self.lobby,
            "agree": self.agree,
            "paper": self.paper,
            "start": self.start,
            "open": self.open,
            "save": self.save,
            "beat": self.beat,
            "clicks": self.clicks,
            "hear": self.hear,
            "confirm": self.confirm,
            "drop": self.drop,
            "submit": self.submit,
            "attempt": self.attempt,
            "leave": self.leave,
            "signals": self.signals,
        }
        await steps[verb](due)

    async def log_in(self, due: float) -> None:
        body = await self._post("log in", due, "login", {"number": self._seat.number, "pin": self._seat.pin})
        self._seat.paper = json.loads(body)["attempt"]["paper"] if body else ""

    async def lobby(self, due: float) -> None:
        """Where does the attempt stand, and has it begun?"""
        await self._post("lobby", due, "lobby", {"nonce": self._nonce()})

    async def agree(self, due: float) -> None:
        await self._post("agree", due, "agree", {"statement_version": "2"})

    async def start(self, due: float) -> None:
        nonce = self._nonce()
        body = await self._post(
            "start", due, "start", {"device_secret": self._seat.device, "token": None, "nonce": nonce}
        )
        if body:
            self._seat.epoch = json.loads(body)["epoch"]
            self._log.promised(self._seat.number, STATE, RUNNING)

    async def paper(self, due: float) -> None:
        """The sealed paper, fetched while waiting."""
        await self._ask("paper", due, Line, get(self._origin, self._seat.paper))

    async def attempt(self, due: float) -> None:
        """State, answers and, at the end, the receipt."""
        await self._get("attempt", due, "attempt")

    async def open(self, due: float) -> None:
        """Open the page's own line where there is one, and say at once who is here."""
        await self.beat(due, "open")

    async def beat(self, due: float, verb: str = "beat") -> None:
        over_http = self._log.now() - self._renewed_at > RENEW_SECONDS
        body = await self._hot(verb, due, "heartbeat", self._write("}"), over_http=over_http)
        rev = int(body.partition(b'"rev":')[2].partition(b"}")[0].partition(b",")[0] or 0)
        if body:
            self._log.promised(self._seat.number, HEARD, _server_time(body))
        if rev > self._rev > 0:
            await self.attempt(due)
            await self.messages(due)
        self._rev = rev

    async def messages(self, due: float) -> None:
        """What the proctor said and the candidate has not read: it comes on the screen, and the server is told so."""
        body = await self._get("messages", due, "messages")
        self._unread = [message["id"] for message in json.loads(body)["messages"]] if body else []
        for message in self._unread:
            await self._post("shown", self._log.now(), f"messages/{message}/shown", {})

    async def hear(self, due: float) -> None:
        """From the moment at which a proctor says something until it is on the screen."""
        with self._log.asking("hear", due) as asked:
            while not self._unread:
                await self._pushed()
                await self.beat(self._log.now())
            asked.ok = True

    async def _pushed(self) -> None:
        """Wait for the server's hint, or else for the time of the next heartbeat."""
        line = self._lines.get(Socket)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BEAT_SECONDS):
                await (line.pushed.wait() if isinstance(line, Socket) else asyncio.sleep(BEAT_SECONDS))
        if isinstance(line, Socket):
            line.pushed.clear()
        await asyncio.sleep(self._rng.random() * PUSHED_SECONDS)

    async def confirm(self, due: float) -> None:
        """The button below the message ("Sudah saya baca"), clicked again and again; the first click counts."""
        async for moment in self._clicks(due):
            for message in self._unread:
                await self._post("read", moment, f"messages/{message}/read", {})
                self._log.read.setdefault(self._seat.number, time.time())

    async def save(self, due: float) -> None:
        position, option = self._rng.randrange(1, 101), self._rng.randrange(4)
        await self._save("save", due, self._answers(position, option), position, option)

    async def clicks(self, due: float) -> None:
        """The very same answer, clicked again and again."""
        position, option = 1, self._rng.randrange(4)
        body = self._answers(position, option)
        async for moment in self._clicks(due):
            await self._save("click", moment, body, position, option)

    async def _clicks(self, due: float) -> AsyncIterator[float]:
        """The clicks of somebody who thinks that nothing happened."""
        for click in range(CLICKS):
            moment = due + click * CLICK_EVERY_SECONDS
            await self._log.until(moment)
            yield moment

    async def submit(self, due: float) -> None:
        if await self._hot("submit", due, "submit", self._write("}")):
            self._log.promised(self._seat.number, STATE, SUBMITTED)

    async def drop(self, due: float) -> None:
        """The line goes without a word; the page comes back after a pause of its own choosing."""
        self.hang_up()
        await asyncio.sleep(self._pause(1))
        await self.beat(due, "back")

    async def signals(self, due: float) -> None:
        """The window was left and came back: what the page noticed, in one report."""
        self._noticed += 2
        at = datetime.now(UTC).isoformat()
        left, back = ({"seq": self._noticed + step, "kind": kind, "at": at} for step, kind in enumerate(LEFT_AND_BACK))
        await self._post("signals", due, "signals", {"page": PAGE, "signals": [left, back | {"seconds": 4.2}]})

    async def leave(self, due: float) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        for line in self._lines.values():
            line.transport.abort()
        self._lines.clear()

    async def _save(self, verb: str, due: float, body: str, position: int, option: int) -> None:
        ack = await self._hot(verb, due, "answers", body)
        if ack and f'"acked":[{self._seq}]'.encode() in ack:
            self._log.acknowledged(self._seat.number, position, self._seat.epoch, self._seq, option)
            self._log.promised(self._seat.number, SAVED, _server_time(ack))

    def _answers(self, position: int, option: int) -> str:
        self._seq += 1
        change = f'{{"seq":{self._seq},"position":{position},"option":{option},"clear":false,"doubtful":false}}'
        return self._write(f',"changes":[{change}]}}')

    def _write(self, rest: str) -> str:
        seat = self._seat
        return f'{{"epoch":{seat.epoch},"device_secret":"{seat.device}","nonce":"{self._nonce()}"{rest}'

    def _nonce(self) -> str:
        self._turn += 1
        return f"{self._turn:012d}"

    async def _hot(self, verb: str, due: float, path: str, body: str, *, over_http: bool = False) -> bytes:
        if self._sockets and not over_http:
            return await self._ask(verb, due, Socket, frame(f"{path} {body}"))
        return await self._ask(verb, due, Line, post(self._origin, f"/api/exam/{path}", self._seat.cookie, body))

    async def _post(self, verb: str, due: float, path: str, body: dict[str, object]) -> bytes:
        request = post(self._origin, f"/api/exam/{path}", self._seat.cookie, json.dumps(body))
        return await self._ask(verb, due, Line, request)

    async def _get(self, verb: str, due: float, path: str) -> bytes:
        device = {"Sahih-Device": self._seat.device}
        return await self._ask(verb, due, Line, get(self._origin, f"/api/exam/{path}", self._seat.cookie, device))

    async def _ask(self, verb: str, due: float, kind: type[Line], request: bytes) -> bytes:
        """Ask until there is an answer that is one, as the page does; its body where it is a yes, nothing where it is a no."""
        tries = 0
        with self._log.asking(verb, due) as asked:
            while True:
                status, body = await self._once(kind, request)
                self._log.answered(verb, status, self._lines.get(kind))
                tries += 1
                asked.put_off |= status == UNAVAILABLE
                if status not in (NO_ANSWER, UNAVAILABLE) or self._log.now() > due + GIVE_UP_SECONDS:
                    break
                await asyncio.sleep(max(self._pause(tries), self._told_to_wait(kind, status)))
            asked.ok = status in YES
        return body if asked.ok else b""

    async def _once(self, kind: type[Line], request: bytes) -> tuple[int, bytes]:
        """One try. A kept-open line that turns out to be closed is no failure: a browser opens another and says nothing."""
        kept = kind in self._lines
        try:
            return await self._said(kind, request)
        except (OSError, TimeoutError):
            line = self._lines.pop(kind, None)
            if line is not None:
                line.transport.abort()
        if not kept:
            return NO_ANSWER, b""
        return await self._once(kind, request)

    async def _said(self, kind: type[Line], request: bytes) -> tuple[int, bytes]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await self._line(kind)
            answer = await line.ask(request)
        if kind is Line:
            self._renewed_at = self._log.now()
            cookie = line.head.partition(b"set-cookie: ")[2].partition(b";")[0].decode()
            self._seat.cookie = cookie or self._seat.cookie
        return answer

    async def _line(self, kind: type[Line]) -> Line:
        line = self._lines.get(kind)
        if line is None or line.transport.is_closing():
            host, _, port = host_of(self._origin).partition(":")
            loop = asyncio.get_running_loop()
            _, line = await loop.create_connection(kind, host, int(port), local_addr=self._home)
            self._lines[kind] = line
            self._log.connections += 1
            if isinstance(line, Socket):
                await line.open(self._origin, self._seat.cookie)
        return line

    def _told_to_wait(self, kind: type[Line], status: int) -> float:
        """What `Retry-After` says; over a WebSocket there is none."""
        if status != UNAVAILABLE or kind is not Line:
            return 0.0
        said = self._lines[kind].head.lower().partition(b"retry-after: ")[2].partition(b"\r\n")[0]
        return float(said) if said.isdigit() else 0.0

    def _pause(self, tries: int) -> float:
        pause: float = min(FIRST_PAUSE_SECONDS * 2 ** (tries - 1), LONGEST_PAUSE_SECONDS)
        return pause * (0.5 + self._rng.random() / 2)


def _server_time(body: bytes) -> str:
    return body.partition(b'"server_time":"')[2].partition(b'"')[0].decode()
