"""The candidate's own result, after the release."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from app import delivery
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import ExamSession
from app.core.web import StrictRoute
from app.grading.errors import NotReleased
from app.grading.queries import find_result
from app.identity import require

router = APIRouter(prefix="/api/exam", route_class=StrictRoute, tags=["exam"])

Owner = Annotated[Actor, Depends(require(Permission.RESULT_READ_OWN))]


class UnitOut(BaseModel):
    code: str
    title: str
    correct: int
    items: int


class RescueOut(BaseModel):
    """What became of the candidate's rescue file; approved, how many answers it added and the code of the second receipt."""

    state: delivery.rescue.RescueState
    added: int
    code: str | None
    hash: str | None


class ResultOut(BaseModel):
    score: int
    max_score: int
    pass_mark: int
    recommendation: str
    units: list[UnitOut]
    receipt: delivery.ReceiptOut | None
    rescue: RescueOut | None
    released_at: str


@router.get("/result", operation_id="examResult")
async def result(actor: Owner, session: ExamSession) -> ResultOut:
    seat = await delivery.get_seat(session, actor)
    found = await find_result(session, seat.sitting.id, seat.attempt.id)
    if found is None:
        raise NotReleased
    rescued = await delivery.rescue.find_rescue_receipt(session, seat.sitting.id, seat.attempt.id)
    return ResultOut(
        score=found.score,
        max_score=found.max_score,
        pass_mark=found.pass_mark,
        recommendation=found.recommendation,
        units=[UnitOut(**unit) for unit in found.units],
        receipt=delivery.receipt_out(delivery.receipt_of(seat.attempt)),
        rescue=_rescue_out(rescued) if rescued else None,
        released_at=rfc3339(found.released_at),
    )


def _rescue_out(rescued: delivery.rescue.RescueReceipt) -> RescueOut:
    code = delivery.receipt_code(rescued.sha256) if rescued.sha256 else None
    return RescueOut(state=rescued.state, added=rescued.added, code=code, hash=rescued.sha256)
