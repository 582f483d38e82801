"""The read behind the proctor's board, which is taken every second as long as somebody watches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery.devices import is_asking
from app.delivery.models import ANSWER_EVENTS, AnswerRow, AttemptDevice, AttemptRow, Contact, DeviceRequest, RosterEntry
from app.delivery.queries import HELD_UNTIL, held_close
from app.delivery.types import AttemptClock, AttemptState, BoardRow, Sitting


async def list_board(session: AsyncSession, sitting: Sitting) -> list[BoardRow]:
    """One row per candidate of the sitting, for the proctor: counts and times, no answers."""
    answered, late = _answered(sitting.id), _late(sitting.id)
    # Columns, not objects: to make objects of a whole room takes longer than all the rest.
    rows = await session.execute(
        select(
            AttemptRow.id,
            AttemptRow.state,
            AttemptRow.closes_at,
            AttemptRow.resumes_at,
            AttemptRow.paused_at,
            AttemptRow.paused_for,
            AttemptRow.n_items,
            AttemptRow.started_at,
            AttemptRow.submit_reason,
            AttemptRow.epoch,
            RosterEntry.number,
            RosterEntry.name,
            RosterEntry.seat,
            RosterEntry.room_id,
            DeviceRequest.requested_at,
            DeviceRequest.address,
            DeviceRequest.agent,
            AttemptDevice.address.label("holder_address"),
            AttemptDevice.agent.label("holder_agent"),
            Contact.last_contact_at,
            answered.c.n.label("answered"),
            answered.c.last_at.label("last_saved_at"),
            late.c.n.label("late"),
            HELD_UNTIL.label("held_until"),
        )
        .select_from(AttemptRow)
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .outerjoin(Contact, _same_attempt(Contact))
        .outerjoin(AttemptDevice, _same_attempt(AttemptDevice) & (AttemptDevice.epoch == AttemptRow.epoch))
        .outerjoin(DeviceRequest, _same_attempt(DeviceRequest) & is_asking())
        .outerjoin(answered, answered.c.attempt_id == AttemptRow.id)
        .outerjoin(late, late.c.attempt_id == AttemptRow.id)
        .where(AttemptRow.sitting_id == sitting.id)
        .order_by(RosterEntry.seat, RosterEntry.number)
    )
    return [_board_row(sitting, row) for row in rows]


def _answered(sitting_id: UUID) -> Subquery:
    counted = func.count(AnswerRow.option).label("n"), func.max(AnswerRow.saved_at).label("last_at")
    here = AnswerRow.sitting_id == sitting_id
    return select(AnswerRow.attempt_id, *counted).where(here).group_by(AnswerRow.attempt_id).subquery()


def _late(sitting_id: UUID) -> Subquery:
    events = ANSWER_EVENTS.c
    here = (events.sitting_id == sitting_id) & events.late
    return select(events.attempt_id, func.count().label("n")).where(here).group_by(events.attempt_id).subquery()


def _same_attempt(table: type[Contact | DeviceRequest | AttemptDevice]) -> ColumnElement[bool]:
    return (table.sitting_id == AttemptRow.sitting_id) & (table.attempt_id == AttemptRow.id)


def _board_row(sitting: Sitting, row: Any) -> BoardRow:
    heard = [at for at in (row.last_contact_at, row.last_saved_at) if at]
    clock = AttemptClock(
        state=AttemptState(row.state),
        admission=sitting.admission,
        opens_at=sitting.opens_at,
        window_closes_at=sitting.closes_at,
        closes_at=held_close(row.closes_at, row.state, row.held_until),
        transmission_seconds=sitting.transmission_seconds,
        resumes_at=row.resumes_at,
    )
    return BoardRow(
        attempt_id=row.id,
        number=row.number,
        name=row.name,
        seat=row.seat,
        clock=clock,
        answered=row.answered or 0,
        items=row.n_items,
        started_at=row.started_at,
        last_contact_at=max(heard, default=None),
        last_saved_at=row.last_saved_at,
        submit_reason=row.submit_reason,
        epoch=row.epoch,
        late=row.late or 0,
        device_requested_at=row.requested_at,
        device_address=row.address,
        device_agent=row.agent,
        room_id=row.room_id,
        paused_at=row.paused_at,
        paused_for=row.paused_for,
        holder_address=row.holder_address,
        holder_agent=row.holder_agent,
    )
