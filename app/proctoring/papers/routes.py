"""Papers over HTTP. Asking for one leaves a line in the list of prints and nothing else; cards, which end PINs, are a command."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.core.access import Actor, Permission
from app.core.db import database_of
from app.core.web import Payload, StrictRoute
from app.identity import require, settings_of
from app.proctoring.papers import service
from app.proctoring.papers.types import Kind, Pdf

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}/papers", route_class=StrictRoute, tags=["papers"])

Printer = Annotated[Actor, Depends(require(Permission.PAPER_PRINT))]
CardPrinter = Annotated[Actor, Depends(require(Permission.CARD_PRINT))]
Readable = Literal[Kind.ATTENDANCE, Kind.SEATING, Kind.MINUTES, Kind.INCIDENTS]


class CardsIn(Payload):
    """Whose cards: of one candidate, of a room, of all."""

    attempt_id: UUID | None = None
    room_id: UUID | None = None


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
    return _file(pdf)


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
    return _file(pdf)


def _file(pdf: Pdf) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{pdf.name}"'}
    return Response(pdf.content, media_type="application/pdf", headers=headers)
