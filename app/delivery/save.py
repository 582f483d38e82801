"""Saving answers: the one statement that decides, locks, stores and journals the batches of many attempts of one sitting.

The statement holds each attempt row (`FOR SHARE`), so a submit waits for a save in flight and its receipt contains it. State,
epoch, device and deadline are judged inside, against one reading of the database's clock taken when all rows are held, and
that reading is what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.delivery import deadlines
from app.delivery.errors import AttemptClosed, NoSuchOption, NoSuchPosition, StaleEpoch
from app.delivery.rows import standing_of
from app.delivery.types import Change, Held, Saved, Verdict

# The changes of a request stand in $7..$10 from `first` to `last`. A slice is cut without a look at the others as long as the
# arrays hold no NULL, so a blank travels as -1. {lock} is SKIP LOCKED in a batch of many: an attempt that is held elsewhere
# does not hold up the others; it is absent from the result and is tried again alone.
SAVE = """
    WITH batch AS MATERIALIZED (
        SELECT * FROM unnest($2::uuid[], $3::int[], $4::bytea[], $5::int[], $6::int[])
                 WITH ORDINALITY AS b (attempt_id, sent_epoch, device, first, last, no)
    ), held AS MATERIALIZED (
        SELECT a.id, a.state, a.epoch, a.device_sha256, a.closes_at, a.resumes_at, a.rev, b.no, b.sent_epoch, b.device, b.first, b.last
        FROM batch b JOIN attempts a ON a.sitting_id = $1 AND a.id = b.attempt_id
        ORDER BY a.id FOR SHARE OF a {lock}
    ), clock AS MATERIALIZED (
        SELECT clock_timestamp() AS at FROM (SELECT count(*) FROM held OFFSET 0) AS all_held
    ), trust AS MATERIALIZED (
        SELECT at, {suspect} AS suspect FROM clock
    ), gate AS MATERIALIZED (
        SELECT held.*, at, deadline,
               CASE WHEN epoch <> sent_epoch OR device_sha256 IS DISTINCT FROM device THEN 'stale'
                    WHEN state = 'paused' THEN 'open'
                    WHEN state <> 'running' OR at >= deadline THEN 'closed'
                    ELSE 'open' END AS verdict
        FROM held CROSS JOIN trust CROSS JOIN LATERAL (SELECT {deadline} AS deadline) AS judged
    ), change AS MATERIALIZED (
        SELECT gate.id, gate.at, gate.verdict, gate.sent_epoch, gate.device, c.position, nullif(c.option, -1) AS option,
               c.doubtful, c.seq
        FROM gate, unnest(($7::smallint[])[first:last], ($8::smallint[])[first:last],
                          ($9::boolean[])[first:last], ($10::bigint[])[first:last]) AS c (position, option, doubtful, seq)
    ), written AS (
        INSERT INTO answers AS stored (sitting_id, attempt_id, position, option, doubtful, epoch, seq, saved_at)
        SELECT $1, id, position, option, doubtful, sent_epoch, seq, at
        FROM change WHERE verdict = 'open' ORDER BY id, position
        ON CONFLICT (sitting_id, attempt_id, position) DO UPDATE
        SET option = excluded.option, doubtful = excluded.doubtful,
            epoch = excluded.epoch, seq = excluded.seq, saved_at = excluded.saved_at
        WHERE (stored.epoch, stored.seq) < (excluded.epoch, excluded.seq)
        RETURNING attempt_id, position, option, doubtful, epoch, seq, saved_at
    ), event AS (
        INSERT INTO answer_events (sitting_id, attempt_id, at, late, epoch, seq, position, option, doubtful)
        SELECT $1, attempt_id, saved_at, false, epoch, seq, position, option, doubtful FROM written
        UNION ALL
        SELECT $1, id, at, true, sent_epoch, seq, position, option, doubtful FROM change
        WHERE verdict <> 'open' AND EXISTS (
            SELECT FROM attempt_devices d WHERE d.sitting_id = $1 AND d.attempt_id = change.id
              AND d.epoch = change.sent_epoch AND d.device_sha256 = change.device)
    )
    SELECT no, at, state, epoch, deadline AS closes_at, resumes_at, rev, verdict, (SELECT count(*) FROM written) AS written FROM gate
