"""Scoring: pure, whole numbers only. score = f(answers, keys, corrections in force, rule version)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.assembly import Form
from app.grading.types import Correction, CorrectionKind, Mark, Right, UnitResult
from app.itembank import KeyedItem
from app.schemes import ExamRules, SchemeVersion

# Without corrections it counts as number-right-1 did, which knew none.
RULE_VERSION: Final = "number-right-2"


def mark(
    form: Form,
    keyed: Mapping[Any, KeyedItem],
    answers: Mapping[int, int],
    scheme: SchemeVersion,
    corrected: Mapping[UUID, Right] | None = None,
) -> Mark:
    """Number right. `answers` maps position (from 1) to the option *as shown* (from 0); a blank is absent, and wrong.

    `corrected`: what `rights` makes of the corrections in force; an item that it does not name goes by its key.
    """
    if scheme.exam is None:
        raise ValueError("scheme: gives no exam")
    corrected = corrected or {}
    items = [keyed[version_id] for version_id in form.version_ids]
    shown = [answers.get(position) for position in range(1, len(items) + 1)]
    right = [
        is_right(order, item.key, option, corrected.get(item.version_id))
        for order, item, option in zip(form.orders, items, shown, strict=True)
    ]
    return Mark(
        score=sum(right),
        max_score=scheme.exam.max_score,
        pass_mark=scheme.exam.pass_mark,
        recommendation=recommend(sum(right), scheme.exam),
        units=_units(items, right, scheme),
        impossible=tuple(
            position
            for position, (order, option) in enumerate(zip(form.orders, shown, strict=True), start=1)
            if not has_option(order, option)
        ),
    )


def has_option(order: Sequence[int], shown: int | None) -> bool:
    """Whether a stored answer can have been given here; a blank can. What cannot is reported, never silently wrong."""
    return shown is None or 0 <= shown < len(order)


def is_right(order: Sequence[int], key: int, shown: int | None, corrected: Right | None = None) -> bool:
    """Whether the option shown in this place is the key, or what corrections take, through this form's permutation."""
    option = order[shown] if shown is not None and has_option(order, shown) else None
    return option == key if corrected is None else corrected.takes(option)


def right_by(key: int, corrections: Iterable[Correction]) -> Right:
    """What earns the point: the key, as these corrections changed it one after the other, the oldest first.

    A void item is right for everyone who had it. A released result is never lowered: a correction that came after the release
    adds to what was right. Before the release another key takes the place of whatever was right.
    """
    right = Right(frozenset({key}))
    for correction in corrections:
        right = _changed(right, correction)
    return right


def _changed(right: Right, correction: Correction) -> Right:
    if correction.kind is CorrectionKind.VOID:
        return Right(right.options, void=True)
    if correction.option is None:
        raise ValueError(f"{correction.kind}: names no option")
    if correction.kind is CorrectionKind.DOUBLE or correction.keeps:
        return Right(right.options | {correction.option}, right.void)
    return Right(frozenset({correction.option}))


def touching(version_ids: Iterable[UUID], corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """The corrections that concern any of these versions, in their order."""
    versions = set(version_ids)
    return tuple(correction for correction in corrections if correction.version_ids & versions)


def rights(keyed: Mapping[Any, KeyedItem], corrections: Sequence[Correction]) -> dict[UUID, Right]:
    """Of every version that a correction concerns. `corrections` are those of one sitting, the oldest first."""
    corrected = {version for correction in corrections for version in correction.version_ids if version in keyed}
    return {version: right_by(keyed[version].key, touching([version], corrections)) for version in corrected}


def recommend(score: int, exam: ExamRules) -> str:
    """Clause 9.3.2: the pass mark itself is enough."""
    return exam.word_at_or_above if score >= exam.pass_mark else exam.word_below


def _units(items: Sequence[KeyedItem], right: Sequence[bool], scheme: SchemeVersion) -> tuple[UnitResult, ...]:
    unit_of = scheme.unit_of
    codes = [unit_of[item.kuk].code for item in items]
    asked, correct = Counter(codes), Counter(code for code, ok in zip(codes, right, strict=True) if ok)
    return tuple(UnitResult(unit.code, unit.title, correct[unit.code], asked[unit.code]) for unit in scheme.units)


def key_hash(form: Form, keyed: Mapping[Any, KeyedItem]) -> str:
    """SHA-256 of the keys that this form was scored with, in position order."""
    keys = ",".join(f"{version_id}={keyed[version_id].key}" for version_id in form.version_ids)
    return hashlib.sha256(keys.encode()).hexdigest()
