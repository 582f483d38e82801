"""What reviews ask of findings: which items they cover, and how many of them wait for too long."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.review.findings.models import CorrectiveActionRow, FindingRow

OVER: Final = ("closed", "withdrawn")


async def covered_items(session: AsyncSession, scheme_code: str, review_id: UUID) -> set[str]:
    """Items, by lineage, with a finding that stands or that this review raised."""
    rows = await session.scalars(
        select(FindingRow.subject).where(
            FindingRow.scheme_code == scheme_code,
            FindingRow.subject_kind == "item",
            FindingRow.state != "withdrawn",
            or_(FindingRow.review_id == review_id, FindingRow.state.not_in(OVER)),
        )
    )
    return set(rows)


async def count_overdue(session: AsyncSession, today: date) -> dict[str, int]:
    """By scheme, the findings with an action that should have been done by now."""
    rows = await session.execute(
        select(FindingRow.scheme_code, func.count(FindingRow.id.distinct()).label("findings"))
        .join(CorrectiveActionRow, CorrectiveActionRow.finding_id == FindingRow.id)
        .where(
            FindingRow.state.not_in(OVER),
            CorrectiveActionRow.done_at.is_(None),
            CorrectiveActionRow.due_on < today,
        )
        .group_by(FindingRow.scheme_code)
    )
    return {row.scheme_code: row.findings for row in rows}
