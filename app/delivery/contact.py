"""Heartbeats and remarks: what keeps the board true and the key check informed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery import deadlines
from app.delivery.errors import NoSuchPosition, NotRunning, StaleEpoch
from app.delivery.models import ItemComment
from app.delivery.rows import standing_of
from app.delivery.types import AttemptState, Held, Seat, Standing

HEARTBEAT = """
    WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS at),
    trust AS MATERIALIZED (SELECT at, {suspect} AS suspect FROM clock)
    SELECT b.no, a.id, at, a.state, a.epoch, {deadline} AS closes_at, a.resumes_at, a.rev,
           b.device IS NULL OR (a.epoch = b.epoch AND a.device_sha256 = b.device) AS ours
    FROM trust, unnest($2::uuid[], $3::int[], $4::bytea[]) WITH ORDINALITY AS b (attempt_id, epoch, device, no)
    JOIN attempts a ON a.sitting_id = $1 AND a.id = b.attempt_id
"""
BEAT = HEARTBEAT.format(
    suspect=deadlines.suspect("at"), deadline=deadlines.deadline("a.closes_at", "a.state", "at", "suspect")
)
# Another process may have heard them since. A time to come is what a clock left that was set back: that one gives way.
HEARD = """
    INSERT INTO contacts AS known (sitting_id, attempt_id, last_contact_at)
    SELECT $1, * FROM unnest($2::uuid[], $3::timestamptz[]) AS heard (attempt_id, at) ORDER BY heard.attempt_id
    ON CONFLICT (sitting_id, attempt_id) DO UPDATE SET last_contact_at = excluded.last_contact_at
    WHERE known.last_contact_at < excluded.last_contact_at OR known.last_contact_at > clock_timestamp()
"""
BEFORE = (AttemptState.ASSIGNED, AttemptState.ADMITTED)


async def beat_many(
    connection: Any, sitting_id: UUID, requests: Sequence[Held], *, wait: bool = False
) -> list[Standing | Exception | None]:
    """Tell each where the attempt stands; None where there is no such attempt. Nothing is written: see `note_contacts`."""
    del wait  # nothing is locked here
    results: list[Standing | Exception | None] = [None] * len(requests)
    columns = [[getattr(request, name) for request in requests] for name in ("attempt_id", "epoch", "device")]
    for row in await connection.fetch(BEAT, sitting_id, *columns):
        standing = standing_of(row)
        results[row["no"] - 1] = standing if row["ours"] else StaleEpoch()
    return results


def is_heard(standing: Standing, *, holds: bool) -> bool:
    """Whether this beat says that a candidate is there.

    A page that holds no attempt waits in the lobby: the board can tell it from one that never came.
    """
    return holds or standing.state in BEFORE


async def note_contacts(connection: Any, sitting_id: UUID, heard: Mapping[UUID, datetime]) -> None:
    """Note when each of these attempts was heard last."""
    await connection.execute(HEARD, sitting_id, list(heard), list(heard.values()))


async def comment(session: AsyncSession, seat: Seat, position: int, remark: str) -> None:
    """A candidate's remark on an item; the newest one per position counts."""
    if not 1 <= position <= seat.attempt.n_items:
        raise NoSuchPosition(position=position)
    if seat.attempt.started_at is None or seat.attempt.state is AttemptState.VOID:
        raise NotRunning
    place = {"sitting_id": seat.sitting.id, "attempt_id": seat.attempt.id, "position": position}
    words = {"text": remark, "written_at": func.clock_timestamp()}
    statement = insert(ItemComment).values(**place, **words)
    await session.execute(statement.on_conflict_do_update(index_elements=list(place), set_=words))
