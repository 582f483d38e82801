"""Cases on the pages of staff: open, list, ask, decide."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, StrictBool, StringConstraints

from app import delivery, identity
from app.core.access import Actor, Permission
from app.core.clock import maybe_rfc3339, read_clock, rfc3339
from app.core.db import StaffSession, database_of
from app.core.web import Payload, StrictRoute
from app.delivery import Sitting
from app.identity import require, settings_of
from app.proctoring import papers
from app.proctoring.irregularities import rules, steps
from app.proctoring.irregularities.letter import letter_text
from app.proctoring.irregularities.printing import draft_letter
from app.proctoring.irregularities.queries import get_case, involved_in, list_cases
from app.proctoring.irregularities.types import Case, Reason, Step

router = APIRouter(
    prefix="/api/staff/sittings/{sitting_id}/irregularities", route_class=StrictRoute, tags=["irregularities"]
)

Opener = Annotated[Actor, Depends(require(Permission.IRREGULARITY_OPEN))]
Reader = Annotated[Actor, Depends(require(Permission.IRREGULARITY_READ))]
Asker = Annotated[Actor, Depends(require(Permission.IRREGULARITY_ASK))]
Decider = Annotated[Actor, Depends(require(Permission.IRREGULARITY_DECIDE))]
Words = Annotated[str, StringConstraints(min_length=1, max_length=8000)]


class CaseIn(Payload):
    attempt_id: UUID
    incident_id: UUID | None = None
    reason: Reason
    account: Words


class Asking(Payload):
    days: Annotated[int, Field(strict=True, ge=1, le=14)] = 3


class DecisionIn(Payload):
    void: StrictBool
    grounds: Words


@router.post("", operation_id="openIrregularity", status_code=201)
async def open_case(sitting_id: UUID, body: CaseIn, actor: Opener, session: StaffSession) -> dict[str, str]:
    await delivery.get_sitting(session, sitting_id, actor)
    case_id = await steps.open_case(
        session,
        sitting_id,
        body.attempt_id,
        reason=body.reason,
        account=body.account,
        incident_id=body.incident_id,
        actor=actor,
    )
    return {"id": str(case_id)}


@router.get("", operation_id="listIrregularities")
async def list_irregularities(sitting_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    """Every case with its steps, and whether the reader may decide it. No answer and no score."""
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    cases = await list_cases(session, sitting_id)
    names = await identity.names_of(session, {step.by for case in cases for step in case.steps})
    return {
        "server_time": rfc3339(await read_clock(session)),
        "cases": [
            {**_case_out(case, sitting, names), "bar": rules.bar(actor.person_id, await involved_in(session, case))}
            for case in cases
        ],
    }


@router.post("/{case_id}/ask", operation_id="askStatement", status_code=204)
async def ask(sitting_id: UUID, case_id: UUID, body: Asking, actor: Asker, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await steps.ask_statement(session, sitting_id, case_id, days=body.days, actor=actor)


@router.post("/{case_id}/decision", operation_id="decideIrregularity")
async def decide(
    sitting_id: UUID, case_id: UUID, body: DecisionIn, actor: Decider, session: StaffSession
) -> dict[str, str | None]:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    await steps.decide(session, sitting_id, case_id, void=body.void, grounds=body.grounds, actor=actor)
    return {"letter": letter_text(await get_case(session, sitting_id, case_id), sitting)}


@router.get("/{case_id}/letter.pdf", operation_id="printLetter", response_class=Response)
async def print_letter(request: Request, sitting_id: UUID, case_id: UUID, actor: Reader) -> Response:
    """The letter of a decided case, to be signed and handed over."""
    sessions = database_of(request).staff
    async with sessions() as session:
        sitting = await delivery.get_sitting(session, sitting_id, actor)
        paper = await draft_letter(session, await get_case(session, sitting_id, case_id), sitting, signed=True)
    return papers.as_file(await papers.make(sessions, paper, actor=actor, public_url=settings_of(request).public_url))


def _case_out(case: Case, sitting: Sitting, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(case.id),
        "attempt_id": str(case.attempt_id),
        "incident_id": str(case.incident_id) if case.incident_id else None,
        "number": case.number,
        "name": case.name,
        "reason": case.reason,
        "account": case.account,
        "state": case.state,
        "until": maybe_rfc3339(case.until),
        "steps": [_step_out(step, names) for step in case.steps],
        "letter": letter_text(case, sitting),
    }


def _step_out(step: Step, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "state": step.state,
        "by": names[step.by],
        "at": rfc3339(step.at),
        "words": step.words,
        "until": maybe_rfc3339(step.until),
    }
