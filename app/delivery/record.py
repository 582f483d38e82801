"""What the server knows of a running attempt, for the page that takes it up (again). A whole room may ask at once."""

from __future__ import annotations

from typing import Any

from app.core.clock import rfc3339
from app.core.errors import NotFound
from app.core.keyring import KeyRing
from app.delivery import deadlines
from app.delivery.envelope import envelope
from app.delivery.hot import messages
from app.delivery.papers import READING, page_key
from app.delivery.rows import clock_of, receipt_of, standing_of

# By number, as the session knows it; everything else hangs on the sitting of that line of the roster.
STANDING = """
    SELECT a.sitting_id, a.id, a.state, a.epoch, {closes_at} AS closes_at, a.resumes_at, a.rev, clock_timestamp() AS at,
           coalesce(a.device_sha256 = $2, false) AS held,
           a.answered, a.n_items, a.submitted_at, a.submit_reason, a.receipt_sha256,
           s.admission, s.opens_at, s.closes_at AS window_closes_at, s.transmission_seconds, p.key
    FROM roster r
    JOIN sittings s ON s.id = r.sitting_id
    JOIN attempts a ON a.sitting_id = r.sitting_id AND a.roster_id = r.id AND a.state <> 'void'
    LEFT JOIN papers p ON p.sitting_id = a.sitting_id AND p.attempt_id = a.id
    WHERE r.number = $1
"""
READ_STANDING = STANDING.format(closes_at=deadlines.deadline_now())

ANSWERS = """
    SELECT position, option, doubtful, epoch, seq, saved_at FROM answers
    WHERE sitting_id = $1 AND attempt_id = $2 ORDER BY position
"""


async def read_record(
    connection: Any, paper_ring: KeyRing, number: str, device: bytes | None
) -> messages.AttemptDetail:
    """Where the attempt stands. Its answers and the key of its paper are for the device that holds it, not for everybody
    with number and PIN. Raises NotFound where the number has no attempt."""
    row = await connection.fetchrow(READ_STANDING, number, device)
    if row is None:
        raise NotFound("this participant number has no attempt in a prepared sitting")
    stored = await connection.fetch(ANSWERS, row["sitting_id"], row["id"]) if row["held"] else []
    key = row["key"] if row["held"] and row["state"] in READING else None
    return messages.AttemptDetail(
        **envelope(clock_of(row), standing_of(row), nonce=None),
        last_seq=max((answer["seq"] for answer in stored), default=0),
        paper_key=page_key(paper_ring, key),
        answers=[messages.AnswerOut(**{**answer, "saved_at": rfc3339(answer["saved_at"])}) for answer in stored],
        receipt=messages.receipt_out(receipt_of(row)),
    )
