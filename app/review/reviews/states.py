"""Reviews from the plan to the end: each change of state is in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.review.findings.taking_back import take_back_verifications
from app.review.method.errors import NoMethod
from app.review.method.queries import find_method
from app.review.reviews.errors import BadPeriod, ReviewExists, ReviewMoved
from app.review.reviews.models import ReviewRow
from app.review.reviews.types import TRANSITIONS, ReviewState, meeting_in, meeting_out
from app.schemes import SchemeVersion

S = ReviewState


async def plan(
    session: AsyncSession, scheme: SchemeVersion, *, title: str, period: tuple[date, date], actor: Actor
) -> UUID:
    """Which sittings are in it shows when it is computed. Raises BadPeriod, ReviewExists, NoMethod."""
    if period[0] >= period[1]:
        raise BadPeriod
    key = f"reviews:{scheme.code}"
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    same = (ReviewRow.scheme_code == scheme.code, ReviewRow.period_from == period[0], ReviewRow.period_to == period[1])
    if await session.scalar(select(ReviewRow.id).where(*same, ReviewRow.state != S.WITHDRAWN)):
        raise ReviewExists
    method = await find_method(session, scheme.code, period)
    if method is None:
        raise NoMethod
    row = ReviewRow(
        id=uuid4(),
        scheme_version_id=scheme.id,
        scheme_code=scheme.code,
        method_id=method.id,
        title=title,
        period_from=period[0],
        period_to=period[1],
        state=S.PLANNED,
        planned_by=actor.person_id,
        quorum=method.method.quorum,
    )
    session.add(row)
    await session.flush()
    facts = {"scheme": scheme.code, "from": period[0].isoformat(), "to": period[1].isoformat()}
    await record(session, "review.planned", row, actor, facts=facts | {"method": method.version_no})
    return row.id


async def withdraw(session: AsyncSession, review_id: UUID, reason: str, *, actor: Actor) -> None:
    """It stays on record; another one of the same period can be planned. Raises NotFound, ReviewMoved."""
    row = await hold(session, review_id)
    await move(session, row, S.WITHDRAWN, actor, reason=reason)
    await take_back_verifications(session, row.id, row.scheme_code, actor=actor)


async def reopen(session: AsyncSession, review_id: UUID, reason: str, *, actor: Actor) -> None:
    """Back to planned, to be computed from newer data. What was said of items and the texts of the minutes stay; when the committee
    met and who was there does not, since that meeting saw other figures; nor what its figures proved of findings.

    Raises NotFound, ReviewMoved.
    """
    row = await hold(session, review_id)
    facts = {"snapshot_sha256": row.snapshot_sha256}
    row.sitting_ids, row.snapshot_sha256, row.corrections, row.computed_at = [], None, [], None
    await take_back_verifications(session, row.id, row.scheme_code, actor=actor)
    if row.meeting:
        kept = meeting_in(row.meeting)
        # The next revision: a page that still shows the older figures decides on nothing.
        row.meeting = meeting_out(replace(kept, held_on=None, present=(), revision=kept.revision + 1))
    await move(session, row, S.PLANNED, actor, reason=reason, facts=facts)


async def hold(session: AsyncSession, review_id: UUID) -> ReviewRow:
    """Raises NotFound."""
    row = await session.get(ReviewRow, review_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


async def move(
    session: AsyncSession,
    row: ReviewRow,
    state: ReviewState,
    actor: Actor | None,
    *,
    reason: str | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """The one place where a review changes its state. Raises ReviewMoved where the table has no such way."""
    before = ReviewState(row.state)
    if state not in TRANSITIONS[before]:
        raise ReviewMoved
    row.state = state
    await session.flush()
    await record(session, f"review.{state}", row, actor, reason=reason, facts={"before": before, **(facts or {})})


async def record(
    session: AsyncSession,
    action: str,
    row: ReviewRow,
    actor: Actor | None,
    *,
    reason: str | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    await journal.record(session, action, "review", row.id, actor=actor, reason=reason, facts=facts)
