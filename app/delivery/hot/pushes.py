"""Hints over the open lines of candidates' pages: something about your attempt changed, ask where it stands.

A rare command of a proctor (pause, grant, message) raises the `rev` of the attempts that it concerns and hints at its sitting. Each
process then reads the revs behind its own lines, and tells those whose rev it has not told of. A push says nothing itself and may
be lost: the page's next heartbeat tells the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from starlette.types import Send

from app.core.events import Listener
from app.core.pool import connection
from app.delivery.hot.frames import PUSH
from app.delivery.hot.seats import HotSeat

PAUSE_SECONDS = 0.25  # a hundred commands in a row become four looks a second
PATIENCE_SECONDS = 1.0  # a line that takes no more holds up nobody

REVS = "SELECT id, rev FROM attempts WHERE sitting_id = $1 AND id = ANY($2::uuid[])"

log = logging.getLogger("sahih")


@dataclass(eq=False, slots=True)
class Line:
    attempt_id: UUID
    send: Send
    told: int | None = None  # the rev that this line was told of last

    async def push(self) -> None:
        with contextlib.suppress(Exception):  # a line that is gone or full
            await asyncio.wait_for(self.send({"type": "websocket.send", "text": PUSH}), PATIENCE_SECONDS)


class Pushes:
    """The open lines of this process, by sitting. A sitting without lines is not watched."""

    def __init__(self, pool: asyncpg.Pool, listener: Listener) -> None:
        self._pool = pool
        self._listener = listener
        self._lines: dict[UUID, set[Line]] = {}
        self._watchers: dict[UUID, asyncio.Task[None]] = {}

    @contextlib.contextmanager
    def line(self, seat: HotSeat, send: Send) -> Iterator[None]:
        """As long as this is entered, the line hears of what changes."""
        line, sitting_id = Line(seat.attempt_id, send), seat.sitting_id
        lines = self._lines.setdefault(sitting_id, set())
        lines.add(line)
        if sitting_id not in self._watchers:
            self._watchers[sitting_id] = asyncio.create_task(self._watch(sitting_id), name="pushes")
        try:
            yield
        finally:
            lines.discard(line)
            if not lines:
                del self._lines[sitting_id]
                self._watchers.pop(sitting_id).cancel()

    async def _watch(self, sitting_id: UUID) -> None:
        with self._listener.changed(sitting_id) as changed:
            while True:
                await changed.wait()
                changed.clear()
                try:
                    await self._look(sitting_id)
                except Exception as error:  # whatever it was: the next hint, or the next heartbeat, tells
                    log.warning("cannot push to candidates: %s", type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _look(self, sitting_id: UUID) -> None:
        attempts = list({line.attempt_id for line in self._lines[sitting_id]})
        async with connection(self._pool) as held:
            revs = {row["id"]: row["rev"] for row in await held.fetch(REVS, sitting_id, attempts)}
        news = [line for line in self._lines[sitting_id] if line.told != revs.get(line.attempt_id, line.told)]
        for line in news:
            line.told = revs[line.attempt_id]
        await asyncio.gather(*(line.push() for line in news))
