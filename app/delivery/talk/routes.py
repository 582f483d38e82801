"""A candidate's call for help. What a page asks, and says of messages, stands in `heard`."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends

from app.core.access import Actor, Permission
from app.core.db import ExamSession
from app.core.web import Payload, StrictRoute
from app.delivery import queries
from app.delivery.seb.watch import watch_request
from app.delivery.talk import help as calls
from app.delivery.talk.heard import help_out
from app.delivery.talk.types import Need
from app.identity import require

router = APIRouter(prefix="/api/exam", route_class=StrictRoute, tags=["exam"], dependencies=[Depends(watch_request)])

Candidate = Annotated[Actor, Depends(require(Permission.ATTEMPT_TAKE))]


class Empty(Payload):
    """A command without arguments: `{}`."""


class HelpIn(Payload):
    need: Need


@router.post("/help", operation_id="examHelp")
async def call_help(body: HelpIn, actor: Candidate, session: ExamSession) -> dict[str, Any]:
    call = await calls.call_help(session, await queries.get_seat(session, actor), body.need)
    reply: dict[str, Any] = msgspec.to_builtins(help_out(call.need, call.called_at, call.answered_at))
    return reply


@router.post("/help/cancel", operation_id="examHelpCancel", status_code=204)
async def cancel_help(_: Empty, actor: Candidate, session: ExamSession) -> None:
    await calls.cancel_help(session, await queries.get_seat(session, actor))
