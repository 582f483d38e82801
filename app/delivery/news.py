"""Telling pages that there is something to read again: the `rev` that every envelope carries."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events
from app.delivery.models import AttemptRow


async def announce(session: AsyncSession, sitting_id: UUID, attempt_ids: Collection[UUID]) -> None:
    """Raise `rev` of these attempts, locked in the order in which every statement locks attempts; hint once it commits.

    The last thing that a verb does: a save of these candidates waits for the rest of the transaction.
    """
    this = (AttemptRow.sitting_id == sitting_id) & AttemptRow.id.in_(attempt_ids)
    locked = select(AttemptRow.sitting_id, AttemptRow.id).where(this).order_by(AttemptRow.id)
    held = locked.with_for_update(key_share=True).cte("held")
    raised = update(AttemptRow).where(tuple_(AttemptRow.sitting_id, AttemptRow.id).in_(select(held)))
    await session.execute(
        raised.values(rev=AttemptRow.rev + 1).execution_options(synchronize_session=False),
    )
    await events.hint(session, sitting_id)
