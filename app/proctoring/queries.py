"""Reads for the board: incidents, rooms, and what waits for somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity
from app.core.clock import rfc3339
from app.proctoring.models import IncidentRow


async def reporter_of(session: AsyncSession, incident_id: UUID) -> UUID | None:
    """Who wrote this incident down."""
    return await session.scalar(select(IncidentRow.opened_by).where(IncidentRow.id == incident_id))


async def has_incident(session: AsyncSession, sitting_id: UUID, incident_id: UUID) -> bool:
    this = (IncidentRow.sitting_id == sitting_id) & (IncidentRow.id == incident_id)
    return await session.scalar(select(IncidentRow.id).where(this)) is not None


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


async def list_waiting(session: AsyncSession, sitting_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """The rooms of a sitting, which of them are frozen, and grants of time that wait for a second person."""
    rooms = await delivery.list_rooms(session, sitting_id)
    freezes = await delivery.list_freezes(session, sitting_id)
    requests = await delivery.list_time_requests(session, sitting_id)
    names = await identity.names_of(
        session, {one.frozen_by for one in freezes} | {one.requested_by for one in requests}
    )
    return {
        "rooms": [{"id": str(room.id), "name": room.name} for room in rooms],
        "freezes": [
            {
                "id": str(one.id),
                "room_id": str(one.room_id) if one.room_id else None,
                "reason": one.reason,
                "frozen_at": rfc3339(one.frozen_at),
                "frozen_by": names[one.frozen_by],
            }
            for one in freezes
        ],
        "time_requests": [
            {
                "id": str(one.id),
                "attempt_id": str(one.attempt_id),
                "seconds": one.seconds,
                "reason": one.reason,
                "requested_by": names[one.requested_by],
                "requested_by_id": str(one.requested_by),
                "requested_at": rfc3339(one.requested_at),
            }
            for one in requests
        ],
    }
