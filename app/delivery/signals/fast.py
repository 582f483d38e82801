"""Fast answering, from the times at which answers were saved last. Asked by the worker once a minute, for whoever writes."""

from __future__ import annotations

from sqlalchemy import text

from app.core.db import Database
from app.delivery.signals.kinds import FAST, FAST_ANSWERS
from app.delivery.signals.record import record
from app.delivery.signals.types import Noticed

# Answers that arrive together were kept back by a dead line: their times say nothing, so one moment counts once.
FAST_WRITERS = text("""
    WITH moments AS (
        SELECT DISTINCT w.sitting_id, w.attempt_id, w.saved_at FROM attempts a
        JOIN answers w ON w.sitting_id = a.sitting_id AND w.attempt_id = a.id
        WHERE a.state = 'running' AND w.option IS NOT NULL AND NOT EXISTS (
            SELECT FROM signal_counts c WHERE c.sitting_id = a.sitting_id AND c.attempt_id = a.id AND c.kind = :kind)
    ), gaps AS (
        SELECT sitting_id, attempt_id,
               saved_at - lag(saved_at) OVER (PARTITION BY sitting_id, attempt_id ORDER BY saved_at) AS gap
        FROM moments
    )
    SELECT sitting_id, attempt_id, count(*) FILTER (WHERE gap < make_interval(secs => :under)) AS fast, count(gap) AS n
    FROM gaps GROUP BY sitting_id, attempt_id
    HAVING count(gap) >= :least AND count(*) FILTER (WHERE gap < make_interval(secs => :under)) >= CAST(:share AS float8) * count(gap)
""")


async def note_fast_answers(database: Database) -> None:
    """Record, once for each attempt, that a large share of its answers came very quickly one after the other."""
    rule = FAST_ANSWERS
    values = {"kind": FAST, "under": rule.under_seconds, "share": rule.share, "least": rule.least}
    async with database.staff() as session, session.begin():
        for row in (await session.execute(FAST_WRITERS, values)).all():
            seen = Noticed("answers", 0, FAST, note=f"{row.fast}/{row.n} < {rule.under_seconds:g} s")
            await record(session, row.sitting_id, row.attempt_id, [seen])
