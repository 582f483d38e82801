"""Candidate-facing routes. They run on the log-in that cannot read keys."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.core.db import ExamSession
from app.core.web import StrictRoute
from app.delivery import admission, contact, devices, queries, schemas
from app.delivery.envelope import envelope
from app.delivery.errors import DeviceLocked
from app.delivery.seb.watch import watch_request
from app.delivery.signals.record import note_visit
from app.delivery.types import Seat, Standing
from app.identity import Realm, require

router = APIRouter(prefix="/api/exam", route_class=StrictRoute, tags=["exam"], dependencies=[Depends(watch_request)])

Candidate = Annotated[Actor, Depends(require(Permission.ATTEMPT_TAKE))]
Commentator = Annotated[Actor, Depends(require(Permission.ATTEMPT_COMMENT))]


@router.post("/logout", operation_id="examLogout", status_code=204)
async def logout(
    request: Request, response: Response, _: schemas.Empty, actor: Candidate, session: ExamSession
) -> None:
    await identity.log_out(session, actor)
    request.app.state.actors.forget(actor.session_id)
    request.app.state.seats.forget(actor.session_id)
    identity.clear_cookie(response, identity.settings_of(request), Realm.EXAM)


@router.post("/claim", operation_id="examClaim")
async def claim(request: Request, body: schemas.Claim, actor: Candidate, session: ExamSession) -> schemas.Claimed:
    seat = await queries.get_seat(session, actor)
    await note_visit(session, seat, actor.session_id, _address(request))
    held = await devices.claim(
        session,
        seat,
        body.device_secret,
        take_over=body.take_over,
        address=_address(request),
        agent=request.headers.get("user-agent", ""),
    )
    if not held:
        await session.commit()  # the request must reach the proctor's board although this is a refusal
        raise DeviceLocked(takeover=seat.sitting.takeover)
    seat = await queries.get_seat(session, actor)
    return schemas.Claimed(**await _standing_now(session, seat), last_seq=await queries.last_seq(session, seat))


@router.post("/comment", operation_id="examComment", status_code=204)
async def comment(body: schemas.Comment, actor: Commentator, session: ExamSession) -> None:
    await contact.comment(session, await queries.get_seat(session, actor), body.position, body.text)


@router.post("/readiness", operation_id="examReadiness", status_code=204)
async def readiness(request: Request, body: schemas.Readiness, actor: Candidate, session: ExamSession) -> None:
    """The waiting room of this candidate's computer, once on entering and whenever something about it changed."""
    seat = await queries.get_seat(session, actor)
    agent = request.headers.get("user-agent", "")
    await admission.note_readiness(session, seat, body.report(), address=_address(request), agent=agent)


async def _standing_now(session: AsyncSession, seat: Seat) -> dict[str, Any]:
    now = await read_clock(session)
    held = seat.attempt
    standing = Standing(now, held.state, held.epoch, held.closes_at, held.rev, held.resumes_at)
    return envelope(queries.clock_of(seat), standing, nonce=None)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
