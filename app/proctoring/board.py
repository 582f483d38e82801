"""The board: one snapshot of a sitting's candidates per second, shared by everybody who watches it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core.clock import read_clock, rfc3339
from app.core.db import Database
from app.core.events import Listener
from app.core.pool import is_transient
from app.delivery import BoardRow, Sitting
from app.proctoring.queries import list_incidents, list_waiting

FRESH_SECONDS = 1.0
HINTED_SECONDS = 0.25  # a command shows at once, a hundred of them in a row as often as this
GATHER_SECONDS = 0.05  # the hints of one command become one snapshot
KEEP_ALIVE_SECONDS = 10.0
ASK_AGAIN_SECONDS = 4.0  # a log-out, a revoked session or a lost role ends a stream within five

log = logging.getLogger("sahih")


async def read_board(session: AsyncSession, sitting: Sitting) -> dict[str, Any]:
    """Everything on the board. No answer, score or key is read for it."""
    now = await read_clock(session)
    rows = await delivery.list_board(session, sitting)
    incidents = await list_incidents(session, sitting.id)
    waiting = await list_waiting(session, sitting.id)
    token = {"value": sitting.token, "expires_at": _time(sitting.token_expires_at)} if sitting.token else None
    return {
        "sitting_id": str(sitting.id),
        "server_time": rfc3339(now),
        "title": sitting.title,
        "zone": sitting.zone,
        "admission": sitting.admission,
        "opens_at": rfc3339(sitting.opens_at),
        "closes_at": rfc3339(sitting.closes_at),
        "token": token,
        "candidates": [_candidate(row, now) for row in rows],
        "incidents": incidents,
        **waiting,
    }


def _candidate(row: BoardRow, now: Any) -> dict[str, Any]:
    closes_at = row.clock.closes_at
    ends_at = delivery.shown_end(closes_at, row.clock.transmission_seconds) if closes_at else None
    phase = delivery.phase(row.clock, now).phase
    request = None
    if row.device_requested_at:
        request = {
            "requested_at": _time(row.device_requested_at),
            "address": row.device_address,
            "agent": row.device_agent,
        }
    return {
        "attempt_id": str(row.attempt_id),
        "number": row.number,
        "name": row.name,
        "seat": row.seat,
        "state": row.clock.state,
        "phase": phase,
        "answered": row.answered,
        "items": row.items,
        "started_at": _time(row.started_at),
        "closes_at": _time(closes_at),
        "ends_at": _time(ends_at),
        "last_contact_at": _time(row.last_contact_at),
        "last_saved_at": _time(row.last_saved_at),
        "epoch": row.epoch,
        "late": row.late,
        "room_id": str(row.room_id) if row.room_id else None,
        "paused_at": _time(row.paused_at),
        "paused_for": row.paused_for,
        "resumes_at": _time(row.clock.resumes_at),
        "note_until": _time(delivery.rescue.note_until(row, phase, now)),
        "device_request": request,
    }


def _time(instant: Any) -> str | None:
    return rfc3339(instant) if instant else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    began_at: float  # on this process's clock; what was committed before is in it
    took: float
    fingerprint: str
    event: bytes

    def again_in(self, seconds: float) -> float:
        """The moment of the next one: so long after this one, and never at it for more than half of the time."""
        return self.began_at + max(seconds, 2 * self.took)


class Boards:
    """Snapshots of the sittings that somebody watches, taken only while watched: once a second each, and after a hint.

    Whoever watches waits for the same moment, so that nobody sees a snapshot later than the one who asked for it.
    """

    def __init__(self, database: Database, listener: Listener) -> None:
        self._database = database
        self._listener = listener
        self._locks: dict[UUID, asyncio.Lock] = {}
        self._taken: dict[UUID, Snapshot] = {}
        self._ending = False

    async def stream(self, sitting_id: UUID, still_allowed: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
        """Server-sent events: a `board` whenever something changed, a comment line now and then; ends when it may not go on.

        It ends, too, when the database is away: the page comes again by itself, and is told then how things stand.
        """
        try:
            async for event in self._events(sitting_id, still_allowed):
                yield event
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("a board ended, the database is away: %s", type(error).__name__)

    async def _events(self, sitting_id: UUID, still_allowed: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
        sent, spoke_at, asked_at = "", time.monotonic(), time.monotonic()
        newer_than = time.monotonic() - FRESH_SECONDS
        with self._listener.changed(sitting_id) as changed:
            while not self._ending:
                if time.monotonic() - asked_at >= ASK_AGAIN_SECONDS:
                    if not await still_allowed():
                        return
                    asked_at = time.monotonic()
                snapshot = await self._snapshot(sitting_id, newer_than)
                if snapshot.fingerprint != sent:
                    yield snapshot.event
                    sent, spoke_at = snapshot.fingerprint, time.monotonic()
                elif time.monotonic() - spoke_at >= KEEP_ALIVE_SECONDS:
                    yield b": still here\n\n"
                    spoke_at = time.monotonic()
                newer_than = await _wait(changed, snapshot)

    def end(self) -> None:
        """End every stream within a second: the server stops, and the pages come back to another one."""
        self._ending = True

    async def _snapshot(self, sitting_id: UUID, newer_than: float) -> Snapshot:
        """One that began after this moment: somebody else's if there is one."""
        lock = self._locks.setdefault(sitting_id, asyncio.Lock())
        async with lock:
            known = self._taken.get(sitting_id)
            if known and known.began_at > newer_than:
                return known
            self._taken[sitting_id] = taken = await self._take(sitting_id)
            return taken

    async def _take(self, sitting_id: UUID) -> Snapshot:
        began_at = time.monotonic()
        async with self._database.staff() as session:
            sitting = await delivery.get_sitting(session, sitting_id)
            board = await read_board(session, sitting)
        text = json.dumps(board, ensure_ascii=False, separators=(",", ":"))
        fingerprint = text.replace(board["server_time"], "")  # the clock alone is no change
        event = f"event: board\ndata: {text}\n\n".encode()
        return Snapshot(began_at, time.monotonic() - began_at, fingerprint, event)


async def _wait(changed: asyncio.Event, last: Snapshot) -> float:
    """Wait until a snapshot is due, a second after the last one or after a hint; returns what it must be newer than."""
    try:
        await asyncio.wait_for(changed.wait(), last.again_in(FRESH_SECONDS) - time.monotonic())
    except TimeoutError:
        return last.began_at
    changed.clear()  # a hint from here on is one more
    hinted_at = time.monotonic()
    await asyncio.sleep(max(GATHER_SECONDS, last.again_in(HINTED_SECONDS) - hinted_at))
    return hinted_at
