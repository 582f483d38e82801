"""From when on a board asks for attention: the usual, and what was set for one sitting. They sort rows and judge nobody."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.delivery import require_room
from app.proctoring.models import BoardThresholds

Thresholds = dict[str, int]

USUAL: Final[Thresholds] = {
    "silent_seconds": 45,  # a page speaks every 15 seconds: three missed words
    "unsaved_minutes": 10,
    "late_minutes": 15,
    "low_percent": 60,
    "low_minutes": 30,
}


async def read_thresholds(session: AsyncSession, sitting_id: UUID) -> Thresholds:
    row = await session.get(BoardThresholds, sitting_id)
    return {name: getattr(row, name) for name in USUAL} if row else dict(USUAL)


async def set_thresholds(session: AsyncSession, sitting_id: UUID, values: Thresholds, *, actor: Actor) -> None:
    """For everybody who watches this sitting; a head proctor does it."""
    await require_room(session, sitting_id, None, actor)
    row = {**values, "changed_by": actor.person_id}
    statement = insert(BoardThresholds).values(sitting_id=sitting_id, **row)
    await session.execute(statement.on_conflict_do_update(index_elements=["sitting_id"], set_=row))
    await journal.record(
        session, "board.tuned", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=dict(values)
    )
    await events.hint(session, sitting_id)
