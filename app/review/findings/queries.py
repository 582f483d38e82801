"""Reads of findings, each with its whole story: what was asked for, what was done, whether it worked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core.errors import NotFound
from app.review.findings.models import CorrectiveActionRow, FindingRow, VerificationRow
from app.review.findings.rules import STANDING
from app.review.findings.types import Action, ActionKind, Finding, Grade, Mark, State, Verification
from app.review.reviews.brief import get_brief, titles_of
from app.review.shown import Subject, SubjectKind

MARKED = (FindingRow.id, FindingRow.finding_no, FindingRow.scheme_code, FindingRow.grade, FindingRow.state)


async def list_findings(session: AsyncSession, scheme_code: str | None = None) -> list[Finding]:
    """The newest first; of all schemes where none is named."""
    return await _read(session, FindingRow.scheme_code == scheme_code if scheme_code else FindingRow.id.is_not(None))


async def list_open(session: AsyncSession, scheme_code: str) -> list[Finding]:
    """Those that stand: what the next review of the scheme shows first."""
    return await _read(session, FindingRow.scheme_code == scheme_code, FindingRow.state.in_(STANDING))


async def list_of_review(session: AsyncSession, review_id: UUID) -> tuple[str, list[Finding], list[Finding]]:
    """Its scheme, the earlier findings that stand or that it verified, and those raised in it. Raises NotFound."""
    review = await get_brief(session, review_id)
    verified = select(VerificationRow.finding_id).where(VerificationRow.review_id == review_id)
    found = await _read(
        session,
        FindingRow.scheme_code == review.scheme_code,
        or_(FindingRow.state.in_(STANDING), FindingRow.review_id == review_id, FindingRow.id.in_(verified)),
    )
    own = [one for one in found if one.review and one.review[0] == review_id]
    return review.scheme_code, [one for one in found if one not in own], own


async def get_finding(session: AsyncSession, finding_id: UUID) -> Finding:
    """Raises NotFound."""
    found = await _read(session, FindingRow.id == finding_id)
    if not found:
        raise NotFound
    return found[0]


async def list_actions_of(session: AsyncSession, owner_id: UUID) -> list[tuple[Finding, Action]]:
    """What this person is to do, in findings that stand; the most urgent first, what is done last."""
    owned = select(CorrectiveActionRow.finding_id).where(CorrectiveActionRow.owner_id == owner_id)
    found = await _read(session, FindingRow.id.in_(owned), FindingRow.state.in_(STANDING))
    pairs = [(finding, action) for finding in found for action in finding.actions if action.owner_id == owner_id]
    return sorted(pairs, key=lambda pair: (pair[1].done_at is not None, pair[1].due_on))


async def findings_by_lead(session: AsyncSession, scheme_code: str) -> dict[str, Mark]:
    """By the lead's id, the finding that stands for it."""
    standing = (FindingRow.scheme_code == scheme_code, FindingRow.state.in_(STANDING), FindingRow.lead_id.is_not(None))
    rows = await session.execute(select(FindingRow.lead_id, *MARKED).where(*standing))
    return {row.lead_id: mark_of(row) for row in rows}


async def list_repeating(session: AsyncSession, finding_id: UUID) -> list[Mark]:
    """Findings of the same thing after this one was closed."""
    rows = await session.execute(
        select(*MARKED).where(FindingRow.repeats_id == finding_id).order_by(FindingRow.finding_no)
    )
    return [mark_of(row) for row in rows]


def mark_of(row: Any) -> Mark:
    """Of a row that has the columns of MARKED."""
    return Mark(row.id, row.finding_no, row.scheme_code, Grade(row.grade), State(row.state))


@dataclass(frozen=True, slots=True)
class _Around:
    """What the rows of findings name by id."""

    names: Mapping[UUID, str]
    titles: Mapping[UUID, str]  # of reviews
    marks: Mapping[UUID, Mark]  # of findings that are repeated

    def name(self, person_id: UUID | None) -> str | None:
        return self.names[person_id] if person_id else None

    def review(self, review_id: UUID | None) -> tuple[UUID, str] | None:
        return (review_id, self.titles[review_id]) if review_id else None


