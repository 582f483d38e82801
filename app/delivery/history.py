"""How an attempt went, for a committee or an appeal: when how many answers came, and from which computers. Never which answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery.models import ANSWER_EVENTS, AttemptDevice, AttemptRow, RosterEntry

# No clock was set back further than this; what was written before is not looked at, of all the sittings that there were.
FURTHEST_BACK: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MinuteOfAnswers:
    """What was saved in one minute: answers to items for the first time, changes of earlier ones, and what came too late."""

    at: datetime  # of the first of them
    first: int
    changed: int
    late: int
    rescued: int


@dataclass(frozen=True, slots=True)
class DeviceView:
    epoch: int
    claimed_at: datetime
    address: str | None
    agent: str | None


async def ids_of_candidate(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> tuple[UUID, UUID]:
    """The line of the roster behind an attempt, and the person."""
    row = await session.execute(
        select(RosterEntry.id, RosterEntry.person_id)
        .join(AttemptRow, (AttemptRow.sitting_id == RosterEntry.sitting_id) & (AttemptRow.roster_id == RosterEntry.id))
        .where(AttemptRow.sitting_id == sitting_id, AttemptRow.id == attempt_id)
    )
    roster_id, person_id = row.one()
    return roster_id, person_id


async def list_minutes(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> list[MinuteOfAnswers]:
    this = (AttemptRow.sitting_id == sitting_id) & (AttemptRow.id == attempt_id)
    started_at = await session.scalar(select(AttemptRow.started_at).where(this))
    if started_at is None:
        return []
    events = ANSWER_EVENTS.c
    turn = func.row_number().over(
        partition_by=(events.position, events.late, events.source), order_by=(events.epoch, events.seq)
    )
    mine = (
        select(events.at, events.late, events.source, turn.label("turn"))
        .where(events.at > started_at - FURTHEST_BACK, events.sitting_id == sitting_id, events.attempt_id == attempt_id)
        .subquery()
    )
    live = (mine.c.source == "live") & ~mine.c.late
    minute = func.date_trunc("minute", mine.c.at)
    rows = await session.execute(
        select(
            func.min(mine.c.at).label("at"),
            func.count().filter(live & (mine.c.turn == 1)).label("first"),
            func.count().filter(live & (mine.c.turn > 1)).label("changed"),
            func.count().filter(mine.c.late).label("late"),
            func.count().filter(mine.c.source == "rescue").label("rescued"),
        )
        .group_by(minute)
        .order_by(minute)
    )
    return [MinuteOfAnswers(row.at, row.first, row.changed, row.late, row.rescued) for row in rows]


async def list_devices(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> list[DeviceView]:
    rows = await session.scalars(
        select(AttemptDevice)
        .where(AttemptDevice.sitting_id == sitting_id, AttemptDevice.attempt_id == attempt_id)
        .order_by(AttemptDevice.epoch)
    )
    return [DeviceView(row.epoch, row.claimed_at, row.address, row.agent) for row in rows]
