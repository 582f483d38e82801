"""The reference standard of a scheme version: written by one member of the committee, approved by another, frozen from then on."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank, schemes
from app.assembly.errors import (
    NoExam,
    NoStandard,
    NothingToCarryOver,
    StandardFrozen,
    StandardOutdated,
)
from app.assembly.foundations.approvals import (
    Standing,
    approve,
    find_approved,
    hold,
    read_basis,
    require_approvable,
    take,
)
from app.assembly.foundations.blueprint_rows import ApprovedBlueprint, require_blueprint
from app.assembly.foundations.blueprints import canonical_sha256, parse_blueprint
from app.assembly.foundations.parameters import name_of
from app.assembly.foundations.pool import read_pool
from app.assembly.foundations.standards import (
    contradictions,
    read_items,
    reference_item,
    require_one_form,
    standard_content,
)
from app.assembly.models import BlueprintRow, ReferenceStandardRow
from app.assembly.types import ReferenceStandard, Target
from app.core import journal
from app.core.access import Actor
from app.schemes import SchemeVersion


async def write_standard(
    session: AsyncSession,
    scheme: SchemeVersion,
    basis: str,
    *,
    carry_over: bool = False,
    actor: Actor | None = None,
) -> UUID:
    """A draft from the items that are active now, or, to keep the meaning of the pass mark, what the version of this scheme
    before it had. Raises NoBlueprint, NoExam, BankTooSmall, StandardFrozen, NothingToCarryOver, BasisNeeded."""
    await hold(session, scheme.id)
    if await find_approved(session, ReferenceStandardRow, scheme.id):
        raise StandardFrozen
    approved = await require_blueprint(session, scheme)
    blueprint_id, content = await (_earlier if carry_over else _of_now)(session, scheme, approved)
    row = ReferenceStandardRow(
        id=uuid4(),
        scheme_version_id=scheme.id,
        blueprint_id=blueprint_id,
        content=content,
        sha256=canonical_sha256(content),
        basis=read_basis(basis),
        state=Standing.DRAFT,
        made_by=actor.person_id if actor else None,
    )
    session.add(row)
    await session.flush()
    await _tell(session, "standard.written", row, actor)
    return row.id


async def draft_content(session: AsyncSession, scheme: SchemeVersion, approved: ApprovedBlueprint) -> dict[str, Any]:
    """What a standard written now would say. Raises NoExam, BankTooSmall."""
    if scheme.exam is None:
        raise NoExam
    items = await read_pool(session, scheme, None)
    require_one_form(items, approved.blueprint)
    known = await itembank.list_statistics(session, scheme.code)
    lineage_of = {item.version_id: item.lineage_id for item in known}
    return standard_content(
        [reference_item(item, lineage_of[item.version_id]) for item in items],
        approved.blueprint,
        blueprint_sha256=approved.sha256,
        score=float(scheme.exam.pass_mark),
        settled={name_of(finding.source) for item in known for finding in item.findings},
    )


async def _of_now(
    session: AsyncSession, scheme: SchemeVersion, approved: ApprovedBlueprint
) -> tuple[UUID, dict[str, Any]]:
    return approved.id, await draft_content(session, scheme, approved)


async def _earlier(
    session: AsyncSession, scheme: SchemeVersion, approved: ApprovedBlueprint
) -> tuple[UUID, dict[str, Any]]:
    """As it stands, with the blueprint that it was computed with: a standard that is computed anew floats."""
    if scheme.exam is None:
        raise NoExam
    rows = await session.execute(
        select(ReferenceStandardRow, BlueprintRow)
        .join(BlueprintRow, BlueprintRow.id == ReferenceStandardRow.blueprint_id)
        .where(ReferenceStandardRow.state == Standing.APPROVED)
        .order_by(ReferenceStandardRow.approved_at.desc())
    )
    for standard, blueprint in rows:
        version = await schemes.get_scheme_version(session, standard.scheme_version_id)
        same_mark = standard.content["target"] == scheme.exam.pass_mark
        if version.code == scheme.code and same_mark and blueprint.content["items"] == approved.blueprint.items:
            return blueprint.id, standard.content
    raise NothingToCarryOver


async def approve_standard(session: AsyncSession, standard_id: UUID, *, actor: Actor | None = None) -> None:
    """Frozen with its scheme version: no other is approved after it. Raises NotFound, StandardFrozen, StandardOutdated,
    DecidedAlready, ApproveByAnother."""
    found = await take(session, ReferenceStandardRow, standard_id)
    if await find_approved(session, ReferenceStandardRow, found.scheme_version_id):
        raise StandardFrozen
    require_approvable(found, actor)
    await _require_current(session, found)
    await approve(session, found, actor)
    await session.execute(
        update(ReferenceStandardRow)
        .where(
            ReferenceStandardRow.scheme_version_id == found.scheme_version_id,
            ReferenceStandardRow.state == Standing.DRAFT,
        )
        .values(state=Standing.WITHDRAWN)
    )
    await _tell(session, "standard.approved", found, actor)


async def _require_current(session: AsyncSession, row: ReferenceStandardRow) -> None:
    """Unless it was carried over, it is computed with the blueprint that is approved now."""
    scheme = await schemes.get_scheme_version(session, row.scheme_version_id)
    approved = await require_blueprint(session, scheme)
    blueprint = await session.get_one(BlueprintRow, row.blueprint_id)
    if blueprint.scheme_version_id == row.scheme_version_id and blueprint.id != approved.id:
        raise StandardOutdated


async def list_standards(session: AsyncSession, scheme: SchemeVersion) -> list[ReferenceStandardRow]:
    """The newest first."""
    rows = await session.scalars(
        select(ReferenceStandardRow)
        .where(ReferenceStandardRow.scheme_version_id == scheme.id)
        .order_by(ReferenceStandardRow.made_at.desc())
    )
    return list(rows)


async def get_standard(session: AsyncSession, standard_id: UUID) -> ReferenceStandard:
    """One that a plan of forms was made with."""
    return _standard(await session.get_one(ReferenceStandardRow, standard_id))


async def find_standard(session: AsyncSession, scheme: SchemeVersion) -> ReferenceStandard | None:
    """The approved one of this scheme version."""
    row = await find_approved(session, ReferenceStandardRow, scheme.id)
    return _standard(row) if row else None


async def require_standard(session: AsyncSession, scheme: SchemeVersion) -> ReferenceStandard:
    """Raises NoStandard, which says who has to do what."""
    found = await find_standard(session, scheme)
    if found is None:
        raise NoStandard(
            f"{scheme.code}: standar acuan belum disahkan; anggota komite menulisnya, anggota lain mengesahkannya"
            f" / the reference standard is not approved; one member of the committee writes it, another approves it"
        )
    return found


async def contradicting_standards(session: AsyncSession) -> list[str]:
    """For `sahih verify`: the standards that do not compute to what they say."""
    rows = await session.execute(
        select(ReferenceStandardRow, BlueprintRow)
        .join(BlueprintRow, BlueprintRow.id == ReferenceStandardRow.blueprint_id)
        .order_by(ReferenceStandardRow.made_at)
    )
    return [
        f"{row.id}: {one}"
        for row, blueprint in rows
        for one in contradictions(row.content, row.sha256, parse_blueprint(blueprint.content), blueprint.sha256)
    ]


def _standard(row: ReferenceStandardRow) -> ReferenceStandard:
    content = row.content
    return ReferenceStandard(
        row.id,
        row.sha256,
        Target(content["theta_cut"], content["target"]),
        {item.lineage_id: item for item in read_items(content)},
        frozenset(content["settled"]),
    )


async def _tell(session: AsyncSession, action: str, row: ReferenceStandardRow, actor: Actor | None) -> None:
    facts = {
        "scheme_version_id": str(row.scheme_version_id),
        "sha256": row.sha256,
        "theta_cut": row.content["theta_cut"],
        "target": row.content["target"],
        "items": len(row.content["items"]),
    }
    await journal.record(session, action, "standard", row.id, actor=actor, reason=row.basis, facts=facts)
