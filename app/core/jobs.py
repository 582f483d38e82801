"""Background work as rows: written in the caller's transaction, taken by a worker with a lease, finished by id and attempt.

A job is a hint that work exists; each kind also has a *sweep* that finds work nobody hinted at, so a lost row heals itself.
Handlers are idempotent: the same job may run twice, never zero times.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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
    id: int
    kind: str
    payload: dict[str, Any]
    tries: int


Handler = Callable[[Database, dict[str, Any]], Awaitable[None]]

_INSERT = text("INSERT INTO jobs (kind, payload) VALUES (:kind, CAST(:payload AS jsonb))")
_TAKE = text(
    """
    UPDATE jobs SET state = 'running', tries = tries + 1,
           lease_until = clock_timestamp() + make_interval(secs => :lease)
    WHERE id = (
        SELECT id FROM jobs
        WHERE run_at <= clock_timestamp()
          AND (state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp()))
        ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, kind, payload, tries
    """
)
# Finished by id *and* try: a worker that lost its lease cannot mark the successor's run.
_DONE = text("UPDATE jobs SET state = 'done', lease_until = NULL WHERE id = :id AND tries = :tries")
_FAILED = text(
    """
    UPDATE jobs SET last_error = :error, lease_until = NULL,
           state = CASE WHEN tries >= :most THEN 'failed' ELSE 'queued' END,
           run_at = clock_timestamp() + make_interval(secs => least(60, power(2, tries)::int))
    WHERE id = :id AND tries = :tries
    """
)


_FIGURES = text(
    """
    SELECT count(*) AS jobs_waiting,
           coalesce(extract(epoch FROM clock_timestamp() - min(run_at)), 0)::float8 AS jobs_oldest_seconds
    FROM jobs
    WHERE run_at <= clock_timestamp() AND (state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp()))
    """
)


async def figures(session: AsyncSession) -> dict[str, float]:
    """What waits to be done, and for how long."""
    return dict((await session.execute(_FIGURES)).mappings().one())


async def enqueue(session: AsyncSession, kind: str, payload: dict[str, Any]) -> None:
    """Ask for background work, in the caller's transaction: it exists if and only if the cause committed."""
    await session.execute(_INSERT, {"kind": kind, "payload": dumps(payload)})


async def run_one(database: Database, handlers: dict[str, Handler]) -> bool:
    """Take and run one due job; False when none is due."""
    async with database.staff() as session, session.begin():
        row = (await session.execute(_TAKE, {"lease": LEASE_SECONDS})).one_or_none()
    if row is None:
        return False
    job = Job(row.id, row.kind, row.payload, row.tries)
    try:
        await handlers[job.kind](database, job.payload)
    except Exception as error:
        log.exception("job %s (%s) failed, try %s of %s", job.id, job.kind, job.tries, MOST_TRIES)
        async with database.staff() as session, session.begin():
            fault = f"{type(error).__name__}: {error}"[:500]
            await session.execute(_FAILED, {"id": job.id, "tries": job.tries, "error": fault, "most": MOST_TRIES})
        return True
    async with database.staff() as session, session.begin():
        await session.execute(_DONE, {"id": job.id, "tries": job.tries})
    return True
