"""Candidate-facing routes. They run on the log-in that cannot read keys."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.core.db import ExamSession, database_of
from app.core.pool import connection
from app.core.web import StrictRoute
from app.delivery import contact, devices, papers, queries, schemas, start
from app.delivery.envelope import envelope
from app.delivery.errors import DeviceLocked
from app.delivery.me import read_me
from app.delivery.types import Seat, Standing
from app.identity import Realm, require

router = APIRouter(prefix="/api/exam", route_class=StrictRoute, tags=["exam"])
files = APIRouter(route_class=StrictRoute, tags=["exam"])

# A read has no body; the device secret comes in a header of its own.
Device = Annotated[schemas.DeviceSecret | None, Header(alias="Sahih-Device")]

Candidate = Annotated[Actor, Depends(require(Permission.ATTEMPT_TAKE))]
Commentator = Annotated[Actor, Depends(require(Permission.ATTEMPT_COMMENT))]


@router.post("/login", operation_id="examLogin")
async def login(request: Request, response: Response, body: schemas.Login) -> schemas.Me:
    settings, database = identity.settings_of(request), database_of(request)
    number = body.number.strip().upper()
    async with connection(await database.hot()) as held:
        who = await identity.log_in_candidate(held, settings, number=number, pin=body.pin)
    if who is None:
        await identity.count_wrong_pin(database.exam, number=number, address=_address(request))
        raise identity.WrongCredentials
    async with connection(await database.hot()) as held:
        me = await read_me(held, number)
    identity.set_cookie(response, settings, Realm.EXAM, who)
    return me


@router.post("/logout", operation_id="examLogout", status_code=204)
async def logout(
    request: Request, response: Response, _: schemas.Empty, actor: Candidate, session: ExamSession
) -> None:
    await identity.log_out(session, actor)
    request.app.state.actors.forget(actor.session_id)
    request.app.state.seats.forget(actor.session_id)
    identity.clear_cookie(response, identity.settings_of(request), Realm.EXAM)


@router.get("/me", operation_id="examMe")
async def me(request: Request, actor: Candidate) -> schemas.Me:
    async with connection(await database_of(request).hot()) as held:
        return await read_me(held, actor.candidate_number)


@router.post("/agree", operation_id="examAgree")
async def agree(request: Request, _: schemas.Agree, actor: Candidate) -> schemas.Me:
    async with connection(await database_of(request).hot()) as held:
        await start.agree(held, actor.candidate_number)
        return await read_me(held, actor.candidate_number)


@router.post("/claim", operation_id="examClaim")
async def claim(request: Request, body: schemas.Claim, actor: Candidate, session: ExamSession) -> schemas.Claimed:
    seat = await queries.get_seat(session, actor)
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


@router.get("/attempt", operation_id="examAttempt")
async def attempt(actor: Candidate, session: ExamSession, device: Device = None) -> schemas.AttemptDetail:
    """Where the attempt stands. Its answers and the key of its paper are for the device that holds it, not for everybody
    with number and PIN."""
    seat = await queries.get_seat(session, actor)
    held = await devices.holds(session, seat, device)
    answers = await queries.list_answers(session, seat.sitting.id, seat.attempt.id) if held else []
    key = await papers.key_of(session, seat) if held else None
    return schemas.AttemptDetail(
        **await _standing_now(session, seat),
        last_seq=max((answer.seq for answer in answers), default=0),
        paper_key=key.hex() if key else None,
        answers=[schemas.answer_out(answer) for answer in answers],
        receipt=schemas.receipt_out(queries.receipt_of(seat.attempt)),
    )


@files.get(papers.PATH + "{name}", operation_id="paper")
async def sealed_paper(request: Request, name: str) -> Response:
    """A sealed paper. It never changes, so whatever stands between server and candidate may keep it."""
    sealed = await papers.read_sealed(await database_of(request).hot(), name)
    cached = {"Cache-Control": "public, max-age=86400, immutable"}
    return Response(sealed, media_type="application/octet-stream", headers=cached)


@router.post("/comment", operation_id="examComment", status_code=204)
async def comment(body: schemas.Comment, actor: Commentator, session: ExamSession) -> None:
    await contact.comment(session, await queries.get_seat(session, actor), body.position, body.text)


async def _standing_now(session: AsyncSession, seat: Seat) -> dict[str, Any]:
    now = await read_clock(session)
    held = seat.attempt
    return envelope(queries.clock_of(seat), Standing(now, held.state, held.epoch, held.closes_at, held.rev), nonce=None)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
