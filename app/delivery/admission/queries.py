"""Reads of admission: the door of a sitting, as one proctor of it sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.delivery.admission.models import AbsenceMark, CheckInRow
from app.delivery.admission.photos import photos_of, waiting_photos_of
from app.delivery.admission.types import Absence, Arrival, CheckIn, Document, Identity
from app.delivery.models import AttemptRow, RosterEntry
from app.delivery.queries import get_sitting
from app.delivery.rooms import in_scope
from app.delivery.types import AttemptState


async def list_arrivals(session: AsyncSession, sitting_id: UUID, actor: Actor) -> list[Arrival]:
    """Everybody of the sitting whom this person may see, by room and seat."""
    sitting = await get_sitting(session, sitting_id)
    rows = list(
        await session.execute(
            select(RosterEntry, AttemptRow.id, AttemptRow.state, AttemptRow.started_at)
            .join(
                AttemptRow,
                (AttemptRow.sitting_id == RosterEntry.sitting_id) & (AttemptRow.roster_id == RosterEntry.id),
            )
            .where(RosterEntry.sitting_id == sitting_id, in_scope(actor), AttemptRow.state != AttemptState.VOID)
            .order_by(RosterEntry.room_id, RosterEntry.seat, RosterEntry.number)
        )
    )
    people = {entry.person_id for entry, *_ in rows}
    photos, waiting = await photos_of(session, people), await waiting_photos_of(session, people)
    first, newest = await _check_ins(session, sitting_id)
    absences = await list_absent(session, sitting_id)
    found = []
    for entry, attempt_id, state, started_at in rows:
        arrived_at = first.get(attempt_id) or started_at
        found.append(
            Arrival(
                roster_id=entry.id,
                attempt_id=attempt_id,
                person_id=entry.person_id,
                number=entry.number,
                name=entry.name,
                room_id=entry.room_id,
                seat=entry.seat,
                state=state,
                check_in=newest.get(attempt_id),
                absence=None if started_at else absences.get(attempt_id),
                arrived_at=arrived_at,
                late=arrived_at is not None and arrived_at > sitting.late_after,
                photo=photos.get(entry.person_id),
                waiting_photo=waiting.get(entry.person_id),
            )
        )
    return found


async def list_checked(session: AsyncSession, sitting_id: UUID) -> dict[UUID, bool]:
    """Of each attempt whose candidate was looked at: whether all matched, by the newest check. For the board, every second."""
    rows = await session.execute(
        select(CheckInRow.attempt_id, CheckInRow.matched)
        .where(CheckInRow.sitting_id == sitting_id)
        .ext(distinct_on(CheckInRow.attempt_id))
        .order_by(CheckInRow.attempt_id, CheckInRow.checked_at.desc())
    )
    return dict(rows.all())


async def _check_ins(session: AsyncSession, sitting_id: UUID) -> tuple[dict[UUID, Any], dict[UUID, CheckIn]]:
    """Of each attempt the moment of its first check, and its newest."""
    first: dict[UUID, Any] = {}
    newest: dict[UUID, CheckIn] = {}
    for row in await session.scalars(
        select(CheckInRow).where(CheckInRow.sitting_id == sitting_id).order_by(CheckInRow.checked_at)
    ):
        first.setdefault(row.attempt_id, row.checked_at)
        identity = Identity(Document(row.document), row.matched, row.note)
        newest[row.attempt_id] = CheckIn(identity, row.photo_id, row.checked_by, row.checked_at)
    return first, newest


async def list_absent(session: AsyncSession, sitting_id: UUID) -> dict[UUID, Absence]:
    """Who is marked as absent; who started all the same is still among them."""
    here: ColumnElement[bool] = AbsenceMark.sitting_id == sitting_id
    found: dict[UUID, Absence] = {}
    for row in await session.scalars(select(AbsenceMark).where(here).order_by(AbsenceMark.marked_at)):
        if row.absent:
            found[row.attempt_id] = Absence(row.note, row.marked_by, row.marked_at)
        else:
            found.pop(row.attempt_id, None)
    return found
