"""The door: who came, the check of identity against the photograph on file, absences, the readiness of computers."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StrictBool, StringConstraints

from app import delivery, identity
from app.core.access import Actor, Permission
from app.core.clock import maybe_rfc3339, read_clock, rfc3339
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.delivery import admission
from app.delivery.admission import Arrival, CheckIn, Computer, Document, Identity, Photo
from app.identity import require

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["admission"])

PHOTO_PATH = "/roster/{roster_id}/photo"
LARGEST_PHOTO_BODY = admission.LARGEST_PHOTO * 4 // 3 + 1024  # as base64, and the JSON around it

Watcher = Annotated[Actor, Depends(require(Permission.BOARD_READ))]
Admitter = Annotated[Actor, Depends(require(Permission.CANDIDATE_ADMIT))]
PhotoAdder = Annotated[Actor, Depends(require(Permission.PHOTO_ADD))]
PhotoReader = Annotated[Actor, Depends(require(Permission.PHOTO_READ))]
PhotoDecider = Annotated[Actor, Depends(require(Permission.PHOTO_DECIDE))]
Planner = Annotated[Actor, Depends(require(Permission.SITTING_PLAN))]
Note = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Attempts = Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class IdentityIn(Payload):
    """`note` says what does not match, where something does not."""

    document: Document
    matched: StrictBool
    note: Note | None = None

    def seen(self) -> Identity:
        return Identity(self.document, self.matched, self.note)


class AdmitIn(Payload):
    """Nothing is needed where the identity was checked before and the candidate is in time."""

    identity: IdentityIn | None = None
    reason: Note | None = None


class LatenessIn(Payload):
    minutes: Annotated[int, Field(strict=True, ge=0, le=240)]


class AbsenceIn(Payload):
    attempt_ids: Attempts
    absent: StrictBool
    note: Note | None = None


class PhotoIn(Payload):
    """JPEG or PNG, in base64."""

    image: Annotated[str, StringConstraints(min_length=1, max_length=LARGEST_PHOTO_BODY)]


class DecisionIn(Payload):
    approve: StrictBool
    reason: Note


@router.get("/arrivals", operation_id="arrivals")
async def arrivals(sitting_id: UUID, actor: Watcher, session: StaffSession) -> dict[str, Any]:
    """Everybody in this person's rooms: photograph, newest check, late or absent."""
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    found = await admission.list_arrivals(session, sitting_id, actor)
    names = await identity.names_of(session, _people(found))
    return {
        "server_time": rfc3339(await read_clock(session)),
        "late_after": rfc3339(sitting.late_after),
        "candidates": [_arrival_out(one, names) for one in found],
    }


