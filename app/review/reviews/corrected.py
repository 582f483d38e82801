"""Corrections of keys that touch what a review looks at: figures from before one of them are no longer those of the scores. One from
before the release is none of them: no figures are made of results that are not out."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.grading import corrections
from app.review.data.periods import Span
from app.review.method.types import ReviewMethod
from app.review.reviews.models import ReviewRow
from app.review.reviews.sittings import list_sittings_in


async def list_corrections_of(session: AsyncSession, row: ReviewRow, method: ReviewMethod) -> dict[UUID, str]:
    """Those applied by now to a released sitting of its window, the oldest first, each with the code of its item."""
    span = Span(row.period_from, row.period_to, method.interval_months, method.window_years)
    found = await list_sittings_in(session, row.scheme_code, (span.since, span.last))
    return await corrections.list_touching(session, [sitting.id for sitting in found if sitting.released])
