"""The keys that keep the item bank and the papers secret at rest. They come from the environment, never from the database.

A value is sealed in an envelope: encrypted under a random key of its own, which stands beside it wrapped by a key of the ring. A new
key of the ring wraps these again, and no value is encrypted twice. What is wrapped says by which key: the newest one wraps, all of
them unwrap. Each purpose has keys of its own, derived by HKDF, of which none leads to those of another purpose or to the ring's.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core.words import both

LABEL: Final = b"sealed1:"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
# A data key encrypts one value in its life, so the nonce has nothing to tell apart.
ONCE: Final = bytes(NONCE_BYTES)


class SealBroken(Exception):
    """A value that this ring does not open; the message says what to do."""


class KeyRing:
    """Keys of 32 bytes by their id, the newest first."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)
        self._ciphers = {name: ChaCha20Poly1305(key) for name, key in keys.items()}
        self.newest = next(iter(keys))

    def derive(self, purpose: str) -> KeyRing:
        return KeyRing({name: _derived(key, purpose) for name, key in self._keys.items()})

    def wrap(self, data_key: bytes) -> bytes:
        """Label, id of the newest key, nonce, encrypted data key."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        prefix = self.prefix
        return prefix + nonce + self._ciphers[self.newest].encrypt(nonce, data_key, prefix)

    def unwrap(self, sealed: bytes) -> bytes:
        """The data key at the beginning of a value, which may be all of it. Raises SealBroken."""
        name = id_of(sealed)
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise SealBroken(
                both(
                    f"Kunci bank {name!r} tidak ada dalam SAHIH_BANK_KEYS. Tambahkan kembali kunci itu.",
                    f"The bank key {name!r} is not in SAHIH_BANK_KEYS. Put that key back.",
                )
            )
        prefix, body = sealed[: _prefix_length(sealed)], sealed[_prefix_length(sealed) : _wrapped_length(sealed)]
        try:
            return cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], prefix)
        except InvalidTag:
            raise _broken(name) from None

    def seal(self, plain: bytes, place: str) -> bytes:
        """`place` says what the value is and where it stands: moved elsewhere it does not open."""
        data_key = secrets.token_bytes(KEY_BYTES)
        return self.wrap(data_key) + ChaCha20Poly1305(data_key).encrypt(ONCE, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Raises SealBroken."""
        cipher = ChaCha20Poly1305(self.unwrap(sealed))
        try:
            return cipher.decrypt(ONCE, sealed[_wrapped_length(sealed) :], place.encode())
        except InvalidTag:
            raise _broken(id_of(sealed)) from None

    def rewrap(self, sealed: bytes) -> bytes:
        """The same value with its data key under the newest key. Also of a data key that is wrapped alone."""
        return self.wrap(self.unwrap(sealed)) + sealed[_wrapped_length(sealed) :]

    @property
    def prefix(self) -> bytes:
        """What every value under the newest key begins with."""
        name = self.newest.encode()
        return LABEL + bytes([len(name)]) + name


def is_sealed(value: bytes) -> bool:
    return value.startswith(LABEL)


def id_of(sealed: bytes) -> str:
    """By which key it is wrapped. Raises SealBroken for what is no sealed value."""
    if not is_sealed(sealed) or len(sealed) < _wrapped_length(sealed):
        raise SealBroken(
            both("Isi bank soal tersimpan dalam bentuk yang tidak dikenal.", "Stored bank text has an unknown form.")
        )
    return sealed[len(LABEL) + 1 : _prefix_length(sealed)].decode("utf-8", "replace")


def _prefix_length(sealed: bytes) -> int:
    return len(LABEL) + 1 + (sealed[len(LABEL)] if len(sealed) > len(LABEL) else 0)


def _wrapped_length(sealed: bytes) -> int:
    return _prefix_length(sealed) + NONCE_BYTES + KEY_BYTES + TAG_BYTES


def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"sahih " + purpose.encode()).derive(key)


def _broken(name: str) -> SealBroken:
    return SealBroken(
        both(
            f"Nilai tersegel rusak, dipindahkan, atau kunci bank {name!r} bukan yang menyegelnya.",
            f"A sealed value was damaged or moved, or the bank key {name!r} is not the one that sealed it.",
        )
    )
