"""Background work as rows: written in the caller's transaction, taken by a worker with a lease, finished by id and attempt.

A job is a hint that work exists; each kind also has a *sweep* that finds work nobody hinted at, so a lost row heals itself.
Handlers are idempotent: the same job may run twice, never zero times. Equal jobs (kind and payload) that wait together are run
as one: a room that hands in one by one is scored once a second, not once for each candidate.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from json import dumps
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Database, Instant

LEASE_SECONDS = 60
MOST_TRIES = 10

log = logging.getLogger("sahih.jobs")


class JobRow(Base):
    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due", "run_at", postgresql_where=text("state IN ('queued', 'running')")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    tries: Mapped[int] = mapped_column(server_default="0")
    run_at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))
    lease_until: Mapped[Instant | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done once for all these rows. `tries` belongs to `ids`, one for one."""

    kind: str
    payload: dict[str, Any]
    ids: list[int]
    tries: list[int]
    taken_at: datetime


Handler = Callable[[Database, dict[str, Any]], Awaitable[None]]

_INSERT = text("INSERT INTO jobs (kind, payload) VALUES (:kind, CAST(:payload AS jsonb))")
_DUE = "(state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp()))"
_TAKE = """
    WITH oldest AS (
        SELECT kind, payload FROM jobs
        WHERE kind = ANY(:kinds) AND run_at <= least(CAST(:until AS timestamptz), clock_timestamp()) AND {due}
        ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    ), equal AS (
        SELECT id FROM jobs JOIN oldest USING (kind, payload)
        WHERE run_at <= clock_timestamp() AND {due} FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE jobs SET state = 'running', tries = tries + 1, lease_until = clock_timestamp() + make_interval(secs => :lease)
    FROM equal WHERE jobs.id = equal.id
    RETURNING jobs.id, kind, payload, tries, clock_timestamp() AS taken_at
"""
# Finished by id *and* try: a worker that lost its lease cannot mark the successor's run.
_THESE = "WHERE (id, tries) IN (SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:tries AS int[])))"
_RENEW = "UPDATE jobs SET lease_until = clock_timestamp() + make_interval(secs => :lease) {these}"
_DONE = "UPDATE jobs SET state = 'done', lease_until = NULL {these}"
_FAILED = """
    UPDATE jobs SET last_error = :error, lease_until = NULL,
           state = CASE WHEN tries >= :most THEN 'failed' ELSE 'queued' END,
           run_at = clock_timestamp() + make_interval(secs => least(60, power(2, tries)::int))
    {these}
"""


_FIGURES = """
    SELECT count(*) AS jobs_waiting,
           coalesce(extract(epoch FROM clock_timestamp() - min(run_at)), 0)::float8 AS jobs_oldest_seconds
    FROM jobs
    WHERE run_at <= clock_timestamp() AND {due}
"""
TAKE, FIGURES = text(_TAKE.format(due=_DUE)), text(_FIGURES.format(due=_DUE))
GIVEN_UP = text(
    "SELECT EXISTS (SELECT FROM jobs WHERE kind = :kind AND payload = CAST(:payload AS jsonb) AND state = 'failed')"
)
WAITING = text(
    "SELECT EXISTS (SELECT FROM jobs WHERE kind = :kind AND payload = CAST(:payload AS jsonb) AND state IN ('queued', 'running'))"
)
RENEW, DONE, FAILED = (text(one.format(these=_THESE)) for one in (_RENEW, _DONE, _FAILED))


async def figures(session: AsyncSession) -> dict[str, float]:
    """What waits to be done, and for how long."""
    return dict((await session.execute(FIGURES)).mappings().one())


async def enqueue(session: AsyncSession, kind: str, payload: dict[str, Any]) -> None:
    """Ask for background work, in the caller's transaction: it exists if and only if the cause committed."""
    await session.execute(_INSERT, {"kind": kind, "payload": dumps(payload)})


async def is_given_up(session: AsyncSession, kind: str, payload: dict[str, Any]) -> bool:
    """Whether this job failed so often that nobody tries it again."""
    return bool(await session.scalar(GIVEN_UP, {"kind": kind, "payload": dumps(payload)}))


async def is_waiting(session: AsyncSession, kind: str, payload: dict[str, Any]) -> bool:
    """Whether this job is still to be done, or being done."""
    return bool(await session.scalar(WAITING, {"kind": kind, "payload": dumps(payload)}))


async def run_due(database: Database, handlers: dict[str, Handler]) -> int:
    """Run every job of these kinds that is due now, equal ones once; what becomes due meanwhile is for the next turn.

    Returns how many ran.
    """
    ran, until = 0, None
    while job := await _take(database, list(handlers), until):
        await _run(database, handlers, job)
        ran, until = ran + 1, until or job.taken_at
    return ran


async def _take(database: Database, kinds: list[str], until: datetime | None) -> Job | None:
    async with database.staff() as session, session.begin():
        rows = (await session.execute(TAKE, {"kinds": kinds, "lease": LEASE_SECONDS, "until": until})).all()
    if not rows:
        return None
    first = rows[0]
    return Job(first.kind, first.payload, [row.id for row in rows], [row.tries for row in rows], first.taken_at)


async def _run(database: Database, handlers: dict[str, Handler], job: Job) -> None:
    these = {"ids": job.ids, "tries": job.tries}
    outcome, facts = DONE, dict[str, Any](these)
    renewing = asyncio.create_task(_renew(database, these), name="lease")
    try:
        await handlers[job.kind](database, job.payload)
    except Exception as error:
        log.exception("job %s (%s) failed, try %s of %s", job.ids[0], job.kind, max(job.tries), MOST_TRIES)
        outcome = FAILED
        facts = these | {"error": f"{type(error).__name__}: {error}"[:500], "most": MOST_TRIES}
    finally:
        renewing.cancel()
    async with database.staff() as session, session.begin():
        await session.execute(outcome, facts)


async def _renew(database: Database, these: dict[str, list[int]]) -> None:
    """While the work lasts nobody else takes it; a database that is away for a moment is asked again."""
    while True:
        await asyncio.sleep(LEASE_SECONDS / 4)
        try:
            async with database.staff() as session, session.begin():
                await session.execute(RENEW, these | {"lease": LEASE_SECONDS})
        except Exception as error:
            log.warning("the lease of jobs %s was not renewed: %s", these["ids"], type(error).__name__)
