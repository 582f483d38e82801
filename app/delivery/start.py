"""The start of the clock. Starting is one UPDATE; the clock starts there and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.delivery.devices import Device
from app.delivery.errors import (
    AgreeFirst,
    AttemptClosed,
    ClockSuspect,
    DeviceLocked,
    NotAdmitted,
    RoomFrozen,
    SittingNotOpen,
    SittingOver,
    WrongToken,
)
from app.delivery.rows import standing_of
from app.delivery.types import Admission, AttemptState, SittingState, Standing

# Taken in a statement of its own: a start that had to wait sees a sitting that was closed meanwhile. {lock} is SKIP LOCKED
# in a batch of many, as in the save statement.
LOCK = """
    SELECT a.id FROM attempts a WHERE a.sitting_id = $1 AND a.id = ANY($2::uuid[])
    ORDER BY a.id FOR NO KEY UPDATE {lock}
"""
LOCK_ALONE = LOCK.format(lock="")
LOCK_TOGETHER = LOCK.format(lock="SKIP LOCKED")

# Who starts holds the attempt from here on with this device, if nobody held it. What stands before the UPDATE is what the
# journal needs to know of the time before; the rows are locked, so it is still true.
START = """
    WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS at),
    asked AS MATERIALIZED (
        SELECT b.device, b.token, a.id, a.state AS old_state, a.device_sha256 IS NULL AS claims, r.number, r.room_id,
               b.address, b.agent
        FROM unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::text[]) AS b (attempt_id, device, token, address, agent)
        JOIN attempts a ON a.sitting_id = $1 AND a.id = b.attempt_id
        JOIN roster r ON r.sitting_id = $1 AND r.id = a.roster_id AND r.agreed_at IS NOT NULL
    ), started AS (
        UPDATE attempts a
        SET state = 'running', started_at = clock.at, admitted_at = coalesce(a.admitted_at, clock.at), rev = a.rev + 1,
            device_sha256 = asked.device, epoch = a.epoch + asked.claims::int,
            closes_at = clock.at + make_interval(secs => s.duration_seconds + (
                SELECT coalesce(sum(g.seconds), 0) FROM time_grants g WHERE g.sitting_id = $1 AND g.attempt_id = a.id))
        FROM clock, asked, sittings s
        WHERE a.sitting_id = $1 AND a.id = asked.id AND s.id = $1
          AND (asked.claims OR a.device_sha256 = asked.device)
          AND NOT EXISTS (SELECT FROM clock_guard WHERE suspect)
          AND NOT EXISTS (SELECT FROM freezes f WHERE f.sitting_id = $1 AND f.thawed_at IS NULL
                          AND (f.room_id IS NULL OR f.room_id = asked.room_id))
          AND s.state = 'open' AND clock.at >= s.opens_at AND clock.at < s.closes_at
          AND (a.state = 'admitted'
               OR (a.state = 'assigned' AND s.admission = 'open')
               OR (a.state = 'assigned' AND s.admission = 'token' AND s.token = asked.token
                   AND (s.token_expires_at IS NULL OR clock.at < s.token_expires_at)))
        RETURNING a.id, a.state, a.epoch, a.closes_at, a.resumes_at, a.rev, a.started_at AS at, a.device_sha256,
                  asked.old_state, asked.claims, asked.number, s.admission
    ), held AS (
        INSERT INTO attempt_devices (sitting_id, attempt_id, epoch, device_sha256, address, agent)
        SELECT $1, id, started.epoch, started.device_sha256, nullif(asked.address, ''), asked.agent
        FROM started JOIN asked USING (id) WHERE started.claims
    ), entries AS (
        INSERT INTO journal (action, subject, subject_id, sitting_id, facts)
        SELECT entry.action, 'attempt', started.id::text, $1, jsonb_build_object('number', started.number) || entry.facts
        FROM started CROSS JOIN LATERAL (VALUES
            (1, 'device.held', jsonb_build_object('epoch', started.epoch), claims),
            (2, 'attempt.admitted', jsonb_build_object('by', started.admission), started.old_state = 'assigned'),
            (3, 'attempt.started', jsonb_build_object('epoch', started.epoch), true)
        ) AS entry (no, action, facts, happened)
        WHERE entry.happened ORDER BY started.id, entry.no
    )
    SELECT started.*, p.key, 0 AS last_seq FROM started LEFT JOIN papers p ON p.sitting_id = $1 AND p.attempt_id = started.id
