"""What reviews ask of findings: what they cover, and how many of them wait for too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.review.findings.models import CorrectiveActionRow, FindingRow

OVER: Final = ("closed", "withdrawn")


@dataclass(frozen=True, slots=True)
class Covering:
    """What a finding speaks of. A subject without `ref`, the exam as a whole, is told by the lead alone."""

    lead_id: str | None
    subject: tuple[str, str] | None


async def list_covering(session: AsyncSession, scheme_code: str, review_id: UUID) -> list[Covering]:
    """Of the findings that stand or that this review raised."""
    rows = await session.execute(
        select(FindingRow.lead_id, FindingRow.subject_kind, FindingRow.subject).where(
            FindingRow.scheme_code == scheme_code,
            or_(FindingRow.review_id == review_id, FindingRow.state.not_in(OVER)),
        )
    )
    return [Covering(row.lead_id, (row.subject_kind, row.subject) if row.subject else None) for row in rows]


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
