"""What the figures of a review proved of findings, once that review is computed anew or withdrawn."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.core.clock import read_clock
from app.review.findings import moves
from app.review.findings.models import FindingRow, VerificationRow
from app.review.findings.queries import list_repeating
from app.review.findings.raising import hold_findings
from app.review.findings.types import Finding, State

RESTS_ON_IT = (State.CLOSED, State.ACTING)  # where a verification put it


async def take_back_verifications(session: AsyncSession, review_id: UUID, scheme_code: str, *, actor: Actor) -> None:
    """The figures are gone that they were seen by: such a finding waits for verification again. One that was raised again since stays
    closed, and so does its proof: the newer finding stands for the matter, unless it was withdrawn. The caller holds the
    review."""
    await hold_findings(session, scheme_code)
    table = VerificationRow
    resting = select(table).where(table.review_id == review_id, table.taken_back_at.is_(None))
    for proof in (await session.scalars(resting.order_by(table.finding_id, table.id))).all():
        row, finding = await moves.hold(session, proof.finding_id)
        if any(newer.state is not State.WITHDRAWN for newer in await list_repeating(session, row.id)):
            continue
        proof.taken_back_at = await read_clock(session)
        await session.flush()
        facts = {"review": str(review_id), "effective": proof.effective}
        await moves.record(session, "finding.verification_taken_back", row, actor, facts=facts)
        if await _is_newest(session, proof) and _rests_on_it(row, finding):
            row.closed_by, row.closed_at, row.closing_note = None, None, None
            await moves.move(session, row, State.VERIFYING, actor)


async def _is_newest(session: AsyncSession, proof: VerificationRow) -> bool:
    newest = select(func.max(VerificationRow.id)).where(VerificationRow.finding_id == proof.finding_id)
    return await session.scalar(newest) == proof.id


def _rests_on_it(row: FindingRow, finding: Finding) -> bool:
    """Nothing else was asked for since."""
    return row.state in RESTS_ON_IT and all(action.done_at for action in finding.actions)
