"""Reset a candidate's log-in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app import delivery, identity
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.identity import require

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["proctoring"])

Resetter = Annotated[Actor, Depends(require(Permission.LOG_IN_RESET))]


class Empty(Payload):
    """A command without arguments: `{}`."""


@router.post("/attempts/{attempt_id}/reset-login", operation_id="resetLogIn")
async def reset_log_in(
    sitting_id: UUID, attempt_id: UUID, _: Empty, actor: Resetter, session: StaffSession
) -> dict[str, str]:
    await delivery.get_sitting(session, sitting_id, actor)
    number = (await delivery.get_candidate(session, sitting_id, attempt_id, actor)).number
    until = await identity.open_log_in(session, number, sitting_id=sitting_id, actor=actor)
    return {"number": number, "until": rfc3339(until)}
