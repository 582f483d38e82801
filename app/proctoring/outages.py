"""An outage in one press: the room is frozen and the incident written; when it is thawed, the incident is closed."""

from __future__ import annotations

import contextlib
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core.access import Actor
from app.delivery import Outcomes
from app.proctoring.errors import IncidentClosed
from app.proctoring.incident_codes import Category
from app.proctoring.service import close_incident, open_incident


async def freeze_room(
    session: AsyncSession, sitting_id: UUID, room_id: UUID | None, *, reason: str, since: datetime | None, actor: Actor
) -> tuple[UUID, UUID, Outcomes]:
    """Returns the freeze, its incident, and what became of each candidate."""
    incident_id = await open_incident(
        session, sitting_id, category=Category.TECHNICAL, note=reason, attempt_id=None, room_id=room_id, actor=actor
    )
    freeze_id, outcomes = await delivery.freeze(
        session, sitting_id, room_id, reason=reason, since=since, incident_id=incident_id, actor=actor
    )
    return freeze_id, incident_id, outcomes


async def thaw_room(
    session: AsyncSession, sitting_id: UUID, freeze_id: UUID, *, in_seconds: int, note: str, actor: Actor
) -> Outcomes:
    """Everybody whom the freeze stopped goes on together in so many seconds."""
    outcomes = await delivery.thaw(session, sitting_id, freeze_id, in_seconds=in_seconds, actor=actor)
    frozen = await delivery.get_freeze(session, sitting_id, freeze_id)
    if frozen.incident_id:
        with contextlib.suppress(IncidentClosed):  # closed by hand meanwhile: that word stands
            await close_incident(session, sitting_id, frozen.incident_id, note=note, actor=actor)
    return outcomes
