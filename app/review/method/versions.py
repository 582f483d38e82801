"""The versions of a scheme's review method: written by one member of the committee, approved by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.core.words import both
from app.review.method.content import faults_of, method_content, sha256_of
from app.review.method.errors import MethodApprovedByWriter, MethodBasisNeeded, MethodDecidedAlready, UnfitMethod
from app.review.method.models import ReviewMethodRow
from app.review.method.types import ReviewMethod

SHORTEST_BASIS: Final = 10
SAMPLE: Final = both("contoh: usulan awal, belum ditelaah komite", "sample: the first proposal, not reviewed")


class Standing(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    REPLACED = "replaced"  # by the one approved after it; reviews of earlier periods still go by it


async def write_method(
    session: AsyncSession,
    scheme_code: str,
    values: Mapping[str, Any],
    *,
    basis: str,
    valid_from: date,
    actor: Actor | None = None,
) -> UUID:
    """A draft; no review goes by it until another person approves it. Raises UnfitMethod, MethodBasisNeeded."""
    if faults := faults_of(values):
        raise UnfitMethod(faults)
    if len(basis.strip()) < SHORTEST_BASIS:
        raise MethodBasisNeeded
    await _hold(session, scheme_code)
    newest = await session.scalar(
        select(func.max(ReviewMethodRow.version_no)).where(ReviewMethodRow.scheme_code == scheme_code)
    )
    version_no = (newest or 0) + 1
    content = {**values, "version": str(version_no)}
    row = ReviewMethodRow(
        id=uuid4(),
        scheme_code=scheme_code,
        version_no=version_no,
        content=content,
        sha256=sha256_of(content),
        basis=basis.strip(),
        valid_from=valid_from,
        state=Standing.DRAFT,
        made_by=actor.person_id if actor else None,
    )
    session.add(row)
    await session.flush()
    await _tell(session, "review_method.written", row, actor)
    return row.id


async def approve_method(session: AsyncSession, method_id: UUID, *, actor: Actor | None = None) -> None:
    """From now on it is the newest that holds. Raises NotFound, MethodDecidedAlready, MethodApprovedByWriter."""
    row = await session.get(ReviewMethodRow, method_id)
    if row is None:
        raise NotFound
    await _hold(session, row.scheme_code)
    await session.refresh(row)
    if row.state != Standing.DRAFT:
        raise MethodDecidedAlready
    if actor and actor.person_id == row.made_by:
        raise MethodApprovedByWriter
    await session.execute(
        update(ReviewMethodRow)
        .where(ReviewMethodRow.scheme_code == row.scheme_code, ReviewMethodRow.state == Standing.APPROVED)
        .values(state=Standing.REPLACED)
    )
    row.state = Standing.APPROVED
    row.approved_by = actor.person_id if actor else None
    row.approved_at = await read_clock(session)
    await session.flush()
    await _tell(session, "review_method.approved", row, actor)


async def approve_default_method(
    session: AsyncSession,
    scheme_code: str,
    *,
    valid_from: date,
    method: ReviewMethod | None = None,
    writer: Actor | None = None,
    approver: Actor | None = None,
    basis: str = SAMPLE,
) -> UUID:
    """The proposal as it stands, for the demo and for tests. `None` is whoever runs the server."""
    values = method_content(method or ReviewMethod())
    values.pop("version")
    method_id = await write_method(session, scheme_code, values, basis=basis, valid_from=valid_from, actor=writer)
    await approve_method(session, method_id, actor=approver)
    return method_id


async def _hold(session: AsyncSession, scheme_code: str) -> None:
    """Take the methods of a scheme for this transaction: one is numbered or approved at a time."""
    key = f"review_methods:{scheme_code}"
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def _tell(session: AsyncSession, action: str, row: ReviewMethodRow, actor: Actor | None) -> None:
    facts = {
        "scheme": row.scheme_code,
        "version_no": row.version_no,
        "sha256": row.sha256,
        "valid_from": row.valid_from.isoformat(),
    }
    await journal.record(session, action, "review_method", row.id, actor=actor, reason=row.basis, facts=facts)
