"""Reads of cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core.errors import NotFound
from app.core.journal import JournalEntry
from app.delivery import Candidate
from app.proctoring.irregularities import rules
from app.proctoring.irregularities.models import IrregularityRow, IrregularityStep
from app.proctoring.irregularities.types import Case, Involved, Reason, State, Step
from app.proctoring.queries import reporter_of


async def list_cases(session: AsyncSession, sitting_id: UUID) -> list[Case]:
    """Every case of a sitting, the newest first."""
    rows = await session.scalars(select(IrregularityRow).where(IrregularityRow.sitting_id == sitting_id))
    cases = await _cases(session, sitting_id, rows)
    return sorted(cases, key=lambda case: case.steps[0].at, reverse=True)


async def get_case(session: AsyncSession, sitting_id: UUID, case_id: UUID) -> Case:
    row = await session.get(IrregularityRow, (sitting_id, case_id))
    if row is None:
        raise NotFound
    (case,) = await _cases(session, sitting_id, [row])
    return case


async def find_case(session: AsyncSession, sitting_id: UUID, attempt_ids: Collection[UUID]) -> Case | None:
    """The newest case of these attempts."""
    of_attempt = (IrregularityRow.sitting_id == sitting_id) & IrregularityRow.attempt_id.in_(attempt_ids)
    rows = await session.scalars(select(IrregularityRow).where(of_attempt))
    return max(await _cases(session, sitting_id, rows), key=lambda case: case.steps[0].at, default=None)


async def involved_in(session: AsyncSession, case: Case) -> Involved:
    """Whom history ties to this case."""
    return Involved(
        opener=case.steps[0].by,
        reporter=await reporter_of(session, case.incident_id) if case.incident_id else None,
        staff=frozenset(await delivery.list_proctors(session, case.sitting_id)) | await _who_acted(session, case),
        candidates=frozenset(entry.person_id for entry in await delivery.list_roster(session, case.sitting_id)),
    )


async def _who_acted(session: AsyncSession, case: Case) -> set[UUID]:
    """Whoever ran the room, assigned to it or not: somebody who sees all sittings needs no assignment for it."""
    acts = (JournalEntry.sitting_id == case.sitting_id) & JournalEntry.action.in_(rules.DONE_IN_THE_ROOM)
    people = select(JournalEntry.actor_id).distinct().where(acts)
    return {person for person in await session.scalars(people) if person}


async def _cases(session: AsyncSession, sitting_id: UUID, rows: Iterable[IrregularityRow]) -> list[Case]:
    found = list(rows)
    steps = await _steps(session, sitting_id, [row.id for row in found])
    candidates = await delivery.list_candidates(session, sitting_id, [row.attempt_id for row in found])
    return [_case(row, steps[row.id], candidates[row.attempt_id]) for row in found]


async def _steps(session: AsyncSession, sitting_id: UUID, case_ids: list[UUID]) -> dict[UUID, list[Step]]:
    steps: dict[UUID, list[Step]] = {}
    these = (IrregularityStep.sitting_id == sitting_id) & IrregularityStep.irregularity_id.in_(case_ids)
    # Columns, and not whole rows: the candidates' log-in may not read whom the judgement of a decider went by.
    columns = (
        IrregularityStep.irregularity_id,
        IrregularityStep.state,
        IrregularityStep.by,
        IrregularityStep.at,
        IrregularityStep.words,
        IrregularityStep.until,
    )
    for row in await session.execute(select(*columns).where(these).order_by(IrregularityStep.no)):
        step = Step(State(row.state), row.by, row.at, row.words, row.until)
        steps.setdefault(row.irregularity_id, []).append(step)
    return steps


def _case(row: IrregularityRow, steps: list[Step], candidate: Candidate) -> Case:
    return Case(
        sitting_id=row.sitting_id,
        id=row.id,
        attempt_id=row.attempt_id,
        incident_id=row.incident_id,
        number=candidate.number,
        name=candidate.name,
        reason=Reason(row.reason),
        account=row.account,
        steps=tuple(steps),
    )
