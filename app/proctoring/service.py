"""Incidents: what happened in the room, in coded words, opened, added to and closed by people."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.proctoring.errors import IncidentClosed, OtherCode
from app.proctoring.incident_codes import Category, Code, belongs
from app.proctoring.models import IncidentCandidate, IncidentGrant, IncidentRow


async def open_incident(
    session: AsyncSession,
    sitting_id: UUID,
    *,
    category: Category,
    note: str,
    attempt_id: UUID | None,
    further: Sequence[UUID] = (),
    room_id: UUID | None = None,
    code: Code | None = None,
    actor: Actor,
) -> UUID:
    """Write down what happened, in the sitting or one of its rooms, or to these candidates."""
    if not belongs(code, category):
        raise OtherCode(category=category.value)
    if attempt_id is not None:
        await delivery.require_attempts(session, sitting_id, {attempt_id, *further}, actor)
    if room_id is not None:
        await delivery.require_room(session, sitting_id, room_id, actor)
    row = IncidentRow(
        id=uuid4(),
        sitting_id=sitting_id,
        room_id=room_id,
        attempt_id=attempt_id,
        category=category,
        code=code,
        note=note,
        opened_by=actor.person_id,
    )
    session.add(row)
    await session.flush()
    await _add_candidates(session, row, further)
    facts = {"category": category.value, "code": code.value if code else None}
    await journal.record(
        session, "incident.opened", "incident", row.id, actor=actor, sitting_id=sitting_id, facts=facts
    )
    await events.hint(session, sitting_id)
    return row.id


async def link_incident(
    session: AsyncSession,
    sitting_id: UUID,
    incident_id: UUID,
    *,
    attempt_ids: Sequence[UUID],
    grant_ids: Sequence[UUID],
    actor: Actor,
) -> None:
    """Say that these candidates, too, were concerned, and that these grants were made for it. Twice changes nothing."""
    row = await get_incident(session, sitting_id, incident_id, actor, lock=True)
    await delivery.require_attempts(session, sitting_id, set(attempt_ids), actor)
    granted = await delivery.list_grants(session, sitting_id)
    if not set(grant_ids) <= {one.id for one in granted}:
        raise NotFound
    await _add_candidates(session, row, attempt_ids)
    if grant_ids:
        links = [{"incident_id": incident_id, "grant_id": grant_id} for grant_id in grant_ids]
        await session.execute(insert(IncidentGrant).values(links).on_conflict_do_nothing())
    facts = {"attempts": [str(one) for one in attempt_ids], "grants": [str(one) for one in grant_ids]}
    await journal.record(
        session, "incident.linked", "incident", incident_id, actor=actor, sitting_id=sitting_id, facts=facts
    )
    await events.hint(session, sitting_id)


async def close_incident(
    session: AsyncSession, sitting_id: UUID, incident_id: UUID, *, note: str, actor: Actor
) -> None:
    row = await get_incident(session, sitting_id, incident_id, actor, lock=True)
    if row.closed_at is not None:
        raise IncidentClosed
    row.closed_by, row.closing_note = actor.person_id, note
    row.closed_at = func.clock_timestamp()
    await session.flush()
    await journal.record(
        session, "incident.closed", "incident", incident_id, actor=actor, sitting_id=sitting_id, reason=note
    )
    await events.hint(session, sitting_id)


async def get_incident(
    session: AsyncSession, sitting_id: UUID, incident_id: UUID, actor: Actor, *, lock: bool = False
) -> IncidentRow:
    """One that concerns a candidate or a room of this person's, or everybody."""
    query = select(IncidentRow).where(IncidentRow.id == incident_id, IncidentRow.sitting_id == sitting_id)
    row = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    rooms = await delivery.rooms_of(session, sitting_id, actor)
    if rooms is None:
        return row
    if row.attempt_id is None:
        if row.room_id is not None and row.room_id not in rooms:
            raise NotFound
        return row
    further = select(IncidentCandidate.attempt_id).where(IncidentCandidate.incident_id == incident_id)
    about = {row.attempt_id, *await session.scalars(further)}
    if not await delivery.attempts_in_scope(session, sitting_id, about, actor):
        raise NotFound
    return row


async def _add_candidates(session: AsyncSession, incident: IncidentRow, attempt_ids: Sequence[UUID]) -> None:
    # In the order in which every statement locks attempts: each link holds its own until the end.
    further = sorted(set(attempt_ids) - {incident.attempt_id})
    if not further:
        return
    links = [{"sitting_id": incident.sitting_id, "incident_id": incident.id, "attempt_id": one} for one in further]
    await session.execute(insert(IncidentCandidate).values(links).on_conflict_do_nothing())
