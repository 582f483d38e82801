"""The candidate's own case: what is being looked at, what happens next, and their word on it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core.access import Actor, Permission
from app.core.clock import maybe_rfc3339, read_clock, rfc3339
from app.core.db import ExamSession, database_of
from app.core.errors import NotFound
from app.core.web import Payload, StrictRoute
from app.delivery import AttemptState
from app.delivery.seb import watch_request
from app.identity import require, settings_of
from app.proctoring import papers
from app.proctoring.irregularities import rules, steps
from app.proctoring.irregularities.letter import letter_text
from app.proctoring.irregularities.printing import draft_letter
from app.proctoring.irregularities.queries import find_case
from app.proctoring.irregularities.types import Case, State

router = APIRouter(
    prefix="/api/exam/irregularity", route_class=StrictRoute, tags=["exam"], dependencies=[Depends(watch_request)]
)

Candidate = Annotated[Actor, Depends(require(Permission.RESULT_READ_OWN))]
OVER = (AttemptState.SUBMITTED, AttemptState.VOID)


class Statement(Payload):
    words: Annotated[str, StringConstraints(min_length=1, max_length=8000)]


@router.get("", operation_id="examIrregularity")
async def read_own(actor: Candidate, session: ExamSession) -> dict[str, Any]:
    """The newest case, once the exam is over. What is suspected is told when a statement is asked for, not before."""
    case = await _own(session, actor)
    sitting = await delivery.get_sitting(session, case.sitting_id)
    now = await read_clock(session)
    told = case.state is not State.OPENED
    return {
        "state": case.state,
        "server_time": rfc3339(now),
        "reason": case.reason if told else None,
        "account": case.account if told else None,
        "until": maybe_rfc3339(case.until),
        "may_state": rules.may_move(case.state, State.STATEMENT_GIVEN) and case.until is not None and now < case.until,
        "statements": [
            {"words": step.words, "at": rfc3339(step.at)} for step in case.steps if step.state is State.STATEMENT_GIVEN
        ],
        "letter": letter_text(case, sitting),
    }


@router.get("/letter.pdf", operation_id="examLetter", response_class=Response)
async def print_own_letter(request: Request, actor: Candidate) -> Response:
    """The letter of the decision, to keep."""
    sessions = database_of(request).exam
    async with sessions() as session:
        case = await _own(session, actor)
        sitting = await delivery.get_sitting(session, case.sitting_id)
        paper = await draft_letter(session, case, sitting, signed=False)
    return papers.as_file(await papers.make(sessions, paper, actor=actor, public_url=settings_of(request).public_url))


@router.post("/statement", operation_id="examStatement", status_code=204)
async def give_statement(body: Statement, actor: Candidate, session: ExamSession) -> None:
    await steps.give_statement(session, await _own(session, actor), body.words, actor=actor)


async def _own(session: AsyncSession, actor: Actor) -> Case:
    attempts = await delivery.list_own_attempts(session, actor.candidate_number or "")
    over = [attempt for attempt in attempts if attempt.state in OVER]
    case = await find_case(session, over[0].sitting_id, [one.attempt_id for one in over]) if over else None
    if case is None:
        raise NotFound
    return case
