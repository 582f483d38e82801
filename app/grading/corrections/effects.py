"""What a correction would do to scores: pure, from the latest runs and the one answer that it concerns."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.grading import rules
from app.grading.corrections.types import Affected, Effect
from app.grading.types import Correction, Right
from app.itembank import KeyedItem
from app.schemes import ExamRules

Rights = Mapping[UUID, Right]


def effects(
    affected: Sequence[Affected],
    keyed: Mapping[UUID, KeyedItem],
    corrections: Mapping[UUID, Sequence[Correction]],
    exams: Mapping[UUID, ExamRules],
) -> tuple[Effect, ...]:
    """`corrections` by sitting, the new one last; `exams` by sitting. The other answers of an attempt keep their points."""
    known: dict[tuple[UUID, tuple[UUID, ...]], Rights] = {}

    def rights(sitting_id: UUID, ids: tuple[UUID, ...]) -> Rights:
        key = (sitting_id, ids)
        if key not in known:
            known[key] = rules.rights(keyed, [one for one in corrections[sitting_id] if one.id in ids])
        return known[key]

    def effect(one: Affected) -> Effect:
        all_ids = tuple(correction.id for correction in corrections[one.sitting_id])
        before, after = rights(one.sitting_id, one.corrections), rights(one.sitting_id, all_ids)
        score = one.score + _points(one, keyed, after) - _points(one, keyed, before)
        return Effect(
            one.sitting_id,
            one.attempt_id,
            one.run_no + 1,
            one.score,
            score,
            one.recommendation,
            rules.recommend(score, exams[one.sitting_id]),
            one.released,
        )

    return tuple(effect(one) for one in affected)


def _points(one: Affected, keyed: Mapping[UUID, KeyedItem], corrected: Rights) -> int:
    return sum(
        corrected[version].takes(option) if version in corrected else option == keyed[version].key
        for version, option in one.chosen
    )


def counts(effects: Sequence[Effect]) -> dict[str, Any]:
    """In all and by sitting: whose score rises or falls, and whose recommendation changes. Names nobody."""
    by_sitting: dict[UUID, list[Effect]] = {}
    for one in effects:
        by_sitting.setdefault(one.sitting_id, []).append(one)
    sittings = [
        {"sitting_id": str(sitting_id), "released": some[0].released, **_tally(some)}
        for sitting_id, some in by_sitting.items()
    ]
    return {**_tally(effects), "sittings": sittings}


def _tally(effects: Sequence[Effect]) -> dict[str, int]:
    tally = Counter[str]()
    for one in effects:
        tally["raised"] += one.score_after > one.score_before
        tally["lowered"] += one.score_after < one.score_before
        tally["to_pass"] += one.changes_recommendation and one.score_after > one.score_before
        tally["from_pass"] += one.changes_recommendation and one.score_after < one.score_before
    return {"attempts": len(effects)} | {name: tally[name] for name in ("raised", "lowered", "to_pass", "from_pass")}


def effects_hash(effects: Sequence[Effect]) -> str:
    """SHA-256 over every run that it makes, with its scores: equal facts, equal hash."""
    lines = sorted(
        [str(one.sitting_id), str(one.attempt_id), one.run_no, one.score_before, one.score_after, one.released]
        for one in effects
    )
    return hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()
