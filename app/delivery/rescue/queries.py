"""Reads of rescues: for the pages of staff, for the candidate, and for what comes after."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery.models import ANSWER_EVENTS, AnswerRow, AttemptRow, RosterEntry
from app.delivery.rescue.models import RescueDecision, RescueNote, RescueRow
from app.delivery.rescue.rules import NOTING_TIME
from app.delivery.rescue.types import Note, Rescue, RescueState
from app.delivery.types import Answer, BoardRow, Phase


def note_until(row: BoardRow, phase: Phase, now: datetime) -> datetime | None:
    """Until when the words of this candidate's file can be noted; None when they cannot be now."""
    closes_at = row.clock.closes_at
    if closes_at is None or phase not in (Phase.CLOSING, Phase.SUBMITTED) or row.submit_reason == "candidate":
        return None
    until = closes_at + NOTING_TIME
    return until if closes_at <= now < until else None


async def rescued_answers(session: AsyncSession, sitting_id: UUID) -> dict[UUID, dict[int, int | None]]:
    """Attempt → position → option of every answer that an approved rescue brought in; an explicit blank is None."""
    events = ANSWER_EVENTS.c
    rows = await session.execute(
        select(events.attempt_id, events.position, events.option)
        .join(
            RescueDecision,
            (RescueDecision.sitting_id == events.sitting_id) & (RescueDecision.attempt_id == events.attempt_id),
        )
        .where(events.sitting_id == sitting_id, events.source == "rescue", RescueDecision.approved)
    )
    answers: dict[UUID, dict[int, int | None]] = {}
    for attempt_id, position, option in rows:
        answers.setdefault(attempt_id, {})[position] = option
    return answers


async def is_rescued(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> bool:
    """Was a file of this attempt approved?"""
    query = select(RescueDecision.rescue_id).where(
        RescueDecision.sitting_id == sitting_id, RescueDecision.attempt_id == attempt_id, RescueDecision.approved
    )
    return await session.scalar(query) is not None


async def is_rescue_waiting(session: AsyncSession, sitting_id: UUID) -> bool:
    """Is there a file in this sitting that nobody decided on?"""
    query = (
        select(RescueRow.id)
        .outerjoin(RescueDecision, _decides)
        .where(RescueRow.sitting_id == sitting_id, RescueDecision.rescue_id.is_(None))
    )
    return await session.scalar(query.limit(1)) is not None


async def rescue_ids(session: AsyncSession, sitting_id: UUID) -> list[UUID]:
    """Every file that came in, decided or not."""
    return list(await session.scalars(select(RescueRow.id).where(RescueRow.sitting_id == sitting_id)))


async def late_changes(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> list[Answer]:
    """What reached the server too late to be stored: no answer, but still what the computer had."""
    events = ANSWER_EVENTS.c
    rows = await session.execute(
        select(events.position, events.option, events.doubtful, events.epoch, events.seq, events.at).where(
            events.sitting_id == sitting_id, events.attempt_id == attempt_id, events.late
        )
    )
    return [Answer(*row) for row in rows]


async def list_notes(session: AsyncSession, sitting_id: UUID) -> list[Note]:
    """Every digest that was noted in a sitting, newest first."""
    rows = await session.execute(
        select(RescueNote, RosterEntry.number, RosterEntry.name)
        .join(AttemptRow, _same_attempt(RescueNote))
        .join(RosterEntry, _candidate)
        .where(RescueNote.sitting_id == sitting_id)
        .order_by(RescueNote.noted_at.desc())
    )
    return [Note(row.attempt_id, number, name, row.words, row.noted_by, row.noted_at) for row, number, name in rows]


async def list_rescues(session: AsyncSession, sitting_id: UUID) -> list[Rescue]:
    """Every uploaded file of a sitting, newest first."""
    saved = (
        select(AnswerRow.attempt_id, func.max(AnswerRow.saved_at).label("at"))
        .where(AnswerRow.sitting_id == sitting_id)
        .group_by(AnswerRow.attempt_id)
        .subquery()
    )
    rows = await session.execute(
        select(RescueRow, RescueNote, RescueDecision, AttemptRow.closes_at, RosterEntry, saved.c.at)
        .join(RescueNote, (RescueNote.sitting_id == RescueRow.sitting_id) & (RescueNote.id == RescueRow.note_id))
        .join(AttemptRow, _same_attempt(RescueRow))
        .join(RosterEntry, _candidate)
        .outerjoin(RescueDecision, _decides)
        .outerjoin(saved, saved.c.attempt_id == RescueRow.attempt_id)
        .where(RescueRow.sitting_id == sitting_id)
        .order_by(RescueRow.uploaded_at.desc())
    )
    return [_rescue(*row) for row in rows]


def _rescue(
    row: RescueRow,
    note: RescueNote,
    decision: RescueDecision | None,
    closes_at: datetime,
    entry: RosterEntry,
    last_saved_at: datetime | None,
) -> Rescue:
    state = RescueState.WAITING
    if decision:
        state = RescueState.APPROVED if decision.approved else RescueState.REFUSED
    return Rescue(
        id=row.id,
        attempt_id=row.attempt_id,
        number=entry.number,
        name=entry.name,
        words=note.words,
        noted_by=note.noted_by,
        noted_at=note.noted_at,
        created_at=row.created_at,
        last_saved_at=last_saved_at,
        closes_at=closes_at,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        added=row.added,
        missing=row.missing,
        state=state,
        decided_by=decision.decided_by if decision else None,
        decided_at=decision.decided_at if decision else None,
        reason=decision.reason if decision else None,
        receipt_sha256=decision.receipt_sha256 if decision else None,
    )


def _same_attempt(table: type[RescueNote | RescueRow]) -> Any:
    return (AttemptRow.sitting_id == table.sitting_id) & (AttemptRow.id == table.attempt_id)


_candidate = (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id)
_decides = (RescueDecision.sitting_id == RescueRow.sitting_id) & (RescueDecision.rescue_id == RescueRow.id)
