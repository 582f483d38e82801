"""Stopping clocks and letting them go on: of one candidate, of many, of a whole room in an outage.

A clock that stood gets its time back to the second, as a grant. Whoever resumes together goes on at the same moment, which is
told beforehand: each page counts down to it by its own copy of the server's clock, also one that does not hear just then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.delivery import rules
from app.delivery.corrections import require_clock
from app.delivery.errors import FrozenAlready, NotFrozen, TooLongAgo
from app.delivery.grants import add_grant
from app.delivery.models import AnswerRow, AttemptRow, Freeze, RosterEntry
from app.delivery.rooms import lock_attempts, lock_room, require_room
from app.delivery.types import AttemptState, FreezeView, Outcome, Outcomes

PAUSE, OUTAGE = "pause", "outage"  # kinds of the grants that give the time back


async def pause(
    session: AsyncSession, sitting_id: UUID, attempt_ids: Sequence[UUID], *, reason: str, actor: Actor
) -> Outcomes:
    """Stop the clocks of these candidates. Their pages keep and send what was answered before."""
    await require_clock(session)
    outcomes = dict.fromkeys(attempt_ids, Outcome.NOT_FOUND)
    held = await lock_attempts(session, sitting_id, attempt_ids, actor)
    now = await read_clock(session)
    for attempt in held:
        outcomes[attempt.id] = await _stop(session, attempt, now, reason=reason, actor=actor)
    await events.hint(session, sitting_id)
    return outcomes


async def resume(
    session: AsyncSession, sitting_id: UUID, attempt_ids: Sequence[UUID], *, in_seconds: int, actor: Actor
) -> Outcomes:
    """Let these clocks go on, all at the same moment, with the time that they stood."""
    await require_clock(session)
    outcomes = dict.fromkeys(attempt_ids, Outcome.NOT_FOUND)
    held = await lock_attempts(session, sitting_id, attempt_ids, actor)
    at = await _moment(session, in_seconds)
    for attempt in held:
        outcomes[attempt.id] = await go_on(session, attempt, at, actor=actor)
    await events.hint(session, sitting_id)
    return outcomes


async def freeze(
    session: AsyncSession,
    sitting_id: UUID,
    room_id: UUID | None,
    *,
    reason: str,
    since: datetime | None = None,
    incident_id: UUID | None = None,
    actor: Actor,
) -> tuple[UUID, Outcomes]:
    """An outage: stop everybody in the room (without one: in the sitting), and let nobody start until it is thawed.

    `since` is when it began, where that was before the press; a clock stands from then on, or from the candidate's last save.
    """
    await require_clock(session)
    await require_room(session, sitting_id, room_id, actor)
    held = await lock_room(
        session, sitting_id, room_id, actor
    )  # a start under way is over now, the next one sees the freeze
    now = await read_clock(session)
    if since is not None and not now - rules.MOST_BACKDATED <= since <= now:
        raise TooLongAgo
    row = Freeze(
        sitting_id=sitting_id,
        id=uuid4(),
        room_id=room_id,
        reason=reason,
        since=since,
        incident_id=incident_id,
        frozen_by=actor.person_id,
    )
    await _begin(session, row)
    facts = {"room": str(room_id) if room_id else None}
    await journal.record(
        session, "room.frozen", "freeze", row.id, actor=actor, sitting_id=sitting_id, reason=reason, facts=facts
    )
    outcomes = {}
    for attempt in held:
        outcomes[attempt.id] = await _stop(
            session, attempt, now, reason=reason, actor=actor, since=since, freeze_id=row.id
        )
    await events.hint(session, sitting_id)
    return row.id, outcomes


async def thaw(session: AsyncSession, sitting_id: UUID, freeze_id: UUID, *, in_seconds: int, actor: Actor) -> Outcomes:
    """The outage is over: everybody whom the freeze stopped goes on together.

    Who was paused for another reason stays so, and so does who is seated elsewhere by now: there they go on. Where another freeze
    covers the same seat (the sitting's, or the room's), that one holds on to them.
    """
    await require_clock(session)
    row = await session.get(Freeze, (sitting_id, freeze_id), with_for_update=True)
    if row is None:
        raise NotFound
    await require_room(session, sitting_id, row.room_id, actor)
    if row.thawed_at is not None:
        raise NotFrozen
    held = await lock_room(session, sitting_id, row.room_id, actor)
    at = await _moment(session, in_seconds)
    row.thawed_by, row.thawed_at, row.resumes_at = actor.person_id, func.clock_timestamp(), at
    await session.flush()
    await journal.record(
        session, "room.thawed", "freeze", freeze_id, actor=actor, sitting_id=sitting_id, facts={"in": in_seconds}
    )
    others = await _freezes_by_seat(session, sitting_id)
    outcomes = {}
    for attempt in held:
        if attempt.freeze_id != freeze_id:
            continue
        if attempt.roster_id in others:
            attempt.freeze_id = others[attempt.roster_id]
            outcomes[attempt.id] = Outcome.STILL_FROZEN
        else:
            outcomes[attempt.id] = await go_on(session, attempt, at, actor=actor)
    await session.flush()
    await events.hint(session, sitting_id)
    return outcomes


async def list_freezes(session: AsyncSession, sitting_id: UUID) -> list[FreezeView]:
    """Those that last."""
    rows = await session.scalars(
        select(Freeze).where(Freeze.sitting_id == sitting_id, Freeze.thawed_at.is_(None)).order_by(Freeze.frozen_at)
    )
    return [_view(row) for row in rows]


async def get_freeze(session: AsyncSession, sitting_id: UUID, freeze_id: UUID) -> FreezeView:
    row = await session.get(Freeze, (sitting_id, freeze_id))
    if row is None:
        raise NotFound
    return _view(row)


def _view(row: Freeze) -> FreezeView:
    return FreezeView(row.id, row.room_id, row.reason, row.incident_id, row.frozen_by, row.frozen_at)


async def go_on(session: AsyncSession, attempt: AttemptRow, at: datetime, *, actor: Actor | None) -> Outcome:
    """A locked attempt goes on at this moment, with the time that its clock stood until then."""
    if attempt.state != AttemptState.PAUSED or attempt.paused_at is None:
        return Outcome.NOT_PAUSED
    at = max(at, attempt.paused_at)  # paused in a countdown: until the moment that was told, the time is given already
    seconds = rules.credit_seconds(attempt.paused_at, at)
    kind = OUTAGE if attempt.freeze_id else PAUSE
    reason = attempt.paused_for or kind
    attempt.state = rules.moved(AttemptState(attempt.state), AttemptState.RUNNING)
    attempt.paused_at, attempt.paused_for, attempt.freeze_id, attempt.resumes_at = None, None, None, at
    await add_grant(session, attempt, kind, seconds, reason=reason, actor=actor)
    await journal.record(session, "attempt.resumed", "attempt", attempt.id, actor=actor, sitting_id=attempt.sitting_id)
    return Outcome.DONE


async def _stop(
    session: AsyncSession,
    attempt: AttemptRow,
    now: datetime,
    *,
    reason: str,
    actor: Actor,
    since: datetime | None = None,
    freeze_id: UUID | None = None,
) -> Outcome:
    if attempt.state != AttemptState.RUNNING or attempt.closes_at is None or attempt.started_at is None:
        return Outcome.NOT_RUNNING
    if now >= attempt.closes_at:
        return Outcome.OVER
    saved_at = await _last_saved(session, attempt) if since else None
    heard = max(attempt.started_at, saved_at or attempt.started_at)
    attempt.state = rules.moved(AttemptState(attempt.state), AttemptState.PAUSED)
    attempt.paused_at = rules.stands_since(now, since=since, heard=heard, resumes_at=attempt.resumes_at)
    attempt.paused_for, attempt.freeze_id, attempt.resumes_at = reason, freeze_id, None
    attempt.rev += 1
    await session.flush()
    await journal.record(
        session, "attempt.paused", "attempt", attempt.id, actor=actor, sitting_id=attempt.sitting_id, reason=reason
    )
    return Outcome.DONE


async def _last_saved(session: AsyncSession, attempt: AttemptRow) -> datetime | None:
    this = (AnswerRow.sitting_id == attempt.sitting_id) & (AnswerRow.attempt_id == attempt.id)
    return await session.scalar(select(func.max(AnswerRow.saved_at)).where(this))


async def _moment(session: AsyncSession, in_seconds: int) -> datetime:
    return await read_clock(session) + timedelta(seconds=in_seconds)


async def _begin(session: AsyncSession, row: Freeze) -> None:
    """Raises FrozenAlready; of two who press at the same moment the database takes one, also in an empty room."""
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise FrozenAlready from error


async def _freezes_by_seat(session: AsyncSession, sitting_id: UUID) -> dict[UUID, UUID]:
    """Of each line of the roster whose room, or whose sitting, is frozen now: by which freeze."""
    covers = Freeze.room_id.is_(None) | (Freeze.room_id == RosterEntry.room_id)
    rows = await session.execute(
        select(RosterEntry.id, Freeze.id)
        .join(Freeze, (Freeze.sitting_id == RosterEntry.sitting_id) & covers)
        .where(RosterEntry.sitting_id == sitting_id, Freeze.thawed_at.is_(None))
    )
    return dict(rows.all())
