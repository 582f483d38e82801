"""Reads of incidents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core.clock import rfc3339
from app.proctoring.models import IncidentRow


async def list_incidents(session: AsyncSession, sitting_id: UUID) -> list[dict[str, Any]]:
    """Every incident of a sitting, newest first."""
    rows = list(
        await session.scalars(
            select(IncidentRow).where(IncidentRow.sitting_id == sitting_id).order_by(IncidentRow.opened_at.desc())
        )
    )
    names = await identity.names_of(session, (row.opened_by for row in rows))
    return [
        {
            "id": str(row.id),
            "attempt_id": str(row.attempt_id) if row.attempt_id else None,
            "category": row.category,
            "note": row.note,
            "opened_at": rfc3339(row.opened_at),
            "closed_at": rfc3339(row.closed_at) if row.closed_at else None,
            "closing_note": row.closing_note,
            "opened_by": names[row.opened_by],
        }
        for row in rows
    ]
