"""What a database holds, kept for the next test that asks for the same: making it anew takes longer than most tests."""

from __future__ import annotations

import io
import time
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from tests.databases import superuser_url

STALE_SECONDS = 60  # sittings open at a time of the clock; what lies much further back is another world
NOT_OURS = ("alembic_version", "process_figures", "contacts", "watchers")  # what the server tells of itself
LIVED_IN = ("scheme_versions", "people", "journal")  # a database with any of these is no empty one


@dataclass(frozen=True, slots=True)
class Kept:
    """`tables` in PostgreSQL's binary copy format, with the rows that the migrations put there."""

    made: Any
    at: float
    tables: dict[str, bytes]
    sequences: dict[str, int]


_KEPT: dict[Hashable, Kept] = {}


async def bring(name: str, like: Hashable) -> Any:
    """Fill the empty database `name` with what was kept as `like`; None where nothing was, or where the database is in use."""
    kept, url = _KEPT.get(like), superuser_url(name)
    if url is None or kept is None or time.monotonic() - kept.at > STALE_SECONDS:
        return None
    async with _connected(url) as connection, connection.transaction():
        if await _is_lived_in(connection):
            return None
        await connection.execute("SET LOCAL session_replication_role = replica")  # no triggers, no order of tables
        await connection.execute(";".join(f"DELETE FROM {table}" for table in kept.tables))
        for table, rows in kept.tables.items():
            await connection.copy_to_table(table, source=io.BytesIO(rows), format="binary")
        for sequence, value in kept.sequences.items():
            await connection.execute("SELECT setval($1::text::regclass, $2)", sequence, value)
    return kept.made


async def keep(name: str, like: Hashable, made: Any) -> None:
    """As of one moment: a server that is running may write meanwhile."""
    url = superuser_url(name)
    if url is None:
        return
    async with _connected(url) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        tables = {table: await _rows(connection, table) for table in await _filled_tables(connection)}
        sequences = await connection.fetch(
            "SELECT format('%I', sequencename) AS name, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
        )
    _KEPT[like] = Kept(made, time.monotonic(), tables, {one["name"]: one["last_value"] for one in sequences})


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def _is_lived_in(connection: asyncpg.Connection) -> bool:
    return bool(await connection.fetchval(f"SELECT {' OR '.join(f'EXISTS (SELECT FROM {one})' for one in LIVED_IN)}"))


async def _filled_tables(connection: asyncpg.Connection) -> list[str]:
    names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    asked = [name for (name,) in names if name not in NOT_OURS]
    filled = await connection.fetchrow(f"SELECT {', '.join(f'EXISTS (SELECT FROM {one})' for one in asked)}")
    return [name for name, has_rows in zip(asked, filled, strict=True) if has_rows]


async def _rows(connection: asyncpg.Connection, table: str) -> bytes:
    rows = io.BytesIO()
    await connection.copy_from_table(table, output=rows, format="binary")
    return rows.getvalue()
