"""Candidates log in with number and PIN, a whole room within minutes: on direct connections, two statements each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from app.core.access import Actor, Role
from app.core.config import Settings
from app.identity import secrets
from app.identity.errors import TooManyTries
from app.identity.types import LoggedIn

WRONG_PINS_PER_ADDRESS = 300  # a whole test centre may stand behind one address
WINDOW = timedelta(minutes=1)
LONGEST_ADDRESS = 64
ACCOUNT = "exam:"

CARD = "SELECT person_id, pin_hmac FROM candidate_cards WHERE number = $1"
OPEN = """
    WITH opened AS (
        INSERT INTO sessions (id, person_id, realm, candidate_number, expires_at)
        VALUES ($1, $2, 'exam', $3, clock_timestamp() + make_interval(hours => $4)) RETURNING person_id
    )
    INSERT INTO journal (action, subject, subject_id, facts)
    SELECT 'session.opened', 'person', person_id::text, '{"realm": "exam"}' FROM opened
"""
WRONG = """
    SELECT count(*) FROM login_failures
    WHERE address = $1 AND account LIKE 'exam:%' AND at > clock_timestamp() - $2::interval
"""
FAILED = "INSERT INTO login_failures (id, account, address) VALUES ($1, $2, $3)"

LIVE = """
    SELECT s.person_id, s.candidate_number, p.name FROM sessions s JOIN people p ON p.id = s.person_id
    WHERE s.id = $1 AND s.realm = 'exam' AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
"""


async def find_candidate(connection: Any, session_id: UUID) -> Actor | None:
    """The candidate of a live session; None when it ended, expired or was revoked."""
    row = await connection.fetchrow(LIVE, session_id)
    if row is None:
        return None
    return Actor(row["person_id"], session_id, row["name"], frozenset({Role.CANDIDATE}), row["candidate_number"])


async def log_in_candidate(connection: Any, settings: Settings, *, number: str, pin: str) -> LoggedIn | None:
    """Check number and PIN on a direct connection: a whole room logs in within minutes. None where they do not match.

    A right PIN is never refused, whoever else guesses: it holds 50 bits and costs one keyed hash.
    """
    card = await connection.fetchrow(CARD, number)
    stored = card["pin_hmac"] if card else bytes(32)
    if not secrets.pin_matches(settings.secret_bytes, number, pin, stored) or card is None:
        return None
    who = LoggedIn(card["person_id"], uuid4())
    await connection.execute(OPEN, who.session_id, who.person_id, number, settings.session_hours)
    return who


async def count_wrong_pin(connection: Any, *, number: str, address: str) -> None:
    """Slow down an address that guesses, whatever numbers it tries. Refused tries are not counted: the table stays small.

    Outside of any transaction: a failure stays counted although the reply is a refusal.
    """
    address = address[:LONGEST_ADDRESS]
    if await connection.fetchval(WRONG, address, WINDOW) >= WRONG_PINS_PER_ADDRESS:
        raise TooManyTries(headers={"Retry-After": "60"})
    await connection.execute(FAILED, uuid4(), f"{ACCOUNT}{number}", address)
