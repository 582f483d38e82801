"""When each candidate was heard last: remembered as heartbeats come, and noted a few times a second for all of them together.

A heartbeat promises nothing that could be lost, so it need not wait for a commit, nor cost one. What a process that is killed had
not noted yet, the next heartbeat says again. But where notes fail, commits do (a full disk, a silent standby), and what a heartbeat
would tell may be undone by a failover: then it is refused like any write.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from uuid import UUID

import asyncpg

from app.core.pool import connection
from app.delivery.contact import note_contacts

NOTE_SECONDS = 0.25  # how much later than its candidate's heartbeat a sign of life may be on its way to the board
AGAIN_SECONDS = 1.0

log = logging.getLogger("sahih")

Heard = dict[UUID, dict[UUID, datetime]]  # by sitting and attempt


class Contacts:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._heard: Heard = {}
        self.failing = False

    def hear(self, sitting_id: UUID, attempt_id: UUID, at: datetime) -> None:
        self._heard.setdefault(sitting_id, {})[attempt_id] = at

    async def note_for_ever(self) -> None:
        """Runs beside the server."""
        while True:
            await asyncio.sleep(AGAIN_SECONDS if self.failing else NOTE_SECONDS)
            noted = [await self._note(sitting_id) for sitting_id in list(self._heard)]
            self.failing = not all(noted)

    async def _note(self, sitting_id: UUID) -> bool:
        """Note everybody of this sitting who was heard since the last time; where that fails they are kept for the next."""
        heard = self._heard.pop(sitting_id)
        try:
            async with connection(self._pool) as held:
                await note_contacts(held, sitting_id, heard)
        except Exception as error:  # whatever it was: we try again
            log.warning("cannot note who was heard: %s", type(error).__name__)
            self._heard[sitting_id] = heard | self._heard.get(sitting_id, {})
            return False
        return True
