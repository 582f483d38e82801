"""Who sent this, for routes that cannot afford a framework: the cookie read by hand, the token verified once in its life."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response

from app.core.access import Permission, Role, permissions_of
from app.core.config import Settings
from app.core.errors import Forbidden, Unauthorised
from app.identity import tokens
from app.identity.guard import cookie_name, set_cookie, wants_renewal
from app.identity.types import Claims, LoggedIn, Realm

MOST_TOKENS = 50_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person and session a valid token names; whether that session still lives is for the caller to ask."""

    person_id: UUID
    session_id: UUID
    renewed_cookie: bytes | None


class FastGuard:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._verified: dict[tuple[Realm, str], Claims] = {}

    def visitor(self, headers: dict[bytes, bytes], permission: Permission) -> Visitor:
        """The candidate behind a request. Refuses like `guard.require`: 401 nobody, 403 somebody who may not."""
        cookies = _cookies(headers.get(b"cookie", b""))
        claims = self._claims(Realm.EXAM, cookies)
        if claims is None:
            raise Forbidden if self._claims(Realm.STAFF, cookies) else Unauthorised
        if permission not in permissions_of(frozenset({Role.CANDIDATE})):
            raise Forbidden
        renewed = self._renewed(claims) if wants_renewal(claims) else None
        return Visitor(claims.person_id, claims.session_id, renewed)

    def _claims(self, realm: Realm, cookies: dict[str, str]) -> Claims | None:
        token = cookies.get(cookie_name(realm, https=self._settings.https))
        if not token:
            return None
        known = self._verified.get((realm, token))
        if known is not None and time.time() < known.expires_at:
            return known
        try:
            claims = tokens.verify(token, self._settings.secret_bytes, realm=realm)
        except tokens.InvalidToken:
            return None
        if len(self._verified) >= MOST_TOKENS:
            self._verified.clear()
        self._verified[realm, token] = claims
        return claims

    def _renewed(self, claims: Claims) -> bytes:
        response = Response()
        set_cookie(response, self._settings, Realm.EXAM, LoggedIn(claims.person_id, claims.session_id))
        return response.headers["set-cookie"].encode()


def _cookies(header: bytes) -> dict[str, str]:
    pairs = (part.partition("=") for part in header.decode("latin-1").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
