"""When answers were saved, never which: what a review reads to tell how long items took. And who sat for the first time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery.models import ANSWER_EVENTS, AttemptRow, RosterEntry, SittingRow
from app.delivery.types import AttemptState


class Save(NamedTuple):
    attempt_id: UUID
    position: int
    at: datetime
    live: bool  # not by a rescue file, whose time is that of its upload


async def list_saves(session: AsyncSession, sitting_id: UUID, since: datetime, until: datetime) -> list[Save]:
    """Every stored change of a stretch of time: the journal is indexed by time alone, so ask for one stretch after the other."""
    events = ANSWER_EVENTS.c
    rows = await session.execute(
        select(events.attempt_id, events.position, events.at, events.source == "live").where(
            events.at >= since, events.at < until, events.sitting_id == sitting_id, ~events.late
        )
    )
    return [Save(*row) for row in rows]


def stretches(since: datetime, until: datetime, length: timedelta) -> list[tuple[datetime, datetime]]:
    """A span of time in pieces, the last of which holds its end."""
    count = (until - since) // length + 1
    return [(since + n * length, since + (n + 1) * length) for n in range(count)]


async def first_attempts(session: AsyncSession, sitting_ids: Collection[UUID]) -> set[UUID]:
    """Of each person the first attempt in these sittings that came to an end and counts."""
    rows = await session.execute(
        select(AttemptRow.id)
        .ext(distinct_on(RosterEntry.person_id))
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .join(SittingRow, SittingRow.id == AttemptRow.sitting_id)
        .where(AttemptRow.sitting_id.in_(sitting_ids), AttemptRow.state == AttemptState.SUBMITTED)
        .order_by(RosterEntry.person_id, SittingRow.opens_at, AttemptRow.started_at, AttemptRow.id)
    )
    return set(rows.scalars())
