"""What the clients were told: each acknowledged answer, and everything else. Compared with the database after each fault."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

import asyncpg

# Every acknowledged change is an event of its own, with this very value; and what the table holds for its item is this change
# or a later one.
LOST = """
    WITH owned AS (
        SELECT p.*, a.sitting_id, a.id AS attempt_id
        FROM promised p LEFT JOIN roster r USING (number)
        LEFT JOIN attempts a ON a.sitting_id = r.sitting_id AND a.roster_id = r.id
    )
    SELECT o.number || ' ' || (o.epoch, o.seq, o.position, o.option) || ' is not in the journal of answers'
    FROM owned o LEFT JOIN answer_events e ON (e.sitting_id, e.attempt_id) = (o.sitting_id, o.attempt_id)
                                          AND (e.epoch, e.seq) = (o.epoch, o.seq) AND NOT e.late
    WHERE (e.position, e.option) IS DISTINCT FROM (o.position, o.option)
    UNION ALL
    SELECT o.number || ' ' || (o.epoch, o.seq, o.position, o.option) || ' is not in the table of answers'
    FROM owned o LEFT JOIN answers w USING (sitting_id, attempt_id, position)
    WHERE w.epoch IS NULL OR (w.epoch, w.seq) < (o.epoch, o.seq)
       OR ((w.epoch, w.seq) = (o.epoch, o.seq) AND w.option IS DISTINCT FROM o.option)
"""
TWICE = """
    SELECT attempt_id || ' ' || (epoch, seq) || ' took effect ' || count(*) || ' times'
    FROM answer_events WHERE NOT late GROUP BY sitting_id, attempt_id, epoch, seq HAVING count(*) > 1
"""
COLUMNS = ("number", "epoch", "seq", "position", "option")
ALLOWED = ("503", "cut", "timeout")  # what a client may hear while something is broken


@dataclass(frozen=True, slots=True)
class Trouble:
    """One request that was not acknowledged."""

    asked_at: float
    at: float
    kind: str


@dataclass
class Ledger:
    promised: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    newest: dict[str, float] = field(default_factory=dict)  # when each candidate sent its newest acknowledged request
    answered: list[tuple[float, float]] = field(default_factory=list)  # when each of those was sent, and acknowledged

    @property
    def acknowledged(self) -> int:
        return len(self.promised)

    def promise(self, number: str, epoch: int, changes: list[tuple[int, int, int]], asked_at: float) -> None:
        """The server said that these (seq, position, option) are saved."""
        self.promised += [(number, epoch, *change) for change in changes]
        self.newest[number] = asked_at
        self.answered.append((asked_at, time.monotonic()))

    def trouble(self, kind: str, asked_at: float) -> None:
        self.troubles.append(Trouble(asked_at, time.monotonic(), kind))

    def heard_since(self, began: float) -> Counter[str]:
        return Counter(trouble.kind for trouble in self.troubles if trouble.at >= began)

    def last_trouble(self, began: float) -> float:
        """Seconds from then to the last request that failed; 0 where none did."""
        return max((trouble.at - began for trouble in self.troubles), default=0.0)

    def errors_ended(self, began: float) -> float:
        """Seconds from then to the first acknowledgement of a request that was sent after the last one that failed."""
        last = began + max(self.last_trouble(began), 0.0)
        return min((heard_at - began for asked_at, heard_at in self.answered if asked_at >= last), default=0.0)

    def slowest(self, began: float, share: float = 0.99) -> float:
        """How long this share of the requests that were acknowledged since then took at most."""
        took = sorted(heard_at - asked_at for asked_at, heard_at in self.answered if asked_at >= began)
        return took[int(len(took) * share)] if took else 0.0

    def slowest_refusal(self, began: float) -> float:
        """The longest that a request sent since then waited to hear that nothing was saved."""
        return max(
            (trouble.at - trouble.asked_at for trouble in self.troubles if trouble.asked_at >= began), default=0.0
        )

    async def lost(self, superuser_url: str, *, first: int = 0) -> list[str]:
        """Promises from the `first` one on that the database does not keep, and changes that took effect twice."""
        connection = await asyncpg.connect(superuser_url)
        try:
            types = "number text, epoch int, seq bigint, position smallint, option smallint"
            await connection.execute(f"CREATE TEMP TABLE promised ({types})")
            await connection.copy_records_to_table("promised", records=self.promised[first:], columns=COLUMNS)
            await connection.execute("ANALYZE promised")
            return [row[0] for query in (LOST, TWICE) for row in await connection.fetch(query)]
        finally:
            await connection.close()
