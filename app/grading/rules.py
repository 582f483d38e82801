"""Scoring: pure, whole numbers only. score = f(answers, key version, rule version)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from app.assembly import Form
from app.grading.types import Mark, UnitResult
from app.itembank import KeyedItem
from app.schemes import ExamRules, SchemeVersion

RULE_VERSION: Final = "number-right-1"


def mark(form: Form, keyed: Mapping[object, KeyedItem], answers: Mapping[int, int], scheme: SchemeVersion) -> Mark:
    """Number right. `answers` maps position (from 1) to the option *as shown* (from 0); a blank is absent, and wrong."""
    if scheme.exam is None:
        raise ValueError("scheme: gives no exam")
    items = [keyed[version_id] for version_id in form.version_ids]
    shown = [answers.get(position) for position in range(1, len(items) + 1)]
    right = [is_right(order, item.key, option) for order, item, option in zip(form.orders, items, shown, strict=True)]
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


def is_right(order: Sequence[int], key: int, shown: int | None) -> bool:
    """Whether the option shown in this place is the key, through this form's permutation."""
    return shown is not None and has_option(order, shown) and order[shown] == key


def recommend(score: int, exam: ExamRules) -> str:
    """Clause 9.3.2: the pass mark itself is enough."""
    return exam.word_at_or_above if score >= exam.pass_mark else exam.word_below


def _units(items: Sequence[KeyedItem], right: Sequence[bool], scheme: SchemeVersion) -> tuple[UnitResult, ...]:
    unit_of = scheme.unit_of
    codes = [unit_of[item.kuk].code for item in items]
    asked, correct = Counter(codes), Counter(code for code, ok in zip(codes, right, strict=True) if ok)
    return tuple(UnitResult(unit.code, unit.title, correct[unit.code], asked[unit.code]) for unit in scheme.units)


def key_hash(form: Form, keyed: Mapping[object, KeyedItem]) -> str:
    """SHA-256 of the keys that this form was scored with, in position order."""
    keys = ",".join(f"{version_id}={keyed[version_id].key}" for version_id in form.version_ids)
    return hashlib.sha256(keys.encode()).hexdigest()
