"""Who sent this, for routes that cannot afford a framework: the cookie read by hand, the token verified once in its life."""

from __future__ import annotations

import time
from collections.abc import Mapping
from uuid import UUID

from fastapi import Response
from msgspec import Struct

from app.core.access import PERMISSIONS, Permission, Role
from app.core.config import Settings
from app.core.errors import Forbidden, Unauthorised
from app.identity import tokens
from app.identity.guard import cookie_name, set_cookie, wants_renewal
from app.identity.types import Claims, LoggedIn, Realm

MOST_TOKENS = 50_000


class Visitor(Struct, frozen=True):
    """The person and session a valid token names; whether that session still lives is for the caller to ask."""

    person_id: UUID
    session_id: UUID
    renewed_cookie: bytes | None


class FastGuard:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._name = cookie_name(Realm.EXAM, https=settings.https)
        self._staff_name = cookie_name(Realm.STAFF, https=settings.https)
        self._verified: dict[bytes, Claims] = {}  # by the whole cookie header, which a browser sends again and again

    def visitor(self, headers: Mapping[bytes, bytes], permission: Permission) -> Visitor:
        """The candidate behind a request. Refuses like `guard.require`: 401 nobody, 403 somebody who may not."""
        cookie = headers.get(b"cookie", b"")
        claims = self._verified.get(cookie)
        if claims is None or claims.expires_at <= time.time():
            claims = self._verify(cookie)
        if permission not in PERMISSIONS[Role.CANDIDATE]:
            raise Forbidden
        renewed = None
        if wants_renewal(claims):
            renewed = self.cookie_for(LoggedIn(claims.person_id, claims.session_id))
        return Visitor(claims.person_id, claims.session_id, renewed)

    def wants_renewal(self, headers: Mapping[bytes, bytes]) -> bool:
        """For a line that cannot carry a new cookie itself."""
        claims = self._verified.get(headers.get(b"cookie", b""))
        return claims is not None and wants_renewal(claims)

    def _verify(self, cookie: bytes) -> Claims:
        cookies = _cookies(cookie)
        claims = self._claims(cookies.get(self._name), Realm.EXAM)
        if claims is None:
            raise Forbidden if self._claims(cookies.get(self._staff_name), Realm.STAFF) else Unauthorised
        if len(self._verified) >= MOST_TOKENS:
            self._verified.clear()
        self._verified[cookie] = claims
        return claims

    def _claims(self, token: str | None, realm: Realm) -> Claims | None:
        try:
            return tokens.verify(token, self.settings.secret_bytes, realm=realm) if token else None
        except tokens.InvalidToken:
            return None

    def cookie_for(self, who: LoggedIn) -> bytes:
        """A new token for this session, as the value of `Set-Cookie`."""
        response = Response()
        set_cookie(response, self.settings, Realm.EXAM, who)
        return response.headers["set-cookie"].encode()


def _cookies(header: bytes) -> dict[str, str]:
    pairs = (part.partition("=") for part in header.decode("latin-1").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
