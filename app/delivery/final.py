"""The answers that count once an attempt is over: the live ones, and over them those that an approved rescue brought in."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery.models import AnswerRow, AttemptRow
from app.delivery.rescue.queries import rescued_answers
from app.delivery.rescue.rules import overlaid
from app.delivery.types import AttemptState


async def submitted_answers(session: AsyncSession, sitting_id: UUID) -> dict[UUID, dict[int, int]]:
    """Attempt → position → option as shown, of every submitted attempt of a sitting; blanks are absent."""
    attempts = await session.scalars(
        select(AttemptRow.id).where(AttemptRow.sitting_id == sitting_id, AttemptRow.state == AttemptState.SUBMITTED)
    )
    live: dict[UUID, dict[int, int | None]] = {attempt_id: {} for attempt_id in attempts}
    rows = await session.execute(
        select(AnswerRow.attempt_id, AnswerRow.position, AnswerRow.option).where(AnswerRow.sitting_id == sitting_id)
    )
    for attempt_id, position, option in rows:
        if attempt_id in live:
            live[attempt_id][position] = option
    rescued = await rescued_answers(session, sitting_id)
    return {attempt_id: overlaid(answers, rescued.get(attempt_id, {})) for attempt_id, answers in live.items()}
