"""Computing a review: asked for here, done by the job of `app.review.data`, which says how far it is and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.core.clock import read_clock
from app.core.jobs import enqueue
from app.review.compute import PROGRAM
from app.review.method.errors import NoMethod
from app.review.method.queries import OFFICE, MethodVersion, find_method, get_method
from app.review.reviews.corrected import list_corrections_of
from app.review.reviews.errors import NothingReleased, PeriodRunning
from app.review.reviews.models import ReviewRow
from app.review.reviews.sittings import list_sittings_in
from app.review.reviews.states import hold, move
from app.review.reviews.types import ReviewState

COMPUTE_JOB: Final = "review.compute"
S = ReviewState


@dataclass(frozen=True, slots=True)
class Asked:
    """What a review is computed of, and by which method. `asking`: which time it was asked for; who computes for an earlier one
    computes for nobody, since its data are older and its method may be another."""

    scheme_version_id: UUID
    period: tuple[date, date]
    method: MethodVersion
    asking: int
    corrections: tuple[UUID, ...]  # of keys, that were applied before its data are read


async def begin_computing(session: AsyncSession, review_id: UUID, *, actor: Actor | None = None) -> None:
    """Ask for it. Raises NotFound, ReviewMoved, PeriodRunning, NothingReleased, NoMethod."""
    row = await hold(session, review_id)
    if row.period_to > (await read_clock(session)).astimezone(OFFICE).date():
        raise PeriodRunning
    found = await list_sittings_in(session, row.scheme_code, (row.period_from, row.period_to))
    if not any(sitting.released for sitting in found):
        raise NothingReleased
    # One that was approved since the review was planned, and still before its period.
    method = await find_method(session, row.scheme_code, (row.period_from, row.period_to))
    if method is None:
        raise NoMethod
    row.method_id, row.quorum = method.id, method.method.quorum
    row.asking += 1
    row.step, row.done, row.total, row.fault = None, 0, 0, None
    await move(session, row, S.COMPUTING, actor, facts={"method": method.version_no, "method_sha256": method.sha256})
    await enqueue(session, COMPUTE_JOB, {"review_id": str(review_id)})


async def find_asked(session: AsyncSession, review_id: UUID) -> Asked | None:
    """None where nobody waits for it (any more)."""
    row = await session.get(ReviewRow, review_id)
    if row is None or row.state != S.COMPUTING:
        return None
    method = await get_method(session, row.method_id)
    applied = tuple(await list_corrections_of(session, row, method.method))
    return Asked(row.scheme_version_id, (row.period_from, row.period_to), method, row.asking, applied)


async def list_computing(session: AsyncSession) -> list[UUID]:
    """Reviews that somebody waits for."""
    return list(await session.scalars(select(ReviewRow.id).where(ReviewRow.state == S.COMPUTING)))


async def note_progress(
    session: AsyncSession, review_id: UUID, step: str, done: int, total: int, *, asking: int
) -> bool:
    """How far it has come; False where nobody waits for it any more."""
    waiting = (ReviewRow.id == review_id, ReviewRow.state == S.COMPUTING, ReviewRow.asking == asking)
    this = update(ReviewRow).where(*waiting)
    told = await session.execute(this.values(step=step, done=done, total=total).returning(ReviewRow.id))
    return told.one_or_none() is not None


async def keep_computed(
    session: AsyncSession,
    review_id: UUID,
    sitting_ids: Sequence[UUID],
    snapshot_sha256: str,
    *,
    asking: int,
    corrections: Sequence[UUID],
) -> bool:
    """Its data are frozen from now on. False where nobody waits for it any more."""
    row = await hold(session, review_id)
    if row.state != S.COMPUTING or row.asking != asking:
        return False
    row.sitting_ids, row.snapshot_sha256, row.program = list(sitting_ids), snapshot_sha256, PROGRAM
    row.corrections = list(corrections)
    row.computed_at = await read_clock(session)
    row.step, row.done = None, row.total
    facts = {"snapshot_sha256": snapshot_sha256, "program": PROGRAM, "sittings": [str(one) for one in sitting_ids]}
    await move(session, row, S.DISCUSSION, None, facts=facts)
    return True


async def fail(session: AsyncSession, review_id: UUID, fault: str, *, asking: int | None = None) -> None:
    """There is nothing to lay before the committee; `fault` says why, in both languages. It can be computed again. Without `asking`
    whoever waits is told."""
    row = await hold(session, review_id)
    if row.state != S.COMPUTING or asking not in (None, row.asking):
        return
    row.fault, row.step = fault, None
    await move(session, row, S.PLANNED, None, reason=fault)
