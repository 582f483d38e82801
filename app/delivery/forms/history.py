"""Who saw which items before."""

from __future__ import annotations

from collections import defaultdict
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank

# A void attempt counts for nothing, and was read all the same.
SEEN: Final = text(
    """
    SELECT DISTINCT mine.person_id, version_id
    FROM roster mine
    JOIN roster before ON before.person_id = mine.person_id AND before.sitting_id <> mine.sitting_id
    JOIN attempts a ON a.sitting_id = before.sitting_id AND a.roster_id = before.id AND a.started_at IS NOT NULL
    JOIN forms f ON f.sitting_id = a.sitting_id AND f.id = a.form_id
    CROSS JOIN LATERAL unnest(f.item_version_ids) AS version_id
    WHERE mine.sitting_id = :sitting_id
    """
)


async def read_earlier(session: AsyncSession, sitting_id: UUID) -> dict[UUID, frozenset[str]]:
    """Person on this sitting's roster → the codes of all items that they were shown in other sittings, in whatever version."""
    seen = (await session.execute(SEEN, {"sitting_id": sitting_id})).all()
    code_of = await itembank.codes_of(session, {row.version_id for row in seen})
    earlier: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in seen:
        earlier[row.person_id].add(code_of[row.version_id])
    return {person: frozenset(codes) for person, codes in earlier.items()}
