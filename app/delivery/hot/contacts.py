"""When each candidate was heard last: remembered as heartbeats come, and noted a few times a second for all of them together.

A heartbeat promises nothing that could be lost, so it need not wait for a commit, nor cost one. What a process that is killed had
not noted yet, the next heartbeat says again.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from uuid import UUID

import asyncpg

from app.core.pool import connection
from app.delivery.contact import note_contacts

NOTE_SECONDS = 0.25  # later than that nobody's sign of life reaches the proctor's board

log = logging.getLogger("sahih")

Heard = dict[UUID, dict[UUID, datetime]]  # by sitting and attempt


class Contacts:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._heard: Heard = {}

    def hear(self, sitting_id: UUID, attempt_id: UUID, at: datetime) -> None:
        self._heard.setdefault(sitting_id, {})[attempt_id] = at

    async def note_for_ever(self) -> None:
        """Runs beside the server."""
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            try:
                await self.note()
            except Exception as error:  # whatever it was: they are kept, and noted with the next ones
                log.warning("cannot note who was heard: %s", type(error).__name__)

    async def note(self) -> None:
        """Note everybody who was heard since the last time."""
        for sitting_id in list(self._heard):
            heard = self._heard.pop(sitting_id)
            try:
                async with connection(self._pool) as held:
                    await note_contacts(held, sitting_id, heard)
            except Exception:
                self._heard[sitting_id] = heard | self._heard.get(sitting_id, {})
                raise
