"""Photos of an incident: what a camera wrote, known by its first bytes, and small enough for everybody's line."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.proctoring.errors import NoPicture, TooManyPhotos
from app.proctoring.models import IncidentPhoto
from app.proctoring.service import get_incident

MOST_PHOTOS: Final = 10  # of one incident
MAGIC: Final = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}


def kind_of(content: bytes) -> str | None:
    """What these bytes are, whatever somebody called them; None where they are no picture that we take."""
    return next((kind for kind, magic in MAGIC.items() if content.startswith(magic)), None)


async def add_photo(
    session: AsyncSession, sitting_id: UUID, incident_id: UUID, content: bytes, *, actor: Actor
) -> UUID:
    kind = kind_of(content)
    if kind is None:
        raise NoPicture
    await get_incident(session, sitting_id, incident_id, actor, lock=True)
    has = await session.scalar(select(func.count()).where(IncidentPhoto.incident_id == incident_id))
    if (has or 0) >= MOST_PHOTOS:
        raise TooManyPhotos
    photo = IncidentPhoto(
        id=uuid4(),
        incident_id=incident_id,
        kind=kind,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        added_by=actor.person_id,
    )
    session.add(photo)
    await session.flush()
    facts = {"photo": str(photo.id), "sha256": photo.sha256}
    await journal.record(
        session, "incident.photographed", "incident", incident_id, actor=actor, sitting_id=sitting_id, facts=facts
    )
    await events.hint(session, sitting_id)
    return photo.id


async def get_photo(
    session: AsyncSession, sitting_id: UUID, incident_id: UUID, photo_id: UUID, actor: Actor
) -> tuple[str, bytes]:
    """Its kind and its bytes."""
    await get_incident(session, sitting_id, incident_id, actor)
    photo = await session.scalar(
        select(IncidentPhoto).where(IncidentPhoto.id == photo_id, IncidentPhoto.incident_id == incident_id)
    )
    if photo is None:
        raise NotFound
    return photo.kind, photo.content
