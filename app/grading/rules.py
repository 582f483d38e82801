"""Scoring: pure, whole numbers only. score = f(answers, key version, rule version)."""

from __future__ import annotations

import hashlib
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
    impossible = tuple(
        position for position, order in enumerate(form.orders, start=1) if not has_option(order, answers.get(position))
    )
    right = [is_right(form, keyed, position, answers.get(position)) for position in range(1, len(form.version_ids) + 1)]
    return Mark(
        score=sum(right),
        max_score=scheme.exam.max_score,
        pass_mark=scheme.exam.pass_mark,
        recommendation=recommend(sum(right), scheme.exam),
        units=_units(form, keyed, right, scheme),
        impossible=impossible,
    )


def has_option(order: Sequence[int], shown: int | None) -> bool:
    """Whether a stored answer can have been given here; a blank can. What cannot is reported, never silently wrong."""
    return shown is None or 0 <= shown < len(order)


def is_right(form: Form, keyed: Mapping[object, KeyedItem], position: int, shown: int | None) -> bool:
    """Whether the option shown in this place is the key, through this form's permutation."""
    order = form.orders[position - 1]
    if shown is None or not has_option(order, shown):
        return False
    return order[shown] == keyed[form.version_ids[position - 1]].key


def recommend(score: int, exam: ExamRules) -> str:
    """Clause 9.3.2: the pass mark itself is enough."""
    return exam.word_at_or_above if score >= exam.pass_mark else exam.word_below


def _units(
    form: Form, keyed: Mapping[object, KeyedItem], right: Sequence[bool], scheme: SchemeVersion
) -> tuple[UnitResult, ...]:
    unit_of = scheme.unit_of
    codes = [unit_of[keyed[version_id].kuk].code for version_id in form.version_ids]
    return tuple(
        UnitResult(
            unit.code,
            unit.title,
            sum(ok for ok, code in zip(right, codes, strict=True) if code == unit.code),
            codes.count(unit.code),
        )
        for unit in scheme.units
    )


def key_hash(form: Form, keyed: Mapping[object, KeyedItem]) -> str:
    """SHA-256 of the keys that this form was scored with, in position order."""
    keys = ",".join(f"{version_id}={keyed[version_id].key}" for version_id in form.version_ids)
    return hashlib.sha256(keys.encode()).hexdigest()
