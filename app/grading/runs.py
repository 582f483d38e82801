"""What a scoring run stores of each attempt, computed from its answers, the keys and the corrections in force."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, itembank, schemes
from app.assembly import Form
from app.grading import rules
from app.grading.types import Correction, DueRun, Mark
from app.itembank import KeyedItem
from app.schemes import SchemeVersion

LARGEST_SET = 500  # attempts that are scored at a time
# Scorers share it, applying a correction has it alone: no run is made by yesterday's corrections beside one that knows better.
LOCK = "SELECT pg_advisory_xact_lock{shared}(hashtextextended('scoring', 0))"
SHARE, ALONE = text(LOCK.format(shared="_shared")), text(LOCK.format(shared=""))


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt's run: what it counted, and the row of `scores` that keeps it."""

    run_no: int
    mark: Mark
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Runs:
    """Those of some attempts of a sitting. `unsound`: their answers are not those of their receipt, so they have none."""

    made: Mapping[UUID, Run]
    unsound: tuple[UUID, ...]
    keys: int  # so many were read


async def share_scoring(session: AsyncSession) -> None:
    """Until the end of this transaction no correction is applied; one that is being applied is waited for."""
    await session.execute(SHARE)


async def hold_scoring(session: AsyncSession) -> None:
    """Until the end of this transaction nobody scores; whoever does so now is waited for."""
    await session.execute(ALONE)


async def make_runs(
    session: AsyncSession,
    sitting_id: UUID,
    due: Mapping[UUID, DueRun],
    corrections: Sequence[Correction],
    *,
    why: str,
) -> Runs:
    """Score these attempts; nothing is stored. `corrections` are those of the sitting, the oldest first."""
    sitting = await delivery.get_sitting(session, sitting_id)
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    answers = await delivery.submitted_answers(session, sitting_id, due)
    forms = {
        form.id: form for form in await assembly.list_forms(session, sitting_id, {r.form_id for r in due.values()})
    }
    versions = {version for form in forms.values() for version in form.version_ids}
    keyed = await itembank.read_keys(session, versions, why=why, sitting_id=sitting_id)
    made = await asyncio.to_thread(_score, due, forms, keyed, answers, scheme, corrections)
    return Runs(made, tuple(attempt for attempt in due if attempt not in made), len(keyed))


def _score(
    due: Mapping[UUID, DueRun],
    forms: Mapping[UUID, Form],
    keyed: Mapping[UUID, KeyedItem],
    answers: Mapping[UUID, Mapping[int, int]],
    scheme: SchemeVersion,
    corrections: Sequence[Correction],
) -> dict[UUID, Run]:
    corrected = rules.rights(keyed, corrections)
    made = {}
    for attempt_id, run in due.items():
        answers_sha256 = delivery.receipt_sha256(attempt_id, answers[attempt_id])
        if answers_sha256 != run.answers_sha256:
            continue
        form = forms[run.form_id]
        marked = rules.mark(form, keyed, answers[attempt_id], scheme, corrected)
        row = {
            "sitting_id": form.sitting_id,
            "attempt_id": attempt_id,
            "run_no": run.run_no,
            "key_sha256": rules.key_hash(form, keyed),
            "answers_sha256": answers_sha256,
            "corrections": [one.id for one in rules.touching(form.version_ids, corrections)],
        }
        made[attempt_id] = Run(run.run_no, marked, row | _values(marked))
    return made


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
