"""A read replica for what reads much and changes nothing: statistics during an exam take no time from the server that saves."""

from __future__ import annotations

import asyncpg

from app.core.pool import plain_url
from app.core.startup import StartupRefusal
from app.core.words import both

# The replica has everything once it has replayed as far as the primary had written when it was asked. The instant of its
# last transaction alone does not say that: on a quiet primary it is old, and nothing is missing.
WRITTEN = "SELECT pg_current_wal_lsn()::text"
REPLAYED = """
    SELECT pg_is_in_recovery() AS follows, pg_last_wal_replay_lsn() >= $1::text::pg_lsn AS current,
           extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS seconds
"""


async def seconds_behind(replica_url: str, primary_url: str) -> float:
    """How old the replica's data is; 0 where it has everything. Refused where it is no replica but a server of its own."""
    written = (await _ask(primary_url, WRITTEN))[0]
    row = await _ask(replica_url, REPLAYED, written)
    if not row["follows"]:
        raise StartupRefusal(
            both(
                "SAHIH_REPLICA_URL bukan replika: servernya menerima tulisan. Tunjuk server cadangan, atau kosongkan.",
                "SAHIH_REPLICA_URL is no replica: that server takes writes. Name a standby, or leave it empty.",
            )
        )
    if row["current"]:
        return 0.0
    return float("inf") if row["seconds"] is None else float(row["seconds"])


async def _ask(url: str, query: str, *values: str) -> asyncpg.Record:
    connection = await asyncpg.connect(plain_url(url), timeout=5)
    try:
        return await connection.fetchrow(query, *values)
    finally:
        await connection.close()
