"""Papers over HTTP. Asking for one leaves a line in the list of prints and nothing else; cards, which end PINs, are a command."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app import delivery
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import StaffSession, database_of
from app.core.web import Payload, StrictRoute
from app.identity import require, settings_of
from app.proctoring.papers import press, queries, service
from app.proctoring.papers.types import Kind, Pdf

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}/papers", route_class=StrictRoute, tags=["papers"])

Printer = Annotated[Actor, Depends(require(Permission.PAPER_PRINT))]
CardPrinter = Annotated[Actor, Depends(require(Permission.CARD_PRINT))]
Readable = Literal[Kind.ATTENDANCE, Kind.SEATING, Kind.MINUTES, Kind.INCIDENTS]


class CardsIn(Payload):
    """Whose cards: of one candidate, of a room, of all."""

    attempt_id: UUID | None = None
    room_id: UUID | None = None


@router.get("", operation_id="listPapers")
async def list_papers(sitting_id: UUID, actor: Printer, session: StaffSession) -> dict[str, Any]:
    """For whom there is something to print, and what was printed lately."""
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    rooms = await queries.list_visible_rooms(session, sitting.id, actor)
    courses = await delivery.list_courses(session, sitting.id, actor)
    prints = await queries.list_prints(session, sitting.id)
    return {
        "rooms": [{"id": str(room.id), "name": room.name} for room in rooms],
        "candidates": [
            {
                "attempt_id": str(course.attempt_id),
                "number": course.number,
                "name": course.name,
                "room_id": str(course.room_id) if course.room_id else None,
                "state": course.state,
            }
            for course in courses
            if course.attempt_id
        ],
        "prints": [
            {"code": press.grouped(one.code), "kind": one.kind, "printed_at": rfc3339(one.printed_at), "printed_by": by}
            for one, by in prints
        ],
    }


@router.get("/{paper}.pdf", operation_id="printPaper", response_class=Response)
async def print_paper(
    request: Request, sitting_id: UUID, paper: Readable, actor: Printer, room_id: UUID | None = None
) -> Response:
    pdf = await service.print_paper(
        database_of(request).staff,
        sitting_id,
        paper,
        room_id=room_id,
        actor=actor,
        public_url=settings_of(request).public_url,
    )
    return as_file(pdf)


@router.post("/cards", operation_id="printCards", response_class=Response)
async def print_cards(request: Request, sitting_id: UUID, body: CardsIn, actor: CardPrinter) -> Response:
    settings = settings_of(request)
    pdf = await service.print_cards(
        database_of(request).staff,
        sitting_id,
        room_id=body.room_id,
        attempt_id=body.attempt_id,
        actor=actor,
        secret=settings.secret_bytes[0],
        public_url=settings.public_url,
    )
    return as_file(pdf)


def as_file(pdf: Pdf) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{pdf.name}"'}
    return Response(pdf.content, media_type="application/pdf", headers=headers)