"""
JUDGED = {"suspect": deadlines.suspect("at"), "deadline": deadlines.deadline("closes_at", "state", "at", "suspect")}
SAVE_ALONE = SAVE.format(lock="", **JUDGED)
SAVE_TOGETHER = SAVE.format(lock="SKIP LOCKED", **JUDGED)

STORED = """
    SELECT attempt_id, position, option, doubtful, epoch, seq FROM answers
    WHERE sitting_id = $1 AND attempt_id = ANY($2::uuid[])
"""


class Batch(Struct, frozen=True):
    """What one device sends at once: changes with distinct positions and seqs."""

    held: Held
    changes: Sequence[Change]


async def save_many(connection: Any, sitting_id: UUID, batches: Sequence[Batch], *, wait: bool) -> list[Saved | None]:
    """Store the batches of distinct attempts; for each what became of it, None where the attempt is not there or not free.

    `wait` waits for attempts that are locked elsewhere. A refusal by verdict is no error here: `refuse` says it after the
    commit, since a late batch stays in the journal.
    """
    rows = await connection.fetch(SAVE_ALONE if wait else SAVE_TOGETHER, sitting_id, *_columns(batches))
    accepted = [batches[row["no"] - 1] for row in rows if row["verdict"] == Verdict.OPEN]
    conflicts: dict[UUID, tuple[tuple[int, int], ...]] = {}
    if rows and rows[0]["written"] < sum(len(batch.changes) for batch in accepted):
        conflicts = await _conflicts(connection, sitting_id, accepted)
    results: list[Saved | None] = [None] * len(batches)
    for row in rows:
        batch = batches[row["no"] - 1]
        results[row["no"] - 1] = _saved(row, batch, conflicts.get(batch.held.attempt_id, ()))
    return results


def refuse(verdict: Verdict) -> None:
    if verdict is Verdict.STALE:
        raise StaleEpoch
    if verdict is Verdict.CLOSED:
        raise AttemptClosed


def check_range(changes: Sequence[Change], n_items: int, options_per_item: int) -> None:
    """Refuse a position or option that the form does not have."""
    for change in changes:
        if not 1 <= change.position <= n_items:
            raise NoSuchPosition(position=change.position)
        if change.option is not None and not 0 <= change.option < options_per_item:
            raise NoSuchOption(position=change.position)


def _columns(batches: Sequence[Batch]) -> tuple[list[Any], ...]:
    changes = [change for batch in batches for change in batch.changes]
    first, last, end = [], [], 0
    for batch in batches:
        first.append(end + 1)
        end += len(batch.changes)
        last.append(end)
    return (
        [batch.held.attempt_id for batch in batches],
        [batch.held.epoch for batch in batches],
        [batch.held.device for batch in batches],
        first,
        last,
        [change.position for change in changes],
        [-1 if change.option is None else change.option for change in changes],
        [change.doubtful for change in changes],
        [change.seq for change in changes],
    )


def _saved(row: Any, batch: Batch, conflicts: tuple[tuple[int, int], ...]) -> Saved:
    standing = standing_of(row)
    verdict = Verdict(row["verdict"])
    if verdict is not Verdict.OPEN:
        return Saved(standing, verdict, (), ())
    refused = {seq for seq, _ in conflicts}
    acked = tuple(sorted([change.seq for change in batch.changes if change.seq not in refused]))
    return Saved(standing, verdict, acked, conflicts)


async def _conflicts(
    connection: Any, sitting_id: UUID, batches: Sequence[Batch]
) -> dict[UUID, tuple[tuple[int, int], ...]]:
    """Changes whose key is stored with another value. What else was not written is superseded or repeated."""
    rows = await connection.fetch(STORED, sitting_id, [batch.held.attempt_id for batch in batches])
    stored = {(row["attempt_id"], row["position"]): row for row in rows}
    return {
        batch.held.attempt_id: tuple(
            (change.seq, change.position)
            for change in batch.changes
            if _contradicts(stored.get((batch.held.attempt_id, change.position)), batch.held.epoch, change)
        )
        for batch in batches
    }


def _contradicts(known: Any, epoch: int, change: Change) -> bool:
    if known is None or (known["epoch"], known["seq"]) != (epoch, change.seq):
        return False
    return (known["option"], known["doubtful"]) != (change.option, change.doubtful)
