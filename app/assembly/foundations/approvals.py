"""What one member of the committee writes and another approves: blueprints and reference standards."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.assembly.errors import ApproveByAnother, BasisNeeded, DecidedAlready
from app.assembly.models import BlueprintRow, ReferenceStandardRow
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound

SHORTEST_BASIS: Final = 10

Row = TypeVar("Row", BlueprintRow, ReferenceStandardRow)


class Standing(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    REPLACED = "replaced"  # a blueprint, by the one approved after it
    WITHDRAWN = "withdrawn"  # a draft of a standard, when another was approved


async def hold(session: AsyncSession, scheme_version_id: UUID) -> None:
    """Take the blueprints and standards of a scheme version for this transaction: one is approved at a time."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"assembly:{scheme_version_id}"}
    )


async def take(session: AsyncSession, table: type[Row], row_id: UUID) -> Row:
    """One as it stands now, with its scheme version held. Raises NotFound."""
    found = await session.get(table, row_id)
    if found is None:
        raise NotFound
    await hold(session, found.scheme_version_id)
    await session.refresh(found)
    return found


async def find_approved(session: AsyncSession, table: type[Row], scheme_version_id: UUID) -> Row | None:
    """The one that holds for this scheme version."""
    approved: Row | None = await session.scalar(
        select(table).where(table.scheme_version_id == scheme_version_id, table.state == Standing.APPROVED)
    )
    return approved


def read_basis(basis: str) -> str:
    basis = basis.strip()
    if len(basis) < SHORTEST_BASIS:
        raise BasisNeeded
    return basis


async def approve(session: AsyncSession, row: BlueprintRow | ReferenceStandardRow, actor: Actor | None) -> None:
    """`actor=None` is whoever runs the server."""
    row.state = Standing.APPROVED
    row.approved_by = actor.person_id if actor else None
    row.approved_at = await read_clock(session)
    await session.flush()


def require_approvable(row: BlueprintRow | ReferenceStandardRow, actor: Actor | None) -> None:
    if row.state != Standing.DRAFT:
        raise DecidedAlready
    if actor and actor.person_id == row.made_by:
        raise ApproveByAnother
