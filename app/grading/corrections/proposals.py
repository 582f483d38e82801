"""Propose a correction, say yes to it, withdraw it. The second yes applies it, in the same transaction."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, itembank
from app.core import journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.grading.corrections.apply import apply
from app.grading.corrections.errors import ApprovedBefore, CorrectionEnded, CorrectionOpen, FactsChanged, OwnResult
from app.grading.corrections.models import CorrectionApprovalRow, KeyCorrectionRow
from app.grading.corrections.queries import list_affected, open_option, seal_option
from app.grading.corrections.types import Affected, CorrectionState, Fault
from app.grading.corrections.what_if import weigh
from app.grading.runs import hold_scoring
from app.grading.types import CorrectionKind

APPROVERS: Final = 2  # different persons; whoever proposes is one of them (decision 24)


async def propose(session: AsyncSession, fault: Fault, reason: str, expected_sha256: str, *, actor: Actor) -> UUID:
    """Propose what was looked at: `expected_sha256` names its effects as they were shown. Returns the correction."""
    await hold_scoring(session)
    await _require_alone(session, fault)
    correction_id = uuid4()
    what_if = await weigh(session, fault, correction_id)
    await itembank.record_reading(
        session, len(fault.version_ids), why="koreksi kunci / key correction", actor=actor, codes=[fault.item_code]
    )
    if what_if.sha256 != expected_sha256:
        raise FactsChanged(expected=what_if.expected)
    await _require_uninvolved(session, what_if.affected, actor)
    session.add(
        KeyCorrectionRow(
            id=correction_id,
            scheme_code=fault.scheme_code,
            item_code=fault.item_code,
            version_ids=sorted(fault.version_ids),
            kind=fault.kind,
            sealed=seal_option(session, correction_id, fault.option),
            reason=reason,
            state=CorrectionState.PROPOSED,
            expected=what_if.expected,
            expected_sha256=what_if.sha256,
            proposed_by=actor.person_id,
        )
    )
    await session.flush()
    await _say_yes(session, correction_id, reason, actor)
    # Here and below: a reason may speak of the key. It stays with the correction, since more people read the journal.
    facts = {"item": fault.item_code, "kind": fault.kind, "effects": what_if.sha256} | _totals(what_if.expected)
    await journal.record(session, "correction.proposed", "correction", correction_id, actor=actor, facts=facts)
    return correction_id


async def approve(session: AsyncSession, correction_id: UUID, note: str, *, actor: Actor) -> bool:
    """Say yes to what somebody else proposed; whether that applied it. Raises FactsChanged where it would do something else now."""
    row, table = await _take_open(session, correction_id), CorrectionApprovalRow
    given = set(await session.scalars(select(table.person_id).where(table.correction_id == correction_id)))
    if actor.person_id in given:
        raise ApprovedBefore
    fault = _fault(session, row)
    await _require_uninvolved(session, await list_affected(session, fault.version_ids), actor)
    await _say_yes(session, correction_id, note, actor)
    await journal.record(session, "correction.approved", "correction", correction_id, actor=actor)
    if len(given) + 1 < APPROVERS:
        return False
    await apply(session, row, fault, actor=actor)
    return True


async def withdraw(session: AsyncSession, correction_id: UUID, reason: str, *, actor: Actor) -> None:
    """It changes nothing, and stays on record."""
    row = await _take_open(session, correction_id)
    row.state, row.ended_by, row.end_reason = CorrectionState.WITHDRAWN, actor.person_id, reason
    row.ended_at = func.clock_timestamp()
    await session.flush()
    await journal.record(session, "correction.withdrawn", "correction", correction_id, actor=actor)


async def read_fault(session: AsyncSession, correction_id: UUID) -> Fault:
    """What a correction says, its option too. The caller writes down that a key was read."""
    row = await session.get(KeyCorrectionRow, correction_id)
    if row is None:
        raise NotFound
    return _fault(session, row)


def _fault(session: AsyncSession, row: KeyCorrectionRow) -> Fault:
    option = open_option(session, row.sealed, row.id)
    return Fault(row.item_code, row.scheme_code, frozenset(row.version_ids), CorrectionKind(row.kind), option)


async def _require_alone(session: AsyncSession, fault: Fault) -> None:
    same = select(KeyCorrectionRow.id).where(
        KeyCorrectionRow.state == CorrectionState.PROPOSED,
        KeyCorrectionRow.version_ids.overlap(list(fault.version_ids)),
    )
    if await session.scalar(same.limit(1)):
        raise CorrectionOpen


async def _take_open(session: AsyncSession, correction_id: UUID) -> KeyCorrectionRow:
    """The correction, locked."""
    row = await session.get(KeyCorrectionRow, correction_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if row.state != CorrectionState.PROPOSED:
        raise CorrectionEnded
    return row


async def _require_uninvolved(session: AsyncSession, affected: tuple[Affected, ...], actor: Actor) -> None:
    attempts = {one.attempt_id for one in affected}
    for sitting_id in {one.sitting_id for one in affected}:
        people = await delivery.people_of(session, sitting_id)
        if any(person == actor.person_id and attempt in attempts for attempt, person in people.items()):
            raise OwnResult


async def _say_yes(session: AsyncSession, correction_id: UUID, note: str, actor: Actor) -> None:
    session.add(CorrectionApprovalRow(correction_id=correction_id, person_id=actor.person_id, note=note))
    await session.flush()


def _totals(expected: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in expected.items() if name != "sittings"}
