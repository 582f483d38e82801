"""Reset a candidate's log-in: whoever stands before the proctor may try again at once, whatever the throttle says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.identity.models import LogInOpening

OPEN_FOR: Final = timedelta(seconds=60)


async def open_log_in(session: AsyncSession, number: str, *, sitting_id: UUID, actor: Actor) -> datetime:
    """Let this participant number try for `OPEN_FOR` without being counted or told to wait; until when.

    The right PIN is never refused anyway; this is for the wrong ones before it, typed behind an address that somebody used to
    guess. It opens no session and tells no PIN.
    """
    until = await read_clock(session) + OPEN_FOR
    session.add(LogInOpening(number=number, opened_by=actor.person_id, until=until))
    await session.flush()
    facts = {"seconds": int(OPEN_FOR.total_seconds())}
    await journal.record(
        session, "log_in.opened", "participant", number, actor=actor, sitting_id=sitting_id, facts=facts
    )
    return until
