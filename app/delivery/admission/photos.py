"""The photograph on file: anybody of the office may add one before the first admission, afterwards it takes two people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery.admission.errors import BadPhoto, PhotoDecidedBefore, SecondPersonForPhoto
from app.delivery.admission.metadata import without_metadata
from app.delivery.admission.models import CandidatePhoto, PhotoDecision
from app.delivery.admission.rules import photo_type
from app.delivery.admission.types import Photo
from app.delivery.models import AttemptRow, RosterEntry
from app.delivery.rooms import in_scope

DECIDED = exists().where(PhotoDecision.photo_id == CandidatePhoto.id)
APPROVED = exists().where(PhotoDecision.photo_id == CandidatePhoto.id, PhotoDecision.approved)


def on_file() -> ColumnElement[bool]:
    """The WHERE of photographs that may be compared with; the newest of them is."""
    return or_(~CandidatePhoto.waits, APPROVED)


async def add_photo(session: AsyncSession, sitting_id: UUID, roster_id: UUID, image: bytes, *, actor: Actor) -> Photo:
    """Put a photograph on file; after this candidate's first admission it waits for a second person. The same one changes nothing."""
    kind = photo_type(image)
    if kind is None:
        raise BadPhoto
    image = without_metadata(image)
    entry = await _entry(session, sitting_id, roster_id, actor, lock=True)
    sha256 = hashlib.sha256(image).hexdigest()
    for known in (await find_photo(session, entry.person_id), await _find_waiting(session, entry.person_id)):
        if known and known.sha256 == sha256:
            return known
    row = CandidatePhoto(
        id=uuid4(),
        person_id=entry.person_id,
        image=image,
        media_type=kind,
        sha256=sha256,
        waits=await _was_admitted(session, entry.person_id),
        added_by=actor.person_id,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row, ["added_at"])
    facts = {"person": str(entry.person_id), "sha256": sha256, "waits": row.waits}
    await journal.record(session, "photo.added", "roster", roster_id, actor=actor, sitting_id=sitting_id, facts=facts)
    await events.hint(session, sitting_id)
    return _photo(row)


async def decide_photo(
    session: AsyncSession, sitting_id: UUID, photo_id: UUID, *, approve: bool, reason: str, actor: Actor
) -> None:
    """The second person's word on a photograph that was brought after an admission."""
    found = (
        await session.execute(
            select(CandidatePhoto, RosterEntry.id)
            .join(RosterEntry, RosterEntry.person_id == CandidatePhoto.person_id)
            .where(CandidatePhoto.id == photo_id, RosterEntry.sitting_id == sitting_id, in_scope(actor))
            .with_for_update(of=RosterEntry)
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    photo, roster_id = found
    decided = await session.get(PhotoDecision, photo_id)
    if not photo.waits or decided:
        raise PhotoDecidedBefore
    if actor.person_id in (photo.added_by, photo.person_id):
        raise SecondPersonForPhoto
    session.add(PhotoDecision(photo_id=photo_id, approved=approve, reason=reason, decided_by=actor.person_id))
    await session.flush()
    action = "photo.approved" if approve else "photo.refused"
    facts = {"photo": str(photo_id), "sha256": photo.sha256}
    await journal.record(
        session, action, "roster", roster_id, actor=actor, sitting_id=sitting_id, reason=reason, facts=facts
    )
    await events.hint(session, sitting_id)


async def read_photo(
    session: AsyncSession, sitting_id: UUID, roster_id: UUID, photo_id: UUID, actor: Actor
) -> tuple[bytes, str]:
    """A photograph of this candidate and its media type."""
    entry = await _entry(session, sitting_id, roster_id, actor)
    this = (CandidatePhoto.id == photo_id) & (CandidatePhoto.person_id == entry.person_id)
    row = await session.scalar(select(CandidatePhoto).where(this).options(undefer(CandidatePhoto.image)))
    if row is None:
        raise NotFound
    return row.image, row.media_type


async def find_photo(session: AsyncSession, person_id: UUID) -> Photo | None:
    """The one on file."""
    return (await photos_of(session, [person_id])).get(person_id)


async def photos_of(session: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, Photo]:
    """Of each of these people the photograph on file, where there is one."""
    return await _newest(session, person_ids, on_file())


async def waiting_photos_of(session: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, Photo]:
    """Of each of these people the newest photograph that a second person has to decide."""
    return await _newest(session, person_ids, CandidatePhoto.waits & ~DECIDED)


async def _find_waiting(session: AsyncSession, person_id: UUID) -> Photo | None:
    return (await waiting_photos_of(session, [person_id])).get(person_id)


async def _newest(session: AsyncSession, person_ids: Iterable[UUID], which: ColumnElement[bool]) -> dict[UUID, Photo]:
    rows = await session.scalars(
        select(CandidatePhoto)
        .where(CandidatePhoto.person_id.in_(set(person_ids)), which)
        .ext(distinct_on(CandidatePhoto.person_id))
        .order_by(CandidatePhoto.person_id, CandidatePhoto.added_at.desc(), CandidatePhoto.id)
    )
    return {row.person_id: _photo(row) for row in rows}


async def _entry(
    session: AsyncSession, sitting_id: UUID, roster_id: UUID, actor: Actor, *, lock: bool = False
) -> RosterEntry:
    this = select(RosterEntry).where(RosterEntry.sitting_id == sitting_id, RosterEntry.id == roster_id, in_scope(actor))
    entry = await session.scalar(this.with_for_update() if lock else this)
    if entry is None:
        raise NotFound
    return entry


async def _was_admitted(session: AsyncSession, person_id: UUID) -> bool:
    """Once anybody was let in by it, a photograph is not for one person to change: in this sitting and in any later one."""
    admitted = (
        select(func.count())
        .select_from(AttemptRow)
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .where(RosterEntry.person_id == person_id, AttemptRow.admitted_at.is_not(None))
    )
    return bool(await session.scalar(admitted))


def _photo(row: CandidatePhoto) -> Photo:
    return Photo(row.id, row.person_id, row.sha256, row.waits, row.added_by, row.added_at)
