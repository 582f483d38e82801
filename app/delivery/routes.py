"""Candidate-facing routes. They run on the log-in that cannot read keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, identity, schemes
from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.core.db import ExamSession, database_of
from app.core.web import StrictRoute
from app.delivery import contact, devices, queries, rules, schemas, start
from app.delivery.errors import DeviceLocked, NotRunning, StaleEpoch
from app.delivery.types import AttemptState, Phase, Seat, Standing
from app.identity import Realm, require

router = APIRouter(prefix="/api/exam", route_class=StrictRoute, tags=["exam"])

# A read has no body; the device secret comes in a header of its own.
Device = Annotated[schemas.DeviceSecret | None, Header(alias="Sahih-Device")]

Candidate = Annotated[Actor, Depends(require(Permission.ATTEMPT_TAKE))]
Commentator = Annotated[Actor, Depends(require(Permission.ATTEMPT_COMMENT))]


@router.post("/login", operation_id="examLogin")
async def login(request: Request, response: Response, body: schemas.Login) -> schemas.Me:
    settings, database = identity.settings_of(request), database_of(request)
    who = await identity.log_in_candidate(
        database.exam,
        settings.secret_bytes,
        number=body.number,
        pin=body.pin,
        address=_address(request),
        hours=settings.session_hours,
    )
    async with database.exam() as session:
        actor = await identity.find_actor(session, who.session_id, Realm.EXAM)
        assert actor is not None, "the session was committed a moment ago"
        me = await _me(session, actor)
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
async def me(actor: Candidate, session: ExamSession) -> schemas.Me:
    await contact.here(session, await queries.get_seat(session, actor))
    return await _me(session, actor)


@router.post("/agree", operation_id="examAgree")
async def agree(_: schemas.Agree, actor: Candidate, session: ExamSession) -> schemas.Me:
    await start.agree(session, await queries.get_seat(session, actor))
    return await _me(session, actor)


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


@router.post("/start", operation_id="examStart")
async def start_attempt(body: schemas.Start, actor: Candidate, session: ExamSession) -> schemas.Envelope:
    seat = await queries.get_seat(session, actor)
    phase = rules.phase(queries.clock_of(seat), await read_clock(session)).phase
    standing = await start.start(session, seat, body.device_secret, body.token, phase)
    if standing is None:
        return schemas.Envelope(**await _standing_now(session, await queries.get_seat(session, actor), body.nonce))
    return schemas.Envelope(**_envelope(seat, standing, body.nonce))


@router.get("/attempt", operation_id="examAttempt")
async def attempt(actor: Candidate, session: ExamSession, device: Device = None) -> schemas.AttemptDetail:
    """Where the attempt stands. Its answers are for the device that holds it, not for everybody with number and PIN."""
    seat = await queries.get_seat(session, actor)
    answers = await queries.list_answers(session, seat) if await devices.holds(session, seat, device) else []
    return schemas.AttemptDetail(
        **await _standing_now(session, seat),
        last_seq=max((answer.seq for answer in answers), default=0),
        answers=[schemas.answer_out(answer) for answer in answers],
        receipt=schemas.receipt_out(queries.receipt_of(seat.attempt)),
    )


@router.get("/paper", operation_id="examPaper")
async def paper(actor: Candidate, session: ExamSession, device: Device = None) -> schemas.Paper:
    seat = await queries.get_seat(session, actor)
    phase = rules.phase(queries.clock_of(seat), await read_clock(session)).phase
    if phase not in (Phase.RUNNING, Phase.TRANSMISSION, Phase.PAUSED):
        raise NotRunning
    if not await devices.holds(session, seat, device):
        raise StaleEpoch
    scheme = await schemes.get_scheme_version(session, seat.sitting.scheme_version_id)
    form = await assembly.get_form(session, seat.sitting.id, seat.attempt.form_id)
    questions = await assembly.read_questions(session, form)
    return schemas.Paper(
        attempt_id=str(seat.attempt.id),
        renderer_version=form.renderer_version,
        lang=scheme.exam.lang if scheme.exam else "id",
        questions=[
            schemas.Question(position=position, stem=stem, options=options)
            for position, (stem, options) in enumerate(questions, start=1)
        ],
    )


@router.post("/comment", operation_id="examComment", status_code=204)
async def comment(body: schemas.Comment, actor: Commentator, session: ExamSession) -> None:
    await contact.comment(session, await queries.get_seat(session, actor), body.position, body.text)


async def _me(session: AsyncSession, actor: Actor) -> schemas.Me:
    seat = await queries.get_seat(session, actor)
    scheme = await schemes.get_scheme_version(session, seat.sitting.scheme_version_id)
    assert scheme.exam is not None, "a sitting is only created for a scheme with an exam"
    names = await identity.names_of(session, await queries.list_proctors(session, seat.sitting.id))
    now = await read_clock(session)
    current = rules.phase(queries.clock_of(seat), now)
    sitting, held = seat.sitting, seat.attempt
    return schemas.Me(
        number=seat.number,
        name=seat.name,
        server_time=now,
        sitting=schemas.SittingOut(
            code=sitting.code,
            title=sitting.title,
            scheme_code=scheme.code,
            scheme_title=scheme.title,
            zone=sitting.zone,
            opens_at=sitting.opens_at,
            closes_at=sitting.closes_at,
            duration_seconds=sitting.duration_seconds,
            transmission_seconds=sitting.transmission_seconds,
            items=held.n_items,
            options=scheme.exam.options,
            pass_mark=scheme.exam.pass_mark,
            admission=sitting.admission,
            takeover=sitting.takeover,
            lang=scheme.exam.lang,
            proctors=sorted(names.values()),
        ),
        attempt=schemas.AttemptOut(
            id=str(held.id),
            state=held.state,
            phase=current.phase,
            phase_ends_at=current.ends_at,
            agreed_at=seat.agreed_at,
            started_at=held.started_at,
            closes_at=held.closes_at,
            epoch=held.epoch,
            rev=held.rev,
            claimed=held.claimed,
            released=sitting.results_released_at is not None and held.state is AttemptState.SUBMITTED,
        ),
    )


async def _standing_now(session: AsyncSession, seat: Seat, nonce: str | None = None) -> dict[str, object]:
    now = await read_clock(session)
    held = seat.attempt
    return _envelope(seat, Standing(now, held.state, held.epoch, held.closes_at, held.rev), nonce)


def _envelope(seat: Seat, standing: Standing, nonce: str | None) -> dict[str, object]:
    clock = replace(queries.clock_of(seat), state=standing.state, closes_at=standing.closes_at)
    return schemas.envelope(seat, standing, rules.phase(clock, standing.at).phase, nonce)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
