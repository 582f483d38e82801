"""Saving answers: the one statement that decides, locks, stores and journals a batch, and the verdict on its changes.

The statement holds the attempt row (`FOR SHARE`), so a submit waits for a save in flight and its receipt contains it. State,
epoch, device and deadline are judged inside, against one reading of the database's clock, and that reading is what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.delivery.devices import device_hash
from app.delivery.errors import AttemptClosed, NoSuchOption, NoSuchPosition, StaleEpoch
from app.delivery.types import AttemptState, Change, Saved, Seat, Standing

SAVE = text(
    """
    WITH batch AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:positions AS smallint[]), CAST(:options AS smallint[]),
                             CAST(:doubtful AS boolean[]), CAST(:seqs AS bigint[]))
                 AS b (position, option, doubtful, seq)
    ), held AS MATERIALIZED (
        SELECT sitting_id, id, state, epoch, device_sha256, closes_at, rev
        FROM attempts WHERE sitting_id = :sitting_id AND id = :attempt_id FOR SHARE
    ), gate AS MATERIALIZED (
        SELECT held.*, clock.at,
               CASE WHEN held.epoch <> :epoch OR held.device_sha256 IS DISTINCT FROM :device THEN 'stale'
                    WHEN held.state <> 'running' OR clock.at >= held.closes_at THEN 'closed'
                    ELSE 'open' END AS verdict
        FROM held CROSS JOIN LATERAL (SELECT clock_timestamp() AS at WHERE held.id IS NOT NULL OFFSET 0) clock
    ), written AS (
        INSERT INTO answers AS stored (sitting_id, attempt_id, position, option, doubtful, epoch, seq, saved_at)
        SELECT gate.sitting_id, gate.id, b.position, b.option, b.doubtful, gate.epoch, b.seq, gate.at
        FROM gate, batch b WHERE gate.verdict = 'open' ORDER BY b.position
        ON CONFLICT (sitting_id, attempt_id, position) DO UPDATE
        SET option = excluded.option, doubtful = excluded.doubtful,
            epoch = excluded.epoch, seq = excluded.seq, saved_at = excluded.saved_at
        WHERE (stored.epoch, stored.seq) < (excluded.epoch, excluded.seq)
        RETURNING position
    ), event AS (
        INSERT INTO answer_events (sitting_id, attempt_id, at, outcome, epoch, positions, options, doubtful, seqs)
        SELECT gate.sitting_id, gate.id, gate.at, CASE gate.verdict WHEN 'open' THEN 'accepted' ELSE 'late' END, :epoch,
               array_agg(b.position ORDER BY b.seq), array_agg(b.option ORDER BY b.seq),
               array_agg(b.doubtful ORDER BY b.seq), array_agg(b.seq ORDER BY b.seq)
        FROM gate, batch b
        WHERE (gate.verdict = 'open' AND b.position IN (SELECT position FROM written))
           OR (gate.verdict = 'stale' AND EXISTS (
                SELECT FROM attempt_devices d WHERE d.sitting_id = :sitting_id AND d.attempt_id = :attempt_id
                  AND d.epoch = :epoch AND d.device_sha256 = :device))
        GROUP BY gate.sitting_id, gate.id, gate.at, gate.verdict
    ), contact AS (
        INSERT INTO contacts (sitting_id, attempt_id, last_contact_at, last_saved_at)
        SELECT gate.sitting_id, gate.id, gate.at, gate.at FROM gate WHERE gate.verdict = 'open'
        ON CONFLICT (sitting_id, attempt_id) DO UPDATE
        SET last_contact_at = excluded.last_contact_at, last_saved_at = excluded.last_saved_at
    )
    SELECT at, state, epoch, closes_at, rev, verdict,
           (SELECT coalesce(array_agg(position), '{}') FROM written) AS written
    FROM gate
    """
)

STORED = text(
    """
    SELECT position, option, doubtful, epoch, seq FROM answers
    WHERE sitting_id = :sitting_id AND attempt_id = :attempt_id AND position = ANY(CAST(:positions AS smallint[]))
    """
)


async def save(
    session: AsyncSession, seat: Seat, epoch: int, device_secret: str, changes: Sequence[Change], options_per_item: int
) -> tuple[Saved, str]:
    """Store a batch; returns what became of it and the verdict ("open", "stale", "closed").

    A refusal by verdict is raised by `refuse`, after the caller committed: a late batch stays in the journal.
    """
    _check_range(changes, seat.attempt.n_items, options_per_item)
    row = await _execute(session, seat, epoch, device_hash(device_secret), changes)
    standing = Standing(row.at, AttemptState(row.state), row.epoch, row.closes_at, row.rev)
    if row.verdict != "open":
        return Saved(standing, (), ()), row.verdict
    written = set(row.written)
    unwritten = [change for change in changes if change.position not in written]
    conflicts = await _conflicts(session, seat, epoch, unwritten) if unwritten else ()
    refused = {seq for seq, _ in conflicts}
    acked = tuple(sorted(change.seq for change in changes if change.seq not in refused))
    return Saved(standing, acked, conflicts), row.verdict


def refuse(verdict: str) -> None:
    if verdict == "stale":
        raise StaleEpoch
    if verdict == "closed":
        raise AttemptClosed


def _check_range(changes: Sequence[Change], n_items: int, options_per_item: int) -> None:
    for change in changes:
        if not 1 <= change.position <= n_items:
            raise NoSuchPosition(position=change.position)
        if change.option is not None and not 0 <= change.option < options_per_item:
            raise NoSuchOption(position=change.position)


async def _execute(session: AsyncSession, seat: Seat, epoch: int, device: bytes, changes: Sequence[Change]) -> Any:
    row = (
        await session.execute(
            SAVE,
            {
                "sitting_id": seat.sitting.id,
                "attempt_id": seat.attempt.id,
                "epoch": epoch,
                "device": device,
                "positions": [change.position for change in changes],
                "options": [change.option for change in changes],
                "doubtful": [change.doubtful for change in changes],
                "seqs": [change.seq for change in changes],
            },
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


async def _conflicts(
    session: AsyncSession, seat: Seat, epoch: int, changes: Sequence[Change]
) -> tuple[tuple[int, int], ...]:
    """Of the changes that were not written: those whose key is stored with another value. The rest is superseded or repeated."""
    stored = await _stored(session, seat.sitting.id, seat.attempt.id, [change.position for change in changes])
    conflicts = []
    for change in changes:
        known = stored.get(change.position)
        if known is None or (known.epoch, known.seq) != (epoch, change.seq):
            continue
        if (known.option, known.doubtful) != (change.option, change.doubtful):
            conflicts.append((change.seq, change.position))
    return tuple(conflicts)


async def _stored(session: AsyncSession, sitting_id: UUID, attempt_id: UUID, positions: list[int]) -> dict[int, Any]:
    rows = await session.execute(STORED, {"sitting_id": sitting_id, "attempt_id": attempt_id, "positions": positions})
    return {row.position: row for row in rows}
