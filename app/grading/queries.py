"""Reads of scores: a sitting's scores, sittings that wait for scoring."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import Database
from app.grading.models import ReleaseRow, ScoreRow
from app.grading.types import DueRun, Release, ReleaseState

# An attempt waits for a scoring run as long as none names the hash of the answers that count: those of the receipt, or those of
# the second receipt where a rescue was approved. A sitting whose results are out waits for nothing but such a rescue.
WAITING = """
    FROM attempts a
    LEFT JOIN rescue_receipts r ON r.sitting_id = a.sitting_id AND r.attempt_id = a.id AND r.state = 'approved'
    WHERE a.state = 'submitted' AND NOT EXISTS (
        SELECT FROM scores s WHERE s.sitting_id = a.sitting_id AND s.attempt_id = a.id
        AND s.answers_sha256 = coalesce(r.receipt_sha256, a.receipt_sha256))
"""
OF_SITTINGS = """
    SELECT DISTINCT a.sitting_id {waiting} AND a.sitting_id IN (
        SELECT t.id FROM sittings t WHERE NOT EXISTS (SELECT FROM releases WHERE sitting_id = t.id)
        UNION ALL SELECT sitting_id FROM rescue_receipts WHERE state = 'approved')
"""
OF_ATTEMPTS = """
    SELECT a.id, a.form_id, coalesce(r.receipt_sha256, a.receipt_sha256) AS answers_sha256, 1 + (
        SELECT count(*) FROM scores s WHERE s.sitting_id = a.sitting_id AND s.attempt_id = a.id) AS run_no
    {waiting} AND a.sitting_id = :sitting_id AND (CAST(:after AS uuid) IS NULL OR a.id > :after)
    ORDER BY a.id LIMIT :most
"""
SITTINGS_WAITING, ATTEMPTS_WAITING = (
    text(OF_SITTINGS.format(waiting=WAITING)),
    text(OF_ATTEMPTS.format(waiting=WAITING)),
)
READABLE = text("SELECT attempt_id FROM released_scores WHERE sitting_id = :sitting_id")


async def get_release(session: AsyncSession, sitting_id: UUID) -> Release:
    row = await session.get(ReleaseRow, sitting_id)
    if row is None:
        return Release(ReleaseState.WITHHELD, None, None)
    return Release(ReleaseState(row.state), row.released_at, row.released_by)


async def list_scores(session: AsyncSession, sitting_id: UUID) -> dict[UUID, int]:
    """Attempt → score of the latest scoring run."""
    rows = await session.execute(
        select(ScoreRow.attempt_id, ScoreRow.score).where(ScoreRow.sitting_id == sitting_id).order_by(ScoreRow.run_no)
    )
    return {row.attempt_id: row.score for row in rows}


async def list_readable(session: AsyncSession, sitting_id: UUID) -> set[UUID]:
    """The attempts whose result its candidate may read now: released, and not withheld alone."""
    return set(await session.scalars(READABLE, {"sitting_id": sitting_id}))


async def attempts_to_score(
    session: AsyncSession, sitting_id: UUID, most: int | None = None, after: UUID | None = None
) -> dict[UUID, DueRun]:
    """Submitted attempts of a sitting whose answers, as they count now, no run has scored, and the run that is due; by id."""
    rows = await session.execute(ATTEMPTS_WAITING, {"sitting_id": sitting_id, "most": most, "after": after})
    return {row.id: DueRun(row.form_id, row.run_no, row.answers_sha256) for row in rows}


async def sittings_to_score(database: Database) -> list[UUID]:
    async with database.staff() as session:
        return list(await session.scalars(SITTINGS_WAITING))
