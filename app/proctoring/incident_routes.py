"""Incidents on the pages of staff: open, link, photograph, close."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from pydantic import Field, StringConstraints

from app import delivery
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.identity import require
from app.proctoring import photos, service
from app.proctoring.incident_codes import Category, Code

PLACE = "/api/staff/sittings/{sitting_id}/incidents"
PHOTO_PATH = "/{incident_id}/photos"
router = APIRouter(prefix=PLACE, route_class=StrictRoute, tags=["incidents"])
photo_router = APIRouter(prefix=PLACE, route_class=APIRoute, tags=["incidents"])  # bytes instead of JSON

Reader = Annotated[Actor, Depends(require(Permission.INCIDENT_READ))]
Reporter = Annotated[Actor, Depends(require(Permission.INCIDENT_WRITE))]
Note = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Several = Annotated[tuple[UUID, ...], Field(max_length=1_000)]


class IncidentIn(Payload):
    """`attempt_ids` are all the candidates it is about; a page of the release before names one as `attempt_id`."""

    attempt_id: UUID | None = None
    attempt_ids: Several = ()
    room_id: UUID | None = None
    category: Category
    code: Code | None = None
    note: Note


class LinksIn(Payload):
    attempt_ids: Several = ()
    grant_ids: Several = ()


class ClosingNote(Payload):
    note: Note


@router.post("", operation_id="openIncident", status_code=201)
async def open_incident(sitting_id: UUID, body: IncidentIn, actor: Reporter, session: StaffSession) -> dict[str, str]:
    await delivery.get_sitting(session, sitting_id, actor)
    about = [*([body.attempt_id] if body.attempt_id else []), *body.attempt_ids]
    incident_id = await service.open_incident(
        session,
        sitting_id,
        category=body.category,
        code=body.code,
        note=body.note,
        attempt_id=about[0] if about else None,
        further=about[1:],
        room_id=body.room_id,
        actor=actor,
    )
    return {"id": str(incident_id)}


@router.post("/{incident_id}/links", operation_id="linkIncident", status_code=204)
async def link_incident(
    sitting_id: UUID, incident_id: UUID, body: LinksIn, actor: Reporter, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await service.link_incident(
        session, sitting_id, incident_id, attempt_ids=body.attempt_ids, grant_ids=body.grant_ids, actor=actor
    )


@router.post("/{incident_id}/close", operation_id="closeIncident", status_code=204)
async def close_incident(
    sitting_id: UUID, incident_id: UUID, body: ClosingNote, actor: Reporter, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await service.close_incident(session, sitting_id, incident_id, note=body.note, actor=actor)


@router.get("/{incident_id}/grants", operation_id="listIncidentGrants")
async def list_grants(sitting_id: UUID, incident_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    """The grants of time that people made, within the asker's scope, so that some can be linked."""
    await delivery.get_sitting(session, sitting_id, actor)
    await service.get_incident(session, sitting_id, incident_id, actor)
    grants = [one for one in await delivery.list_grants(session, sitting_id) if one.actor_id]
    mine = await delivery.attempts_in_scope(session, sitting_id, {one.attempt_id for one in grants}, actor)
    return {
        "grants": [
            {
                "id": str(one.id),
                "attempt_id": str(one.attempt_id),
                "kind": one.kind,
                "seconds": one.seconds,
                "reason": one.reason,
                "granted_at": rfc3339(one.granted_at),
            }
            for one in grants
            if one.attempt_id in mine
        ]
    }


@photo_router.post(PHOTO_PATH, operation_id="addIncidentPhoto", status_code=201)
async def add_photo(
    sitting_id: UUID, incident_id: UUID, request: Request, actor: Reporter, session: StaffSession
) -> dict[str, str]:
    """The picture's bytes, nothing around them."""
    await delivery.get_sitting(session, sitting_id, actor)
    content = await request.body()
    return {"id": str(await photos.add_photo(session, sitting_id, incident_id, content, actor=actor))}


@router.get("/{incident_id}/photos/{photo_id}", operation_id="incidentPhoto", response_class=Response)
async def photo(sitting_id: UUID, incident_id: UUID, photo_id: UUID, actor: Reader, session: StaffSession) -> Response:
    await delivery.get_sitting(session, sitting_id, actor)
    kind, content = await photos.get_photo(session, sitting_id, incident_id, photo_id, actor)
    return Response(content, media_type=kind)
