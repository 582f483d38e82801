"""Read and sign undertakings. These routes are open to every member of staff, whatever they have not signed yet."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field, StringConstraints

from app.core.access import Actor, Permission
from app.core.clock import maybe_rfc3339, rfc3339
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.identity import undertakings
from app.identity.guard import require
from app.identity.undertakings import Kind, Undertaking

router = APIRouter(prefix="/api/staff/undertakings", route_class=StrictRoute, tags=["identity"])

Writer = Annotated[Actor, Depends(require(Permission.UNDERTAKING_WRITE))]
Words = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Staff = Annotated[Actor, Depends(require(Permission.OWN_SESSION))]


class Signature(Payload):
    """Which text was read."""

    version: Annotated[int, Field(strict=True, ge=1, le=32767)]


class Texts(Payload):
    id: Words
    en: Words


class NewText(Payload):
    """`after` is the version that was looked at."""

    after: Annotated[int, Field(strict=True, ge=1, le=32766)]
    texts: Texts
    life_days: Annotated[int, Field(strict=True, ge=1, le=1825)]


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


@router.get("/texts", operation_id="listUndertakingTexts")
async def list_texts(actor: Writer, session: StaffSession) -> list[dict[str, Any]]:
    """Every version of each text, the newest first."""
    return [
        {
            "kind": one.kind,
            "version": one.version,
            "texts": one.texts,
            "life_days": one.life_days,
            "valid_from": rfc3339(one.valid_from),
        }
        for one in await undertakings.list_texts(session)
    ]


@router.post("/{kind}/texts", operation_id="addUndertakingText", status_code=201)
async def add_text(request: Request, kind: Kind, body: NewText, actor: Writer, session: StaffSession) -> dict[str, int]:
    """From now on everybody who needs this undertaking is asked to sign the new text before anything else opens."""
    version = await undertakings.add_text(
        session, kind, after=body.after, texts=body.texts.model_dump(), life_days=body.life_days, actor=actor
    )
    request.app.state.actors.forget_all()
    return {"version": version}


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
