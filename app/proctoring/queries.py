"""Reads for the board: incidents, rooms, and what waits for somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity
from app.core.clock import maybe_rfc3339, rfc3339
from app.delivery import RoomView
from app.proctoring.models import IncidentCandidate, IncidentGrant, IncidentPhoto, IncidentRow
from app.proctoring.watchers import Watchers


async def reporter_of(session: AsyncSession, incident_id: UUID) -> UUID | None:
    """Who wrote this incident down."""
    return await session.scalar(select(IncidentRow.opened_by).where(IncidentRow.id == incident_id))


async def has_incident(session: AsyncSession, sitting_id: UUID, incident_id: UUID) -> bool:
    this = (IncidentRow.sitting_id == sitting_id) & (IncidentRow.id == incident_id)
    return await session.scalar(select(IncidentRow.id).where(this)) is not None


async def list_incidents(session: AsyncSession, sitting_id: UUID) -> list[dict[str, Any]]:
    """Every incident of a sitting, newest first, with the candidates, photos and grants of time that belong to it."""
    rows = list(
        await session.scalars(
            select(IncidentRow).where(IncidentRow.sitting_id == sitting_id).order_by(IncidentRow.opened_at.desc())
        )
    )
    if not rows:
        return []
    further = await further_candidates(session, sitting_id)
    photos, grants = await _photos(session, sitting_id), await _grants(session, sitting_id)
    names = await identity.names_of(session, (row.opened_by for row in rows))
    return [
        {
            "id": str(row.id),
            "room_id": str(row.room_id) if row.room_id else None,
            "attempt_id": str(row.attempt_id) if row.attempt_id else None,
            "attempt_ids": [str(id_) for id_ in (row.attempt_id, *further.get(row.id, ())) if id_],
            "category": row.category,
            "code": row.code,
            "note": row.note,
            "opened_at": rfc3339(row.opened_at),
            "closed_at": maybe_rfc3339(row.closed_at),
            "closing_note": row.closing_note,
            "opened_by": names[row.opened_by],
            "photos": photos.get(row.id, []),
            "grant_ids": grants.get(row.id, []),
        }
        for row in rows
    ]


async def further_candidates(session: AsyncSession, sitting_id: UUID) -> dict[UUID, list[UUID]]:
    """Of each incident those whom it is about besides the first."""
    here = IncidentCandidate.sitting_id == sitting_id
    found: dict[UUID, list[UUID]] = {}
    for row in await session.scalars(select(IncidentCandidate).where(here).order_by(IncidentCandidate.attempt_id)):
        found.setdefault(row.incident_id, []).append(row.attempt_id)
    return found


async def _photos(session: AsyncSession, sitting_id: UUID) -> dict[UUID, list[dict[str, str]]]:
    """Which there are, not what is in them."""
    rows = await session.execute(
        select(IncidentPhoto.id, IncidentPhoto.incident_id, IncidentPhoto.added_at)
        .join(IncidentRow, IncidentRow.id == IncidentPhoto.incident_id)
        .where(IncidentRow.sitting_id == sitting_id)
        .order_by(IncidentPhoto.added_at)
    )
    found: dict[UUID, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row.incident_id, []).append({"id": str(row.id), "added_at": rfc3339(row.added_at)})
    return found


async def _grants(session: AsyncSession, sitting_id: UUID) -> dict[UUID, list[str]]:
    rows = await session.scalars(
        select(IncidentGrant)
        .join(IncidentRow, IncidentRow.id == IncidentGrant.incident_id)
        .where(IncidentRow.sitting_id == sitting_id)
    )
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row.incident_id, []).append(str(row.grant_id))
    return found


async def list_waiting(session: AsyncSession, sitting_id: UUID, watching: Watchers) -> dict[str, Any]:
    """The rooms of a sitting, which of them nobody watches or are frozen, and grants of time that wait for a second person."""
    rooms = await delivery.list_rooms(session, sitting_id)
    freezes = await delivery.list_freezes(session, sitting_id)
    requests = await delivery.list_time_requests(session, sitting_id)
    names = await identity.names_of(
        session, {one.frozen_by for one in freezes} | {one.requested_by for one in requests}
    )
    return {
        "rooms": [
            {"id": str(room.id), "name": room.name, "unattended": room.candidates > 0 and _unattended(room, watching)}
            for room in rooms
        ],
        "unattended": watching is not None and not watching,
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


def _unattended(room: RoomView, watching: Watchers) -> bool:
    return watching is not None and watching.isdisjoint(room.proctors)
