"""Findings over HTTP: for the committee, and for whoever is to do something about one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity, schemes
from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.core.db import StaffSession
from app.core.errors import NotFound
from app.core.web import StrictRoute
from app.identity import require
from app.review.findings import moves, queries, rules, sheet
from app.review.findings.loop import loop_of
from app.review.findings.raising import find_lead, raise_from_lead, raise_on
from app.review.findings.schemas import (
    ActionBody,
    CauseBody,
    DoneBody,
    FindingBody,
    PostponeBody,
    VerifyBody,
    WithdrawBody,
    action_row,
    finding_row,
    finding_rows,
    story_rows,
    subject_row,
)
from app.review.findings.types import Bar, Finding
from app.review.reviews.brief import list_briefs

router = APIRouter(prefix="/api/staff", route_class=StrictRoute, tags=["review"])

Reader = Annotated[Actor, Depends(require(Permission.FINDING_READ))]
Writer = Annotated[Actor, Depends(require(Permission.FINDING_WRITE))]
Reporter = Annotated[Actor, Depends(require(Permission.ACTION_REPORT))]
Scheme = Annotated[str | None, Query(min_length=1, max_length=40)]
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/findings", operation_id="findings")
async def list_findings(_: Reader, session: StaffSession, scheme: Scheme = None) -> dict[str, Any]:
    found, today = await queries.list_findings(session, scheme), await _today(session)
    return {
        "schemes": [{"code": one.code, "title": one.title} for one in await schemes.list_newest(session)],
        "loop": loop_of(found, today),
        "findings": finding_rows(found, today),
    }


@router.get("/findings/table.{format}", operation_id="findingsTable")
async def findings_table(
    format: Literal["csv", "xlsx"],  # noqa: A002  (the name in the address)
    _: Reader,
    session: StaffSession,
    scheme: Scheme = None,
) -> Response:
    found = await queries.list_findings(session, scheme)
    headers = {"Content-Disposition": f'attachment; filename="temuan.{format}"'}
    if format == "xlsx":
        return Response(sheet.findings_xlsx(found), media_type=XLSX, headers=headers)
    return Response(sheet.findings_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/reviews/{review_id}/findings", operation_id="findingsOfReview")
async def findings_of_review(review_id: UUID, _: Reader, session: StaffSession) -> dict[str, Any]:
    """Those that stood before, first; then its own; and which of its leads have one that stands."""
    scheme_code, earlier, own = await queries.list_of_review(session, review_id)
    by_lead = await queries.findings_by_lead(session, scheme_code)
    today = await _today(session)
    return {
        "earlier": finding_rows(earlier, today),
        "own": finding_rows(own, today),
        "by_lead": {lead_id: mark.as_json() for lead_id, mark in by_lead.items()},
    }


@router.get("/findings/{finding_id}", operation_id="finding")
async def read_finding(finding_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    one, today = await queries.get_finding(session, finding_id), await _today(session)
    repeating = await queries.list_repeating(session, finding_id)
    return {
        **finding_row(one, today),
        **story_rows(one, today),
        "repeated_by": [mark.as_json() for mark in repeating],
        "bars": _bars(one, actor),
        "later_reviews": await _later_reviews(session, one),
        "at_once": rules.bar_at_once(one) is None,
    }


@router.post("/findings", operation_id="raiseFinding", status_code=201)
async def raise_finding(body: FindingBody, actor: Writer, session: StaffSession) -> dict[str, Any]:
    subject = body.about()
    if subject is not None:
        return (await raise_on(session, body.origin(), subject, body.words(), actor=actor)).as_json()
    return (await raise_from_lead(session, *body.lead(), body.words(), actor=actor)).as_json()


@router.post("/findings/{finding_id}/cause", operation_id="nameCause", status_code=204)
async def name_cause(finding_id: UUID, body: CauseBody, actor: Writer, session: StaffSession) -> None:
    await moves.name_cause(session, finding_id, body.text, actor=actor)


@router.get("/finding-owners", operation_id="findingOwners")
async def list_owners(_: Writer, session: StaffSession) -> dict[str, Any]:
    """Who may be asked to do something about a finding."""
    owners = await identity.list_with_permission(session, Permission.ACTION_REPORT)
    return {"owners": [{"id": str(person_id), "name": name} for person_id, name in owners.items()]}


@router.post("/findings/{finding_id}/actions", operation_id="askAction", status_code=201)
async def ask_action(finding_id: UUID, body: ActionBody, actor: Writer, session: StaffSession) -> dict[str, str]:
    return {"id": str(await moves.ask_action(session, finding_id, body.read(), actor=actor))}


@router.post("/finding-actions/{action_id}/postpone", operation_id="postponeAction", status_code=204)
async def postpone_action(action_id: UUID, body: PostponeBody, actor: Writer, session: StaffSession) -> None:
    await moves.postpone_action(session, action_id, body.due_on, body.reason, actor=actor)


@router.post("/findings/{finding_id}/verify", operation_id="verifyFinding", status_code=204)
async def verify(finding_id: UUID, body: VerifyBody, actor: Writer, session: StaffSession) -> None:
    await moves.verify(session, finding_id, body.read(), actor=actor)


@router.post("/findings/{finding_id}/withdraw", operation_id="withdrawFinding", status_code=204)
async def withdraw(finding_id: UUID, body: WithdrawBody, actor: Writer, session: StaffSession) -> None:
    await moves.withdraw(session, finding_id, body.reason, actor=actor)


@router.get("/my-actions", operation_id="myActions")
async def list_my_actions(actor: Reporter, session: StaffSession) -> dict[str, Any]:
    today = await _today(session)
    owned = await queries.list_actions_of(session, actor.person_id)
    return {
        "actions": [
            action_row(action, today)
            | {"finding": one.mark.as_json(), "subject": subject_row(one.subject), "statement": one.statement}
            for one, action in owned
        ]
    }


@router.post("/finding-actions/{action_id}/done", operation_id="reportAction", status_code=204)
async def report_done(action_id: UUID, body: DoneBody, actor: Reporter, session: StaffSession) -> None:
    await moves.report_done(session, action_id, body.note, actor=actor)


def _bars(one: Finding, actor: Actor) -> dict[str, Bar | None]:
    """What stands in this person's way; None where nothing does."""
    return {
        "change": rules.bar_to_change(one),
        "verify": rules.bar_to_verify(actor.person_id, one),
        "withdraw": rules.bar_to_withdraw(actor.person_id, one),
    }


async def _later_reviews(session: AsyncSession, one: Finding) -> list[dict[str, Any]]:
    """Those whose figures can show that the actions worked."""
    reviews = await list_briefs(session, one.mark.scheme_code)
    fit = [r for r in reviews if rules.bar_of_review(one, r.period_from, computed=r.computed) is None]
    return [{"id": str(r.id), "title": r.title, "again": await _came_back(session, r.id, one.lead_id)} for r in fit]


async def _came_back(session: AsyncSession, review_id: UUID, lead_id: str | None) -> bool | None:
    """Whether a review holds the lead again. None where there was no lead, or where the review is to be computed anew."""
    if lead_id is None:
        return None
    try:
        return await find_lead(session, review_id, lead_id) is not None
    except NotFound:
        return None


async def _today(session: AsyncSession) -> date:
    return rules.local_day(await read_clock(session))
