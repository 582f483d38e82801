"""Score submitted attempts in sets; release a sitting's results."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core import journal
from app.core.access import Actor
from app.core.db import Database
from app.delivery import AttemptState
from app.grading import corrections, rules
from app.grading.errors import AlreadyReleased, NotScored
from app.grading.models import ReleaseRow, ScoreRow
from app.grading.queries import attempts_to_score
from app.grading.runs import LARGEST_SET, make_runs, share_scoring
from app.grading.types import Mark, ReleaseState

log = logging.getLogger("sahih.grading")


async def score_sitting(database: Database, sitting_id: UUID) -> int:
    """Score every submitted attempt whose answers no run has scored; returns how many. Safe to repeat.

    The first run is that of the receipt. Answers that an approved rescue brought in make another run; the old one stays.
    """
    scored, last = 0, None
    while True:
        in_this_set, last = await _score_some(database, sitting_id, last)
        scored += in_this_set
        if last is None:
            return scored


async def _score_some(database: Database, sitting_id: UUID, after: UUID | None) -> tuple[int, UUID | None]:
    """Score a set; how many it scored, and the last attempt that it looked at. None: there was nothing to look at."""
    async with database.staff() as session, session.begin():
        await share_scoring(session)
        # Read before the answers: a slower scorer then collides with the run of a quicker one, and adds none after it.
        waiting = await attempts_to_score(session, sitting_id, LARGEST_SET, after)
        if not waiting:
            return 0, None
        in_force = await corrections.in_sitting(session, sitting_id)
        scored = await make_runs(session, sitting_id, waiting, in_force, why="penilaian / scoring")
        for attempt_id in scored.unsound:
            log.error("attempt %s: its answers are not those of its receipt; it is not scored", attempt_id)
        by_number = dict[int, list[Mark]]()
        for attempt_id, run in scored.made.items():
            by_number.setdefault(run.run_no, []).append(run.mark)
            if run.mark.impossible:
                log.error("attempt %s: no option stands for the answers at %s", attempt_id, run.mark.impossible)
        if scored.made:
            # Two workers may score the same attempt: both computed the same row, the second insert does nothing.
            rows = [run.row for run in scored.made.values()]
            await session.execute(insert(ScoreRow).on_conflict_do_nothing(), rows)
        for run_no, marks in sorted(by_number.items()):
            await _journal_run(session, sitting_id, run_no, marks, keys=scored.keys)
    return len(scored.made), max(waiting)


async def _journal_run(
    session: AsyncSession, sitting_id: UUID, run_no: int, marks: Sequence[Mark], *, keys: int
) -> None:
    impossible = sum(len(marked.impossible) for marked in marks)
    scored = {"attempts": len(marks), "run_no": run_no, "rule": rules.RULE_VERSION}
    facts = scored | {"impossible": impossible, "keys": keys}
    await journal.record(session, "attempts.scored", "sitting", sitting_id, sitting_id=sitting_id, facts=facts)


async def release(session: AsyncSession, sitting_id: UUID, *, actor: Actor) -> None:
    """Let candidates read their results. The caller has seen to the key check; here every attempt must be scored."""
    await delivery.hold_sitting(session, sitting_id)  # a correction of a key comes before the release or after it
    counts = await delivery.count_states(session, sitting_id)
    open_ = counts.get(AttemptState.RUNNING, 0) + counts.get(AttemptState.PAUSED, 0)
    if open_ or await count_unscored(session, sitting_id):
        raise NotScored
    inserted = await session.execute(
        insert(ReleaseRow)
        .values(
            sitting_id=sitting_id,
            state=ReleaseState.RELEASED,
            released_by=actor.person_id,
            released_at=func.clock_timestamp(),
        )
        .on_conflict_do_nothing()
        .returning(ReleaseRow.sitting_id)
    )
    if inserted.scalar_one_or_none() is None:
        raise AlreadyReleased
    await journal.record(session, "results.released", "sitting", sitting_id, actor=actor, sitting_id=sitting_id)
    await delivery.announce_release(session, sitting_id)


async def count_unscored(session: AsyncSession, sitting_id: UUID) -> int:
    return len(await attempts_to_score(session, sitting_id))
