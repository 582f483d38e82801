"""The office plans where a sitting is held and takes its invitations."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, StringConstraints

from app import delivery
from app.core import journal
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import StaffSession
from app.core.sheets import to_csv
from app.core.web import Payload, StrictRoute
from app.identity import require, settings_of
from app.proctoring.invitations import templates
from app.proctoring.invitations.queries import list_invitations

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["invitations"])
writing = APIRouter(prefix="/api/staff/invitation-templates", route_class=StrictRoute, tags=["invitations"])

Planner = Annotated[Actor, Depends(require(Permission.SITTING_PLAN))]
Inviter = Annotated[Actor, Depends(require(Permission.INVITATION_READ))]
Writer = Annotated[Actor, Depends(require(Permission.INVITATION_WRITE))]
Words = Annotated[str, StringConstraints(min_length=1, max_length=8_000)]
Line = Annotated[str, StringConstraints(max_length=300)]


class Place(Payload):
    """Empty where it is not known: no line of the invitation is then about it."""

    place: Line = ""
    address: Line = ""
    map_url: Line = ""


class Texts(Payload):
    id: Words
    en: Words


class NewTemplate(Payload):
    """`after` is the version that was looked at."""

    after: Annotated[int, Field(strict=True, ge=1, le=32766)]
    texts: Texts


@router.post("/place", operation_id="setPlace", status_code=204)
async def set_place(sitting_id: UUID, body: Place, actor: Planner, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await delivery.set_place(
        session, sitting_id, place=body.place, address=body.address, map_url=body.map_url, actor=actor
    )


@router.get("/invitations", operation_id="listInvitations")
async def read_invitations(request: Request, sitting_id: UUID, actor: Inviter, session: StaffSession) -> dict[str, Any]:
    """A text per candidate and language. It never holds a PIN."""
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    version, invitations = await list_invitations(session, sitting, settings_of(request).public_url)
    return {
        "template_version": version,
        "invitations": [{"number": one.number, "name": one.name, "texts": one.texts} for one in invitations],
    }


@router.get("/invitations.csv", operation_id="invitationsCsv")
async def invitations_csv(request: Request, sitting_id: UUID, actor: Inviter, session: StaffSession) -> Response:
    """All of them in one file, for a program that sends many; who took it stands in the journal."""
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    version, invitations = await list_invitations(session, sitting, settings_of(request).public_url)
    facts = {"candidates": len(invitations), "template": version}
    await journal.record(
        session, "invitations.taken", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=facts
    )
    rows = ((one.number, one.name, one.texts.get("id"), one.texts.get("en")) for one in invitations)
    content = to_csv(("nomor_peserta", "nama", "undangan", "invitation"), rows)
    headers = {"Content-Disposition": f'attachment; filename="{sitting.code}-undangan.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@writing.get("", operation_id="listInvitationTemplates")
async def read_templates(actor: Writer, session: StaffSession) -> list[dict[str, Any]]:
    """Every version, the newest first."""
    return [
        {"version": one.version, "texts": one.texts, "valid_from": rfc3339(one.valid_from)}
        for one in await templates.list_templates(session)
    ]


@writing.post("/preview", operation_id="previewInvitationTemplate")
async def preview_template(body: Texts, actor: Writer) -> dict[str, str]:
    """What it would say to somebody. Nothing is written."""
    return templates.preview(body.model_dump())


@writing.post("", operation_id="addInvitationTemplate", status_code=201)
async def add_template(body: NewTemplate, actor: Writer, session: StaffSession) -> dict[str, int]:
    version = await templates.add_template(session, after=body.after, texts=body.texts.model_dump(), actor=actor)
    return {"version": version}