async def _read(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Finding]:
    query = select(FindingRow).where(*conditions).order_by(FindingRow.raised_at.desc(), FindingRow.finding_no.desc())
    rows = (await session.scalars(query.execution_options(populate_existing=True))).all()
    ids = [row.id for row in rows]
    action, verification = CorrectiveActionRow, VerificationRow
    of_these = select(action).where(action.finding_id.in_(ids)).order_by(action.asked_at, action.id)
    actions = (await session.scalars(of_these.execution_options(populate_existing=True))).all()
    looked = select(verification).where(verification.finding_id.in_(ids)).order_by(verification.id)
    verifications = (await session.scalars(looked)).all()
    around = await _read_around(session, rows, actions, verifications)
    acts: dict[UUID, list[Action]] = defaultdict(list)
    for one in actions:
        acts[one.finding_id].append(_action(one, around))
    proofs: dict[UUID, list[Verification]] = defaultdict(list)
    for proof in verifications:
        proofs[proof.finding_id].append(_verification(proof, around))
    return [_finding(row, acts[row.id], proofs[row.id], around) for row in rows]


async def _read_around(
    session: AsyncSession,
    rows: Sequence[FindingRow],
    actions: Sequence[CorrectiveActionRow],
    verifications: Sequence[VerificationRow],
) -> _Around:
    people = {row.raised_by for row in rows} | {row.closed_by for row in rows}
    people |= {person for one in actions for person in (one.owner_id, one.asked_by, one.done_by)}
    people |= {one.verified_by for one in verifications}
    reviews = {row.review_id for row in rows} | {one.review_id for one in verifications}
    repeated = select(*MARKED).where(FindingRow.id.in_(_there(row.repeats_id for row in rows)))
    return _Around(
        names=await identity.names_of(session, _there(people)),
        titles=await titles_of(session, _there(reviews)),
        marks={row.id: mark_of(row) for row in await session.execute(repeated)},
    )


def _there(ids: Iterable[UUID | None]) -> set[UUID]:
    return {one for one in ids if one}


def _action(row: CorrectiveActionRow, around: _Around) -> Action:
    return Action(
        id=row.id,
        kind=ActionKind(row.kind),
        description=row.description,
        owner_id=row.owner_id,
        owner=around.names[row.owner_id],
        due_on=row.due_on,
        reference=row.reference,
        asked_by=around.names[row.asked_by],
        asked_at=row.asked_at,
        done_by_id=row.done_by,
        done_by=around.name(row.done_by),
        done_at=row.done_at,
        done_note=row.done_note,
    )


def _verification(row: VerificationRow, around: _Around) -> Verification:
    return Verification(
        effective=row.effective,
        evidence=row.evidence,
        review=around.review(row.review_id),
        at_once=row.at_once,
        by=around.names[row.verified_by],
        at=row.verified_at,
        taken_back_at=row.taken_back_at,
    )


def _finding(
    row: FindingRow, actions: Sequence[Action], verifications: Sequence[Verification], around: _Around
) -> Finding:
    return Finding(
        mark=mark_of(row),
        subject=Subject(SubjectKind(row.subject_kind), row.subject, row.subject_label),
        statement=row.statement,
        evidence=row.evidence,
        root_cause=row.root_cause,
        lead=row.lead,
        lead_id=row.lead_id,
        review=around.review(row.review_id),
        sitting_id=row.sitting_id,
        repeats=around.marks.get(row.repeats_id) if row.repeats_id else None,
        raised_by_id=row.raised_by,
        raised_by=around.names[row.raised_by],
        raised_at=row.raised_at,
        closed_by=around.name(row.closed_by),
        closed_at=row.closed_at,
        closing_note=row.closing_note,
        actions=actions,
        verifications=verifications,
    )
