"""The letter as a paper."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app import schemes
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.delivery import Sitting
from app.proctoring import papers
from app.proctoring.irregularities.letter import write_letter
from app.proctoring.irregularities.rules import DECIDED
from app.proctoring.irregularities.types import Case
from app.proctoring.papers import Draft, Kind


async def draft_letter(session: AsyncSession, case: Case, sitting: Sitting, *, signed: bool) -> Draft:
    """With a place for a signature, or as the candidate's own copy. NotFound before the decision."""
    if case.state not in DECIDED:
        raise NotFound
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    letter = write_letter(case, sitting, case.steps[-1])
    content = papers.head(Kind.DECISION, sitting, body=scheme.body, scheme=scheme.title) | {
        "to": letter.to,
        "sections": letter.sections,
        "signed": signed,
    }
    return papers.draft(sitting, Kind.DECISION, content, await read_clock(session), about=case.number)
