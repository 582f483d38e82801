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
from app.grading.queries import attempts_to_score
from app.grading.types import Mark, ReleaseState

LARGEST_SET = 500  # attempts that are scored in one transaction

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
        # Read before the answers: a slower scorer then collides with the run of a quicker one, and adds none after it.
        waiting = await attempts_to_score(session, sitting_id, LARGEST_SET, after)
        if not waiting:
            return 0, None
        sitting = await delivery.get_sitting(session, sitting_id)
        scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
        answers = await delivery.submitted_answers(session, sitting_id, waiting)
        of_these = {run.form_id for run in waiting.values()}
        forms = {form.id: form for form in await assembly.list_forms(session, sitting_id, of_these)}
        versions = {version for form in forms.values() for version in form.version_ids}
        keyed: dict[Any, Any] = dict(
            await itembank.read_keys(session, versions, why="penilaian / scoring", sitting_id=sitting_id)
        )
        rows, runs = [], dict[int, list[Mark]]()
        for attempt_id, run in waiting.items():
            form = forms[run.form_id]
            answers_sha256 = delivery.receipt_sha256(attempt_id, answers[attempt_id])
            if answers_sha256 != run.answers_sha256:
                log.error("attempt %s: its answers are not those of its receipt; it is not scored", attempt_id)
                continue
            marked = rules.mark(form, keyed, answers[attempt_id], scheme)
            runs.setdefault(run.run_no, []).append(marked)
            if marked.impossible:
                log.error("attempt %s: no option stands for the answers at %s", attempt_id, marked.impossible)
            hashes = {"key_sha256": rules.key_hash(form, keyed), "answers_sha256": answers_sha256}
            place = {"sitting_id": sitting_id, "attempt_id": attempt_id, "run_no": run.run_no}
            rows.append(place | hashes | _values(marked))
        if rows:
            # Two workers may score the same attempt: both computed the same row, the second insert does nothing.
            await session.execute(insert(ScoreRow).on_conflict_do_nothing(), rows)
        for run_no, marks in sorted(runs.items()):
            await _journal_run(session, sitting_id, run_no, marks, keys=len(keyed))
    return len(rows), max(waiting)


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


async def _journal_run(
    session: AsyncSession, sitting_id: UUID, run_no: int, marks: Sequence[Mark], *, keys: int
) -> None:
    impossible = sum(len(marked.impossible) for marked in marks)
    scored = {"attempts": len(marks), "run_no": run_no, "rule": rules.RULE_VERSION}
    facts = scored | {"impossible": impossible, "keys": keys}
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
