"""The proctor's routes: board and its thresholds, token, device release, rooms handed over, timelines."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, Field, StrictInt, StringConstraints

from app import delivery
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import StaffSession, database_of
from app.core.web import Moment, Payload, StrictRoute
from app.delivery.signals import KINDS
from app.identity import require
from app.proctoring.board import read_board, seen_from
from app.proctoring.stream import Boards
from app.proctoring.thresholds import Thresholds, set_thresholds
from app.proctoring.timeline import read_timeline

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["proctoring"])

Watcher = Annotated[Actor, Depends(require(Permission.BOARD_READ))]
TokenKeeper = Annotated[Actor, Depends(require(Permission.TOKEN_RENEW))]
Releaser = Annotated[Actor, Depends(require(Permission.DEVICE_RELEASE))]
Tuner = Annotated[Actor, Depends(require(Permission.BOARD_TUNE))]
HandingOver = Annotated[Actor, Depends(require(Permission.ROOM_HAND_OVER))]
TimelineReader = Annotated[Actor, Depends(require(Permission.TIMELINE_READ))]


def _kind(name: str) -> str:
    if name not in KINDS:
        raise ValueError(f"not one of {', '.join(sorted(KINDS))}")
    return name


SignalKind = Annotated[str, AfterValidator(_kind)]


class DeviceRelease(Payload):
    """Which request is granted: the one that the board showed."""

    requested_at: Moment


class Empty(Payload):
    """A command without arguments: `{}`."""


class ThresholdsIn(Payload):
    """From when on a row asks for attention; 0 turns one off. Of signals: how often, or for how many seconds altogether."""

    silent_seconds: Annotated[StrictInt, Field(ge=0, le=600)]
    unsaved_minutes: Annotated[StrictInt, Field(ge=0, le=120)]
    late_minutes: Annotated[StrictInt, Field(ge=0, le=120)]
    low_percent: Annotated[StrictInt, Field(ge=0, le=100)]
    low_minutes: Annotated[StrictInt, Field(ge=0, le=120)]
    signals: dict[SignalKind, Annotated[StrictInt, Field(ge=0, le=3600)]] = Field(default_factory=dict)

    def thresholds(self) -> Thresholds:
        return {
            "silent_seconds": self.silent_seconds,
            "unsaved_minutes": self.unsaved_minutes,
            "late_minutes": self.late_minutes,
            "low_percent": self.low_percent,
            "low_minutes": self.low_minutes,
            "signals": self.signals,
        }


class HandOver(Payload):
    """`giver_id` watches the room no more; without one the taker watches it besides the others."""

    giver_id: UUID | None = None
    taker_id: UUID
    note: Annotated[str, StringConstraints(min_length=3, max_length=500)]


@router.get("/board", operation_id="board")
async def board(sitting_id: UUID, actor: Watcher, session: StaffSession) -> dict[str, Any]:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    rooms = await delivery.rooms_of(session, sitting_id, actor)
    return seen_from(await read_board(session, sitting), rooms).as_reply()


@router.get("/board/stream", operation_id="boardStream", response_class=StreamingResponse)
async def board_stream(request: Request, sitting_id: UUID, actor: Watcher) -> StreamingResponse:
    async with database_of(request).staff() as session:
        await delivery.get_sitting(session, sitting_id, actor)
        rooms = await delivery.rooms_of(session, sitting_id, actor)
    boards: Boards = request.app.state.boards
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(boards.stream(sitting_id, actor, rooms), media_type="text/event-stream", headers=headers)


@router.post("/board/thresholds", operation_id="setThresholds", status_code=204)
async def tune(sitting_id: UUID, body: ThresholdsIn, actor: Tuner, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await set_thresholds(session, sitting_id, body.thresholds(), actor=actor)


@router.post("/rooms/{room_id}/hand-over", operation_id="handOverRoom", status_code=204)
async def hand_over(sitting_id: UUID, room_id: UUID, body: HandOver, actor: HandingOver, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.hand_over_room(
        session, sitting_id, room_id, giver_id=body.giver_id, taker_id=body.taker_id, note=body.note, actor=actor
    )


@router.get("/attempts/{attempt_id}/timeline", operation_id="timeline")
async def timeline(sitting_id: UUID, attempt_id: UUID, actor: TimelineReader, session: StaffSession) -> dict[str, Any]:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    return await read_timeline(session, sitting, attempt_id, actor)


@router.post("/token", operation_id="renewToken")
async def renew_token(sitting_id: UUID, _: Empty, actor: TokenKeeper, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    token, expires_at = await delivery.renew_token(session, sitting_id, actor=actor)
    return {"value": token, "expires_at": rfc3339(expires_at) if expires_at else None}


@router.post("/token/lock", operation_id="lockToken", status_code=204)
async def lock_token(sitting_id: UUID, _: Empty, actor: TokenKeeper, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.lock_token(session, sitting_id, actor=actor)


@router.post("/attempts/{attempt_id}/release-device", operation_id="releaseDevice", status_code=204)
async def release_device(
    sitting_id: UUID, attempt_id: UUID, body: DeviceRelease, actor: Releaser, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.release_device(session, sitting_id, attempt_id, requested_at=body.requested_at, actor=actor)
