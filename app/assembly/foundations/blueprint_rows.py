"""The blueprints of a scheme version: written by one member of the committee, approved by another."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.assembly.errors import NoBlueprint, NoExam, UnfitBlueprint
from app.assembly.foundations.approvals import (
    Standing,
    approve,
    find_approved,
    hold,
    read_basis,
    require_approvable,
    take,
)
from app.assembly.foundations.blueprints import blueprint_content, canonical_sha256, faults_of, parse_blueprint
from app.assembly.models import BlueprintRow
from app.assembly.types import Blueprint
from app.core import journal
from app.core.access import Actor
from app.schemes import SchemeVersion


class ApprovedBlueprint(NamedTuple):
    id: UUID
    blueprint: Blueprint
    sha256: str


async def write_blueprint(
    session: AsyncSession, scheme: SchemeVersion, blueprint: Blueprint, basis: str, *, actor: Actor | None = None
) -> UUID:
    """A draft; it holds for nothing until another person approves it. Raises UnfitBlueprint, BasisNeeded, NoExam."""
    if scheme.exam is None:
        raise NoExam
    faults = faults_of(blueprint, scheme)
    if faults:
        raise UnfitBlueprint(faults)
    content = blueprint_content(blueprint)
    await hold(session, scheme.id)
    newest = await session.scalar(
        select(func.max(BlueprintRow.version_no)).where(BlueprintRow.scheme_version_id == scheme.id)
    )
    row = BlueprintRow(
        id=uuid4(),
        scheme_version_id=scheme.id,
        version_no=(newest or 0) + 1,
        content=content,
        sha256=canonical_sha256(content),
        basis=read_basis(basis),
        state=Standing.DRAFT,
        made_by=actor.person_id if actor else None,
    )
    session.add(row)
    await session.flush()
    await _tell(session, "blueprint.written", row, actor)
    return row.id


async def approve_blueprint(session: AsyncSession, blueprint_id: UUID, *, actor: Actor | None = None) -> None:
    """From now on it holds, and the one before it no longer. Raises NotFound, DecidedAlready, ApproveByAnother."""
    found = await take(session, BlueprintRow, blueprint_id)
    require_approvable(found, actor)
    earlier = await find_approved(session, BlueprintRow, found.scheme_version_id)
    if earlier:
        earlier.state = Standing.REPLACED
        await session.flush()
    await approve(session, found, actor)
    await _tell(session, "blueprint.approved", found, actor)


async def list_blueprints(session: AsyncSession, scheme: SchemeVersion) -> list[BlueprintRow]:
    """The newest first."""
    rows = await session.scalars(
        select(BlueprintRow).where(BlueprintRow.scheme_version_id == scheme.id).order_by(BlueprintRow.version_no.desc())
    )
    return list(rows)


async def get_blueprint(session: AsyncSession, blueprint_id: UUID) -> ApprovedBlueprint:
    """One that a plan of forms was made with, whatever holds now."""
    row = await session.get_one(BlueprintRow, blueprint_id)
    return ApprovedBlueprint(row.id, parse_blueprint(row.content), row.sha256)


async def find_blueprint(session: AsyncSession, scheme: SchemeVersion) -> ApprovedBlueprint | None:
    """The approved one of this scheme version."""
    row = await find_approved(session, BlueprintRow, scheme.id)
    return ApprovedBlueprint(row.id, parse_blueprint(row.content), row.sha256) if row else None


async def require_blueprint(session: AsyncSession, scheme: SchemeVersion) -> ApprovedBlueprint:
    """Raises NoBlueprint, which says who has to do what."""
    found = await find_blueprint(session, scheme)
    if found is None:
        raise NoBlueprint(
            f"{scheme.code}: kisi-kisi belum disahkan; anggota komite menulisnya, anggota lain mengesahkannya"
            f" / the blueprint is not approved; one member of the committee writes it, another approves it"
        )
    return found


async def _tell(session: AsyncSession, action: str, row: BlueprintRow, actor: Actor | None) -> None:
    facts = {
        "scheme_version_id": str(row.scheme_version_id),
        "version_no": row.version_no,
        "sha256": row.sha256,
    }
    await journal.record(session, action, "blueprint", row.id, actor=actor, reason=row.basis, facts=facts)
