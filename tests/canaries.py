"""A word that must be nowhere in clear: how it would look in files, where it is found, and the bank as it was before it was sealed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from app.core.seals import PLAIN, REPLACE, STORED, statement
from tests.databases import TestDatabase
from tests.factories import BANK_RING

WHOLE = "SELECT ctid, {column} AS value, '{table}/' || {about} AS place FROM {table}"


def forms_of(canary: bytes) -> Iterator[bytes]:
    """These bytes as they are, in hexadecimal as dumps write them, in base64 at each of its three alignments."""
    yield canary
    yield canary.hex().encode()
    yield canary.hex().upper().encode()
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + canary)
        yield encoded[4 if shift else 0 : -4]  # without what the neighbours decide


def words_of(canary: str) -> list[bytes]:
    encodings = ("utf-8", "utf-16-le", "utf-16-be")
    return [form for encoding in encodings for form in forms_of(canary.encode(encoding))]


def holds(content: bytes, forms: list[bytes]) -> bool:
    return any(form in content for form in forms)


def files_that_hold(folder: Path, forms: list[bytes]) -> list[str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path.relative_to(folder)) for path in paths if holds(_content(path), forms)]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""  # a running server removes files of its own while we look


async def unseal_everything(database: TestDatabase) -> None:
    """As a release before the keys left it behind."""
    connection = await asyncpg.connect(database.superuser_url)
    for stored in STORED:
        ring = BANK_RING.derive(stored.purpose)
        for row in await connection.fetch(statement(WHOLE, stored)):
            plain = ring.unwrap(row["value"]) if stored.key_alone else PLAIN + ring.open(row["value"], row["place"])
            await connection.execute(statement(REPLACE, stored), row["ctid"], plain)
    await connection.close()
