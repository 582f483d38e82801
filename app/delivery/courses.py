"""Who sat a sitting, and what made up each clock: the reads behind printed papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.delivery.models import AttemptRow, Freeze, RosterEntry, TimeGrant
from app.delivery.rooms import in_scope, lock_attempts
from app.delivery.types import AttemptState


@dataclass(frozen=True, slots=True)
class Course:
    """One candidate's way through a sitting, as papers and reports tell it. Without an attempt before the forms are drawn."""

    roster_id: UUID
    number: str
    name: str
    room_id: UUID | None
    seat: str | None
    attempt_id: UUID | None
    state: AttemptState
    admitted_at: datetime | None
    started_at: datetime | None
    closes_at: datetime | None
    paused_at: datetime | None
    submitted_at: datetime | None
    submit_reason: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """Seconds that were added to an attempt's clock, or taken back from it."""

    id: UUID
    attempt_id: UUID
    kind: str
    seconds: int
    reason: str
    actor_id: UUID | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """A freeze with its end, once it has one."""

    id: UUID
    room_id: UUID | None
    reason: str
    since: datetime | None
    frozen_by: UUID
    frozen_at: datetime
    thawed_by: UUID | None
    thawed_at: datetime | None
    resumes_at: datetime | None


async def list_courses(session: AsyncSession, sitting_id: UUID, actor: Actor) -> list[Course]:
    """Every candidate of the roster whom this person may see, once, by seat: with the attempt that counts, else a void one."""
    rows = await session.execute(
        select(
            RosterEntry.id.label("roster_id"),
            RosterEntry.number,
            RosterEntry.name,
            RosterEntry.room_id,
            RosterEntry.seat,
            AttemptRow.id,
            AttemptRow.state,
            AttemptRow.admitted_at,
            AttemptRow.started_at,
            AttemptRow.closes_at,
            AttemptRow.paused_at,
            AttemptRow.submitted_at,
            AttemptRow.submit_reason,
        )
        .select_from(RosterEntry)
        .outerjoin(
            AttemptRow,
            (AttemptRow.sitting_id == RosterEntry.sitting_id) & (AttemptRow.roster_id == RosterEntry.id),
        )
        .where(RosterEntry.sitting_id == sitting_id, in_scope(actor))
        .ext(distinct_on(RosterEntry.seat, RosterEntry.number))
        .order_by(RosterEntry.seat, RosterEntry.number, AttemptRow.state == AttemptState.VOID, AttemptRow.id)
    )
    return [_course(row) for row in rows]


async def hold_states(
    session: AsyncSession, sitting_id: UUID, attempt_ids: Sequence[UUID], actor: Actor
) -> list[AttemptState]:
    """Where these attempts stand, locked: nobody is let in and nobody starts before the caller is done."""
    return [AttemptState(row.state) for row in await lock_attempts(session, sitting_id, attempt_ids, actor)]


async def list_grants(session: AsyncSession, sitting_id: UUID) -> list[Grant]:
    """Every time grant of a sitting, in the order in which they were given."""
    rows = await session.scalars(
        select(TimeGrant).where(TimeGrant.sitting_id == sitting_id).order_by(TimeGrant.granted_at, TimeGrant.id)
    )
    return [
        Grant(row.id, row.attempt_id, row.kind, row.seconds, row.reason, row.actor_id, row.granted_at) for row in rows
    ]


async def list_outages(session: AsyncSession, sitting_id: UUID) -> list[Outage]:
    """Every freeze of a sitting or of one of its rooms, oldest first; also those that are over."""
    rows = await session.scalars(select(Freeze).where(Freeze.sitting_id == sitting_id).order_by(Freeze.frozen_at))
    return [
        Outage(
            id=row.id,
            room_id=row.room_id,
            reason=row.reason,
            since=row.since,
            frozen_by=row.frozen_by,
            frozen_at=row.frozen_at,
            thawed_by=row.thawed_by,
            thawed_at=row.thawed_at,
            resumes_at=row.resumes_at,
        )
        for row in rows
    ]


def _course(row: Any) -> Course:
    return Course(
        roster_id=row.roster_id,
        number=row.number,
        name=row.name,
        room_id=row.room_id,
        seat=row.seat,
        attempt_id=row.id,
        state=AttemptState(row.state or AttemptState.ASSIGNED),
        admitted_at=row.admitted_at,
        started_at=row.started_at,
        closes_at=row.closes_at,
        paused_at=row.paused_at,
        submitted_at=row.submitted_at,
        submit_reason=row.submit_reason,
    )
