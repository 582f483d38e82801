"""Codes that people copy by hand: Crockford's 32 signs, of which no two look alike."""

from __future__ import annotations

import secrets
from typing import Final

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT: Final = str.maketrans("OIL", "011")


def new_code(length: int) -> str:
    """A random code of five bits a sign."""
    return "".join(secrets.choice(SIGNS) for _ in range(length))


def normalise(typed: str) -> str:
    """What a nervous person types: lower case, blanks and dashes, O for 0, I or L for 1."""
    return typed.upper().replace("-", "").replace(" ", "").translate(MEANT)
