"""Recording signals: a row each up to a limit per attempt, a count for ever. No journal entry: these are a record themselves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery.signals.kinds import ADDRESS, LOGIN
from app.delivery.signals.types import Noticed
from app.delivery.types import Seat

MOST_KEPT = 500  # of one attempt from its pages; what the server notices itself has a limit of its own

# A signal that was recorded before counts no second time. Past the limit nothing is kept that could tell: a batch that is sent
# twice then counts twice.
RECORD = text("""
    WITH sent AS (
        SELECT s.*, row_number() OVER (ORDER BY source, seq) AS no
        FROM unnest(CAST(:sources AS text[]), CAST(:seqs AS int[]), CAST(:kinds AS text[]), CAST(:times AS timestamptz[]),
                    CAST(:seconds AS float8[]), CAST(:notes AS text[])) AS s (source, seq, kind, client_at, seconds, note)
    ), room AS (
        SELECT greatest(:most - count(*), 0) AS free FROM signals
        WHERE sitting_id = :sitting_id AND attempt_id = :attempt_id AND (client_at IS NULL) = :ours
    ), kept AS (
        INSERT INTO signals (sitting_id, attempt_id, source, seq, kind, client_at, seconds, note)
        SELECT CAST(:sitting_id AS uuid), CAST(:attempt_id AS uuid), source, seq, kind, client_at, seconds, note
        FROM sent, room WHERE no <= free ORDER BY no
        ON CONFLICT (sitting_id, attempt_id, source, seq) DO NOTHING RETURNING kind, seconds
    ), counted AS (
        SELECT kind, seconds FROM kept UNION ALL SELECT kind, seconds FROM sent, room WHERE no > free
    )
    INSERT INTO signal_counts AS known (sitting_id, attempt_id, kind, times, seconds, last_at)
    SELECT CAST(:sitting_id AS uuid), CAST(:attempt_id AS uuid), kind, count(*), coalesce(sum(seconds), 0), clock_timestamp()
    FROM counted GROUP BY kind ORDER BY kind
    ON CONFLICT (sitting_id, attempt_id, kind) DO UPDATE
    SET times = known.times + excluded.times, seconds = known.seconds + excluded.seconds, last_at = excluded.last_at
""")


async def record(session: AsyncSession, sitting_id: UUID, attempt_id: UUID, noticed: Sequence[Noticed]) -> None:
    """All of them noticed by a page (they carry its time), or all by the server."""
    if not noticed:
        return
    values = {
        "sources": [one.source for one in noticed],
        "seqs": [one.seq for one in noticed],
        "kinds": [one.kind for one in noticed],
        "times": [one.client_at for one in noticed],
        "seconds": [one.seconds for one in noticed],
        "notes": [one.note for one in noticed],
    }
    ours = noticed[0].client_at is None
    this = {"sitting_id": sitting_id, "attempt_id": attempt_id}
    await session.execute(RECORD, this | values | {"most": MOST_KEPT, "ours": ours})


async def note_visit(session: AsyncSession, seat: Seat, session_id: UUID, address: str) -> None:
    """The exam is open with this log-in, from this address. Each is recorded once: two of them are worth a look."""
    visit = (
        Noticed(f"address {address}"[:80], 0, ADDRESS, note=address[:64]),
        Noticed(f"session {session_id}", 0, LOGIN),
    )
    await record(session, seat.sitting.id, seat.attempt.id, visit)
