"""Closing attempts: by the candidate, or by the sweep when the time is over. Closing stores the receipt; grading scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.db import Database
from app.core.pool import connection
from app.delivery import deadlines
from app.delivery.errors import AttemptPaused, ClockSuspect, NotRunning, StaleEpoch, TimeRequested
from app.delivery.rows import receipt_of, standing_of
from app.delivery.types import AttemptState, Held, Receipt, Standing

SCORE_JOB = "score"
SWEEP_BATCH = 200

# A grant that waits for its second person must not cost the candidate the exam: for an hour after the bell nothing closes.
WAITS_FOR_TIME = """
    EXISTS (SELECT FROM time_requests q WHERE q.sitting_id = a.sitting_id AND q.attempt_id = a.id
              AND clock_timestamp() < a.closes_at + interval '1 hour'
              AND NOT EXISTS (SELECT FROM time_decisions d WHERE d.sitting_id = q.sitting_id AND d.request_id = q.id))
"""

# A save in flight holds the row FOR SHARE; waiting for it here, in a statement of its own, gives the closing statement a
# snapshot that contains what that save stored. {lock} is SKIP LOCKED in a batch of many, as in the save statement.
LOCK = """
    SELECT b.no, a.id, a.state, a.epoch, a.device_sha256, a.closes_at, a.resumes_at, a.rev, clock_timestamp() AS at,
           {suspect} AS suspect, {waits} AS waits,
           a.answered, a.n_items, a.submitted_at, a.submit_reason, a.receipt_sha256
    FROM unnest($2::uuid[]) WITH ORDINALITY AS b (attempt_id, no)
    JOIN attempts a ON a.sitting_id = $1 AND a.id = b.attempt_id
    ORDER BY a.id FOR UPDATE OF a {lock}
"""
SUSPECT = deadlines.suspect("clock_timestamp()")
LOCK_ALONE = LOCK.format(lock="", suspect=SUSPECT, waits=WAITS_FOR_TIME)
LOCK_TOGETHER = LOCK.format(lock="SKIP LOCKED", suspect=SUSPECT, waits=WAITS_FOR_TIME)

CLOSE = """
    WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS at),
    final AS (
        SELECT a.sitting_id, a.id, count(w.option) AS answered,
               encode(sha256(convert_to(
                   'sahih-receipt-1' || chr(10) || a.id || chr(10) || coalesce(
                       string_agg(w.position || '=' || w.option, ',' ORDER BY w.position)
                           FILTER (WHERE w.option IS NOT NULL), ''), 'UTF8')), 'hex') AS receipt
        FROM attempts a LEFT JOIN answers w ON w.sitting_id = a.sitting_id AND w.attempt_id = a.id
        WHERE a.sitting_id = $1 AND a.id = ANY($2::uuid[]) AND a.state = 'running'
        GROUP BY a.sitting_id, a.id
    ), closed AS (
        UPDATE attempts a
        SET state = 'submitted', submitted_at = clock.at, answered = final.answered, receipt_sha256 = final.receipt,
            submit_reason = CASE WHEN clock.at >= a.closes_at THEN 'time' ELSE $3 END, rev = a.rev + 1
        FROM final, clock WHERE a.sitting_id = final.sitting_id AND a.id = final.id
        RETURNING a.sitting_id, a.id, a.state, a.epoch, a.closes_at, a.resumes_at, a.rev, clock.at,
                  a.answered, a.n_items, a.submitted_at, a.submit_reason, a.receipt_sha256
    ), job AS (
        INSERT INTO jobs (kind, payload)
        SELECT $4, jsonb_build_object('sitting_id', sitting_id) FROM closed GROUP BY sitting_id
    ), entry AS (
        INSERT INTO journal (action, subject, subject_id, sitting_id, facts)
        SELECT 'attempt.submitted', 'attempt', id::text, sitting_id,
               jsonb_build_object('reason', submit_reason, 'answered', answered) FROM closed
    )
    SELECT * FROM closed
"""

# Attempts whose time is over, where the guard has looked at the clock since: closing is for ever. SKIP LOCKED leaves an
# attempt with a save in flight to the next sweep.
OVERDUE = """
    SELECT a.sitting_id, a.id FROM attempts a
    WHERE a.state = 'running' AND a.closes_at <= clock_timestamp() AND NOT {suspect} AND NOT {waits}
      AND NOT EXISTS (SELECT FROM clock_guard g WHERE g.beat_at < a.closes_at)
    ORDER BY a.closes_at LIMIT $1 FOR UPDATE OF a SKIP LOCKED
"""
READ_OVERDUE = OVERDUE.format(suspect=SUSPECT, waits=WAITS_FOR_TIME)


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed attempt and its receipt."""

    standing: Standing
    receipt: Receipt


async def submit_many(
    connection: Any, sitting_id: UUID, requests: Sequence[Held], *, wait: bool
) -> list[Closed | Exception | None]:
    """Close distinct attempts; for each its receipt, a refusal, or None where the attempt is not there or not free.

    Submitting again changes nothing: the receipt is the first one's. `wait` waits for attempts that are locked elsewhere.
    """
    results: list[Closed | Exception | None] = [None] * len(requests)
    async with connection.transaction():
        lock = LOCK_ALONE if wait else LOCK_TOGETHER
        places = {}
        for row in await connection.fetch(lock, sitting_id, [request.attempt_id for request in requests]):
            place = row["no"] - 1
            results[place] = _already(row, requests[place])
            if results[place] is None:
                places[row["id"]] = place
        if places:
            for row in await close(connection, sitting_id, list(places), "candidate"):
                results[places[row["id"]]] = _closed(row)
    return results


def _already(row: Any, request: Held) -> Closed | Exception | None:
    """What is to be said without closing anything; None where the attempt is to be closed now."""
    if row["state"] == AttemptState.SUBMITTED:
        return _closed(row)
    if row["epoch"] != request.epoch or row["device_sha256"] != request.device:
        return StaleEpoch()
    if row["state"] == AttemptState.PAUSED:
        return AttemptPaused()
    if row["state"] != AttemptState.RUNNING:
        return NotRunning()
    return _bell_held(row) if row["at"] >= row["closes_at"] else None


def _bell_held(row: Any) -> Exception | None:
    """A hand-in after the bell is the bell's: while its clock is in doubt, or more time was asked for, it does not ring."""
    if row["suspect"]:
        return ClockSuspect()
    return TimeRequested() if row["waits"] else None


def _closed(row: Any) -> Closed:
    receipt = receipt_of(row)
    assert receipt is not None, "a submitted attempt has a receipt"
    return Closed(standing_of(row), receipt)


async def sweep_overdue(database: Database) -> int:
    """Close every attempt whose deadline has passed, whether or not anybody is there; returns how many."""
    async with connection(await database.hot()) as held, held.transaction():
        by_sitting: dict[UUID, list[UUID]] = {}
        for row in await held.fetch(READ_OVERDUE, SWEEP_BATCH):
            by_sitting.setdefault(row["sitting_id"], []).append(row["id"])
        for sitting_id, attempt_ids in by_sitting.items():
            await close(held, sitting_id, attempt_ids, "time")
    return sum(map(len, by_sitting.values()))


async def close(connection: Any, sitting_id: UUID, attempt_ids: Sequence[UUID], reason: str) -> Sequence[Any]:
    """Close attempts that this transaction holds locked, with receipt, score job and journal; one row for each."""
    rows: Sequence[Any] = await connection.fetch(CLOSE, sitting_id, list(attempt_ids), reason, SCORE_JOB)
    return rows
