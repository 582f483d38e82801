"""Who watches a sitting just now: a sign of life of every open board, by which a room without a proctor is known."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity
from app.core.access import Permission, permissions_of
from app.delivery import Sitting, SittingState
from app.proctoring.models import Watcher

WATCHED_FOR = timedelta(seconds=30)

Watchers = frozenset[UUID] | None  # None: nobody has to watch now


async def note_watchers(session: AsyncSession, sitting_id: UUID, person_ids: Collection[UUID]) -> None:
    """These people have the board open."""
    statement = insert(Watcher).values(
        [{"sitting_id": sitting_id, "person_id": person} for person in sorted(person_ids)]
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["sitting_id", "person_id"], set_={"seen_at": func.clock_timestamp()}
        )
    )


async def list_watching(session: AsyncSession, sitting: Sitting, now: datetime) -> Watchers:
    """Who watches a sitting that takes place now, as long as it does."""
    if sitting.state is not SittingState.OPEN or not sitting.opens_at <= now < sitting.closes_at:
        return None
    here = (Watcher.sitting_id == sitting.id) & (Watcher.seen_at > now - WATCHED_FOR)
    return frozenset(await session.scalars(select(Watcher.person_id).where(here)))


async def still_watching(
    session: AsyncSession, sitting_id: UUID, viewers: dict[UUID, UUID]
) -> dict[UUID, frozenset[UUID] | None]:
    """Of these sessions (each with its person) those that may still see the board, each with its rooms; None is all of it.

    A board outlives the request that was let in: what let it in is read again, from the rows themselves.
    """
    roles = await identity.live_roles(session, viewers.keys())
    duties = await delivery.duties(session, sitting_id, set(viewers.values()))
    allowed: dict[UUID, frozenset[UUID] | None] = {}
    for session_id, held in roles.items():
        permissions = permissions_of(held)
        if Permission.BOARD_READ not in permissions:
            continue
        if Permission.SITTING_READ_ALL in permissions:
            allowed[session_id] = None
        elif viewers[session_id] in duties:
            allowed[session_id] = duties[viewers[session_id]]
    return allowed
