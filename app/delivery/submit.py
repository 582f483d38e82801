"""Closing an attempt: by the candidate, or by the sweep when the time is over. Closing stores the receipt; grading scores."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import Database
from app.core.errors import NotFound
from app.delivery.devices import device_hash
from app.delivery.errors import NotRunning, StaleEpoch
from app.delivery.types import AttemptState, Seat

SCORE_JOB = "score"
SWEEP_BATCH = 200

# A save in flight holds the row FOR SHARE; waiting for it here, in a statement of its own, gives the closing statement a
# snapshot that contains what that save stored.
LOCK = text(
    """
    SELECT state, epoch, device_sha256 FROM attempts
    WHERE sitting_id = :sitting_id AND id = :attempt_id FOR UPDATE
    """
)

CLOSE = text(
    """
    WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS at),
    final AS (
        SELECT a.sitting_id, a.id, count(w.option) AS answered,
               encode(sha256(convert_to(
                   'sahih-receipt-1' || chr(10) || a.id || chr(10) || coalesce(
                       string_agg(w.position || '=' || w.option, ',' ORDER BY w.position)
                           FILTER (WHERE w.option IS NOT NULL), ''), 'UTF8')), 'hex') AS receipt
        FROM attempts a LEFT JOIN answers w ON w.sitting_id = a.sitting_id AND w.attempt_id = a.id
        WHERE a.sitting_id = :sitting_id AND a.id = ANY(CAST(:attempt_ids AS uuid[]))
          AND a.state IN ('running', 'paused')
        GROUP BY a.sitting_id, a.id
    ), closed AS (
        UPDATE attempts a
        SET state = 'submitted', submitted_at = clock.at, answered = final.answered, receipt_sha256 = final.receipt,
            submit_reason = CASE WHEN clock.at >= a.closes_at THEN 'time' ELSE :reason END, rev = a.rev + 1
        FROM final, clock WHERE a.sitting_id = final.sitting_id AND a.id = final.id
        RETURNING a.sitting_id, a.id, a.submit_reason, a.answered
    ), job AS (
        INSERT INTO jobs (kind, payload)
        SELECT :job, jsonb_build_object('sitting_id', sitting_id) FROM closed GROUP BY sitting_id
    ), entry AS (
        INSERT INTO journal (action, subject, subject_id, sitting_id, facts)
        SELECT 'attempt.submitted', 'attempt', id::text, sitting_id,
               jsonb_build_object('reason', submit_reason, 'answered', answered) FROM closed
    )
    SELECT id FROM closed
    """
)

# Attempts whose time is over, by sitting. SKIP LOCKED leaves an attempt with a save in flight to the next sweep.
OVERDUE = text(
    """
    SELECT sitting_id, id FROM attempts
    WHERE state = 'running' AND closes_at <= clock_timestamp()
    ORDER BY closes_at LIMIT :batch FOR UPDATE SKIP LOCKED
    """
)


async def submit(session: AsyncSession, seat: Seat, epoch: int, device_secret: str) -> None:
    """Close the attempt. Submitting again changes nothing: the receipt is the first one's."""
    row = (await session.execute(LOCK, {"sitting_id": seat.sitting.id, "attempt_id": seat.attempt.id})).one_or_none()
    if row is None:
        raise NotFound
    if row.state == AttemptState.SUBMITTED:
        return
    if row.epoch != epoch or row.device_sha256 != device_hash(device_secret):
        raise StaleEpoch
    if row.state not in (AttemptState.RUNNING, AttemptState.PAUSED):
        raise NotRunning
    await _close(session, seat.sitting.id, [seat.attempt.id], "candidate")


async def sweep_overdue(database: Database) -> int:
    """Close every attempt whose deadline has passed, whether or not anybody is there; returns how many."""
    async with database.staff() as session, session.begin():
        rows = (await session.execute(OVERDUE, {"batch": SWEEP_BATCH})).all()
        by_sitting: dict[UUID, list[UUID]] = {}
        for row in rows:
            by_sitting.setdefault(row.sitting_id, []).append(row.id)
        for sitting_id, attempt_ids in by_sitting.items():
            await _close(session, sitting_id, attempt_ids, "time")
    return len(rows)


async def _close(session: AsyncSession, sitting_id: UUID, attempt_ids: Sequence[UUID], reason: str) -> None:
    await session.execute(
        CLOSE,
        {"sitting_id": sitting_id, "attempt_ids": list(attempt_ids), "reason": reason, "job": SCORE_JOB},
    )
