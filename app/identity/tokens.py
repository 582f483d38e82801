"""The one module that makes and reads session tokens (JWT, HS256, by python-jose).

The library accepts more than we want (RELIABILITY of its version 3.5.0: an unknown `crit`, a missing `exp` or `aud`, an empty
key), so every check that matters is made here, and the header is compared with the one header we ever issue.
"""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Any, Final
from uuid import UUID

from jose import jwt
from jose.exceptions import JOSEError

from app.identity.types import Claims, Realm

ISSUER: Final = "sahih"
ALGORITHM: Final = "HS256"
HEADER: Final = {"alg": ALGORITHM, "typ": "JWT"}
REQUIRED: Final = ("iss", "aud", "sub", "sid", "jti", "iat", "exp")
LEEWAY_SECONDS: Final = 10
LONGEST_TOKEN: Final = 2_000
LONGEST_LIFE_SECONDS: Final = 24 * 3600


class InvalidToken(Exception):
    """The token is not one of ours, or not any more. Deliberately without a reason for the outside."""


def _key(secret: bytes) -> bytes:
    """A key of its own for this purpose, derived from the server secret."""
    return hmac.digest(secret, b"sahih session token v1", "sha256")


def issue(
    secret: bytes, *, realm: Realm, person_id: UUID, session_id: UUID, life_seconds: int, now: float | None = None
) -> str:
    issued = int(time.time() if now is None else now)
    claims = {
        "iss": ISSUER,
        "aud": realm.value,
        "sub": str(person_id),
        "sid": str(session_id),
        "jti": secrets.token_urlsafe(12),
        "iat": issued,
        "exp": issued + life_seconds,
    }
    return str(jwt.encode(claims, _key(secret), algorithm=ALGORITHM))


def verify(token: str, secrets_: tuple[bytes, ...], *, realm: Realm, now: float | None = None) -> Claims:
    """The claims of a token of ours for this realm; raises InvalidToken for anything else."""
    if not isinstance(token, str) or not 20 <= len(token) <= LONGEST_TOKEN or token.count(".") != 2:
        raise InvalidToken
    try:
        if jwt.get_unverified_header(token) != HEADER:
            raise InvalidToken
        claims = _decode(token, secrets_, realm)
        return _claims(claims, time.time() if now is None else now)
    except (JOSEError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidToken from error


def _decode(token: str, secrets_: tuple[bytes, ...], realm: Realm) -> dict[str, Any]:
    options = {f"require_{name}": True for name in ("iss", "aud", "sub", "jti", "iat", "exp")}
    # The lifetime is checked in `_claims`, against an explicit clock.
    options["verify_exp"] = False
    last: Exception = InvalidToken()
    for secret in secrets_:
        try:
            decoded: dict[str, Any] = jwt.decode(
                token, _key(secret), algorithms=[ALGORITHM], audience=realm.value, issuer=ISSUER, options=options
            )
        except JOSEError as error:
            last = error
        else:
            return decoded
    raise InvalidToken from last


def _claims(claims: dict[str, Any], now: float) -> Claims:
    if set(claims) != set(REQUIRED) or not isinstance(claims["aud"], str):
        raise InvalidToken
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int:
        raise InvalidToken
    if not issued - LEEWAY_SECONDS <= now < expires or expires - issued > LONGEST_LIFE_SECONDS:
        raise InvalidToken
    return Claims(UUID(claims["sub"]), UUID(claims["sid"]), issued, expires)
