"""Apply a correction: one more scoring run over every attempt that it concerns, or over none."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, itembank
from app.core import journal
from app.core.access import Actor
from app.core.words import both
from app.grading import rules
from app.grading.corrections.errors import FactsChanged, ScoringUnderWay, Unsound
from app.grading.corrections.models import CorrectionEffectRow, KeyCorrectionRow
from app.grading.corrections.queries import list_affected
from app.grading.corrections.types import Affected, CorrectionState, Effect, Fault, WhatIf
from app.grading.corrections.what_if import weigh, with_new
from app.grading.models import ScoreRow
from app.grading.runs import LARGEST_SET, Runs, hold_scoring, make_runs
from app.grading.types import DueRun

WHY = "koreksi kunci / key correction"


async def apply(session: AsyncSession, row: KeyCorrectionRow, fault: Fault, *, actor: Actor) -> None:
    """In the caller's transaction, so that it is done to all or to none. Nobody scores, releases or decides on a rescue meanwhile.

    Raises FactsChanged where it would not do what was proposed, ScoringUnderWay, Unsound.
    """
    await hold_scoring(session)
    for sitting_id in sorted({one.sitting_id for one in await list_affected(session, fault.version_ids)}):
        await delivery.hold_sitting(session, sitting_id)
    what_if = await weigh(session, fault, row.id)
    if any(one.due for one in what_if.affected):
        raise ScoringUnderWay
    if what_if.sha256 != row.expected_sha256:
        raise FactsChanged(expected=what_if.expected)
    by_sitting = _by_sitting(what_if)
    for sitting_id, some in by_sitting.items():
        await _rescore(session, sitting_id, some, fault, row.id, actor)
    row.state, row.ended_by, row.ended_at = CorrectionState.APPLIED, actor.person_id, func.clock_timestamp()
    await session.flush()
    suspended = await _suspend(session, fault, row, actor)
    totals = {name: value for name, value in what_if.expected.items() if name != "sittings"}
    facts = {"item": fault.item_code, "kind": fault.kind, "effects": what_if.sha256, "suspended": suspended} | totals
    await journal.record(session, "correction.applied", "correction", row.id, actor=actor, facts=facts)
    for sitting_id, some in by_sitting.items():
        if some[0][0].released:
            await delivery.announce_news(session, sitting_id, [one.attempt_id for one, _ in some])


Pairs = Sequence[tuple[Affected, Effect]]


def _by_sitting(what_if: WhatIf) -> dict[UUID, list[tuple[Affected, Effect]]]:
    found: dict[UUID, list[tuple[Affected, Effect]]] = {}
    for pair in zip(what_if.affected, what_if.effects, strict=True):
        found.setdefault(pair[0].sitting_id, []).append(pair)
    return found


async def _rescore(
    session: AsyncSession, sitting_id: UUID, pairs: Pairs, fault: Fault, correction_id: UUID, actor: Actor
) -> None:
    """Every attempt is counted from all of its answers; what comes out has to be what the proposal said."""
    corrections = await with_new(session, fault, correction_id, sitting_id, released=pairs[0][0].released)
    keys = 0
    for start in range(0, len(pairs), LARGEST_SET):
        some = pairs[start : start + LARGEST_SET]
        due = {one.attempt_id: DueRun(one.form_id, one.run_no + 1, one.answers_sha256) for one, _ in some}
        runs = await make_runs(session, sitting_id, due, corrections, why=WHY)
        _require_expected(runs, some)
        await session.execute(insert(ScoreRow), [run.row for run in runs.made.values()])
        await session.execute(insert(CorrectionEffectRow), [_row(correction_id, effect) for _, effect in some])
        keys += runs.keys
    facts = {"attempts": len(pairs), "correction": str(correction_id), "rule": rules.RULE_VERSION, "keys": keys}
    await journal.record(
        session, "attempts.rescored", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=facts
    )


def _require_expected(runs: Runs, pairs: Pairs) -> None:
    counted = {attempt_id: run.mark.score for attempt_id, run in runs.made.items()}
    if runs.unsound or any(counted[one.attempt_id] != effect.score_after for one, effect in pairs):
        raise Unsound
    if any(effect.released and effect.score_after < effect.score_before for _, effect in pairs):
        raise Unsound  # the rule says never, and this is where it would be seen


def _row(correction_id: UUID, effect: Effect) -> dict[str, object]:
    return {
        "correction_id": correction_id,
        "sitting_id": effect.sitting_id,
        "attempt_id": effect.attempt_id,
        "run_no": effect.run_no,
        "score_before": effect.score_before,
        "score_after": effect.score_after,
        "recommendation_before": effect.recommendation_before,
        "recommendation_after": effect.recommendation_after,
        "released": effect.released,
    }


async def _suspend(session: AsyncSession, fault: Fault, row: KeyCorrectionRow, actor: Actor) -> bool:
    """The item must not go on being used with its wrong key. Whether a version was in use."""
    reason = both(
        f"Kunci terbukti keliru menurut koreksi {row.id}; tulis perbaikannya sebagai revisi.",
        f"Key found wrong by correction {row.id}; write the repair as a revision.",
    )
    return await itembank.lifecycle.find_wrong(session, fault.item_code, fault.version_ids, reason, actor=actor)
