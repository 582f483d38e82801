"""The answers that count once an attempt is over: the live ones, and over them those that an approved rescue brought in."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery.models import AnswerRow, AttemptRow
from app.delivery.rescue.queries import rescued_answers
from app.delivery.rescue.rules import overlaid
from app.delivery.types import AttemptState


async def submitted_answers(
    session: AsyncSession, sitting_id: UUID, attempt_ids: Collection[UUID] | None = None
) -> dict[UUID, dict[int, int]]:
    """Attempt → position → option as shown, of every submitted attempt of a sitting, or of some; blanks are absent."""
    attempts = select(AttemptRow.id).where(
        AttemptRow.sitting_id == sitting_id, AttemptRow.state == AttemptState.SUBMITTED
    )
    if attempt_ids is not None:
        attempts = attempts.where(AttemptRow.id.in_(attempt_ids))
    # One row per attempt: a hundred times as many would cost more than all the rest of scoring.
    rows = await session.execute(
        select(AnswerRow.attempt_id, func.array_agg(AnswerRow.position), func.array_agg(AnswerRow.option))
        .where(AnswerRow.sitting_id == sitting_id, AnswerRow.attempt_id.in_(attempts))
        .group_by(AnswerRow.attempt_id)
    )
    live = {attempt_id: dict(zip(positions, options, strict=True)) for attempt_id, positions, options in rows}
    rescued = await rescued_answers(session, sitting_id)
    return {
        attempt_id: overlaid(live.get(attempt_id, {}), rescued.get(attempt_id, {}))
        for attempt_id in await session.scalars(attempts)
    }
