"""Compute a review that was asked for: copy its data out, freeze them, have them computed by a process of its own, keep what came out.

Whatever breaks on the way leaves the review as one that can be computed again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import jobs
from app.core.db import BANK, Database, ring_of
from app.core.pool import is_transient
from app.core.words import both
from app.review.data.freeze import pack, sha256_of, to_bytes
from app.review.data.models import ReviewSnapshotRow
from app.review.data.parts import list_parts, parts_key, write_parts
from app.review.data.periods import Span
from app.review.data.take import take
from app.review.method.content import method_content
from app.review.reviews.computing import (
    COMPUTE_JOB,
    Asked,
    fail,
    find_asked,
    keep_computed,
    list_computing,
    note_progress,
)

COMMAND: Final = (sys.executable, "-I", "-m", "app.review.data.workshop")
LONGEST_LINE: Final = 64 * 1024 * 1024  # a part is one line
READING: Final = "sittings"  # the step before those of the panels
LAST_PART: Final = "leads"
BROKE: Final = both(
    "Perhitungan berhenti tak terduga; hitung lagi, dan bila terulang laporkan dengan log pekerja latar.",
    "Computing ended unexpectedly; compute again, and if it recurs report it with the worker's log.",
)

log = logging.getLogger("sahih")
Tell = Callable[[str, int, int], Awaitable[None]]


class Unwanted(Exception):
    """The review was withdrawn, or asked for anew, while it was computed."""


async def compute_review(database: Database, payload: Mapping[str, Any]) -> None:
    """The worker's job. It may run twice: the state says whether anybody still waits for it."""
    review_id = UUID(payload["review_id"])
    async with database.staff() as session, session.begin():
        asked = await find_asked(session, review_id)
    if asked is None:
        return
    try:
        await _compute(database, review_id, asked)
    except Unwanted:
        return
    except Exception as error:
        if is_transient(error):
            raise  # the job comes again
        log.exception("review %s could not be computed", review_id)
        async with database.staff() as session, session.begin():
            await fail(session, review_id, BROKE, asking=asked.asking)


async def _compute(database: Database, review_id: UUID, asked: Asked) -> None:
    rules = asked.method.method
    span = Span(*asked.period, rules.interval_months, rules.window_years)

    async def tell(step: str, done: int, total: int) -> None:
        async with database.staff() as session, session.begin():
            if not await note_progress(session, review_id, step, done, total, asking=asked.asking):
                raise Unwanted

    data = await take(database, asked.scheme_version_id, span, lambda done, total: tell(READING, done, total))
    frozen = await asyncio.to_thread(to_bytes, data)
    packed, sha256 = await asyncio.to_thread(pack, frozen), sha256_of(frozen)
    key = parts_key(sha256, asked.method.sha256)
    async with database.staff() as session:
        known = LAST_PART in await list_parts(session, key)
    parts = {} if known else await compute_apart(packed, method_content(rules), tell)
    sittings = [sitting.id for sitting in data.sittings if sitting.period == 0]
    async with database.staff() as session, session.begin():
        await keep_snapshot(session, sha256, packed)
        await write_parts(session, key, parts)
        if not await keep_computed(
            session, review_id, sittings, sha256, asking=asked.asking, corrections=asked.corrections
        ):
            raise Unwanted


async def keep_snapshot(session: AsyncSession, sha256: str, packed: bytes) -> None:
    """Once: the same name stands for the same data."""
    if await session.scalar(select(ReviewSnapshotRow.sha256).where(ReviewSnapshotRow.sha256 == sha256)) is None:
        sealed = ring_of(session, BANK).seal(packed, f"review_snapshots/{sha256}")
        await session.execute(insert(ReviewSnapshotRow).on_conflict_do_nothing(), {"sha256": sha256, "sealed": sealed})


async def find_snapshot(session: AsyncSession, sha256: str) -> bytes | None:
    """The packed data of a review. They hold keys."""
    row = await session.get(ReviewSnapshotRow, sha256)
    return None if row is None else ring_of(session, BANK).open(row.sealed, f"review_snapshots/{sha256}")


async def compute_apart(packed: bytes, method: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """In a process of its own, which ends with whoever waits for it."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE, env={}, cwd="/"
    )
    try:
        return await _follow(process, packed, method, tell)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _follow(process: Process, packed: bytes, method: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    with contextlib.suppress(ConnectionError):  # it ended before it had read everything, and is found so below
        process.stdin.write(json.dumps(method).encode() + b"\n")
        process.stdin.write(packed)
        await process.stdin.drain()
    process.stdin.close()
    parts: dict[str, Any] = {}
    async for line in process.stdout:
        told = json.loads(line)
        if "part" in told:
            parts[told["part"]] = told["content"]
        else:
            await tell(told["step"], told["done"], told["total"])
    if await process.wait() != 0 or LAST_PART not in parts:
        raise RuntimeError(f"the computing process ended with {process.returncode}")
    return parts


async def fail_given_up(database: Database) -> None:
    """A review that no job computes any more says so, and can be computed again."""
    async with database.staff() as session, session.begin():
        for review_id in await list_computing(session):
            if not await jobs.is_waiting(session, COMPUTE_JOB, {"review_id": str(review_id)}):
                await fail(session, review_id, BROKE)
