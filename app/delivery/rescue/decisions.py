"""The second person's word. Approved answers enter the journal of answers with source `rescue`, and are scored anew."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.core.jobs import enqueue
from app.delivery.models import ANSWER_EVENTS, AttemptRow, RosterEntry
from app.delivery.queries import hold_sitting, list_answers
from app.delivery.rescue import rules
from app.delivery.rescue.errors import DecidedBefore, NotPossible, RescuedBefore, ResultsAreOut, SamePerson
from app.delivery.rescue.file import read_file
from app.delivery.rescue.models import RescueDecision, RescueNote, RescueRow
from app.delivery.rescue.queries import is_rescued
from app.delivery.rules import receipt_sha256
from app.delivery.submit import SCORE_JOB
from app.delivery.types import AttemptState

SOURCE = "rescue"


async def decide(
    session: AsyncSession, sitting_id: UUID, rescue_id: UUID, *, approve: bool, reason: str, actor: Actor
) -> None:
    """Approve or refuse a file. Deciding is final; whoever noted, uploaded or sat the exam decides nothing."""
    sitting = await hold_sitting(session, sitting_id)
    rescue = await session.get(RescueRow, (sitting_id, rescue_id))
    if rescue is None:
        raise NotFound
    if await session.get(RescueDecision, (sitting_id, rescue_id)):
        raise DecidedBefore
    if sitting.results_released_at:
        raise ResultsAreOut
    await _require_second_person(session, rescue, actor)
    decision = RescueDecision(
        sitting_id=sitting_id,
        rescue_id=rescue_id,
        attempt_id=rescue.attempt_id,
        approved=approve,
        reason=reason,
        decided_by=actor.person_id,
    )
    if approve:
        await _take_over(session, rescue, decision)
    session.add(decision)
    await session.flush()
    action = "rescue.approved" if approve else "rescue.refused"
    facts = {"attempt": str(rescue.attempt_id), "added": rescue.added}
    await journal.record(
        session, action, "rescue", rescue_id, actor=actor, sitting_id=sitting_id, reason=reason, facts=facts
    )
    await events.hint(session, sitting_id)


async def _require_second_person(session: AsyncSession, rescue: RescueRow, actor: Actor) -> None:
    """Persons, not accounts or roles: one pair of hands never carries a rescue alone."""
    note = await session.get_one(RescueNote, (rescue.sitting_id, rescue.note_id))
    candidate = await session.scalar(
        select(RosterEntry.person_id)
        .join(AttemptRow, (AttemptRow.sitting_id == RosterEntry.sitting_id) & (AttemptRow.roster_id == RosterEntry.id))
        .where(AttemptRow.sitting_id == rescue.sitting_id, AttemptRow.id == rescue.attempt_id)
    )
    if actor.person_id in (note.noted_by, rescue.uploaded_by, candidate):
        raise SamePerson


async def _take_over(session: AsyncSession, rescue: RescueRow, decision: RescueDecision) -> None:
    """Journal what is newer than the live answers, and keep the receipt over both beside the first one."""
    key = (rescue.sitting_id, rescue.attempt_id)
    attempt = await session.get_one(AttemptRow, key, with_for_update=True, populate_existing=True)
    if attempt.state != AttemptState.SUBMITTED:
        raise NotPossible  # declared void meanwhile
    if await is_rescued(session, *key):
        raise RescuedBefore
    stored = {answer.position: answer for answer in await list_answers(session, *key)}
    rescued = rules.rescued(read_file(rescue.content).answers, stored, attempt.epoch)
    now = await read_clock(session)
    await session.execute(
        ANSWER_EVENTS.insert(),
        [
            {
                "sitting_id": rescue.sitting_id,
                "attempt_id": rescue.attempt_id,
                "at": now,
                "seq": answer.seq,
                "epoch": answer.epoch,
                "position": answer.position,
                "option": answer.option,
                "doubtful": answer.doubtful,
                "late": False,
                "source": SOURCE,
            }
            for answer in rescued
        ],
    )
    live = {position: answer.option for position, answer in stored.items()}
    final = rules.overlaid(live, {answer.position: answer.option for answer in rescued})
    decision.answered = len(final)
    decision.receipt_sha256 = receipt_sha256(rescue.attempt_id, final)
    await enqueue(session, SCORE_JOB, {"sitting_id": str(rescue.sitting_id)})
