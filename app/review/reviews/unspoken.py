"""Strong leads that the committee still has to speak about before it decides, whatever they point at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.review.findings.counts import list_covering
from app.review.findings.wording import SUBJECTS, Pair
from app.review.item_panel.decided import decided_lineages
from app.review.reviews.models import ReviewRow
from app.review.reviews.parts import read_part
from app.review.shown import Strength, SubjectKind

PERSONAL: Final = (SubjectKind.PAIR, SubjectKind.CANDIDATE)  # who it is stands in the integrity panel alone


async def list_unspoken(session: AsyncSession, row: ReviewRow) -> list[Pair]:
    """What they point at: neither an item with a decision in this review, nor covered by a finding that stands or that this review
    raised, even where another member withdrew it with the reason. The review is computed."""
    found = await read_part(session, row.id, "leads")
    strong = [lead for lead in found["leads"] if lead["strength"] == Strength.STRONG]
    if not strong:
        return []
    covering = await list_covering(session, row.scheme_code, row.id)
    decided = {(SubjectKind.ITEM, str(one)) for one in await decided_lineages(session, row.id)}
    subjects = decided | {one.subject for one in covering}
    leads = {one.lead_id for one in covering}
    unspoken = [lead for lead in strong if _subject(lead) not in subjects and lead["id"] not in leads]
    return sorted({_subject(lead): _words(lead) for lead in unspoken}.values())


def _subject(lead: Mapping[str, Any]) -> tuple[str, str]:
    return lead["subject"]["kind"], lead["subject"]["ref"]


def _words(lead: Mapping[str, Any]) -> Pair:
    kind, label = lead["subject"]["kind"], lead["subject"]["label"]
    return SUBJECTS[kind] if kind in PERSONAL else (label, label)
