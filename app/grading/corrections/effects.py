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


def points(
    affected: Sequence[Affected], keyed: Mapping[UUID, KeyedItem], corrections: Mapping[UUID, Sequence[Correction]]
) -> tuple[tuple[int, int], ...]:
    """What the item gave each of them in its latest run, and what it gives by all corrections of the sitting, the new one last."""
    known: dict[tuple[UUID, tuple[UUID, ...]], Rights] = {}

    def rights(sitting_id: UUID, ids: tuple[UUID, ...]) -> Rights:
        if (sitting_id, ids) not in known:
            chosen = [one for one in corrections[sitting_id] if one.id in ids]
            known[sitting_id, ids] = rules.rights(keyed, chosen)
        return known[sitting_id, ids]

    every = {sitting_id: tuple(one.id for one in some) for sitting_id, some in corrections.items()}
    return tuple(
        (
            _points(one, keyed, rights(one.sitting_id, one.corrections)),
            _points(one, keyed, rights(one.sitting_id, every[one.sitting_id])),
        )
        for one in affected
    )


def _points(one: Affected, keyed: Mapping[UUID, KeyedItem], corrected: Rights) -> int:
    return sum(
        corrected[version].takes(option) if version in corrected else option == keyed[version].key
        for version, option in one.chosen
    )


def effects(
    affected: Sequence[Affected], points: Sequence[tuple[int, int]], exams: Mapping[UUID, ExamRules]
) -> tuple[Effect, ...]:
    """The other answers of an attempt keep their points. `exams` by sitting."""
    found = []
    for one, (before, after) in zip(affected, points, strict=True):
        score = one.score - before + after
        recommendation = rules.recommend(score, exams[one.sitting_id])
        found.append(
            Effect(
                sitting_id=one.sitting_id,
                attempt_id=one.attempt_id,
                run_no=one.run_no + 1,
                score_before=one.score,
                score_after=score,
                recommendation_before=one.recommendation,
                recommendation_after=recommendation,
                released=one.released,
            )
        )
    return tuple(found)


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