"""

# Where the UPDATE found nothing: what there is to say instead.
EXPLAIN = """
    SELECT a.id, a.state, a.epoch, a.closes_at, a.resumes_at, a.rev, a.device_sha256, clock_timestamp() AS at, r.agreed_at,
           s.state AS sitting_state, s.admission, s.takeover, s.opens_at, s.closes_at AS window_closes_at, p.key,
           EXISTS (SELECT FROM clock_guard WHERE suspect) AS suspect,
           EXISTS (SELECT FROM freezes f WHERE f.sitting_id = $1 AND f.thawed_at IS NULL
                   AND (f.room_id IS NULL OR f.room_id = r.room_id)) AS frozen,
           (SELECT coalesce(max(w.seq), 0) FROM answers w WHERE w.sitting_id = $1 AND w.attempt_id = a.id) AS last_seq
    FROM attempts a
    JOIN sittings s ON s.id = a.sitting_id
    JOIN roster r ON r.sitting_id = $1 AND r.id = a.roster_id
    LEFT JOIN papers p ON p.sitting_id = $1 AND p.attempt_id = a.id
    WHERE a.sitting_id = $1 AND a.id = ANY($2::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A candidate who asks to start, on this device; `token` is the sitting's, where it has one."""

    attempt_id: UUID
    device: Device
    token: str


@dataclass(frozen=True, slots=True)
class Started:
    """A running attempt, the key of its paper, and the highest sequence number that is stored for it."""

    standing: Standing
    key: bytes | None
    last_seq: int


async def start_many(
    connection: Any, sitting_id: UUID, requests: Sequence[Asked], *, wait: bool
) -> list[Started | Exception | None]:
    """Start the clock of distinct attempts; for each its paper's key, a refusal, or None where it is not there or not free.

    An attempt that this very device started before goes on as it is. `wait` waits for attempts that are locked elsewhere.
    """
    asked = {request.attempt_id: request for request in requests}
    answers: dict[UUID, Started | Exception] = {}
    async with connection.transaction():
        locked = await connection.fetch(LOCK_ALONE if wait else LOCK_TOGETHER, sitting_id, list(asked))
        free = [asked[row["id"]] for row in locked]
        for row in await connection.fetch(START, sitting_id, *_columns(free)) if free else ():
            answers[row["id"]] = _started(row)
        left = [request.attempt_id for request in free if request.attempt_id not in answers]
        for row in await connection.fetch(EXPLAIN, sitting_id, left) if left else ():
            answers[row["id"]] = _explained(row, asked[row["id"]])
    return [answers.get(request.attempt_id) for request in requests]


def _columns(asked: Sequence[Asked]) -> list[list[Any]]:
    devices = [one.device for one in asked]
    return [
        [one.attempt_id for one in asked],
        [device.sha256 for device in devices],
        [one.token for one in asked],
        [device.address for device in devices],
        [device.agent for device in devices],
    ]


def _explained(row: Any, request: Asked) -> Started | Exception:
    """Why the UPDATE found nothing: the attempt runs on this device already, or the refusal that helps the candidate."""
    if row["agreed_at"] is None:
        return AgreeFirst()
    if row["device_sha256"] not in (None, request.device.sha256):
        return DeviceLocked(takeover=row["takeover"])
    if row["state"] in (AttemptState.RUNNING, AttemptState.PAUSED):
        return _started(row)
    if row["state"] in (AttemptState.SUBMITTED, AttemptState.VOID):
        return AttemptClosed()
    return _not_yet(row)


def _not_yet(row: Any) -> Exception:
    """Why an attempt that was never started cannot be started at this moment."""
    if row["suspect"]:
        return ClockSuspect()
    if row["frozen"]:
        return RoomFrozen()
    if row["sitting_state"] == SittingState.CLOSED or row["at"] >= row["window_closes_at"]:
        return SittingOver()
    if row["sitting_state"] == SittingState.DRAFT or row["at"] < row["opens_at"]:
        return SittingNotOpen()
    if row["admission"] == Admission.TOKEN and row["state"] == AttemptState.ASSIGNED:
        return WrongToken()
    return NotAdmitted()


def _started(row: Any) -> Started:
    standing = standing_of(row)
    return Started(standing, row["key"], row["last_seq"])
