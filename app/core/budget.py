"""How many connections the processes of an installation may hold at most, and whether the database has room for them.

Candidates add none: whoever waits goes together. What counts are processes, and each of them says its most before it starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from app.core.pool import POOL_SIZE as HOT_POOL
from app.core.pool import plain_url
from app.core.words import both

WORKER_POOL = 3
LISTENER = 1
BY_HAND = 5  # commands, psql, a backup

# Another log-in's connections are counted, not seen: the server's log-ins may look at no more.
ROOM = """
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0) AS usable,
           (SELECT count(*) FROM pg_stat_activity WHERE usesysid IS NOT NULL AND pid <> pg_backend_pid())::int AS taken
"""


def of_server(pool_size: int) -> int:
    """One process of `serve`: a pool for each log-in, the hot paths' own, and the line that hears of changes."""
    return 2 * pool_size + HOT_POOL + LISTENER


def of_worker() -> int:
    return 2 * WORKER_POOL + HOT_POOL


@dataclass(frozen=True, slots=True)
class Room:
    """Connections that the database gives to log-ins like ours, and how many it has given now."""

    usable: int
    taken: int

    def lacks(self, needed: int) -> bool:
        """Not even with everybody else gone."""
        return needed + of_worker() + BY_HAND > self.usable

    def is_tight(self, needed: int) -> bool:
        """With those that are there now."""
        return self.taken + needed + BY_HAND > self.usable


async def read_room(url: str) -> Room:
    connection = await asyncpg.connect(plain_url(url), timeout=5)
    try:
        row = await connection.fetchrow(ROOM)
        return Room(row["usable"], row["taken"])
    finally:
        await connection.close()


def sentence(room: Room, workers: int, pool_size: int) -> str:
    """What is needed and what there is, in numbers, and what to change."""
    each, rest = of_server(pool_size), of_worker() + BY_HAND
    return both(
        f"{workers} proses memerlukan {workers} x {each} + {rest} = {workers * each + rest} sambungan; basis data memberi "
        f"{room.usable}, terpakai {room.taken}. Kecilkan SAHIH_POOL_SIZE atau --workers, atau besarkan max_connections.",
        f"{workers} processes need {workers} x {each} + {rest} = {workers * each + rest} connections; the database gives "
        f"{room.usable}, {room.taken} are taken. Lower SAHIH_POOL_SIZE or --workers, or raise max_connections.",
    )
