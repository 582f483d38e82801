"""Which columns hold sealed values, by which keys these are sealed, and how they come under a new one.

Rewrapping changes who can open a value and nothing of what it says: only the owner of the tables may do so to texts that are frozen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.core.db import BANK, PAPERS
from app.core.keyring import KeyRing, is_sealed

PLAIN: Final = b"plain1:"  # stored before there were keys
UNSEALED: Final = "-"
AT_ONCE: Final = 20  # some are whole files


@dataclass(frozen=True, slots=True)
class Stored:
    """A column of sealed values. Each is bound to its place, `table/about`; where it is a wrapped key alone, to none."""

    purpose: str
    table: str
    column: str
    about: str
    key_alone: bool = False


STORED: Final = (
    Stored(BANK, "item_versions", "sealed", "id"),
    Stored(BANK, "item_keys", "sealed", "item_version_id"),
    Stored(BANK, "item_images", "sealed", "hash"),
    Stored(BANK, "item_reviews", "sealed_reason", "item_version_id"),
    Stored(BANK, "item_version_comments", "sealed", "item_version_id"),
    Stored(BANK, "bank_imports", "sealed_file", "id"),
    Stored(BANK, "bank_imports", "sealed_passphrase", "id"),
    Stored(BANK, "bank_imports", "sealed_report", "id"),
    Stored(BANK, "key_corrections", "sealed", "id"),
    Stored(BANK, "review_snapshots", "sealed", "sha256"),
    Stored(BANK, "review_parts", "sealed", "id"),
    Stored(PAPERS, "papers", "key", "attempt_id", key_alone=True),
)

# The id of the key stands behind the label and its own length.
COUNT = "SELECT {sealed_by} AS id, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
SAMPLES = "SELECT DISTINCT ON (1) {sealed_by} AS id, substring({column} FOR 256) AS value FROM {table} WHERE {column} IS NOT NULL"
SEALED_BY = """
    CASE WHEN substring({column} FOR 8) = 'sealed1:'
    THEN convert_from(substring({column} FROM 10 FOR get_byte({column}, 8)), 'UTF8') ELSE '-' END
"""
OTHERS = """
    SELECT ctid, {column} AS value, '{table}/' || {about} AS place FROM {table}
    WHERE substring({column} FOR $1) <> $2 LIMIT $3 FOR NO KEY UPDATE
"""
REPLACE = "UPDATE {table} SET {column} = $2 WHERE ctid = $1"
UNSEALED_ROWS = "SELECT '{table}/' || {about} FROM {table} WHERE substring({column} FOR 8) <> 'sealed1:'"


def statement(template: str, stored: Stored) -> str:
    template = template.replace("{sealed_by}", SEALED_BY)
    return template.format(table=stored.table, column=stored.column, about=stored.about)


async def count_by_key(connection: Any) -> dict[Stored, dict[str, int]]:
    """How many values of each column each key seals; UNSEALED stands for none."""
    return {stored: dict(await connection.fetch(statement(COUNT, stored))) for stored in STORED}


async def read_samples(connection: Any) -> Iterator[tuple[Stored, str, bytes]]:
    """The beginning of one value of each column and key."""
    found = [(stored, row) for stored in STORED for row in await connection.fetch(statement(SAMPLES, stored))]
    return ((stored, row["id"], row["value"]) for stored, row in found)


async def rewrap_some(connection: Any, ring: KeyRing, stored: Stored) -> int:
    """Bring some values under the newest key, in a transaction of their own; how many there were. 0: all of them are."""
    ring = ring.derive(stored.purpose)
    async with connection.transaction():
        rows = await connection.fetch(statement(OTHERS, stored), len(ring.prefix), ring.prefix, AT_ONCE)
        fresh = [(row["ctid"], _sealed_again(ring, stored, row["value"], row["place"])) for row in rows]
        await connection.executemany(statement(REPLACE, stored), fresh)
    return len(rows)


def _sealed_again(ring: KeyRing, stored: Stored, value: bytes, place: str) -> bytes:
    if is_sealed(value):
        return ring.rewrap(value)
    return ring.wrap(value) if stored.key_alone else ring.seal(value.removeprefix(PLAIN), place)
