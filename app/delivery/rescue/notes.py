"""Noting the six words: in the minutes after the bell, by the proctor who sees them on the candidate's screen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.delivery.models import AttemptRow
from app.delivery.rescue.digest import read_words
from app.delivery.rescue.errors import NotPossible, TooEarlyToNote, TooLateToNote
from app.delivery.rescue.models import RescueNote
from app.delivery.rescue.rules import may_note
from app.delivery.types import AttemptState


async def note(
    session: AsyncSession, sitting_id: UUID, attempt_id: UUID, typed: str, *, actor: Actor
) -> tuple[str, datetime]:
    """Store the words with the server's time; returns both. Noting the same words again keeps the first time."""
    attempt = await session.get(AttemptRow, (sitting_id, attempt_id), with_for_update={"read": True})
    if attempt is None:
        raise NotFound
    now = await read_clock(session)
    _require_notable(attempt, now)
    words = read_words(typed)
    noted_at = await session.scalar(
        insert(RescueNote)
        .values(
            sitting_id=sitting_id,
            id=uuid4(),
            attempt_id=attempt_id,
            words=words,
            noted_by=actor.person_id,
            noted_at=now,
        )
        .on_conflict_do_nothing()
        .returning(RescueNote.noted_at)
    )
    if noted_at is None:
        return words, await _first_time(session, sitting_id, attempt_id, words)
    await journal.record(
        session, "rescue.noted", "attempt", attempt_id, actor=actor, sitting_id=sitting_id, facts={"words": words}
    )
    await events.hint(session, sitting_id)
    return words, noted_at


def _require_notable(attempt: AttemptRow, now: datetime) -> None:
    handed_in = attempt.state == AttemptState.SUBMITTED and attempt.submit_reason != "time"
    if attempt.closes_at is None or handed_in or attempt.state not in (AttemptState.RUNNING, AttemptState.SUBMITTED):
        raise NotPossible
    if now < attempt.closes_at:
        raise TooEarlyToNote
    if not may_note(attempt.closes_at, now):
        raise TooLateToNote


async def _first_time(session: AsyncSession, sitting_id: UUID, attempt_id: UUID, words: str) -> datetime:
    query = select(RescueNote.noted_at).where(
        RescueNote.sitting_id == sitting_id, RescueNote.attempt_id == attempt_id, RescueNote.words == words
    )
    return (await session.execute(query)).scalar_one()
