"""A proctor ends an attempt: with a reason, and the candidate's number typed as a second confirmation."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.delivery.corrections import require_clock
from app.delivery.errors import NotRunning, OtherNumber
from app.delivery.models import RosterEntry
from app.delivery.pauses import go_on
from app.delivery.rooms import lock_attempts
from app.delivery.submit import close
from app.delivery.types import AttemptState

BY_PROCTOR = "proctor"


async def close_attempt(
    session: AsyncSession, sitting_id: UUID, attempt_id: UUID, *, number: str, reason: str, actor: Actor
) -> None:
    """Hand in what is saved. `number` is the participant number as the proctor typed it: a slip must not end an exam."""
    held = await lock_attempts(session, sitting_id, [attempt_id], actor)
    if not held:
        raise NotFound
    (attempt,) = held
    entry = await session.get_one(RosterEntry, (sitting_id, attempt.roster_id))
    if number.strip().upper() != entry.number.upper():
        raise OtherNumber
    if attempt.state == AttemptState.PAUSED:  # its clock is put right first, so that the record adds up
        await require_clock(session)
        await go_on(session, attempt, await read_clock(session), actor=actor)
    if attempt.state != AttemptState.RUNNING:
        raise NotRunning
    connection = await (await session.connection()).get_raw_connection()
    await close(connection.driver_connection, sitting_id, [attempt_id], BY_PROCTOR)
    await journal.record(
        session, "attempt.closed", "attempt", attempt_id, actor=actor, sitting_id=sitting_id, reason=reason
    )
    await events.hint(session, sitting_id)
