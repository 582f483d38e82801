"""Whether the computers of a room are ready: what each candidate's waiting room says of its own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.delivery.admission.models import ReadinessRow
from app.delivery.admission.rules import faults_of
from app.delivery.admission.types import Computer, Report
from app.delivery.models import AttemptRow, RosterEntry
from app.delivery.rooms import in_scope
from app.delivery.types import Seat

LONGEST_ADDRESS, LONGEST_AGENT = 64, 300


async def note_readiness(session: AsyncSession, seat: Seat, report: Report, *, address: str, agent: str) -> None:
    """Keep the newest report of this attempt. It judges nobody and stops nobody."""
    said = {
        "clock_offset_ms": report.clock_offset_ms,
        "round_trip_ms": report.round_trip_ms,
        "saves": report.saves,
        "persisted": report.persisted,
        "quota_mb": report.quota_mb,
        "address": address[:LONGEST_ADDRESS],
        "agent": agent[:LONGEST_AGENT],
        "reported_at": func.clock_timestamp(),
    }
    here = {"sitting_id": seat.sitting.id, "attempt_id": seat.attempt.id}
    statement = insert(ReadinessRow).values(**here, **said)
    await session.execute(statement.on_conflict_do_update(index_elements=list(here), set_=said))


async def list_computers(session: AsyncSession, sitting_id: UUID, actor: Actor) -> list[Computer]:
    """The newest report of every candidate whom this person may see."""
    rows = await session.scalars(
        select(ReadinessRow)
        .join(
            AttemptRow,
            (AttemptRow.sitting_id == ReadinessRow.sitting_id) & (AttemptRow.id == ReadinessRow.attempt_id),
        )
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .where(ReadinessRow.sitting_id == sitting_id, in_scope(actor))
    )
    return [_computer(row) for row in rows]


def _computer(row: ReadinessRow) -> Computer:
    report = Report(row.clock_offset_ms, row.round_trip_ms, row.saves, row.persisted, row.quota_mb)
    return Computer(row.attempt_id, report, row.address, row.agent, row.reported_at, faults_of(report, row.agent))
