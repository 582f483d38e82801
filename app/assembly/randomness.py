"""Randomness that can be repeated and shown to be unbiased: one 256-bit seed, expanded by SHAKE-256.

Each use takes a stream of its own, named by a label, so that adding a draw in one place never changes another.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")

SEED_BYTES: Final = 32
_BLOCK_BYTES: Final = 4096
_WORD_BYTES: Final = 4
_WORD_RANGE: Final = 1 << (8 * _WORD_BYTES)


def new_seed() -> bytes:
    return secrets.token_bytes(SEED_BYTES)


class Stream:
    """Unbiased whole numbers from SHAKE-256(label, block number, seed)."""

    def __init__(self, seed: bytes, label: str) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError(f"seed: {SEED_BYTES} bytes are needed, got {len(seed)}")
        self._seed = seed
        self._label = label.encode()
        self._block = b""
        self._block_no = 0
        self._at = 0

    def below(self, bound: int) -> int:
        """A whole number in [0, bound), each equally likely: words in the incomplete last stretch are thrown away."""
        if not 0 < bound <= _WORD_RANGE:
            raise ValueError(f"bound: must lie in 1..{_WORD_RANGE}, got {bound}")
        limit = _WORD_RANGE - _WORD_RANGE % bound
        while True:
            word = self._word()
            if word < limit:
                return word % bound

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """Fisher-Yates: every order equally likely."""
        order = list(values)
        for last in range(len(order) - 1, 0, -1):
            chosen = self.below(last + 1)
            order[last], order[chosen] = order[chosen], order[last]
        return order

    def _word(self) -> int:
        if self._at == len(self._block):
            head = len(self._label).to_bytes(2, "big") + self._label + self._block_no.to_bytes(8, "big")
            self._block = hashlib.shake_256(head + self._seed).digest(_BLOCK_BYTES)
            self._block_no += 1
            self._at = 0
        word = self._block[self._at : self._at + _WORD_BYTES]
        self._at += _WORD_BYTES
        return int.from_bytes(word, "big")
