"""The moves of a case: open it, ask the candidate, take down their statement, decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core import events, journal
from app.core.access import Actor
from app.core.clock import read_clock, rfc3339
from app.core.errors import NotFound
from app.delivery import AttemptState
from app.proctoring.irregularities import rules
from app.proctoring.irregularities.errors import (
    AlreadyOpen,
    HearFirst,
    MayNotDecide,
    Moved,
    NoStatementAsked,
    NotOver,
    NotStarted,
    StatementTooLate,
)
from app.proctoring.irregularities.models import IrregularityRow, IrregularityStep
from app.proctoring.irregularities.queries import find_case, get_case, involved_in
from app.proctoring.irregularities.types import Case, Involved, Reason, State
from app.proctoring.queries import has_incident

STARTED = (AttemptState.RUNNING, AttemptState.PAUSED, AttemptState.SUBMITTED)


async def open_case(
    session: AsyncSession,
    sitting_id: UUID,
    attempt_id: UUID,
    *,
    reason: Reason,
    account: str,
    incident_id: UUID | None,
    actor: Actor,
) -> UUID:
    """Suspect something of a candidate, mostly after an incident. From here on their result is withheld."""
    await delivery.hold_sitting(session, sitting_id)  # a release waits for this, or this finds the result released
    candidate = await delivery.get_candidate(session, sitting_id, attempt_id, actor)
    if incident_id is not None and not await has_incident(session, sitting_id, incident_id):
        raise NotFound
    if candidate.state not in STARTED:
        raise NotStarted
    earlier = await find_case(session, sitting_id, [attempt_id])
    if earlier and earlier.state not in rules.DECIDED:
        raise AlreadyOpen
    row = IrregularityRow(
        sitting_id=sitting_id,
        id=uuid4(),
        attempt_id=attempt_id,
        incident_id=incident_id,
        reason=reason,
        account=account,
    )
    session.add(row)
    await session.flush()
    facts = {"attempt": str(attempt_id), "reason": reason}
    await _add(session, sitting_id, row.id, 1, State.OPENED, actor, facts=facts)
    return row.id


async def ask_statement(session: AsyncSession, sitting_id: UUID, case_id: UUID, *, days: int, actor: Actor) -> None:
    """Tell the candidate, after the exam, what is suspected, and ask for their word within so many days."""
    await delivery.hold_sitting(session, sitting_id)
    case = await get_case(session, sitting_id, case_id)
    _require_move(case, State.STATEMENT_ASKED)
    candidates = await delivery.list_candidates(session, sitting_id, [case.attempt_id])
    if candidates[case.attempt_id].state is not AttemptState.SUBMITTED:
        raise NotOver
    until = await read_clock(session) + timedelta(days=days)
    await _next(session, case, State.STATEMENT_ASKED, actor, until=until, facts={"until": rfc3339(until)})


async def give_statement(session: AsyncSession, case: Case, words: str, *, actor: Actor) -> None:
    """The candidate's own words, as long as there is time. They may add to them; nothing is ever overwritten."""
    if not rules.may_move(case.state, State.STATEMENT_GIVEN) or case.until is None:
        raise NoStatementAsked
    if case.until <= await read_clock(session):
        raise StatementTooLate
    await _next(session, case, State.STATEMENT_GIVEN, actor, words=words)


async def decide(
    session: AsyncSession, sitting_id: UUID, case_id: UUID, *, void: bool, grounds: str, actor: Actor
) -> None:
    """End a case: the attempt is void, or its result goes out with the others. By a person who was not in the room."""
    await delivery.hold_sitting(session, sitting_id)
    case = await get_case(session, sitting_id, case_id)
    new = State.VOID if void else State.RELEASED
    involved = await involved_in(session, case)
    barred = rules.bar(actor.person_id, involved)
    if barred:
        raise MayNotDecide(bar=barred)
    if void and (case.state is State.OPENED or rules.must_hear(case.state, case.until, await read_clock(session))):
        raise HearFirst(until=rfc3339(case.until) if case.until else None)
    _require_move(case, new)
    if void:
        await delivery.void_attempt(session, sitting_id, case.attempt_id, case_id=case_id, actor=actor)
    facts = {"attempt": str(case.attempt_id)}
    await _next(session, case, new, actor, words=grounds, involved=involved, facts=facts)


def _require_move(case: Case, new: State) -> None:
    if not rules.may_move(case.state, new):
        raise Moved(state=case.state)


async def _next(session: AsyncSession, case: Case, state: State, actor: Actor, **more: Any) -> None:
    await _add(session, case.sitting_id, case.id, len(case.steps) + 1, state, actor, **more)


async def _add(
    session: AsyncSession,
    sitting_id: UUID,
    case_id: UUID,
    no: int,
    state: State,
    actor: Actor,
    *,
    involved: Involved | None = None,
    facts: dict[str, Any] | None = None,
    **more: Any,
) -> None:
    """The one way to a new state. The words of a statement stay out of the journal, which more people read."""
    values = {"sitting_id": sitting_id, "irregularity_id": case_id, "no": no, "state": state, "by": actor.person_id}
    if involved:
        more["involved"] = _kept(involved)
    added = await session.execute(
        insert(IrregularityStep)
        .values(**values, **more)
        .on_conflict_do_nothing()  # somebody else took this step at the same moment
        .returning(IrregularityStep.no)
    )
    if added.scalar_one_or_none() is None:
        raise Moved
    reason = more.get("words") if state in rules.DECIDED else None
    await journal.record(
        session,
        f"irregularity.{state}",
        "irregularity",
        case_id,
        actor=actor,
        sitting_id=sitting_id,
        reason=reason,
        facts=facts,
    )
    if state is not State.STATEMENT_GIVEN:  # the candidates' log-in tells nobody; whoever waits for it looks again
        await events.hint(session, sitting_id)


def _kept(involved: Involved) -> dict[str, Any]:
    """Ids, as they were when it was decided."""
    return {
        "opener": str(involved.opener),
        "reporter": str(involved.reporter) if involved.reporter else None,
        "staff": sorted(map(str, involved.staff)),
    }
