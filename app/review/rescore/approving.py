"""The second yes, and what follows from it above the scores."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.grading import corrections
from app.review.record import record_again


async def approve(session: AsyncSession, correction_id: UUID, note: str, *, actor: Actor) -> bool:
    """Whether that applied it: then what the bank knows of the released sittings is found out again."""
    applied = await corrections.approve(session, correction_id, note, actor=actor)
    if applied:
        scheme_code = (await corrections.get_correction(session, correction_id)).scheme_code
        effects = await corrections.list_effects(session, correction_id)
        await record_again(session, scheme_code, {one.sitting_id for one in effects if one.released})
    return applied
