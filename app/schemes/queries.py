"""Reads of scheme versions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.schemes import rules
from app.schemes.models import SchemeVersionRow
from app.schemes.types import SchemeVersion


async def get_scheme_version(session: AsyncSession, version_id: UUID) -> SchemeVersion:
    row = await session.get(SchemeVersionRow, version_id)
    if row is None:
        raise NotFound
    return rules.parse(row.id, row.version_no, row.content)


async def find_newest(session: AsyncSession, code: str) -> SchemeVersion | None:
    row = await session.scalar(
        select(SchemeVersionRow)
        .where(SchemeVersionRow.code == code)
        .order_by(SchemeVersionRow.version_no.desc())
        .limit(1)
    )
    return rules.parse(row.id, row.version_no, row.content) if row else None


async def list_newest(session: AsyncSession) -> list[SchemeVersion]:
    """The newest version of every scheme, by code."""
    rows = await session.scalars(
        select(SchemeVersionRow)
        .ext(distinct_on(SchemeVersionRow.code))
        .order_by(SchemeVersionRow.code, SchemeVersionRow.version_no.desc())
    )
    return [rules.parse(row.id, row.version_no, row.content) for row in rows]
