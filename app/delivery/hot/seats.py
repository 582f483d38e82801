"""Who sits where: the session behind a request and the attempt it belongs to, remembered between requests.

What is remembered never changes while the session lives (person, sitting, attempt, number of items and options), or may be a
minute late (whether the sitting asks for Safe Exam Browser); the state of the attempt is not, the statements judge it. A session
that was revoked is forgotten within `POLL_SECONDS` on every worker, by one query for all candidates; a worker that cannot ask for
`TRUST_SECONDS` trusts nothing it remembers. The same turn sees whether the database still keeps what it acknowledges.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from app.core.durability import Durability
from app.core.errors import NotFound, Unauthorised
from app.core.pool import connection
from app.delivery.hot.lane import Lane
from app.delivery.types import Admission, AttemptClock, Standing
from app.identity import LoggedIn

POLL_SECONDS = 1.0
TRUST_SECONDS = 4.0
KEEP_SECONDS = 60.0
MOST_SEATS = 50_000

log = logging.getLogger("sahih")

SEATS = """
    SELECT s.id AS session_id, s.person_id, extract(epoch FROM s.expires_at - clock_timestamp())::float AS lives_seconds,
           r.number, r.sitting_id, a.id, a.n_items,
           (v.content -> 'exam' ->> 'options')::int AS options, t.admission, t.opens_at,
           t.closes_at AS window_closes_at, t.transmission_seconds, q.config_key AS seb_key
    FROM sessions s
    LEFT JOIN roster r ON r.number = s.candidate_number
    LEFT JOIN LATERAL (SELECT * FROM attempts WHERE sitting_id = r.sitting_id AND roster_id = r.id
                       ORDER BY state = 'void' LIMIT 1) a ON true
    LEFT JOIN sittings t ON t.id = r.sitting_id
    LEFT JOIN scheme_versions v ON v.id = t.scheme_version_id
    LEFT JOIN sitting_seb q ON q.sitting_id = r.sitting_id AND q.required
    WHERE s.id = ANY($1::uuid[]) AND s.realm = 'exam' AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
"""

REVOKED = "SELECT id FROM sessions WHERE realm = 'exam' AND revoked_at > clock_timestamp() - interval '10 minutes'"


@dataclass(frozen=True, slots=True)
class HotSeat:
    """A candidate's place, without anything that changes during an exam."""

    session_id: UUID
    person_id: UUID
    number: str
    sitting_id: UUID
    attempt_id: UUID
    n_items: int
    options: int
    admission: Admission
    opens_at: datetime
    window_closes_at: datetime
    transmission_seconds: int
    seb_key: str | None  # where the sitting asks for Safe Exam Browser
    trusted_until: float

    def clock(self, standing: Standing) -> AttemptClock:
        return AttemptClock(
            standing.state,
            self.admission,
            self.opens_at,
            self.window_closes_at,
            standing.closes_at,
            self.transmission_seconds,
            standing.resumes_at,
        )


class Seats:
    def __init__(self, pool: asyncpg.Pool, durability: Durability) -> None:
        self._pool = pool
        self._durability = durability
        self._known: dict[UUID, HotSeat] = {}
        self._asked_at = -TRUST_SECONDS
        self._lane: Lane[UUID, HotSeat] = Lane(self, key=lambda session_id: session_id)

    async def get(self, session_id: UUID, person_id: UUID) -> HotSeat:
        """The seat of a live session. Raises Unauthorised for an ended one, NotFound where there is no attempt."""
        return self.known(session_id, person_id) or _of(person_id, await self._lane.put(session_id))

    def known(self, session_id: UUID, person_id: UUID) -> HotSeat | None:
        """The same without asking; None where nothing is remembered that may be trusted now."""
        seat = self._known.get(session_id)
        now = time.monotonic()
        if seat is None or now - self._asked_at > TRUST_SECONDS or now > seat.trusted_until:
            return None
        return _of(person_id, seat)

    def remember(self, who: LoggedIn, row: asyncpg.Record, *, read_at: float, lives_seconds: float) -> HotSeat:
        """The seat of this session, as a row says that was read when the session had so long to live; `read_at` is monotonic."""
        if len(self._known) >= MOST_SEATS:
            self._known.clear()
        seat = self._known[who.session_id] = HotSeat(
            who.session_id,
            who.person_id,
            row["number"],
            row["sitting_id"],
            row["id"],
            row["n_items"],
            row["options"],
            Admission(row["admission"]),
            row["opens_at"],
            row["window_closes_at"],
            row["transmission_seconds"],
            row["seb_key"],
            read_at + min(KEEP_SECONDS, lives_seconds),
        )
        return seat

    def forget(self, session_id: UUID) -> None:
        self._known.pop(session_id, None)

    async def watch(self) -> None:
        """Forget revoked sessions, and see whether commits still last, for ever. Runs beside the server."""
        while True:
            asked_at = time.monotonic()
            try:
                async with connection(self._pool) as held:
                    revoked = await held.fetch(REVOKED)
                    await self._durability.look(held)
                for row in revoked:
                    self._known.pop(row["id"], None)
                self._asked_at = asked_at
            except Exception as error:  # whatever it was: without an answer nothing is trusted, and we ask again
                log.warning("cannot ask for revoked sessions: %s", type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def together(self, session_ids: Sequence[UUID]) -> list[HotSeat | Exception | None]:
        """Read the seats of these sessions; part of the lane behind `get`."""
        asked_at = time.monotonic()
        async with connection(self._pool) as held:
            rows = {row["session_id"]: row for row in await held.fetch(SEATS, list(session_ids))}
        return [self._found(rows.get(session_id), asked_at) for session_id in session_ids]

    async def alone(self, session_id: UUID) -> HotSeat | Exception:
        raise AssertionError(f"reading seat {session_id} never needs a turn of its own")

    def _found(self, row: asyncpg.Record | None, read_at: float) -> HotSeat | Exception:
        if row is None:
            return Unauthorised()
        if row["id"] is None:
            return NotFound("this participant number has no attempt in a prepared sitting")
        who = LoggedIn(row["person_id"], row["session_id"])
        return self.remember(who, row, read_at=read_at, lives_seconds=row["lives_seconds"])


def _of(person_id: UUID, seat: HotSeat) -> HotSeat:
    if seat.person_id != person_id:
        raise Unauthorised
    return seat
