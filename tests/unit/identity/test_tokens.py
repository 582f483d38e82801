"""Hostile tokens: everything the JWT library would let through, and we do not."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from app.identity import tokens
from app.identity.types import Realm

SECRET = b"Xq3vN8kLw0ZtRb5yHd7mPf2sJc9gAe4u"
OLDER = b"Zt5yHd7mPf2sJc9gAe4uXq3vN8kLw0Rb"
NOW = 1_800_000_000.0
PERSON, SESSION = uuid4(), uuid4()


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forge(
    claims: dict[str, Any], header: dict[str, Any] | None = None, key: bytes | None = None, digest: str = "sha256"
) -> str:
    """A token signed like ours, with whatever it is told to say."""
    head = b64(json.dumps(header or tokens.HEADER).encode())
    body = b64(json.dumps(claims).encode())
    signature = hmac.digest(tokens._key(SECRET) if key is None else key, f"{head}.{body}".encode(), digest)
    return f"{head}.{body}.{b64(signature)}"


def good() -> dict[str, Any]:
    return {
        "iss": "sahih",
        "aud": "exam",
        "sub": str(PERSON),
        "sid": str(SESSION),
        "jti": "abc",
        "iat": int(NOW) - 10,
        "exp": int(NOW) + 600,
    }


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in good().items() if key != name}


HOSTILE: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "not a token": lambda: "a.b.c",
    "alg none": lambda: b64(b'{"alg":"none","typ":"JWT"}') + "." + b64(json.dumps(good()).encode()) + ".",
    "alg None in capitals": lambda: forge(good(), {"alg": "NONE", "typ": "JWT"}),
    "another HMAC": lambda: forge(good(), {"alg": "HS512", "typ": "JWT"}, digest="sha512"),
    "unknown crit": lambda: forge(good(), {**tokens.HEADER, "crit": ["x"], "x": 1}),
    "kid": lambda: forge(good(), {**tokens.HEADER, "kid": "../../etc/passwd"}),
    "jku": lambda: forge(good(), {**tokens.HEADER, "jku": "https://evil.example/keys"}),
    "zip bomb header": lambda: forge(good(), {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}),
    "no typ": lambda: forge(good(), {"alg": "HS256"}),
    "no exp": lambda: forge(without("exp")),
    "no aud": lambda: forge(without("aud")),
    "no iss": lambda: forge(without("iss")),
    "no jti": lambda: forge(without("jti")),
    "no sid": lambda: forge(without("sid")),
    "expired": lambda: forge(good() | {"exp": int(NOW) - 1}),
    "issued in the future": lambda: forge(good() | {"iat": int(NOW) + 3600, "exp": int(NOW) + 7200}),
    "life of a year": lambda: forge(good() | {"exp": int(NOW) + 365 * 86400}),
    "exp as text": lambda: forge(good() | {"exp": str(int(NOW) + 600)}),
    "exp as float": lambda: forge(good() | {"exp": NOW + 600.5}),
    "another realm": lambda: forge(good() | {"aud": "staff"}),
    "list of realms": lambda: forge(good() | {"aud": ["exam", "staff"]}),
    "another issuer": lambda: forge(good() | {"iss": "somebody"}),
    "extra claim": lambda: forge(good() | {"role": "admin"}),
    "person is no id": lambda: forge(good() | {"sub": "1 OR 1=1"}),
    "the bare server secret": lambda: forge(good(), key=SECRET),
    "empty key": lambda: forge(good(), key=b""),
    "an unknown key": lambda: forge(good(), key=b"k" * 32),
    "a flipped signature": lambda: forge(good())[:-4] + "AAAA",
    "very long": lambda: forge(good() | {"jti": "x" * 5000}),
    "four parts": lambda: forge(good()) + ".x",
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_token_is_refused(make: Callable[[], str]) -> None:
    with pytest.raises(tokens.InvalidToken):
        tokens.verify(make(), (SECRET, OLDER), realm=Realm.EXAM, now=NOW)


def test_the_forger_makes_a_good_token_when_it_is_honest() -> None:
    """Otherwise every refusal above could be an accident."""
    assert tokens.verify(forge(good()), (SECRET,), realm=Realm.EXAM, now=NOW).session_id == SESSION


def test_the_newest_secret_signs_and_all_of_them_verify() -> None:
    token = tokens.issue(OLDER, realm=Realm.STAFF, person_id=PERSON, session_id=SESSION, life_seconds=600, now=NOW)
    claims = tokens.verify(token, (SECRET, OLDER), realm=Realm.STAFF, now=NOW + 1)
    assert (claims.person_id, claims.session_id) == (PERSON, SESSION)
    with pytest.raises(tokens.InvalidToken):
        tokens.verify(token, (SECRET,), realm=Realm.STAFF, now=NOW + 1)
