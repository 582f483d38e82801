"""What a candidate's page reports, and what a candidate may read of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, Field, StringConstraints

from app.core.access import Actor, Permission
from app.core.clock import maybe_rfc3339, rfc3339
from app.core.db import ExamSession
from app.core.web import Moment, Payload, StrictRoute
from app.delivery import queries
from app.delivery.errors import NotRunning
from app.delivery.seb.watch import watch_request
from app.delivery.signals.kinds import OF_PAGE
from app.delivery.signals.queries import list_signals, tally
from app.delivery.signals.record import note_visit, record
from app.delivery.signals.types import Noticed
from app.identity import require

router = APIRouter(prefix="/api/exam", route_class=StrictRoute, tags=["exam"], dependencies=[Depends(watch_request)])

Candidate = Annotated[Actor, Depends(require(Permission.ATTEMPT_TAKE))]
MOST_AT_ONCE = 50
DAY_SECONDS = 86_400


def _of_page(kind: str) -> str:
    if kind not in OF_PAGE:
        raise ValueError(f"not one of {', '.join(sorted(OF_PAGE))}")
    return kind


class SignalIn(Payload):
    seq: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    kind: Annotated[str, AfterValidator(_of_page)]
    at: Moment
    seconds: Annotated[float, Field(ge=0, le=DAY_SECONDS, allow_inf_nan=False)] | None = None


class SignalsIn(Payload):
    """`page` names one load of the page. A batch without signals says that the exam is open, and from where."""

    page: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    signals: Annotated[list[SignalIn], Field(max_length=MOST_AT_ONCE)]


@router.post("/signals", operation_id="examReportSignals", status_code=204)
async def report(request: Request, body: SignalsIn, actor: Candidate, session: ExamSession) -> None:
    seat = await queries.get_seat(session, actor)
    if seat.attempt.started_at is None:
        raise NotRunning
    await note_visit(session, seat, actor.session_id, request.client.host if request.client else "unknown")
    noticed = [Noticed(f"page {body.page}", one.seq, one.kind, one.at, one.seconds) for one in body.signals]
    await record(session, seat.sitting.id, seat.attempt.id, noticed)


@router.get("/signals", operation_id="examSignals")
async def signals(actor: Candidate, session: ExamSession) -> dict[str, Any]:
    """Everything that was recorded of this candidate, as it stands."""
    seat = await queries.get_seat(session, actor)
    place = seat.sitting.id, seat.attempt.id
    counts = (await tally(session, *place)).get(seat.attempt.id, [])
    kept = await list_signals(session, *place)
    return {
        "counts": [{"kind": one.kind, "times": one.times, "seconds": one.seconds} for one in counts],
        "signals": [
            {
                "kind": one.kind,
                "at": rfc3339(one.at),
                "client_at": maybe_rfc3339(one.client_at),
                "seconds": one.seconds,
                "note": one.note,
            }
            for one in kept
        ],
    }
