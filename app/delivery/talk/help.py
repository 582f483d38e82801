"""Calls for help: a candidate calls, a proctor answers, somebody ends it."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery.models import AttemptRow, RosterEntry
from app.delivery.news import announce
from app.delivery.rooms import in_scope
from app.delivery.talk.errors import HelpAnswered, HelpEnded
from app.delivery.talk.models import HelpCallRow
from app.delivery.talk.queries import find_call
from app.delivery.talk.types import HelpCall, Need
from app.delivery.types import Seat


async def call_help(session: AsyncSession, seat: Seat, need: Need) -> HelpCall:
    """Call a proctor. Who called already goes on waiting with that call, whatever the need is now."""
    sitting_id, attempt_id = seat.sitting.id, seat.attempt.id
    values = {"sitting_id": sitting_id, "id": uuid4(), "attempt_id": attempt_id, "need": need.value}
    called = await session.execute(
        insert(HelpCallRow).values(values).on_conflict_do_nothing().returning(HelpCallRow.id)
    )
    call_id = called.scalar_one_or_none()
    if call_id is not None:
        facts = {"call": str(call_id), "need": need.value}
        await journal.record(session, "help.called", "attempt", attempt_id, sitting_id=sitting_id, facts=facts)
        await events.hint(session, sitting_id)
    call = await find_call(session, sitting_id, attempt_id)
    if call is None:  # ended by somebody else at this very moment
        raise HelpEnded
    return call


async def cancel_help(session: AsyncSession, seat: Seat) -> None:
    """The candidate needs nobody any more. Without an open call there is nothing to do."""
    sitting_id, attempt_id = seat.sitting.id, seat.attempt.id
    this = (HelpCallRow.sitting_id == sitting_id) & (HelpCallRow.attempt_id == attempt_id)
    ended = update(HelpCallRow).where(this, HelpCallRow.ended_at.is_(None)).values(ended_at=func.clock_timestamp())
    call_id = (await session.execute(ended.returning(HelpCallRow.id))).scalar_one_or_none()
    if call_id is None:
        return
    facts = {"call": str(call_id)}
    await journal.record(session, "help.cancelled", "attempt", attempt_id, sitting_id=sitting_id, facts=facts)
    await events.hint(session, sitting_id)


async def answer_help(session: AsyncSession, sitting_id: UUID, call_id: UUID, *, actor: Actor) -> None:
    """Somebody comes: the candidate is told, and so are the other proctors."""
    call = await _open(session, sitting_id, call_id, actor)
    if call.answered_at is not None:
        raise HelpAnswered
    call.answered_by, call.answered_at = actor.person_id, func.clock_timestamp()
    await _tell(session, call, "help.answered", actor)


async def end_help(session: AsyncSession, sitting_id: UUID, call_id: UUID, *, actor: Actor) -> None:
    """The matter is settled, whether or not anybody said before that they would come."""
    call = await _open(session, sitting_id, call_id, actor)
    call.ended_by, call.ended_at = actor.person_id, func.clock_timestamp()
    await _tell(session, call, "help.ended", actor)


async def _open(session: AsyncSession, sitting_id: UUID, call_id: UUID, actor: Actor) -> HelpCallRow:
    """An open call of a candidate whom this person watches, locked."""
    call = await session.scalar(
        select(HelpCallRow)
        .join(AttemptRow, (AttemptRow.sitting_id == HelpCallRow.sitting_id) & (AttemptRow.id == HelpCallRow.attempt_id))
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .where(HelpCallRow.sitting_id == sitting_id, HelpCallRow.id == call_id, in_scope(actor))
        .with_for_update(of=HelpCallRow)
        .execution_options(populate_existing=True)
    )
    if call is None:
        raise NotFound
    if call.ended_at is not None:
        raise HelpEnded
    return call


async def _tell(session: AsyncSession, call: HelpCallRow, action: str, actor: Actor) -> None:
    await session.flush()
    await journal.record(
        session,
        action,
        "attempt",
        call.attempt_id,
        actor=actor,
        sitting_id=call.sitting_id,
        facts={"call": str(call.id), "need": call.need},
    )
    await announce(session, call.sitting_id, [call.attempt_id])
