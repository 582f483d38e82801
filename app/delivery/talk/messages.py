"""Messages of proctors: sent to one, many or all, shown and acknowledged by each candidate."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import insert, select, true
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.delivery.models import AttemptRow, RosterEntry
from app.delivery.news import announce
from app.delivery.rooms import in_scope, require_room
from app.delivery.talk.models import Message, MessageCopy
from app.delivery.types import AttemptState, Outcome, Outcomes

OVER = (AttemptState.SUBMITTED, AttemptState.VOID)


async def send_message(
    session: AsyncSession,
    sitting_id: UUID,
    attempt_ids: Sequence[UUID] | None,
    text: str,
    *,
    room_id: UUID | None = None,
    actor: Actor,
    key: UUID | None = None,
) -> tuple[UUID, Outcomes]:
    """Tell these candidates something; without `attempt_ids` everybody in the room, without a room everybody whom the actor
    watches. Returns the message and what became of it for each. One that is sent again under its `key` is shown once."""
    if room_id is not None:
        await require_room(session, sitting_id, room_id, actor)
    states = await _addressed(session, sitting_id, attempt_ids, room_id, actor)
    outcomes: Outcomes = dict.fromkeys(attempt_ids or (), Outcome.NOT_FOUND)
    outcomes |= {attempt_id: Outcome.OVER if state in OVER else Outcome.DONE for attempt_id, state in states.items()}
    # In the order in which every statement locks attempts: each copy holds its own until the end.
    told = sorted(attempt_id for attempt_id, outcome in outcomes.items() if outcome is Outcome.DONE)
    message_id = key or uuid4()
    message = {"sitting_id": sitting_id, "id": message_id, "text": text, "sent_by": actor.person_id}
    new = postgresql.insert(Message).values(message).on_conflict_do_nothing().returning(Message.id)
    if await session.scalar(new) is None:
        return message_id, outcomes
    if told:
        copies = [{"sitting_id": sitting_id, "message_id": message_id, "attempt_id": each} for each in told]
        await session.execute(insert(MessageCopy), copies)
    facts = {"copies": len(told), "room": str(room_id) if room_id else None}
    await journal.record(
        session, "message.sent", "message", message_id, actor=actor, sitting_id=sitting_id, facts=facts
    )
    await announce(session, sitting_id, told)
    return message_id, outcomes


async def _addressed(
    session: AsyncSession, sitting_id: UUID, attempt_ids: Sequence[UUID] | None, room_id: UUID | None, actor: Actor
) -> dict[UUID, str]:
    """Of those who are meant the ones within the actor's scope, with their state."""
    named = true() if attempt_ids is None else AttemptRow.id.in_(attempt_ids)
    here = true() if room_id is None else RosterEntry.room_id == room_id
    rows = await session.execute(
        select(AttemptRow.id, AttemptRow.state)
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .where(AttemptRow.sitting_id == sitting_id, named, here, in_scope(actor))
    )
    return dict(rows.all())
