"""Raise a finding, from a lead as it stands or from what a person saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, schemes
from app.core import journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.review.findings.errors import FindingStands, LeadUnknown
from app.review.findings.models import FindingRow
from app.review.findings.queries import findings_by_lead, mark_of
from app.review.findings.types import Grade, Mark, State
from app.review.reviews.brief import get_brief
from app.review.reviews.parts import read_part
from app.review.shown import Subject, SubjectKind

HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('findings:' || :scheme, 0))")


async def hold_findings(session: AsyncSession, scheme_code: str) -> None:
    """Until the end of this transaction nobody else raises one of this scheme, or takes back what closed one. Whoever holds a
    review as well does so first."""
    await session.execute(HOLD, {"scheme": scheme_code})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where it was seen: in a review, in a sitting's key check, or in the scheme at large; one of them."""

    review_id: UUID | None = None
    sitting_id: UUID | None = None
    scheme_code: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    grade: Grade
    statement: str
    evidence: str


async def raise_from_lead(session: AsyncSession, review_id: UUID, lead_id: str, words: Words, *, actor: Actor) -> Mark:
    """The lead is kept as it stands now. Raises FindingStands where one that is not closed goes back to the same lead."""
    await get_brief(session, review_id, held=True)
    lead = await find_lead(session, review_id, lead_id)
    if lead is None:
        raise LeadUnknown
    subject = lead["subject"]
    about = Subject(SubjectKind(subject["kind"]), subject["ref"], subject["label"])
    return await _raise(session, Origin(review_id=review_id), about, words, lead=lead, actor=actor)


async def raise_on(session: AsyncSession, origin: Origin, subject: Subject, words: Words, *, actor: Actor) -> Mark:
    """What a person saw. Raises NotFound where there is no such review, sitting or scheme."""
    return await _raise(session, origin, subject, words, lead=None, actor=actor)


async def _raise(
    session: AsyncSession,
    origin: Origin,
    subject: Subject,
    words: Words,
    *,
    lead: dict[str, Any] | None,
    actor: Actor,
) -> Mark:
    scheme_code = await _scheme_of(session, origin, actor)
    await hold_findings(session, scheme_code)  # numbers have no gaps, and a lead is raised once
    lead_id = lead["id"] if lead else None
    if lead_id:
        standing = (await findings_by_lead(session, scheme_code)).get(lead_id)
        if standing:
            raise FindingStands(standing)
    row = FindingRow(
        scheme_code=scheme_code,
        finding_no=await _next_number(session, scheme_code),
        review_id=origin.review_id,
        sitting_id=origin.sitting_id,
        lead=lead,
        lead_id=lead_id,
        subject_kind=subject.kind,
        subject=subject.ref,
        subject_label=subject.label,
        grade=words.grade,
        statement=words.statement,
        evidence=words.evidence,
        state=State.OPEN,
        repeats_id=await _closed_before(session, scheme_code, lead_id),
        raised_by=actor.person_id,
    )
    session.add(row)
    await session.flush()
    await _record(session, row, actor)
    return mark_of(row)


async def _scheme_of(session: AsyncSession, origin: Origin, actor: Actor) -> str:
    if origin.review_id:
        return (await get_brief(session, origin.review_id, held=True)).scheme_code
    if origin.sitting_id:
        sitting = await delivery.get_sitting(session, origin.sitting_id, actor)
        return (await schemes.get_scheme_version(session, sitting.scheme_version_id)).code
    version = await schemes.find_newest(session, origin.scheme_code or "")
    if version is None:
        raise NotFound
    return version.code


async def find_lead(session: AsyncSession, review_id: UUID, lead_id: str) -> dict[str, Any] | None:
    """Raises NotFound for a review that was not computed."""
    found = await read_part(session, review_id, "leads")
    return next((one for one in found["leads"] if one["id"] == lead_id), None)


async def _next_number(session: AsyncSession, scheme_code: str) -> int:
    last = select(func.max(FindingRow.finding_no)).where(FindingRow.scheme_code == scheme_code)
    return int(await session.scalar(last) or 0) + 1


async def _closed_before(session: AsyncSession, scheme_code: str, lead_id: str | None) -> UUID | None:
    """The newest finding of the same lead that was closed: then this one is a repetition (berulang)."""
    if lead_id is None:
        return None
    same = (
        FindingRow.scheme_code == scheme_code,
        FindingRow.lead_id == lead_id,
        FindingRow.state == State.CLOSED,
    )
    newest = select(FindingRow.id).where(*same).order_by(FindingRow.finding_no.desc()).limit(1)
    return await session.scalar(newest)


async def _record(session: AsyncSession, row: FindingRow, actor: Actor) -> None:
    """What people wrote stays with the finding: more people read the journal."""
    facts = {
        "scheme": row.scheme_code,
        "no": row.finding_no,
        "grade": row.grade,
        "lead": row.lead_id,
        "repeats": str(row.repeats_id) if row.repeats_id else None,
    }
    await journal.record(session, "finding.raised", "finding", row.id, actor=actor, facts=facts)
