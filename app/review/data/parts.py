"""The parts of what was computed, kept sealed and by what they were computed from."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import BANK, ring_of
from app.review.compute import PROGRAM
from app.review.data.models import ReviewPartRow


def parts_key(snapshot_sha256: str, method_sha256: str, program: str = PROGRAM) -> str:
    """What an earlier edition of the program computed stays as it was: reviews name the one that theirs is by."""
    return hashlib.sha256(f"{snapshot_sha256}\n{method_sha256}\n{program}".encode()).hexdigest()


async def write_parts(session: AsyncSession, key: str, parts: Mapping[str, Any]) -> None:
    """Once: the same key stands for the same content."""
    ring = ring_of(session, BANK)
    rows = [
        {"id": f"{key}/{name}", "sealed": ring.seal(_packed(content), f"review_parts/{key}/{name}")}
        for name, content in parts.items()
    ]
    if rows:
        await session.execute(insert(ReviewPartRow).on_conflict_do_nothing(), rows)


async def find_part(session: AsyncSession, key: str, name: str) -> Any:
    """None where it was not computed."""
    row = await session.get(ReviewPartRow, f"{key}/{name}")
    return None if row is None else json.loads(_opened(session, row))


async def list_parts(session: AsyncSession, key: str) -> list[str]:
    ids = await session.scalars(select(ReviewPartRow.id).where(ReviewPartRow.id.startswith(f"{key}/", autoescape=True)))
    return sorted(one.removeprefix(f"{key}/") for one in ids)


async def read_all(session: AsyncSession, key: str) -> dict[str, bytes]:
    """Every part by name, as `encoded` made it."""
    rows = await session.scalars(select(ReviewPartRow).where(ReviewPartRow.id.startswith(f"{key}/", autoescape=True)))
    return {row.id.removeprefix(f"{key}/"): _opened(session, row) for row in rows}


def encoded(content: Any) -> bytes:
    """The same content is the same bytes."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _packed(content: Any) -> bytes:
    return zlib.compress(encoded(content), level=6)


def _opened(session: AsyncSession, row: ReviewPartRow) -> bytes:
    return zlib.decompress(ring_of(session, BANK).open(row.sealed, f"review_parts/{row.id}"))
