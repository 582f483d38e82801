"""Score submitted attempts in sets; release a sitting's results."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func
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
from app.grading.queries import attempts_to_score, last_runs
from app.grading.types import Mark, ReleaseState

log = logging.getLogger("sahih.grading")


async def score_sitting(database: Database, sitting_id: UUID) -> int:
    """Score every submitted attempt whose answers no run has scored; returns how many. Safe to repeat.

    The first run is that of the receipt. Answers that an approved rescue brought in make another run; the old one stays.
    """
    async with database.staff() as session, session.begin():
        waiting = await attempts_to_score(session, sitting_id)
        if not waiting:
            return 0
        sitting = await delivery.get_sitting(session, sitting_id)
        scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
        due = [attempt for attempt in await delivery.list_attempts(session, sitting_id) if attempt.id in waiting]
        answers = await delivery.submitted_answers(session, sitting_id)
        forms = {form.id: form for form in await assembly.list_forms(session, sitting_id)}
        versions = {version for attempt in due for version in forms[attempt.form_id].version_ids}
        keyed: dict[Any, Any] = dict(await itembank.read_keys(session, versions))
        last = await last_runs(session, sitting_id)
        runs: dict[int, list[Mark]] = {}
        for attempt in due:
            run_no = last.get(attempt.id, 0) + 1
            marked = rules.mark(forms[attempt.form_id], keyed, answers[attempt.id], scheme)
            runs.setdefault(run_no, []).append(marked)
            if marked.impossible:
                log.error("attempt %s: no option stands for the answers at %s", attempt.id, marked.impossible)
            hashes = {
                "key_sha256": rules.key_hash(forms[attempt.form_id], keyed),
                "answers_sha256": delivery.receipt_sha256(attempt.id, answers[attempt.id]),
            }
            # Two workers may score the same attempt: both computed the same row, the second insert does nothing.
            await session.execute(
                insert(ScoreRow)
                .values(sitting_id=sitting_id, attempt_id=attempt.id, run_no=run_no, **hashes, **_values(marked))
                .on_conflict_do_nothing()
            )
        for run_no, marks in sorted(runs.items()):
            await _journal_run(session, sitting_id, run_no, marks)
    return len(due)


def _values(marked: Mark) -> dict[str, Any]:
    return {
        "score": marked.score,
        "max_score": marked.max_score,
        "pass_mark": marked.pass_mark,
        "recommendation": marked.recommendation,
        "units": [
            {"code": unit.code, "title": unit.title, "correct": unit.correct, "items": unit.items}
            for unit in marked.units
        ],
        "rule_version": rules.RULE_VERSION,
    }


async def _journal_run(session: AsyncSession, sitting_id: UUID, run_no: int, marks: Sequence[Mark]) -> None:
    impossible = sum(len(marked.impossible) for marked in marks)
    facts = {"attempts": len(marks), "run_no": run_no, "rule": rules.RULE_VERSION, "impossible": impossible}
    await journal.record(session, "attempts.scored", "sitting", sitting_id, sitting_id=sitting_id, facts=facts)


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
    return len(await attempts_to_score(session, sitting_id))
