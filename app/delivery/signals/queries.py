"""Reads of signals."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery.signals.models import SignalCount, SignalRow
from app.delivery.signals.types import Signal, Tally


async def list_signals(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> list[Signal]:
    """Every signal of an attempt that was kept, in the order in which the server heard of them."""
    rows = await session.scalars(
        select(SignalRow)
        .where(SignalRow.sitting_id == sitting_id, SignalRow.attempt_id == attempt_id)
        .order_by(SignalRow.id)
    )
    return [Signal(row.kind, row.at, row.client_at, row.seconds, row.note) for row in rows]


async def tally(session: AsyncSession, sitting_id: UUID, attempt_id: UUID | None = None) -> dict[UUID, list[Tally]]:
    """The counts by attempt, of the whole sitting or of one."""
    query = select(SignalCount).where(SignalCount.sitting_id == sitting_id)
    if attempt_id is not None:
        query = query.where(SignalCount.attempt_id == attempt_id)
    tallies: dict[UUID, list[Tally]] = {}
    for row in await session.execute(
        query.with_only_columns(*SignalCount.__table__.columns).order_by(SignalCount.kind)
    ):
        tallies.setdefault(row.attempt_id, []).append(Tally(row.kind, row.times, row.seconds, row.last_at))
    return tallies
