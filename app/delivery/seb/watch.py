"""Every exam request is looked at, none is refused; what failed is noted a few times a second for all of them together.

A failed check is a signal for the proctor, not a lock: whoever came without Safe Exam Browser takes the exam, and somebody may have
to ask why. So noting may come a moment later, and what a process that is killed had not noted yet, the next request shows again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Final, cast
from uuid import UUID

import asyncpg
from fastapi import Request

from app.core.access import Permission
from app.core.errors import AppError
from app.core.pool import connection
from app.delivery.hot.seats import HotSeat, Seats
from app.delivery.seb.rules import judge, read_request
from app.delivery.seb.types import Verdict
from app.identity import FastGuard

NOTE_SECONDS: Final = 0.25
AGAIN_SECONDS: Final = 1.0
MOST_KNOWN: Final = 50_000
# Somebody whose requests go now through Safe Exam Browser, now around it, has been noticed after so many changes.
MOST_CHANGES: Final = 40

# Another process may have seen the same, or this one before it was started anew: what the newest row says already is not written
# again, and that all is well not at all where nothing was wrong.
NOTE = """
    INSERT INTO seb_signals (sitting_id, attempt_id, kind, path)
    SELECT $1, $2, $3, $4
    WHERE $3 <> coalesce((SELECT known.kind FROM seb_signals known WHERE known.sitting_id = $1 AND known.attempt_id = $2
                          ORDER BY known.id DESC LIMIT 1), 'right')
"""

log = logging.getLogger("sahih")

Seen = tuple[UUID, UUID, Verdict, str]  # sitting, attempt, what was seen, at which path


class Watch:
    """One for a server process."""

    def __init__(self, pool: asyncpg.Pool, public_url: str) -> None:
        self._pool = pool
        self._public_url = public_url
        self._known: dict[UUID, tuple[Verdict, int]] = {}  # by attempt: the last verdict, and how often it changed
        self._new: list[Seen] = []
        self._noting: list[Seen] = []

    def look(self, seat: HotSeat, headers: Mapping[bytes, bytes], path: str, query: bytes) -> None:
        """Judge a request of this seat. Costs nothing where the sitting does not ask for Safe Exam Browser."""
        if seat.seb_key is None:
            return
        sent = read_request(self._public_url, path, query.decode("latin-1"), headers)
        verdict = judge(seat.seb_key, seat.session_id, sent)
        last, changes = self._known.get(seat.attempt_id, (None, 0))
        if verdict in (None, last) or changes >= MOST_CHANGES:
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[seat.attempt_id] = (verdict, changes + 1)
        self._new.append((seat.sitting_id, seat.attempt_id, verdict, path))

    @property
    def waiting(self) -> int:
        """How much was seen and is not noted yet."""
        return len(self._new) + len(self._noting)

    async def note_for_ever(self) -> None:
        """Runs beside the server."""
        while True:
            noted = await self._note()
            await asyncio.sleep(NOTE_SECONDS if noted else AGAIN_SECONDS)

    async def _note(self) -> bool:
        """Note what is new; where that fails it is kept for the next time."""
        if not self._new:
            return True
        self._noting, self._new = self._new, []
        try:
            async with connection(self._pool) as held:
                await held.executemany(NOTE, self._noting)
        except Exception as error:  # whatever it was: we try again
            log.warning("cannot note what Safe Exam Browser showed: %s", type(error).__name__)
            self._new = self._noting + self._new
            return False
        finally:
            self._noting = []
        return True


async def watch_request(request: Request) -> None:
    """A dependency of every exam route that goes through FastAPI. It refuses nothing: the route itself does that."""
    guard, seats = cast(FastGuard, request.app.state.guard), cast(Seats, request.app.state.seats)
    headers = dict(request.scope["headers"])
    with suppress(AppError):
        visitor = guard.visitor(headers, Permission.ATTEMPT_TAKE)
        seat = await seats.get(visitor.session_id, visitor.person_id)
        watch = cast(Watch, request.app.state.seb)
        watch.look(seat, headers, request.url.path, request.scope["query_string"])
