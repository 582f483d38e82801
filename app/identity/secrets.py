"""PINs, passwords and one-time tokens: how they are made, stored and compared."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core import crockford

PIN_LENGTH: Final = 10  # 50 bits: enough for a keyed hash without a slow one, so that a start herd costs no CPU

# OWASP minimum for argon2id. Two at a time and off the event loop: hashing must never stall an exam.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE: Final = 2
_turns: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


def new_pin() -> str:
    return crockford.new_code(PIN_LENGTH)


def pin_hmac(secret: bytes, number: str, pin: str) -> bytes:
    key = hmac.digest(secret, b"sahih candidate pin v1", "sha256")
    return hmac.digest(key, f"{number}\n{pin}".encode(), "sha256")


def pin_hmacs(secrets_: tuple[bytes, ...], number: str, typed: str) -> list[bytes]:
    """The stored value of this PIN, by each of these secrets."""
    return [pin_hmac(secret, number, crockford.normalise(typed)) for secret in secrets_]


async def hash_password(password: str) -> str:
    async with _turn():
        return await asyncio.to_thread(_HASHER.hash, password)


async def password_matches(stored: str | None, password: str) -> bool:
    """Compare in constant shape: an unknown account costs the same hash as a known one."""
    async with _turn():
        return await asyncio.to_thread(_verify, stored or _NOBODY, password) and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _turn() -> asyncio.Semaphore:
    loop = asyncio.get_running_loop()
    for closed in [known for known in _turns if known.is_closed()]:
        del _turns[closed]
    return _turns.setdefault(loop, asyncio.Semaphore(_AT_ONCE))


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


# The hash of a random password that nobody knows.
_NOBODY: Final = "$argon2id$v=19$m=19456,t=2,p=1$c2FoaWgtbm9ib2R5LXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
