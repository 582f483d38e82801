"""A managed server: everything in one file of pg_dump, and back into an empty database.

A dump is as old as its beginning. For no loss at all a managed server needs its provider's point-in-time recovery.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg

from app.core.pool import plain_url
from app.core.postgres.backup import Backup, run_tool
from app.core.postgres.binaries import PostgresError, find_bindir
from app.core.words import both


def take(owner_url: str, folder: Path) -> Backup:
    """Dump the database into a new file below this folder."""
    at = datetime.now(UTC)
    path = folder / f"dump-{at:%Y%m%dT%H%M%SZ}.dump"
    fresh = folder / "new.dump"
    fresh.unlink(missing_ok=True)
    _with_password("pg_dump", owner_url, "--format=custom", "--serializable-deferrable", f"--file={fresh}")
    fresh.rename(path)
    return Backup(path, at, at)


def prune(folder: Path, keep: int) -> None:
    """Remove all dumps but the newest ones."""
    for old in sorted(folder.glob("dump-*.dump"))[:-keep]:
        old.unlink()


def restore(path: Path, owner_url: str) -> None:
    """Everything or nothing, into a database that holds no table yet (`sahih db init` makes one)."""
    if asyncio.run(_has_tables(owner_url)):
        raise PostgresError(
            both(
                "Basis data tujuan tidak kosong. Buat yang baru dengan `sahih db init`, lalu ulangi.",
                "The database to restore into is not empty. Make a new one with `sahih db init` and repeat.",
            )
        )
    _with_password("pg_restore", owner_url, "--single-transaction", "--no-owner", "--exit-on-error", str(path))


async def _has_tables(owner_url: str) -> bool:
    connection = await asyncpg.connect(plain_url(owner_url), timeout=5)
    try:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    finally:
        await connection.close()


def _with_password(program: str, url: str, *arguments: str) -> None:
    """The address without its password is an argument, which everybody on this computer can read; the password is not."""
    plain = plain_url(url)
    password = urlsplit(plain).password or ""
    address = plain.replace(f":{password}@", "@", 1)
    run_tool([str(find_bindir() / program), f"--dbname={address}", *arguments], PGPASSWORD=unquote(password))
