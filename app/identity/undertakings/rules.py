"""Pure decisions: who has to sign what, and what is signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from app.core.access import Role
from app.identity.undertakings.types import Act, Kind, LastAct

BOTH: Final = frozenset(Kind)

# Who makes an exam, runs or judges it signs both; who only looks after the server or its records keeps what they see to themselves.
NEEDED: Final[Mapping[Role, frozenset[Kind]]] = {
    Role.ADMIN: frozenset({Kind.CONFIDENTIALITY}),
    Role.AUDITOR: frozenset({Kind.CONFIDENTIALITY}),
    Role.AUTHOR: BOTH,
    Role.CANDIDATE: frozenset(),  # makes the pledge instead
    Role.COMMITTEE: BOTH,
    Role.INVIGILATOR: BOTH,
    Role.OFFICE: BOTH,
    Role.PROCTOR: BOTH,
    Role.REVIEWER: BOTH,
}


def undertakings_needed(roles: frozenset[Role]) -> frozenset[Kind]:
    return frozenset(kind for role in roles for kind in NEEDED[role])


def is_valid(last: LastAct | None, version: int, now: datetime) -> bool:
    """Whether this signature still stands for the text of this version. The moment of its expiry is no part of its time."""
    if last is None or last.act is not Act.SIGNED or last.version != version:
        return False
    return last.expires_at is not None and now < last.expires_at
