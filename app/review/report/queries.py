"""Everything that a report says, read as of one moment: the stored parts, and what people found, decided and did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import grading, identity, schemes
from app.grading.corrections import CorrectionView
from app.review.findings.queries import list_of_review
from app.review.item_panel.decisions import list_decisions
from app.review.method.content import printed_fields
from app.review.method.queries import get_method, list_methods
from app.review.report.types import (
    CorrectionFacts,
    DecisionFacts,
    MeetingFacts,
    MethodFacts,
    ReportFacts,
    ReviewFacts,
    SittingFacts,
)
from app.review.reviews.parts import list_parts, read_part
from app.review.reviews.queries import get_review, list_reviews
from app.review.reviews.sittings import list_sittings_in
from app.review.reviews.types import CONCLUSIONS, ReviewState, meeting_in

WHOLE = ("exam", "items", "integrity", "leads")


async def read_facts(session: AsyncSession, review_id: UUID) -> ReportFacts:
    """Raises NotFound, also while nothing is computed."""
    parts = await _read_parts(session, review_id)
    review = await _review(session, review_id)
    _, standing, own = await list_of_review(session, review_id)
    earlier = [one for one in standing if review.closed_at is None or one.raised_at < review.closed_at]
    return ReportFacts(
        review=review,
        method=await _method(session, review_id),
        meeting=await _meeting(session, review_id),
        parts=parts,
        earlier=tuple(sorted(earlier, key=lambda one: one.mark.no)),
        own=tuple(sorted(own, key=lambda one: one.mark.no)),
        decisions=await _decisions(session, review_id, parts.get("items", {})),
        corrections=await _corrections(session, review_id, {one.subject.label for one in (*earlier, *own)}),
    )


async def read_cards(session: AsyncSession, review_id: UUID, facts: ReportFacts) -> list[dict[str, Any]]:
    """Of all items, in the order of the table. They hold keys."""
    return [await read_part(session, review_id, f"item:{row['id']}") for row in facts.part("items").get("rows", ())]


async def _read_parts(session: AsyncSession, review_id: UUID) -> dict[str, Any]:
    """Cards of items with a sign only: the others stand in the table alone."""
    known = set(await list_parts(session, review_id))
    parts = {name: await read_part(session, review_id, name) for name in WHOLE if name in known}
    flagged = [f"item:{row['id']}" for row in parts.get("items", {}).get("rows", ()) if row["signs"]]
    return parts | {name: await read_part(session, review_id, name) for name in flagged if name in known}


async def _review(session: AsyncSession, review_id: UUID) -> ReviewFacts:
    row = await get_review(session, review_id)
    scheme = await schemes.get_scheme_version(session, row.scheme_version_id)
    held = await list_sittings_in(session, row.scheme_code, (row.period_from, row.period_to))
    planned = sorted(await list_reviews(session, row.scheme_code), key=lambda one: one.planned_at)
    standing = [one.id for one in planned if one.state != ReviewState.WITHDRAWN or one.id == row.id]
    return ReviewFacts(
        id=row.id,
        ordinal=standing.index(row.id) + 1,
        body=scheme.body,
        scheme_code=scheme.code,
        scheme_title=scheme.title,
        scheme_version_no=scheme.version_no,
        title=row.title,
        period_from=row.period_from,
        period_to=row.period_to,
        state=row.state,
        sittings=tuple(SittingFacts(one.code, one.title, one.held_on) for one in held if one.id in row.sitting_ids),
        snapshot_sha256=row.snapshot_sha256 or "",
        program=row.program or "",
        computed_at=row.computed_at,
        quorum=row.quorum,
        decided_at=row.decided_at,
        closed_at=row.closed_at,
        next_due=row.next_due,
    )


async def _method(session: AsyncSession, review_id: UUID) -> MethodFacts:
    row = await get_review(session, review_id)
    method = next(one for one in await list_methods(session, row.scheme_code) if one.id == row.method_id)
    names = await _names(session, (method.made_by, method.approved_by))
    version = await get_method(session, row.method_id)
    operator = "operator server"
    return MethodFacts(
        version_no=method.version_no,
        valid_from=method.valid_from,
        sha256=method.sha256,
        basis=method.basis,
        made_by=names.get(method.made_by, operator) if method.made_by else operator,
        approved_by=names.get(method.approved_by, operator) if method.approved_by else operator,
        approved_at=method.approved_at,
        late=not version.holds_before(row.period_from),
        fields=printed_fields(version.method),
    )


async def _meeting(session: AsyncSession, review_id: UUID) -> MeetingFacts:
    kept = meeting_in((await get_review(session, review_id)).meeting)
    names = await _names(session, kept.present)
    return MeetingFacts(
        held_on=kept.held_on,
        place=kept.place,
        present=tuple(sorted(names.values())),
        guests=kept.guests,
        minutes=kept.minutes,
        conclusions={name: getattr(kept, name) for name in CONCLUSIONS},
    )


async def _decisions(session: AsyncSession, review_id: UUID, items: Mapping[str, Any]) -> tuple[DecisionFacts, ...]:
    """The newest of each item."""
    codes = {row["id"]: row["code"] for row in items.get("rows", ())}
    newest: dict[str, DecisionFacts] = {}
    for one in await list_decisions(session, review_id):
        code = codes.get(one["item"], one["item"])
        at = datetime.fromisoformat(one["at"])
        newest.setdefault(code, DecisionFacts(code, one["decision"], one["note"], one["by"], at))
    return tuple(newest[code] for code in sorted(newest))


async def _corrections(session: AsyncSession, review_id: UUID, items: set[str]) -> tuple[CorrectionFacts, ...]:
    """Of the scheme: those since the period began, and those of items that a finding is about."""
    row = await get_review(session, review_id)
    found = [
        one
        for one in await grading.corrections.list_corrections(session)
        if one.scheme_code == row.scheme_code
        and (one.item_code in items or (one.ended_at or one.proposed_at).date() >= row.period_from)
    ]
    people = {person for one in found for person in (one.proposed_by, *(yes.person_id for yes in one.approvals))}
    names = await _names(session, people)
    return tuple(_correction(one, names) for one in reversed(found))


def _correction(one: CorrectionView, names: Mapping[UUID, str]) -> CorrectionFacts:
    counts = {name: int(one.expected[name]) for name in ("attempts", "raised", "lowered", "to_pass", "from_pass")}
    return CorrectionFacts(
        item=one.item_code,
        kind=one.kind,
        reason=one.reason,
        state=one.state,
        proposed_by=names[one.proposed_by],
        proposed_at=one.proposed_at,
        approved_by=tuple(names[yes.person_id] for yes in one.approvals),
        ended_at=one.ended_at,
        **counts,
    )


async def _names(session: AsyncSession, people: Iterable[UUID | None]) -> dict[UUID, str]:
    return await identity.names_of(session, {person for person in people if person})
