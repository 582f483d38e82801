"""The proctor's routes: sittings in their scope, board, token, device release, incidents."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, StringConstraints

from app import delivery
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import Database, StaffSession, database_of
from app.core.errors import NotFound
from app.core.web import Payload, StrictRoute
from app.identity import find_staff, require
from app.proctoring import service
from app.proctoring.board import Boards, read_board
from app.proctoring.service import Category

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["proctoring"])

Watcher = Annotated[Actor, Depends(require(Permission.BOARD_READ))]
TokenKeeper = Annotated[Actor, Depends(require(Permission.TOKEN_RENEW))]
Releaser = Annotated[Actor, Depends(require(Permission.DEVICE_RELEASE))]
Reporter = Annotated[Actor, Depends(require(Permission.INCIDENT_WRITE))]
Note = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class DeviceRelease(Payload):
    """Which request is granted: the one that the board showed."""

    requested_at: AwareDatetime


class Empty(Payload):
    """A command without arguments: `{}`."""


class IncidentIn(Payload):
    attempt_id: UUID | None = None
    category: Category
    note: Note


class ClosingNote(Payload):
    note: Note


@router.get("/board", operation_id="board")
async def board(sitting_id: UUID, actor: Watcher, session: StaffSession) -> dict[str, Any]:
    return await read_board(session, await delivery.get_sitting(session, sitting_id, actor))


@router.get("/board/stream", operation_id="boardStream", response_class=StreamingResponse)
async def board_stream(request: Request, sitting_id: UUID, actor: Watcher) -> StreamingResponse:
    async with database_of(request).staff() as session:
        await delivery.get_sitting(session, sitting_id, actor)
    boards: Boards = request.app.state.boards
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

    async def still_allowed() -> bool:
        return await _may_watch(database_of(request), sitting_id, actor)

    return StreamingResponse(boards.stream(sitting_id, still_allowed), media_type="text/event-stream", headers=headers)


async def _may_watch(database: Database, sitting_id: UUID, actor: Actor) -> bool:
    """A stream outlives the request that was let in: what let it in is read again, from the rows themselves."""
    async with database.staff() as session:
        now = await find_staff(session, actor.session_id)
        if now is None or now.lacking or not now.may(Permission.BOARD_READ):
            return False
        try:
            await delivery.get_sitting(session, sitting_id, now)
        except NotFound:
            return False
        return True


@router.post("/token", operation_id="renewToken")
async def renew_token(sitting_id: UUID, _: Empty, actor: TokenKeeper, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    token, expires_at = await delivery.renew_token(session, sitting_id, actor=actor)
    return {"value": token, "expires_at": rfc3339(expires_at) if expires_at else None}


@router.post("/attempts/{attempt_id}/release-device", operation_id="releaseDevice", status_code=204)
async def release_device(
    sitting_id: UUID, attempt_id: UUID, body: DeviceRelease, actor: Releaser, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.release_device(session, sitting_id, attempt_id, requested_at=body.requested_at, actor=actor)


@router.post("/incidents", operation_id="openIncident", status_code=201)
async def open_incident(sitting_id: UUID, body: IncidentIn, actor: Reporter, session: StaffSession) -> dict[str, str]:
    await delivery.get_sitting(session, sitting_id, actor)
    incident_id = await service.open_incident(
        session, sitting_id, category=body.category, note=body.note, attempt_id=body.attempt_id, actor=actor
    )
    return {"id": str(incident_id)}


@router.post("/incidents/{incident_id}/close", operation_id="closeIncident", status_code=204)
async def close_incident(
    sitting_id: UUID, incident_id: UUID, body: ClosingNote, actor: Reporter, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await service.close_incident(session, sitting_id, incident_id, note=body.note, actor=actor)
