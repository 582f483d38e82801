"""Clocks, on the pages of staff: pause, resume, freeze a room, grant time, end an exam. Many at once are told apart in the reply."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field, StrictBool, StrictInt, StringConstraints

from app import delivery, identity
from app.core.access import Actor, Permission
from app.core.db import StaffSession
from app.core.web import Moment, Payload, StrictRoute
from app.delivery import Outcomes
from app.delivery.rules import MOST_SECONDS
from app.identity import require
from app.proctoring import outages

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["time"])

Pauser = Annotated[Actor, Depends(require(Permission.CANDIDATE_PAUSE))]
Freezer = Annotated[Actor, Depends(require(Permission.ROOM_FREEZE))]
Granter = Annotated[Actor, Depends(require(Permission.TIME_GRANT))]
Decider = Annotated[Actor, Depends(require(Permission.TIME_DECIDE))]
Closer = Annotated[Actor, Depends(require(Permission.ATTEMPT_CLOSE))]
RoomReader = Annotated[Actor, Depends(require(Permission.ROOM_READ))]

MOST_AT_ONCE = 1_000
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]
Attempts = Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]
Countdown = Annotated[StrictInt, Field(ge=0, le=60)]


class PauseIn(Payload):
    attempt_ids: Attempts
    reason: Reason


class ResumeIn(Payload):
    attempt_ids: Attempts
    in_seconds: Countdown


class FreezeIn(Payload):
    """Without a room it is the whole sitting. `since` is when the disturbance began, where that was before the press."""

    room_id: UUID | None = None
    reason: Reason
    since: Moment | None = None


class ThawIn(Payload):
    in_seconds: Countdown
    note: Reason


class TimeIn(Payload):
    attempt_ids: Attempts
    seconds: Annotated[StrictInt, Field(ge=1, le=MOST_SECONDS)]
    reason: Reason
    key: UUID | None = None  # names this command: sent again without an answer to the first, it gives nothing more


class DecisionIn(Payload):
    approve: StrictBool
    reason: Reason


class ClosingIn(Payload):
    """The participant number as the proctor typed it: the second confirmation."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    reason: Reason


@router.post("/pause", operation_id="pauseCandidates")
async def pause(sitting_id: UUID, body: PauseIn, actor: Pauser, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    return _told(await delivery.pause(session, sitting_id, body.attempt_ids, reason=body.reason, actor=actor))


@router.post("/resume", operation_id="resumeCandidates")
async def resume(sitting_id: UUID, body: ResumeIn, actor: Pauser, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    return _told(await delivery.resume(session, sitting_id, body.attempt_ids, in_seconds=body.in_seconds, actor=actor))


@router.post("/freezes", operation_id="freezeRoom", status_code=201)
async def freeze(sitting_id: UUID, body: FreezeIn, actor: Freezer, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    freeze_id, incident_id, outcomes = await outages.freeze_room(
        session, sitting_id, body.room_id, reason=body.reason, since=body.since, actor=actor
    )
    return {"freeze_id": str(freeze_id), "incident_id": str(incident_id)} | _told(outcomes)


@router.post("/freezes/{freeze_id}/thaw", operation_id="thawRoom")
async def thaw(
    sitting_id: UUID, freeze_id: UUID, body: ThawIn, actor: Freezer, session: StaffSession
) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    return _told(
        await outages.thaw_room(session, sitting_id, freeze_id, in_seconds=body.in_seconds, note=body.note, actor=actor)
    )


@router.post("/time", operation_id="grantTime")
async def grant_time(sitting_id: UUID, body: TimeIn, actor: Granter, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    return _told(
        await delivery.grant_time(
            session,
            sitting_id,
            body.attempt_ids,
            seconds=body.seconds,
            reason=body.reason,
            actor=actor,
            key=body.key,
        )
    )


@router.post("/time-requests/{request_id}/decision", operation_id="decideTime", status_code=204)
async def decide_time(
    sitting_id: UUID, request_id: UUID, body: DecisionIn, actor: Decider, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.decide_time(session, sitting_id, request_id, approve=body.approve, reason=body.reason, actor=actor)


@router.post("/attempts/{attempt_id}/close", operation_id="closeAttempt", status_code=204)
async def close_attempt(
    sitting_id: UUID, attempt_id: UUID, body: ClosingIn, actor: Closer, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.close_attempt(session, sitting_id, attempt_id, number=body.number, reason=body.reason, actor=actor)


@router.get("/rooms", operation_id="listRooms")
async def list_rooms(sitting_id: UUID, actor: RoomReader, session: StaffSession) -> dict[str, Any]:
    """The rooms of a sitting and who proctors it; `mine` are the rooms that the asker watches, null for the whole sitting."""
    await delivery.get_sitting(session, sitting_id, actor)
    rooms = await delivery.list_rooms(session, sitting_id)
    duties = await delivery.duties(session, sitting_id, await delivery.list_proctors(session, sitting_id))
    names = await identity.names_of(session, duties)
    mine = await delivery.rooms_of(session, sitting_id, actor)
    return {
        "rooms": [
            {
                "id": str(room.id),
                "name": room.name,
                "places": room.places,
                "candidates": room.candidates,
                "proctors": [{"id": str(person), "name": names[person]} for person in room.proctors],
            }
            for room in rooms
        ],
        "staff": [
            {"id": str(person), "name": names[person], "head": watched is None} for person, watched in duties.items()
        ],
        "mine": None if mine is None else [str(room_id) for room_id in mine],
    }


def _told(outcomes: Outcomes) -> dict[str, Any]:
    return {"outcomes": {str(attempt_id): outcome.value for attempt_id, outcome in outcomes.items()}}
