"""Score submitted attempts in sets; release a sitting's results."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, itembank, schemes
from app.core import journal
from app.core.access import Actor
from app.core.db import Database
from app.delivery import AttemptState
from app.grading import rules
from app.grading.errors import AlreadyReleased, NotScored
from app.grading.models import ReleaseRow, ScoreRow
from app.grading.types import ReleaseState

FIRST_RUN = 1

log = logging.getLogger("sahih.grading")


async def score_sitting(database: Database, sitting_id: UUID) -> int:
    """Score every submitted attempt of a sitting that has no score yet; returns how many. Safe to repeat."""
    async with database.staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, sitting_id)
        scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
        scored = set(await session.scalars(select(ScoreRow.attempt_id).where(ScoreRow.sitting_id == sitting_id)))
        due = [
            attempt
            for attempt in await delivery.list_attempts(session, sitting_id)
            if attempt.state is AttemptState.SUBMITTED and attempt.id not in scored
        ]
        if not due:
            return 0
        answers = await delivery.submitted_answers(session, sitting_id)
        forms = {form.id: form for form in await assembly.list_forms(session, sitting_id)}
        versions = {version for attempt in due for version in forms[attempt.form_id].version_ids}
        keyed: dict[Any, Any] = dict(await itembank.read_keys(session, versions))
        impossible = 0
        for attempt in due:
            form = forms[attempt.form_id]
            marked = rules.mark(form, keyed, answers[attempt.id], scheme)
            if marked.impossible:
                log.error("attempt %s: no option stands for the answers at %s", attempt.id, marked.impossible)
                impossible += len(marked.impossible)
            # Two workers may score the same attempt: both computed the same row, the second insert does nothing.
            await session.execute(
                insert(ScoreRow)
                .values(
                    sitting_id=sitting_id,
                    attempt_id=attempt.id,
                    run_no=FIRST_RUN,
                    score=marked.score,
                    max_score=marked.max_score,
                    pass_mark=marked.pass_mark,
                    recommendation=marked.recommendation,
                    units=[
                        {"code": unit.code, "title": unit.title, "correct": unit.correct, "items": unit.items}
                        for unit in marked.units
                    ],
                    key_sha256=rules.key_hash(form, keyed),
                    answers_sha256=delivery.receipt_sha256(attempt.id, answers[attempt.id]),
                    rule_version=rules.RULE_VERSION,
                )
                .on_conflict_do_nothing()
            )
        facts = {"attempts": len(due), "run_no": FIRST_RUN, "rule": rules.RULE_VERSION, "impossible": impossible}
        await journal.record(session, "attempts.scored", "sitting", sitting_id, sitting_id=sitting_id, facts=facts)
    return len(due)


async def release(session: AsyncSession, sitting_id: UUID, *, actor: Actor) -> None:
    """Let candidates read their results. The caller has seen to the key check; here every attempt must be scored."""
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
    scored = set(await session.scalars(select(ScoreRow.attempt_id).where(ScoreRow.sitting_id == sitting_id)))
    attempts = await delivery.list_attempts(session, sitting_id)
    return sum(attempt.state is AttemptState.SUBMITTED and attempt.id not in scored for attempt in attempts)
