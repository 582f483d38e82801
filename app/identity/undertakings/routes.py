"""Read and sign undertakings. These routes are open to every member of staff, whatever they have not signed yet."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field, StringConstraints

from app.core.access import Actor, Permission
from app.core.clock import maybe_rfc3339
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.identity import undertakings
from app.identity.guard import require
from app.identity.undertakings import Kind, Undertaking

router = APIRouter(prefix="/api/staff/undertakings", route_class=StrictRoute, tags=["identity"])

Staff = Annotated[Actor, Depends(require(Permission.OWN_SESSION))]


class Signature(Payload):
    """Which text was read."""

    version: Annotated[int, Field(strict=True, ge=1, le=32767)]


class Withdrawal(Payload):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


@router.get("", operation_id="listUndertakings")
async def list_undertakings(actor: Staff, session: StaffSession) -> list[dict[str, Any]]:
    found = await undertakings.list_undertakings(session, actor.person_id, actor.roles)
    return [_out(one) for one in found if one.needed]


@router.post("/{kind}/sign", operation_id="signUndertaking", status_code=204)
async def sign(request: Request, kind: Kind, body: Signature, actor: Staff, session: StaffSession) -> None:
    await undertakings.sign(session, kind, body.version, actor=actor)
    request.app.state.actors.forget(actor.session_id)


@router.post("/{kind}/withdraw", operation_id="withdrawUndertaking", status_code=204)
async def withdraw(request: Request, kind: Kind, body: Withdrawal, actor: Staff, session: StaffSession) -> None:
    await undertakings.withdraw(session, kind, body.reason, actor=actor)
    request.app.state.actors.forget(actor.session_id)


def _out(one: Undertaking) -> dict[str, Any]:
    signed = one.last if one.valid else None
    return {
        "kind": one.kind,
        "version": one.version,
        "texts": one.texts,
        "life_days": one.life_days,
        "valid": one.valid,
        "signed_at": maybe_rfc3339(signed.at if signed else None),
        "expires_at": maybe_rfc3339(signed.expires_at if signed else None),
    }
