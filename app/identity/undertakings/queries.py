"""Reads of undertakings: the texts that count now, and what a person did about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Role
from app.identity.undertakings.rules import is_valid, undertakings_needed
from app.identity.undertakings.types import Act, Kind, LastAct, Undertaking

# The newest row by its number, and not by the clock, which may have stepped back in between.
STANDING = text(
    """
    SELECT t.kind, t.version, t.texts, t.life_days, u.act, u.version AS signed_version, u.at, u.expires_at,
           clock_timestamp() AS now
    FROM (SELECT DISTINCT ON (kind) * FROM undertaking_texts WHERE valid_from <= clock_timestamp()
          ORDER BY kind, version DESC) t
    LEFT JOIN LATERAL (SELECT * FROM undertakings WHERE person_id = :person_id AND kind = t.kind
                       ORDER BY id DESC LIMIT 1) u ON true
    ORDER BY t.kind
    """
)


async def list_undertakings(session: AsyncSession, person_id: UUID, roles: frozenset[Role]) -> list[Undertaking]:
    """Each kind's text of now, and where this person stands with it."""
    needed = undertakings_needed(roles)
    rows = (await session.execute(STANDING, {"person_id": person_id})).all()
    return [
        Undertaking(
            kind=Kind(row.kind),
            version=row.version,
            texts=row.texts,
            life_days=row.life_days,
            needed=Kind(row.kind) in needed,
            valid=is_valid(_last(row), row.version, row.now),
            last=_last(row),
        )
        for row in rows
    ]


async def kinds_lacking(session: AsyncSession, person_id: UUID, roles: frozenset[Role]) -> frozenset[Kind]:
    """What this person needs and has not signed, or not any more."""
    found = await list_undertakings(session, person_id, roles)
    return frozenset(one.kind for one in found if one.needed and not one.valid)


def _last(row: Any) -> LastAct | None:
    return LastAct(Act(row.act), row.signed_version, row.at, row.expires_at) if row.act else None
