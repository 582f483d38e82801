"""Staff log-in, log-out and first password."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, StringConstraints

from app.core.access import Actor, Permission
from app.core.db import StaffSession, database_of
from app.core.web import Payload, StrictRoute
from app.identity import service
from app.identity.guard import clear_cookie, require, set_cookie, settings_of
from app.identity.queries import find_staff
from app.identity.types import Realm

router = APIRouter(prefix="/api/staff", route_class=StrictRoute, tags=["identity"])

Staff = Annotated[Actor, Depends(require(Permission.OWN_SESSION))]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Login(Payload):
    username: Short
    password: Short


class FirstPassword(Payload):
    link_token: Short
    password: Short


class Empty(Payload):
    """A command without arguments: `{}`."""


class StaffMe(BaseModel):
    id: UUID
    name: str
    roles: list[str]
    permissions: list[str]
    lacking: list[str]


@router.post("/login", operation_id="staffLogin")
async def login(request: Request, response: Response, body: Login) -> StaffMe:
    settings, database = settings_of(request), database_of(request)
    who = await service.log_in_staff(
        database.staff,
        username=body.username,
        password=body.password,
        address=request.client.host if request.client else "unknown",
        hours=settings.session_hours,
    )
    async with database.staff() as session:
        actor = await find_staff(session, who.session_id)
    assert actor is not None, "the session was committed a moment ago"
    set_cookie(response, settings, Realm.STAFF, who)
    return _me(actor)


@router.post("/logout", operation_id="staffLogout", status_code=204)
async def logout(request: Request, response: Response, _: Empty, actor: Staff, session: StaffSession) -> None:
    await service.log_out(session, actor)
    request.app.state.actors.forget(actor.session_id)
    clear_cookie(response, settings_of(request), Realm.STAFF)


@router.get("/me", operation_id="staffMe")
async def me(actor: Staff) -> StaffMe:
    return _me(actor)


@router.post("/first-password", operation_id="firstPassword", status_code=204)
async def first_password(body: FirstPassword, session: StaffSession) -> None:
    await service.use_link(session, body.link_token, body.password)


def _me(actor: Actor) -> StaffMe:
    return StaffMe(
        id=actor.person_id,
        name=actor.name,
        roles=sorted(actor.roles),
        permissions=sorted(actor.permissions),
        lacking=sorted(actor.lacking),
    )
