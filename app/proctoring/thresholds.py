"""From when on a board asks for attention: the usual, and what was set for one sitting. They sort rows and judge nobody."""

from __future__ import annotations

from typing import Final, TypedDict
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.delivery import require_room
from app.delivery.signals import KINDS
from app.proctoring.models import BoardThresholds


class Thresholds(TypedDict):
    """0 is off."""

    silent_seconds: int
    unsaved_minutes: int
    late_minutes: int
    low_percent: int
    low_minutes: int
    signals: dict[str, int]  # of each kind, how often or for how many seconds altogether


USUAL: Final[Thresholds] = {
    "silent_seconds": 45,  # a page speaks every 15 seconds: three missed words
    "unsaved_minutes": 10,
    "late_minutes": 15,
    "low_percent": 60,
    "low_minutes": 30,
    "signals": {name: kind.limit for name, kind in KINDS.items()},
}


async def read_thresholds(session: AsyncSession, sitting_id: UUID) -> Thresholds:
    row = await session.get(BoardThresholds, sitting_id)
    if row is None:
        return USUAL
    return {
        "silent_seconds": row.silent_seconds,
        "unsaved_minutes": row.unsaved_minutes,
        "late_minutes": row.late_minutes,
        "low_percent": row.low_percent,
        "low_minutes": row.low_minutes,
        "signals": USUAL["signals"] | row.signals,
    }


async def set_thresholds(session: AsyncSession, sitting_id: UUID, values: Thresholds, *, actor: Actor) -> None:
    """For everybody who watches this sitting; a head proctor does it. Signals that are not named stay as they were."""
    await require_room(session, sitting_id, None, actor)
    row = {**values, "changed_by": actor.person_id}
    statement = insert(BoardThresholds).values(sitting_id=sitting_id, **row)
    changed = row | {"signals": BoardThresholds.signals.concat(statement.excluded.signals)}
    await session.execute(statement.on_conflict_do_update(index_elements=["sitting_id"], set_=changed))
    await journal.record(
        session, "board.tuned", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=dict(values)
    )
    await events.hint(session, sitting_id)
