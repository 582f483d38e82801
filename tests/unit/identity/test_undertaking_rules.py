"""Who has to sign which undertaking, and until when a signature stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.core.access import Role
from app.identity.undertakings import Act, Kind, LastAct, is_valid, undertakings_needed

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("roles", "needed"),
    [
        (set(), set()),
        ({Role.CANDIDATE}, set()),
        ({Role.ADMIN}, {Kind.CONFIDENTIALITY}),
        ({Role.AUDITOR}, {Kind.CONFIDENTIALITY}),
        ({Role.PROCTOR}, set(Kind)),
        ({Role.INVIGILATOR}, set(Kind)),
        ({Role.OFFICE}, set(Kind)),
        ({Role.COMMITTEE}, set(Kind)),
        ({Role.AUDITOR, Role.COMMITTEE}, set(Kind)),
    ],
)
def test_roles_with_access_sign(roles: set[Role], needed: set[Kind]) -> None:
    assert undertakings_needed(frozenset(roles)) == needed


def test_no_role_is_forgotten() -> None:
    assert all(undertakings_needed(frozenset({role})) for role in Role if role is not Role.CANDIDATE)


def signed(version: int = 1, expires_at: datetime | None = NOW + TICK) -> LastAct:
    return LastAct(Act.SIGNED, version, NOW - timedelta(days=1), expires_at)


@pytest.mark.parametrize(
    ("last", "valid"),
    [
        (None, False),
        (signed(), True),
        (signed(expires_at=NOW), False),
        (signed(expires_at=NOW - TICK), False),
        (signed(version=2), False),  # of a text that was taken back, or will count only later
        (signed(version=0), False),
        (LastAct(Act.WITHDRAWN, 1, NOW - TICK, None), False),
        (signed(expires_at=None), False),
    ],
)
def test_a_signature_stands_for_its_text_and_time(last: LastAct | None, valid: bool) -> None:
    assert is_valid(last, 1, NOW) is valid
