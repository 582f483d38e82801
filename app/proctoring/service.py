"""Incidents: what happened in the room, in coded words, opened and closed by people."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.proctoring.errors import IncidentClosed
from app.proctoring.models import IncidentRow


class Category(StrEnum):
    ENVIRONMENT = "environment"
    CANDIDATE = "candidate"
    STAFF = "staff"
    TECHNICAL = "technical"


async def open_incident(
    session: AsyncSession, sitting_id: UUID, *, category: Category, note: str, attempt_id: UUID | None, actor: Actor
) -> UUID:
    """Write down what happened, in the sitting or to one of its candidates."""
    if attempt_id is not None and not await delivery.has_attempt(session, sitting_id, attempt_id):
        raise NotFound
    row = IncidentRow(
        id=uuid4(),
        sitting_id=sitting_id,
        attempt_id=attempt_id,
        category=category,
        note=note,
        opened_by=actor.person_id,
    )
    session.add(row)
    await session.flush()
    facts = {"category": category.value}
    await journal.record(
        session, "incident.opened", "incident", row.id, actor=actor, sitting_id=sitting_id, facts=facts
    )
    await events.hint(session, sitting_id)
    return row.id


async def close_incident(
    session: AsyncSession, sitting_id: UUID, incident_id: UUID, *, note: str, actor: Actor
) -> None:
    row = await session.scalar(
        select(IncidentRow).where(IncidentRow.id == incident_id, IncidentRow.sitting_id == sitting_id).with_for_update()
    )
    if row is None:
        raise NotFound
    if row.closed_at is not None:
        raise IncidentClosed
    row.closed_by, row.closing_note = actor.person_id, note
    row.closed_at = func.clock_timestamp()
    await session.flush()
    await journal.record(
        session, "incident.closed", "incident", incident_id, actor=actor, sitting_id=sitting_id, reason=note
    )
    await events.hint(session, sitting_id)
