"""The committee's meeting on a review: minutes kept while they are written, then the decision, then the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import grading, identity
from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.proctoring import papers
from app.review.item_panel.recording import record_figures
from app.review.method.queries import OFFICE, get_method
from app.review.reviews.corrected import list_corrections_of
from app.review.reviews.errors import MeetingChanged, NotOfCommittee, ReviewMoved, StillMissing
from app.review.reviews.models import ReviewRow
from app.review.reviews.rules import Ground, add_months, missing_to_close, missing_to_decide
from app.review.reviews.states import hold, move, record
from app.review.reviews.types import Meeting, Missing, ReviewState, meeting_in, meeting_out
from app.review.reviews.unspoken import list_unspoken

S = ReviewState


async def keep_meeting(session: AsyncSession, review_id: UUID, meeting: Meeting, *, actor: Actor) -> int:
    """The minutes as far as they are written; returns their revision, which the next writing names.

    Raises NotFound, ReviewMoved, MeetingChanged, NotOfCommittee.
    """
    row = await hold(session, review_id)
    if row.state != S.DISCUSSION:
        raise ReviewMoved
    if meeting.revision != meeting_in(row.meeting).revision:
        raise MeetingChanged
    if not set(meeting.present) <= (await list_members(session)).keys():
        raise NotOfCommittee
    kept = replace(meeting, revision=meeting.revision + 1)
    row.meeting = meeting_out(kept)
    await session.flush()
    await record(session, "review.minutes_kept", row, actor, facts={"revision": kept.revision})
    return kept.revision


async def decide(session: AsyncSession, review_id: UUID, revision: int, *, actor: Actor) -> None:
    """From now on nothing of the meeting changes. Raises NotFound, ReviewMoved, MeetingChanged, StillMissing."""
    row = await hold(session, review_id)
    if row.state != S.DISCUSSION:
        raise ReviewMoved
    meeting = meeting_in(row.meeting)
    if meeting.revision != revision:
        raise MeetingChanged
    await grading.share_scoring(session)  # until this is decided no correction is applied
    if missing := await list_missing(session, row, actor):
        raise StillMissing(missing)
    row.decided_by, row.decided_at, row.next_due = actor.person_id, await read_clock(session), meeting.next_due
    facts = {"present": [str(person) for person in meeting.present], "next_due": str(meeting.next_due)}
    await move(session, row, S.DECIDED, actor, facts=facts)
    await record_figures(session, row.id)


async def close(session: AsyncSession, review_id: UUID, *, actor: Actor) -> None:
    """By somebody else than who decided, once the report is printed. Raises NotFound, ReviewMoved, StillMissing."""
    row = await hold(session, review_id)
    if row.state != S.DECIDED:
        raise ReviewMoved
    if missing := await list_missing(session, row, actor):
        raise StillMissing(missing)
    row.closed_by, row.closed_at = actor.person_id, await read_clock(session)
    await move(session, row, S.CLOSED, actor)


async def list_missing(session: AsyncSession, row: ReviewRow, actor: Actor) -> list[Missing]:
    """What stands in the way of the next step, for this person."""
    match row.state:
        case S.DISCUSSION:
            return missing_to_decide(meeting_in(row.meeting), await _ground(session, row))
        case S.DECIDED:
            prints = await papers.list_review_prints(session, row.id)
            printed = any(row.decided_at and paper.printed_at > row.decided_at for paper, _ in prints)
            return missing_to_close(row.decided_by, actor.person_id, printed=printed)
        case _:
            return []


async def list_members(session: AsyncSession) -> dict[UUID, str]:
    """Who sits on the committee now, by name."""
    return await identity.list_with_permission(session, Permission.REVIEW_WRITE)


async def latest_due(session: AsyncSession, row: ReviewRow) -> date:
    """An interval after the period's end; who meets late may count from the meeting's day."""
    months = (await get_method(session, row.method_id)).method.interval_months
    return max(add_months(row.period_to, months), add_months(await today(session), months))


async def today(session: AsyncSession) -> date:
    return (await read_clock(session)).astimezone(OFFICE).date()


async def _ground(session: AsyncSession, row: ReviewRow) -> Ground:
    applied = await list_corrections_of(session, row, (await get_method(session, row.method_id)).method)
    return Ground(
        members=await list_members(session),
        quorum=row.quorum,
        unspoken=await list_unspoken(session, row),
        corrected={code for one, code in applied.items() if one not in row.corrections},
        today=await today(session),
        period_to=row.period_to,
        latest_due=await latest_due(session, row),
    )
