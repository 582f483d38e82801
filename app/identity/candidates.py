"""Candidates log in with number and PIN, a whole room within minutes: on a direct connection, one statement each."""

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

# What is compared here is a keyed hash: how long it takes tells nothing to anybody who does not know the key.
OPEN = """
    WITH opened AS (
        INSERT INTO sessions (id, person_id, realm, candidate_number, expires_at)
        SELECT $1, person_id, 'exam', number, clock_timestamp() + make_interval(hours => $4)
        FROM candidate_cards WHERE number = $2 AND pin_hmac = ANY($3::bytea[])
        RETURNING person_id
    ), entry AS (
        INSERT INTO journal (action, subject, subject_id, facts)
        SELECT 'session.opened', 'person', person_id::text, '{"realm": "exam"}' FROM opened
    )
    SELECT person_id FROM opened
"""
WRONG = """
    SELECT EXISTS (SELECT FROM log_in_openings WHERE number = $3 AND until > clock_timestamp()) AS opened,
           (SELECT count(*) FROM login_failures
            WHERE address = $1 AND account LIKE 'exam:%' AND at > clock_timestamp() - $2::interval) AS failures
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
    session_id, hashes = uuid4(), secrets.pin_hmacs(settings.secret_bytes, number, pin)
    person_id = await connection.fetchval(OPEN, session_id, number, hashes, settings.session_hours)
    return LoggedIn(person_id, session_id) if person_id else None


async def count_wrong_pin(connection: Any, *, number: str, address: str) -> None:
    """Slow down an address that guesses, whatever numbers it tries. Refused tries are not counted: the table stays small.

    A number whose log-in a proctor opened a moment ago is neither counted nor slowed down.

    Outside of any transaction: a failure stays counted although the reply is a refusal.
    """
    address = address[:LONGEST_ADDRESS]
    wrong = await connection.fetchrow(WRONG, address, WINDOW, number)
    if wrong["opened"]:
        return
    if wrong["failures"] >= WRONG_PINS_PER_ADDRESS:
        raise TooManyTries(headers={"Retry-After": "60"})
    await connection.execute(FAILED, uuid4(), f"{ACCOUNT}{number}", address)
