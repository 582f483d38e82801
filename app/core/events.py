"""Hints between processes: PostgreSQL NOTIFY for rare commands (token renewed, device released, attempt admitted).

A hint may be lost; who listens re-reads after each reconnect and every few seconds anyway. Saves, heartbeats, starts and
submits never notify: NOTIFY takes one database-wide lock at commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.pool import plain_url

CHANNEL = "sahih"
RELISTEN_SECONDS = 2.0

log = logging.getLogger("sahih")

_NOTIFY = text("SELECT pg_notify(:channel, :payload)")


async def hint(session: AsyncSession, sitting_id: UUID) -> None:
    """Tell listeners, once this transaction commits, that something about this sitting changed."""
    await session.execute(_NOTIFY, {"channel": CHANNEL, "payload": str(sitting_id)})


class Listener:
    """One direct connection per process; `changed(sitting_id)` is an event set whenever that sitting should be re-read."""

    def __init__(self, url: str) -> None:
        self._url = plain_url(url)
        self._waiters: dict[UUID, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._listen_for_ever(), name="listener")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @contextlib.contextmanager
    def changed(self, sitting_id: UUID) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        self._waiters.setdefault(sitting_id, set()).add(event)
        try:
            yield event
        finally:
            self._waiters[sitting_id].discard(event)
            if not self._waiters[sitting_id]:
                del self._waiters[sitting_id]

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("listener lost its connection: %s", type(error).__name__)
            await asyncio.sleep(RELISTEN_SECONDS)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(self._url, timeout=5)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, lambda *message: self._wake(str(message[3])))
            self._wake_all()
            await lost.wait()
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)

    def _wake(self, payload: str) -> None:
        with contextlib.suppress(ValueError):
            for event in self._waiters.get(UUID(payload), ()):
                event.set()

    def _wake_all(self) -> None:
        for events in self._waiters.values():
            for event in events:
                event.set()
