"""Rooms, who proctors them, and who sits where."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field, StrictBool, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity
from app.core.access import Actor, Permission, permissions_of
from app.core.db import StaffSession
from app.core.errors import NotFound
from app.core.web import Payload, StrictRoute
from app.delivery import Filled
from app.identity import require
from app.proctoring.errors import NotAProctor

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["rooms"])

Arranger = Annotated[Actor, Depends(require(Permission.ROOM_ARRANGE))]
Seater = Annotated[Actor, Depends(require(Permission.CANDIDATE_SEAT))]
RoomName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
SeatName = Annotated[str, StringConstraints(min_length=1, max_length=12, pattern=r"^[^\x00-\x1f\x7f]+$")]


class RoomIn(Payload):
    name: RoomName
    places: Annotated[int, Field(strict=True, ge=1, le=2000)] | None = None


class ProctorIn(Payload):
    """A proctor of the sitting; `rooms` are all of theirs from now on. A head proctor needs none."""

    person_id: UUID
    head: StrictBool
    rooms: Annotated[list[UUID], Field(max_length=100)]


class FillIn(Payload):
    """`everybody`: also those who have a place. Without `apply` nothing is written."""

    everybody: StrictBool
    apply: StrictBool


class SeatIn(Payload):
    room_id: UUID | None
    seat: SeatName | None


@router.post("/rooms", operation_id="createRoom", status_code=201)
async def create_room(sitting_id: UUID, body: RoomIn, actor: Arranger, session: StaffSession) -> dict[str, str]:
    await _require_head(session, sitting_id, actor)
    room_id = await delivery.create_room(session, sitting_id, body.name, places=body.places, actor=actor)
    return {"id": str(room_id)}


@router.post("/rooms/{room_id}", operation_id="changeRoom", status_code=204)
async def change_room(sitting_id: UUID, room_id: UUID, body: RoomIn, actor: Arranger, session: StaffSession) -> None:
    await _require_head(session, sitting_id, actor)
    await delivery.change_room(session, sitting_id, room_id, body.name, places=body.places, actor=actor)


@router.get("/proctors", operation_id="proctors")
async def proctors(sitting_id: UUID, actor: Arranger, session: StaffSession) -> dict[str, Any]:
    """Who proctors this sitting and which rooms, and who else could."""
    await _require_head(session, sitting_id, actor)
    duties = await delivery.list_duties(session, sitting_id)
    names = await identity.list_with_permission(session, Permission.BOARD_READ) | await identity.names_of(
        session, duties
    )
    return {
        "proctors": [
            {
                "person_id": str(person_id),
                "name": names[person_id],
                "head": duty.head,
                "rooms": [str(room_id) for room_id in duty.rooms],
            }
            for person_id, duty in duties.items()
        ],
        "others": [
            {"person_id": str(person_id), "name": name} for person_id, name in names.items() if person_id not in duties
        ],
    }


@router.post("/proctors", operation_id="assignProctor", status_code=204)
async def assign_proctor(sitting_id: UUID, body: ProctorIn, actor: Arranger, session: StaffSession) -> None:
    await _require_head(session, sitting_id, actor)
    if Permission.BOARD_READ not in permissions_of(await identity.roles_of(session, body.person_id)):
        raise NotAProctor
    await delivery.assign_staff(session, sitting_id, body.person_id, head=body.head, actor=actor)
    await delivery.assign_rooms(session, sitting_id, body.person_id, body.rooms, actor=actor)


@router.post("/seats", operation_id="fillSeats")
async def fill_seats(sitting_id: UUID, body: FillIn, actor: Arranger, session: StaffSession) -> dict[str, Any]:
    """Seat by number over the places of the rooms, or show what that would be."""
    await _require_head(session, sitting_id, actor)
    filled = await delivery.fill_seats(session, sitting_id, everybody=body.everybody, apply=body.apply, actor=actor)
    return _filled_out(filled)


@router.post("/roster/{roster_id}/seat", operation_id="moveCandidate", status_code=204)
async def move_candidate(sitting_id: UUID, roster_id: UUID, body: SeatIn, actor: Seater, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.move_candidate(session, sitting_id, roster_id, room_id=body.room_id, seat=body.seat, actor=actor)


async def _require_head(session: AsyncSession, sitting_id: UUID, actor: Actor) -> None:
    """Rooms are arranged by the office and by head proctors."""
    await delivery.get_sitting(session, sitting_id, actor)
    if await delivery.rooms_of(session, sitting_id, actor) is not None:
        raise NotFound


def _filled_out(filled: Filled) -> dict[str, Any]:
    return {
        "moves": [
            {
                "roster_id": str(one.id),
                "number": one.number,
                "name": one.name,
                "from": {"room_id": str(one.room_id) if one.room_id else None, "seat": one.seat},
                "to": {"room_id": str(place.room_id), "seat": place.seat},
            }
            for one, place in filled.moves
        ],
        "left_over": [{"number": one.number, "name": one.name} for one in filled.left_over],
    }
