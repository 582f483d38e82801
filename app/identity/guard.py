"""`require(permission)`: who is asking, and may they. Every route of ours names exactly one permission."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import cast
from uuid import UUID

from fastapi import Request, Response

from app.core.access import Actor, Permission, Role, permissions_of
from app.core.config import Settings
from app.core.db import Database, database_of
from app.core.errors import Forbidden, Unauthorised
from app.core.pool import connection
from app.identity import tokens
from app.identity.candidates import find_candidate
from app.identity.queries import find_staff
from app.identity.types import Claims, LoggedIn, Realm
from app.identity.undertakings.errors import UndertakingNeeded

CACHE_SECONDS = 5.0
LARGEST_CACHE = 20_000

Guard = Callable[[Request, Response], Awaitable[Actor]]


class ActorCache:
    """Sessions looked up a moment ago. A revoked session or role stops working within `CACHE_SECONDS`."""

    def __init__(self) -> None:
        self._known: dict[tuple[Realm, UUID], tuple[float, Actor]] = {}

    def find(self, realm: Realm, session_id: UUID) -> Actor | None:
        read_at, actor = self._known.get((realm, session_id), (0.0, None))
        return actor if time.monotonic() - read_at < CACHE_SECONDS else None

    def keep(self, realm: Realm, actor: Actor) -> None:
        if len(self._known) >= LARGEST_CACHE:
            self._known.clear()
        self._known[realm, actor.session_id] = (time.monotonic(), actor)

    def forget(self, session_id: UUID) -> None:
        for realm in Realm:
            self._known.pop((realm, session_id), None)

    def forget_all(self) -> None:
        self._known.clear()


def require(permission: Permission) -> Guard:
    """A dependency that answers the actor, or refuses with 401 (nobody) or 403 (somebody who may not, or not before signing)."""

    async def guard(request: Request, response: Response) -> Actor:
        actor = await _actor_of(request, response, _realms_for(permission))
        if actor is None:
            raise Unauthorised
        if not actor.may(permission):
            raise Forbidden
        if actor.lacking and permission is not Permission.OWN_SESSION:
            raise UndertakingNeeded(kinds=sorted(actor.lacking))
        return actor

    guard.permission = permission  # type: ignore[attr-defined]  # read by the test that walks all routes
    return guard


def _realms_for(permission: Permission) -> tuple[Realm, Realm]:
    """The realm whose cookie is asked first. The other one is only looked at to answer 403 instead of 401."""
    if permission in permissions_of(frozenset({Role.CANDIDATE})):
        return Realm.EXAM, Realm.STAFF
    return Realm.STAFF, Realm.EXAM


async def _actor_of(request: Request, response: Response, realms: tuple[Realm, Realm]) -> Actor | None:
    settings = settings_of(request)
    for realm in realms:
        token = request.cookies.get(cookie_name(realm, https=settings.https))
        if not token:
            continue
        try:
            claims = tokens.verify(token, settings.secret_bytes, realm=realm)
        except tokens.InvalidToken:
            continue
        actor = await _look_up(request, realm, claims)
        if actor:
            _renew(settings, response, realm, claims)
            return actor
    return None


async def _look_up(request: Request, realm: Realm, claims: Claims) -> Actor | None:
    cache = cast(ActorCache, request.app.state.actors)
    actor = cache.find(realm, claims.session_id)
    if actor is None or actor.lacking:  # whoever signed at another server process goes on at once
        actor = await _live(database_of(request), realm, claims.session_id)
        if actor:
            cache.keep(realm, actor)
    return actor if actor and actor.person_id == claims.person_id else None


async def _live(database: Database, realm: Realm, session_id: UUID) -> Actor | None:
    """The person of a live session. Candidates come by the hundred at once: one statement on a direct connection."""
    if realm is Realm.EXAM:
        async with connection(await database.hot()) as held:
            return await find_candidate(held, session_id)
    async with database.staff() as session:
        return await find_staff(session, session_id)


def _renew(settings: Settings, response: Response, realm: Realm, claims: Claims) -> None:
    """Past half of its life a token is replaced without a word: nobody is logged out in the middle of an exam."""
    if wants_renewal(claims):
        set_cookie(response, settings, realm, LoggedIn(claims.person_id, claims.session_id))


def wants_renewal(claims: Claims) -> bool:
    return time.time() - claims.issued_at > (claims.expires_at - claims.issued_at) / 2


def settings_of(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def cookie_name(realm: Realm, *, https: bool) -> str:
    name = "sahih" if realm is Realm.EXAM else "sahih-staff"
    return f"__Host-{name}" if https else name


def set_cookie(response: Response, settings: Settings, realm: Realm, who: LoggedIn) -> None:
    life = settings.token_minutes * 60
    token = tokens.issue(
        settings.secret_bytes[0], realm=realm, person_id=who.person_id, session_id=who.session_id, life_seconds=life
    )
    response.set_cookie(
        cookie_name(realm, https=settings.https),
        token,
        max_age=life,
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, settings: Settings, realm: Realm) -> None:
    response.delete_cookie(
        cookie_name(realm, https=settings.https), path="/", secure=settings.https, httponly=True, samesite="lax"
    )
