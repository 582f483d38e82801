"""`sahih bank rotate-key`: everything that is sealed comes under the newest key of the bank."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Final

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from app.cli.environment import environment, in_transaction
from app.cli.refusals import Refused
from app.core import journal
from app.core.config import bank_ring
from app.core.db import BANK
from app.core.keyring import KeyRing
from app.core.pool import plain_url
from app.core.seals import STORED, UNSEALED, count_by_key, rewrap_some
from app.core.startup import require_migrated

Counts = dict[str, dict[str, int]]
CONNECTION: Final = {"application_name": "sahih-keys", "lock_timeout": "5s"}


def rotate_key(
    check: Annotated[bool, typer.Option("--check", help="only say which key seals how many values")] = False,
) -> None:
    """Menyegel ulang bank soal dengan kunci terbaru / bring everything sealed under the newest key of SAHIH_BANK_KEYS.

    Server boleh tetap berjalan; bila terputus, ulangi. Sesudahnya kunci lama boleh dihapus / the server may run, and what
    was interrupted goes on. Afterwards the old key can be removed.

    Contoh / example: sahih bank rotate-key
    """
    with environment() as values:
        if not check:
            rotate(values)
        _print(asyncio.run(_count(_url(values, "DATABASE_URL"))))


def rotate(values: Mapping[str, str]) -> int:
    """How many values came under the newest key. Only the owner of the tables changes what is frozen."""
    ring = bank_ring(values.get("SAHIH_BANK_KEYS", ""))
    rewrapped = asyncio.run(_rotate(_url(values, "SAHIH_MIGRATE_URL"), ring))
    changed = sum(rewrapped.values())
    if changed:
        facts = {"key": ring.newest, "values": rewrapped}
        in_transaction(values, lambda session: journal.record(session, "bank.key-rotated", "bank", "keys", facts=facts))
    return changed


def _url(values: Mapping[str, str], name: str) -> str:
    url = values.get(name, "")
    if not url:
        raise Refused(
            f"{name} belum diisi: segel ditulis ulang sebagai pemilik tabel.",
            f"{name} is not set: seals are rewritten as the owner of the tables.",
        )
    return url


async def _rotate(owner_url: str, ring: KeyRing) -> dict[str, int]:
    """Table → how many values."""
    await require_migrated("SAHIH_MIGRATE_URL", owner_url)
    connection = await asyncpg.connect(plain_url(owner_url), server_settings=CONNECTION)
    try:
        rewrapped = dict.fromkeys((stored.table for stored in STORED), 0)
        for stored in STORED:
            while some := await rewrap_some(connection, ring, stored):
                rewrapped[stored.table] += some
            if stored.purpose == BANK:  # papers are for an exam that may be running, and go after it
                # What was replaced stays in the files until the table is written anew.
                await connection.execute(f"VACUUM (FULL) {stored.table}")
        return rewrapped
    finally:
        await connection.close()


async def _count(url: str) -> Counts:
    await require_migrated("DATABASE_URL", url)
    connection = await asyncpg.connect(plain_url(url), server_settings=CONNECTION)
    try:
        return {
            f"{stored.table}.{stored.column}": counts for stored, counts in (await count_by_key(connection)).items()
        }
    finally:
        await connection.close()


def _print(counts: Counts) -> None:
    table = Table("kolom / column", "kunci / key", "nilai / values")
    for column, by_key in counts.items():
        for name, count in by_key.items():
            table.add_row(column, "BELUM TERSEGEL / NOT SEALED" if name == UNSEALED else name, str(count))
    Console().print(table)
