"""Reviews over HTTP: planned, computed, discussed, decided, closed."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity, schemes
from app.core import freeze
from app.core.access import Actor, Permission
from app.core.db import StaffSession
from app.core.errors import NotFound
from app.core.web import StrictRoute
from app.identity import require
from app.review.method.queries import get_method
from app.review.reviews import states
from app.review.reviews.computing import begin_computing
from app.review.reviews.meeting import close, decide, keep_meeting, latest_due, list_members, list_missing
from app.review.reviews.models import ReviewRow
from app.review.reviews.queries import get_review, list_reviews
from app.review.reviews.schemas import (
    DecideBody,
    MeetingBody,
    PlanBody,
    ReasonBody,
    meeting_row,
    method_of_review,
    people_in,
    review_row,
    sitting_row,
)
from app.review.reviews.sittings import list_sittings_in
from app.review.reviews.types import ReviewState
from app.review.reviews.waiting import list_waiting

router = APIRouter(prefix="/api/staff/reviews", route_class=StrictRoute, tags=["review"])

Reader = Annotated[Actor, Depends(require(Permission.REVIEW_READ))]
Writer = Annotated[Actor, Depends(require(Permission.REVIEW_WRITE))]


@router.get("", operation_id="reviews")
async def read_reviews(_: Reader, session: StaffSession) -> dict[str, Any]:
    """All of them, and the schemes that a review can be planned for."""
    rows = await list_reviews(session)
    names = await identity.names_of(session, people_in(rows))
    known = [{"code": one.code, "title": one.title} for one in await schemes.list_newest(session) if one.exam]
    candidates = {sitting.id: count for sitting, count in await delivery.list_sittings(session)}
    return {
        "reviews": [
            review_row(row, names)
            | {"sittings": len(row.sitting_ids), "candidates": sum(candidates[one] for one in row.sitting_ids)}
            for row in rows
        ],
        "schemes": known,
    }


@router.get("/waiting", operation_id="reviewsWaiting")
async def read_waiting(_: Reader, session: StaffSession) -> dict[str, Any]:
    return {"waiting": [wait.as_json() for wait in await list_waiting(session)]}


@router.post("", operation_id="planReview", status_code=201)
async def plan_review(body: PlanBody, actor: Writer, session: StaffSession) -> dict[str, str]:
    scheme = await schemes.find_newest(session, body.scheme)
    if scheme is None:
        raise NotFound
    period = (body.period_from, body.period_to)
    return {"id": str(await states.plan(session, scheme, title=body.title, period=period, actor=actor))}


@router.get("/{review_id}", operation_id="review")
async def read_review(review_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    """`missing`: what stands in the way of the next step. `sittings`: of the period; the counted ones once it is computed."""
    row = await get_review(session, review_id)
    names = await identity.names_of(session, people_in([row]))
    return {
        **review_row(row, names),
        "method": method_of_review(await get_method(session, row.method_id), row),
        "snapshot_sha256": row.snapshot_sha256,
        "program": row.program,
        "sittings": await _sittings(session, row),
        "meeting": meeting_row(row, names),
        "members": [{"id": str(one), "name": name} for one, name in (await list_members(session)).items()],
        "latest_due": (await latest_due(session, row)).isoformat(),
        "missing": [
            {"field": one.field, "text_id": one.text_id, "text_en": one.text_en}
            for one in await list_missing(session, row, actor)
        ],
    }


@router.post("/{review_id}/compute", operation_id="computeReview", status_code=204)
async def compute_review(review_id: UUID, actor: Writer, session: StaffSession) -> None:
    await freeze.require_thawed(session)
    await begin_computing(session, review_id, actor=actor)


@router.post("/{review_id}/withdraw", operation_id="withdrawReview", status_code=204)
async def withdraw_review(review_id: UUID, body: ReasonBody, actor: Writer, session: StaffSession) -> None:
    await states.withdraw(session, review_id, body.reason, actor=actor)


@router.post("/{review_id}/reopen", operation_id="reopenReview", status_code=204)
async def reopen_review(review_id: UUID, body: ReasonBody, actor: Writer, session: StaffSession) -> None:
    await states.reopen(session, review_id, body.reason, actor=actor)


@router.post("/{review_id}/meeting", operation_id="keepReviewMeeting")
async def keep_review_meeting(
    review_id: UUID, body: MeetingBody, actor: Writer, session: StaffSession
) -> dict[str, int]:
    return {"revision": await keep_meeting(session, review_id, body.read(), actor=actor)}


@router.post("/{review_id}/decide", operation_id="decideReview", status_code=204)
async def decide_review(review_id: UUID, body: DecideBody, actor: Writer, session: StaffSession) -> None:
    await decide(session, review_id, body.revision, actor=actor)


@router.post("/{review_id}/close", operation_id="closeReview", status_code=204)
async def close_review(review_id: UUID, actor: Writer, session: StaffSession) -> None:
    await close(session, review_id, actor=actor)


async def _sittings(session: AsyncSession, row: ReviewRow) -> list[dict[str, Any]]:
    found = await list_sittings_in(session, row.scheme_code, (row.period_from, row.period_to))
    computed = row.state in {ReviewState.DISCUSSION, ReviewState.DECIDED, ReviewState.CLOSED}
    return [sitting_row(one, counted=one.id in row.sitting_ids if computed else one.released) for one in found]