@router.post("/lateness", operation_id="setLateness", status_code=204)
async def set_lateness(sitting_id: UUID, body: LatenessIn, actor: Planner, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.set_lateness(session, sitting_id, minutes=body.minutes, actor=actor)


@router.post("/attempts/{attempt_id}/check-in", operation_id="checkIn", status_code=204)
async def check_in(
    sitting_id: UUID, attempt_id: UUID, body: IdentityIn, actor: Admitter, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.check_in(session, sitting_id, attempt_id, body.seen(), actor=actor)


@router.post("/attempts/{attempt_id}/admit", operation_id="admit", status_code=204)
async def admit(sitting_id: UUID, attempt_id: UUID, body: AdmitIn, actor: Admitter, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    if body.identity:
        await delivery.check_in(session, sitting_id, attempt_id, body.identity.seen(), actor=actor)
        if not body.identity.matched:
            await session.commit()  # what was seen stays written down although this is a refusal
            raise admission.NotMatched
    await delivery.admit(session, sitting_id, attempt_id, actor=actor, reason=body.reason)


@router.post("/absences", operation_id="markAbsent")
async def mark_absent(sitting_id: UUID, body: AbsenceIn, actor: Admitter, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    outcomes = await delivery.mark_absent(
        session, sitting_id, body.attempt_ids, absent=body.absent, note=body.note, actor=actor
    )
    return {"outcomes": {str(attempt_id): outcome for attempt_id, outcome in outcomes.items()}}


@router.post(PHOTO_PATH, operation_id="addPhoto", status_code=201)
async def add_photo(
    sitting_id: UUID, roster_id: UUID, body: PhotoIn, actor: PhotoAdder, session: StaffSession
) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    photo = await admission.add_photo(session, sitting_id, roster_id, _image(body.image), actor=actor)
    return {"id": str(photo.id), "waits": photo.waits}


@router.get("/roster/{roster_id}/photos/{photo_id}", operation_id="readPhoto", response_class=Response)
async def read_photo(
    sitting_id: UUID, roster_id: UUID, photo_id: UUID, actor: PhotoReader, session: StaffSession
) -> Response:
    await delivery.get_sitting(session, sitting_id, actor)
    image, media_type = await admission.read_photo(session, sitting_id, roster_id, photo_id, actor)
    return Response(image, media_type=media_type)


@router.post("/photos/{photo_id}/decision", operation_id="decidePhoto", status_code=204)
async def decide_photo(
    sitting_id: UUID, photo_id: UUID, body: DecisionIn, actor: PhotoDecider, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await admission.decide_photo(session, sitting_id, photo_id, approve=body.approve, reason=body.reason, actor=actor)


@router.get("/readiness", operation_id="roomReadiness")
async def readiness(sitting_id: UUID, actor: Watcher, session: StaffSession) -> dict[str, Any]:
    """What the waiting rooms of this person's candidates say of their computers."""
    await delivery.get_sitting(session, sitting_id, actor)
    found = await admission.list_computers(session, sitting_id, actor)
    return {"server_time": rfc3339(await read_clock(session)), "computers": [_computer_out(one) for one in found]}


def _image(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""  # which is no photograph, and refused as such


def _people(found: list[Arrival]) -> set[UUID]:
    """Whose names are shown with what they did."""
    return (
        {one.check_in.checked_by for one in found if one.check_in}
        | {one.absence.marked_by for one in found if one.absence}
        | {one.waiting_photo.added_by for one in found if one.waiting_photo}
    )


def _arrival_out(one: Arrival, names: dict[UUID, str]) -> dict[str, Any]:
    absence = one.absence
    return {
        "roster_id": str(one.roster_id),
        "attempt_id": str(one.attempt_id),
        "number": one.number,
        "name": one.name,
        "room_id": str(one.room_id) if one.room_id else None,
        "seat": one.seat,
        "state": one.state,
        "arrived_at": maybe_rfc3339(one.arrived_at),
        "late": one.late,
        "check_in": _check_in_out(one.check_in, names) if one.check_in else None,
        "absence": {"note": absence.note, "by": names[absence.marked_by], "at": rfc3339(absence.marked_at)}
        if absence
        else None,
        "photo_id": str(one.photo.id) if one.photo else None,
        "waiting_photo": _waiting_out(one.waiting_photo, names) if one.waiting_photo else None,
    }


def _check_in_out(check: CheckIn, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "document": check.identity.document,
        "matched": check.identity.matched,
        "note": check.identity.note,
        "by": names[check.checked_by],
        "at": rfc3339(check.checked_at),
    }


def _waiting_out(photo: Photo, names: dict[UUID, str]) -> dict[str, Any]:
    return {"id": str(photo.id), "added_by": names[photo.added_by], "added_at": rfc3339(photo.added_at)}


def _computer_out(one: Computer) -> dict[str, Any]:
    return {
        "attempt_id": str(one.attempt_id),
        "address": one.address,
        "agent": one.agent,
        "reported_at": rfc3339(one.reported_at),
        "clock_offset_ms": one.report.clock_offset_ms,
        "round_trip_ms": one.report.round_trip_ms,
        "saves": one.report.saves,
        "persisted": one.report.persisted,
        "quota_mb": one.report.quota_mb,
        "faults": one.faults,
    }
