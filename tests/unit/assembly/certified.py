"""Pools of items and plans of forms, made by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from app.assembly import (
    Blueprint,
    Dimension,
    FormPlan,
    Limit,
    PlannedForm,
    PlanSettings,
    PoolItem,
    Source,
    Target,
)
from app.assembly.certificate.content import Grounds

KUKS: Final = ("1.1", "1.2", "2.1", "2.2")
PER_KUK: Final = 5
BLUEPRINT: Final = Blueprint(20, tuple(Limit(Dimension.KUK, kuk, PER_KUK, PER_KUK) for kuk in KUKS))
GROUNDS: Final = Grounds("MMu", 1, "UJI-1", "Ujian", "ba" * 32, "b1" * 32, "5a" * 32)
JUDGED_SD: Final = 0.12


def make_item(number: int, kuk: str, **changes: Any) -> PoolItem:
    """Judged unless told otherwise; half of those at the cut answer it."""
    facts: dict[str, Any] = {
        "version_id": UUID(int=number),
        "code": f"MMU-{kuk}-{number:02d}",
        "kuk": kuk,
        "unit": f"MM {kuk[0]}",
        "level": "apply",
        "picture": False,
        "case": None,
        "enemies": (),
        "fixed": False,
        "content_hash": f"{number:064x}",
        "b": 0.0,
        "se": JUDGED_SD / 0.25,
        "source": Source.JUDGED,
    }
    return PoolItem(**facts | changes)


def make_pool(per_kuk: int = 20, chance: float = 0.68) -> list[PoolItem]:
    """Difficulties run evenly from .2 above to .2 below this chance, in every criterion alike."""
    pool = []
    for kuk in KUKS:
        for number in range(per_kuk):
            right = chance + 0.4 * (number / (per_kuk - 1) - 0.5)
            logit = math.log(right / (1 - right))
            pool.append(make_item(number, kuk, b=-logit, se=JUDGED_SD / (right * (1 - right))))
    return pool


def make_plan(*forms: Sequence[str], reserved: Sequence[Sequence[UUID]] = ()) -> FormPlan:
    """General forms first, the last ones reserved for these people."""
    people: list[Sequence[UUID]] = [()] * (len(forms) - len(reserved)) + list(reserved)
    return FormPlan(
        tuple(
            PlannedForm(number, tuple(sorted(codes)), tuple(whom))
            for number, (codes, whom) in enumerate(zip(forms, people, strict=True), 1)
        ),
        "matched-1",
        "HiGHS 1.0",
    )


def every(step: int, start: int, pool: Sequence[PoolItem]) -> list[str]:
    """Every so many items of each criterion: with the pools above as hard as any other such form, nearly."""
    return [item.code for item in pool if item.version_id.int % step == start]


def settings_of(forms: int, exposure_cap: float = 1.0, overlap_cap: int = 20, overlap_least: int = 0) -> PlanSettings:
    return PlanSettings(forms, exposure_cap, overlap_cap, overlap_least)


def target_of(score: float = 20 * 0.68, tolerance: float = 0.5) -> Target:
    return Target(0.0, score, tolerance)
