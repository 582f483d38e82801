"""Messages to candidates and their calls for help, on the pages of proctors."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints, model_validator

from app import delivery, identity
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.delivery import talk
from app.identity import require

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["talk"])

Sender = Annotated[Actor, Depends(require(Permission.MESSAGE_SEND))]
Reader = Annotated[Actor, Depends(require(Permission.MESSAGE_READ))]
Helper = Annotated[Actor, Depends(require(Permission.HELP_ANSWER))]


class Empty(Payload):
    """A command without arguments: `{}`."""


class MessageIn(Payload):
    """To these candidates, or to everybody in the room; without either to everybody whom the sender watches."""

    attempt_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)] | None = None
    room_id: UUID | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    key: UUID | None = None  # names this message: sent again without an answer to the first, it is shown once

    @model_validator(mode="after")
    def one_address(self) -> MessageIn:
        if self.attempt_ids is not None and self.room_id is not None:
            raise ValueError("name candidates or a room, not both")
        return self


@router.post("/messages", operation_id="sendMessage", status_code=201)
async def send_message(sitting_id: UUID, body: MessageIn, actor: Sender, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    message_id, outcomes = await talk.send_message(
        session, sitting_id, body.attempt_ids, body.text, room_id=body.room_id, actor=actor, key=body.key
    )
    return {"message_id": str(message_id), "outcomes": {str(each): word for each, word in outcomes.items()}}


@router.get("/messages", operation_id="listMessages")
async def list_messages(sitting_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    sent = await talk.list_messages(session, sitting_id, actor)
    names = await identity.names_of(session, {one.sent_by for one in sent})
    return {"messages": [_message_out(one, names) for one in sent]}


@router.post("/help/{call_id}/answer", operation_id="answerHelp", status_code=204)
async def answer_help(sitting_id: UUID, call_id: UUID, _: Empty, actor: Helper, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await talk.answer_help(session, sitting_id, call_id, actor=actor)


@router.post("/help/{call_id}/end", operation_id="endHelp", status_code=204)
async def end_help(sitting_id: UUID, call_id: UUID, _: Empty, actor: Helper, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await talk.end_help(session, sitting_id, call_id, actor=actor)


def _message_out(one: talk.MessageView, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "text": one.text,
        "sent_by": names[one.sent_by],
        "sent_at": rfc3339(one.sent_at),
        "copies": one.copies,
        "shown": one.shown,
        "acknowledged": one.acknowledged,
    }
