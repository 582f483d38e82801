"""What a correction would do, worked out before anything is stored."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, itembank, schemes
from app.core.access import Actor
from app.grading import rules
from app.grading.corrections import effects
from app.grading.corrections.errors import NobodyHadIt, WrongOption, WrongVersions
from app.grading.corrections.queries import corrections_in_force, in_sitting, list_affected
from app.grading.corrections.types import Fault, ShownVersion, WhatIf
from app.grading.types import Correction, CorrectionKind
from app.itembank import State
from app.schemes import ExamRules

LIVE = (State.APPROVED, State.ACTIVE, State.SUSPENDED)


async def list_shown(session: AsyncSession, code: str, *, actor: Actor) -> list[ShownVersion]:
    """The versions of an item that a correction may concern: given out in a sitting, or of the same lineage and not retired."""
    versions = await itembank.lifecycle.list_visible(session, code, actor)
    given = {one.version_id: tuple(await itembank.list_sittings_with(session, [one.version_id])) for one in versions}
    lineages = {one.lineage_id for one in versions if given[one.version_id]}
    return [
        ShownVersion(one.version_id, one.version_no, one.lineage_id, one.state, given[one.version_id])
        for one in versions
        if given[one.version_id] or (one.lineage_id in lineages and one.state in LIVE)
    ]


async def find_fault(
    session: AsyncSession,
    code: str,
    kind: CorrectionKind,
    option: int | None,
    version_ids: frozenset[UUID] | None = None,
    *,
    actor: Actor,
) -> Fault:
    """A fault that can be corrected; by default that of the newest lineage that was given out. Raises WrongVersions, WrongOption."""
    shown = await list_shown(session, code, actor=actor)
    if not shown:
        raise NobodyHadIt
    newest = max(shown, key=lambda one: (bool(one.sitting_ids), one.version_no)).lineage_id
    of_lineage = frozenset(one.version_id for one in shown if one.lineage_id == newest)
    chosen = [one for one in shown if one.version_id in (version_ids or of_lineage)]
    if (version_ids and len(chosen) < len(version_ids)) or len({one.lineage_id for one in chosen}) > 1:
        raise WrongVersions
    versions = frozenset(one.version_id for one in chosen)
    await _require_option(session, versions, kind, option)
    (scheme_code,) = {one.scheme_code for one in await itembank.lifecycle.list_visible(session, code, actor)}
    return Fault(code, scheme_code, versions, kind, option)


async def _require_option(
    session: AsyncSession, versions: frozenset[UUID], kind: CorrectionKind, option: int | None
) -> None:
    keyed = await itembank.peek_keys(session, versions)
    if len({item.n_options for item in keyed.values()}) > 1:
        raise WrongVersions
    if kind is CorrectionKind.VOID:
        if option is not None:
            raise WrongOption
        return
    in_force = await corrections_in_force(session, versions)
    now = [in_force.get(version) or rules.right_by(item.key, ()) for version, item in keyed.items()]
    possible = option is not None and all(option < item.n_options for item in keyed.values())
    if not possible or all(right.takes(option) for right in now):
        raise WrongOption


async def weigh(session: AsyncSession, fault: Fault, correction_id: UUID) -> WhatIf:
    """Every score that it would change, and how. Nothing is stored. The caller writes down that keys were read."""
    affected = await list_affected(session, fault.version_ids)
    if not affected:
        raise NobodyHadIt
    keyed = await itembank.peek_keys(session, fault.version_ids)
    released = {one.sitting_id: one.released for one in affected}
    corrections = {
        sitting_id: await with_new(session, fault, correction_id, sitting_id, released=out)
        for sitting_id, out in released.items()
    }
    exams = {sitting_id: await _exam(session, sitting_id) for sitting_id in released}
    points = effects.points(affected, keyed, corrections)
    found = effects.effects(affected, points, exams)
    given = tuple(before for before, _ in points)
    return WhatIf(affected, given, found, effects.counts(found), effects.effects_hash(found))


async def _exam(session: AsyncSession, sitting_id: UUID) -> ExamRules:
    sitting = await delivery.get_sitting(session, sitting_id)
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    assert scheme.exam is not None, "a sitting is only created for a scheme with an exam"
    return scheme.exam


async def with_new(
    session: AsyncSession, fault: Fault, correction_id: UUID, sitting_id: UUID, *, released: bool
) -> tuple[Correction, ...]:
    """The corrections of a sitting with this one as the newest."""
    new = Correction(correction_id, fault.kind, fault.version_ids, fault.option, keeps=released)
    return (*await in_sitting(session, sitting_id), new)
