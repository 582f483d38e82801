"""Does what is acknowledged stand on two servers? Asked by committing something, as the answers of candidates are committed.

Who follows, and how far, PostgreSQL shows to few log-ins; whether a commit waited, everybody sees. A backup or an asynchronous
standby is a connected follower as well, and keeps no commit waiting.
"""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from app.core.pool import connection, is_transient, open_pool

SETTINGS = """
    SELECT current_setting('synchronous_standby_names') AS names, current_setting('synchronous_commit') AS waits,
           (SELECT count(*) FROM pg_stat_replication) AS connected
"""
COMMIT = "SELECT pg_logical_emit_message(true, 'sahih', 'preflight')"
# NULL where this log-in may not see it (that takes pg_read_all_stats): then the commit that waited is the proof.
FLUSHED = "SELECT bool_or(sync_state IN ('sync', 'quorum') AND flush_lsn >= $1) FROM pg_stat_replication"


@dataclass(frozen=True, slots=True)
class Following:
    """`waits`: `synchronous_commit` of the log-in that saves. `confirmed`: a commit of its own was, by a synchronous standby."""

    connected: int
    names: str
    waits: str
    confirmed: bool


async def read_following(url: str) -> Following:
    """As this log-in, over the very connections that saves go over, with their limits and their doubts."""
    pool = await open_pool(url)
    try:
        async with connection(pool) as held:
            row = await held.fetchrow(SETTINGS)
        confirmed = bool(row["names"]) and await _is_confirmed(pool)
        return Following(row["connected"], row["names"], row["waits"], confirmed)
    finally:
        pool.terminate()


async def _is_confirmed(pool: asyncpg.Pool) -> bool:
    try:
        async with connection(pool) as held:
            written = await held.fetchval(COMMIT)
        async with connection(pool) as held:
            return await held.fetchval(FLUSHED, written) is not False
    except Exception as error:
        if not is_transient(error):
            raise
        return False
