"""Declare an attempt void: it counts no more, and everything that is stored of it stays as it is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery.errors import CannotVoid
from app.delivery.models import AttemptRow
from app.delivery.rules import may_move
from app.delivery.types import AttemptState


async def void_attempt(
    session: AsyncSession, sitting_id: UUID, attempt_id: UUID, *, case_id: UUID, actor: Actor
) -> None:
    """Move an attempt to void. The caller has seen to who may say so, and to whom was heard before.

    The grounds stand with the case, which fewer people read than the course of an attempt.
    """
    attempt = await session.get(AttemptRow, (sitting_id, attempt_id), with_for_update=True, populate_existing=True)
    if attempt is None:
        raise NotFound
    old = AttemptState(attempt.state)
    if not may_move(old, AttemptState.VOID):
        raise CannotVoid(f"{old} → void")
    attempt.state = AttemptState.VOID
    attempt.rev += 1
    await session.flush()
    facts = {"from": old, "to": AttemptState.VOID, "case": str(case_id)}
    await journal.record(
        session, "attempt.voided", "attempt", attempt_id, actor=actor, sitting_id=sitting_id, facts=facts
    )
    await events.hint(session, sitting_id)
