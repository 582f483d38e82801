"""Items that the committee still has to speak about before it decides."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.review.findings.counts import covered_items
from app.review.item_panel.decided import decided_lineages
from app.review.reviews.models import ReviewRow
from app.review.reviews.parts import read_part
from app.review.shown import Strength, SubjectKind


async def undecided_items(session: AsyncSession, row: ReviewRow) -> list[str]:
    """By code: those with strong evidence, without a decision in this review or a finding. The review is computed."""
    found = await read_part(session, row.id, "leads")
    strong = {
        lead["subject"]["ref"]: lead["subject"]["label"]
        for lead in found["leads"]
        if lead["strength"] == Strength.STRONG and lead["subject"]["kind"] == SubjectKind.ITEM
    }
    if not strong:
        return []
    spoken = {str(one) for one in await decided_lineages(session, row.id)}
    spoken |= await covered_items(session, row.scheme_code, row.id)
    return sorted(label for ref, label in strong.items() if ref not in spoken)
