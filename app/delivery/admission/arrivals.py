"""At the door: who somebody is, who is let in, who did not come."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.delivery.admission.errors import IdentityFirst, LateReason, ReasonWhyNot
from app.delivery.admission.models import AbsenceMark, CheckInRow
from app.delivery.admission.photos import find_photo
from app.delivery.admission.types import Identity
from app.delivery.models import AttemptRow, RosterEntry
from app.delivery.queries import get_sitting
from app.delivery.rooms import lock_attempts
from app.delivery.types import Admission, AttemptState, Outcome, Outcomes

BEFORE = (AttemptState.ASSIGNED, AttemptState.ADMITTED)


async def check_in(
    session: AsyncSession, sitting_id: UUID, attempt_id: UUID, identity: Identity, *, actor: Actor
) -> None:
    """Write down what a proctor of the room saw. It may be looked at again: the newest check counts, all of them stay."""
    if not identity.matched and not identity.note:
        raise ReasonWhyNot
    attempt = await _held(session, sitting_id, attempt_id, actor)
    entry = await session.get_one(RosterEntry, (sitting_id, attempt.roster_id))
    photo = await find_photo(session, entry.person_id)
    row = CheckInRow(
        sitting_id=sitting_id,
        id=uuid4(),
        attempt_id=attempt_id,
        document=identity.document,
        matched=identity.matched,
        note=identity.note,
        photo_id=photo.id if photo else None,
        checked_by=actor.person_id,
    )
    session.add(row)
    await session.flush()
    facts = {
        "document": identity.document,
        "matched": identity.matched,
        "photo_sha256": photo.sha256 if photo else None,
    }
    await journal.record(
        session,
        "identity.checked",
        "attempt",
        attempt_id,
        actor=actor,
        sitting_id=sitting_id,
        reason=identity.note,
        facts=facts,
    )
    await events.hint(session, sitting_id)


async def admit(
    session: AsyncSession, sitting_id: UUID, attempt_id: UUID, *, actor: Actor, reason: str | None = None
) -> None:
    """A proctor lets a candidate start. Admitting twice changes nothing.

    Where the sitting admits by proctor, the identity was checked before. Whoever comes late is let in for a reason.
    """
    attempt = await _held(session, sitting_id, attempt_id, actor)
    if attempt.state != AttemptState.ASSIGNED:
        return
    sitting = await get_sitting(session, sitting_id)
    if sitting.admission == Admission.PROCTOR and not await _is_checked(session, attempt):
        raise IdentityFirst
    late = await read_clock(session) > sitting.late_after
    if late and not reason:
        raise LateReason
    if await _is_absent(session, attempt):
        await _mark(session, attempt, absent=False, note=reason, actor=actor)
    attempt.state = AttemptState.ADMITTED
    attempt.admitted_at = func.clock_timestamp()
    attempt.rev += 1
    await session.flush()
    await journal.record(
        session,
        "attempt.admitted",
        "attempt",
        attempt_id,
        actor=actor,
        sitting_id=sitting_id,
        reason=reason,
        facts={"late": late},
    )
    await events.hint(session, sitting_id)


async def mark_absent(
    session: AsyncSession,
    sitting_id: UUID,
    attempt_ids: Sequence[UUID],
    *,
    absent: bool,
    note: str | None = None,
    actor: Actor,
) -> Outcomes:
    """These candidates did not come; or take that back. It stops nobody: who comes after all is admitted as others are."""
    outcomes = dict.fromkeys(attempt_ids, Outcome.NOT_FOUND)
    for attempt in await lock_attempts(session, sitting_id, attempt_ids, actor):
        outcomes[attempt.id] = await _absence(session, attempt, absent=absent, note=note, actor=actor)
    await events.hint(session, sitting_id)
    return outcomes


async def _absence(
    session: AsyncSession, attempt: AttemptRow, *, absent: bool, note: str | None, actor: Actor
) -> Outcome:
    if attempt.state not in BEFORE:
        return Outcome.STARTED
    if await _is_absent(session, attempt) is not absent:
        await _mark(session, attempt, absent=absent, note=note, actor=actor)
    return Outcome.DONE


async def _mark(session: AsyncSession, attempt: AttemptRow, *, absent: bool, note: str | None, actor: Actor) -> None:
    session.add(
        AbsenceMark(
            sitting_id=attempt.sitting_id,
            id=uuid4(),
            attempt_id=attempt.id,
            absent=absent,
            note=note,
            marked_by=actor.person_id,
        )
    )
    await session.flush()
    action = "candidate.absent" if absent else "candidate.came"
    await journal.record(
        session, action, "attempt", attempt.id, actor=actor, sitting_id=attempt.sitting_id, reason=note
    )


async def _held(session: AsyncSession, sitting_id: UUID, attempt_id: UUID, actor: Actor) -> AttemptRow:
    held = await lock_attempts(session, sitting_id, [attempt_id], actor)
    if not held:
        raise NotFound
    return held[0]


async def _is_checked(session: AsyncSession, attempt: AttemptRow) -> bool:
    here = (CheckInRow.sitting_id == attempt.sitting_id) & (CheckInRow.attempt_id == attempt.id)
    newest = select(CheckInRow.matched).where(here).order_by(CheckInRow.checked_at.desc()).limit(1)
    return bool(await session.scalar(newest))


async def _is_absent(session: AsyncSession, attempt: AttemptRow) -> bool:
    here = (AbsenceMark.sitting_id == attempt.sitting_id) & (AbsenceMark.attempt_id == attempt.id)
    newest = select(AbsenceMark.absent).where(here).order_by(AbsenceMark.marked_at.desc()).limit(1)
    return bool(await session.scalar(newest))
