"""Grants of time: one person may give a little, more waits for a second one, and meanwhile nothing closes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.delivery import rules
from app.delivery.corrections import require_clock
from app.delivery.errors import AttemptClosed, DecidedBefore, SecondPersonNeeded
from app.delivery.models import AttemptRow, RosterEntry, TimeDecision, TimeGrant, TimeRequest
from app.delivery.rooms import lock_attempts
from app.delivery.types import AttemptState, Outcome, Outcomes, TimeRequestView

DECIDED = exists().where(TimeDecision.sitting_id == TimeRequest.sitting_id, TimeDecision.request_id == TimeRequest.id)
ALONE, APPROVED, WAITED = "extra", "approved", "waited"  # kinds of grants that are made here
OVER = (AttemptState.SUBMITTED, AttemptState.VOID)


async def add_grant(
    session: AsyncSession,
    attempt: AttemptRow,
    kind: str,
    seconds: int,
    *,
    reason: str,
    actor: Actor | None,
    grant_id: UUID | None = None,
) -> None:
    """The only way to move a deadline: an append-only row, and the cache of their sum with it. The attempt is locked."""
    grant = TimeGrant(
        id=grant_id or uuid4(),
        sitting_id=attempt.sitting_id,
        attempt_id=attempt.id,
        kind=kind,
        seconds=seconds,
        reason=reason,
        actor_id=actor.person_id if actor else None,
    )
    session.add(grant)
    if attempt.closes_at is not None:
        attempt.closes_at += timedelta(seconds=seconds)
    attempt.rev += 1
    await session.flush()
    facts = {"kind": kind, "seconds": seconds}
    await journal.record(
        session,
        "time.granted",
        "attempt",
        attempt.id,
        actor=actor,
        sitting_id=attempt.sitting_id,
        reason=reason,
        facts=facts,
    )


async def grant_time(
    session: AsyncSession,
    sitting_id: UUID,
    attempt_ids: Sequence[UUID],
    *,
    seconds: int,
    reason: str,
    actor: Actor,
    key: UUID | None = None,
) -> Outcomes:
    """Give each of these candidates time, also before they start. What is too much for one person waits for a second.

    `key` names this command: one that is sent again because no answer came gives nothing a second time.
    """
    key = key or uuid4()
    outcomes = dict.fromkeys(attempt_ids, Outcome.NOT_FOUND)
    held = await lock_attempts(session, sitting_id, attempt_ids, actor)
    now = await read_clock(session)
    for attempt in held:
        outcomes[attempt.id] = await _grant(session, attempt, uuid5(key, str(attempt.id)), seconds, reason, now, actor)
    await events.hint(session, sitting_id)
    return outcomes


async def _grant(
    session: AsyncSession, attempt: AttemptRow, id_: UUID, seconds: int, reason: str, now: datetime, actor: Actor
) -> Outcome:
    if await session.get(TimeGrant, id_):
        return Outcome.DONE
    if await session.get(TimeRequest, (attempt.sitting_id, id_)):
        return Outcome.WAITS
    if attempt.state in OVER:
        return Outcome.OVER
    if not rules.needs_second_person(await _granted_alone(session, attempt), seconds):
        await _make_up_for_the_wait(session, attempt, reason, now, actor)
        await add_grant(session, attempt, ALONE, seconds, reason=reason, actor=actor, grant_id=id_)
        return Outcome.DONE
    if await _waits(session, attempt):
        return Outcome.WAITS_ALREADY
    request = TimeRequest(
        sitting_id=attempt.sitting_id,
        id=id_,
        attempt_id=attempt.id,
        seconds=seconds,
        reason=reason,
        requested_by=actor.person_id,
    )
    session.add(request)
    await session.flush()
    await journal.record(
        session,
        "time.requested",
        "attempt",
        attempt.id,
        actor=actor,
        sitting_id=attempt.sitting_id,
        reason=reason,
        facts={"request": str(request.id), "seconds": seconds},
    )
    return Outcome.WAITS


async def decide_time(
    session: AsyncSession, sitting_id: UUID, request_id: UUID, *, approve: bool, reason: str, actor: Actor
) -> None:
    """The second person's word. The minutes that passed since the bell while it was waited for are given on top."""
    request = await session.get(TimeRequest, (sitting_id, request_id))
    held = await lock_attempts(session, sitting_id, [request.attempt_id] if request else [], actor)
    if request is None or not held:
        raise NotFound
    if await session.get(TimeDecision, (sitting_id, request_id)):
        raise DecidedBefore
    (attempt,) = held
    await _require_second_person(session, request, attempt, actor)
    if approve:
        await _approve(session, request, attempt, actor)
    session.add(
        TimeDecision(
            sitting_id=sitting_id, request_id=request_id, approved=approve, reason=reason, decided_by=actor.person_id
        )
    )
    await session.flush()
    action = "time.approved" if approve else "time.refused"
    facts = {"request": str(request_id), "seconds": request.seconds}
    await journal.record(
        session, action, "attempt", attempt.id, actor=actor, sitting_id=sitting_id, reason=reason, facts=facts
    )
    await events.hint(session, sitting_id)


async def _approve(session: AsyncSession, request: TimeRequest, attempt: AttemptRow, actor: Actor) -> None:
    if attempt.state in OVER:
        raise AttemptClosed
    await _make_up_for_the_wait(session, attempt, request.reason, await read_clock(session), actor)
    await add_grant(session, attempt, APPROVED, request.seconds, reason=request.reason, actor=actor)


async def _make_up_for_the_wait(
    session: AsyncSession, attempt: AttemptRow, reason: str, now: datetime, actor: Actor
) -> None:
    """The bell rang before this grant: the time since then, in which nothing could be answered, is given on top of it."""
    if attempt.state == AttemptState.RUNNING and attempt.closes_at and now > attempt.closes_at:
        await require_clock(session)
        waited = math.ceil((now - attempt.closes_at).total_seconds())
        await add_grant(session, attempt, WAITED, waited, reason=reason, actor=actor)


async def _require_second_person(
    session: AsyncSession, request: TimeRequest, attempt: AttemptRow, actor: Actor
) -> None:
    """Persons, not accounts or roles."""
    candidate = await session.get_one(RosterEntry, (attempt.sitting_id, attempt.roster_id))
    if actor.person_id in (request.requested_by, candidate.person_id):
        raise SecondPersonNeeded


async def _granted_alone(session: AsyncSession, attempt: AttemptRow) -> int:
    given = await session.scalar(
        select(func.coalesce(func.sum(TimeGrant.seconds), 0)).where(
            TimeGrant.sitting_id == attempt.sitting_id, TimeGrant.attempt_id == attempt.id, TimeGrant.kind == ALONE
        )
    )
    return int(given or 0)


async def _waits(session: AsyncSession, attempt: AttemptRow) -> bool:
    this = (TimeRequest.sitting_id == attempt.sitting_id) & (TimeRequest.attempt_id == attempt.id)
    return await session.scalar(select(TimeRequest.id).where(this, ~DECIDED).limit(1)) is not None


async def list_time_requests(session: AsyncSession, sitting_id: UUID) -> list[TimeRequestView]:
    """Those that nobody decided yet, oldest first."""
    rows = await session.scalars(
        select(TimeRequest).where(TimeRequest.sitting_id == sitting_id, ~DECIDED).order_by(TimeRequest.requested_at)
    )
    return [
        TimeRequestView(row.id, row.attempt_id, row.seconds, row.reason, row.requested_by, row.requested_at)
        for row in rows
    ]
