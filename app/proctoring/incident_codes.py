"""What happened, in two coded words: a category and, below it, a code. Free text says the rest."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Category(StrEnum):
    ENVIRONMENT = "environment"
    CANDIDATE = "candidate"
    STAFF = "staff"
    TECHNICAL = "technical"


class Code(StrEnum):
    BEHAVIOUR = "behaviour"
    DEVICE = "device"
    IDENTITY = "identity"
    ILLNESS = "illness"
    LATE = "late"
    MISTAKE = "mistake"
    NETWORK = "network"
    NOISE = "noise"
    OTHER = "other"
    POWER = "power"
    SERVER = "server"
    SHAKING = "shaking"  # earthquake, fire: whatever empties a room
    UNATTENDED = "unattended"


CODES: Final[Mapping[Category, frozenset[Code]]] = {
    Category.ENVIRONMENT: frozenset({Code.NOISE, Code.POWER, Code.NETWORK, Code.SHAKING, Code.OTHER}),
    Category.CANDIDATE: frozenset({Code.IDENTITY, Code.ILLNESS, Code.LATE, Code.BEHAVIOUR, Code.OTHER}),
    Category.STAFF: frozenset({Code.UNATTENDED, Code.MISTAKE, Code.OTHER}),
    Category.TECHNICAL: frozenset({Code.DEVICE, Code.NETWORK, Code.SERVER, Code.OTHER}),
}


def belongs(code: Code | None, category: Category) -> bool:
    """Whether this code stands below this category. Without a code the category stands alone."""
    return code is None or code in CODES[category]
