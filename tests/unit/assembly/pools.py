"""Pools of items for plans of forms, made of few numbers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import numpy as np

from app.assembly import Blueprint, Dimension, FormPlan, Limit, PlanSettings, PoolItem, Source, Target, curves

SEED = b"s" * 32


def item(number: int, kuk: str = "1.1", b: float = 0.0, **others) -> PoolItem:
    facts = {
        "code": code(number),
        "unit": kuk.split(".", maxsplit=1)[0],
        "level": "apply",
        "picture": False,
        "case": None,
        "enemies": (),
        "fixed": False,
        "content_hash": "",
        "se": 0.5,
        "source": Source.JUDGED,
    }
    return PoolItem(UUID(int=number + 1), kuk=kuk, b=b, **{**facts, **others})


def code(number: int) -> str:
    return f"S-{number:05d}"


def bank(size: int, kuks: int = 20, *, luck: int = 0) -> list[PoolItem]:
    """Items of so many criteria in turn, difficulties from a normal distribution."""
    rng = random.Random(luck)
    return [item(n, f"{n % kuks // 5 + 1}.{n % kuks % 5 + 1}", rng.gauss(-0.9, 1.0)) for n in range(size)]


def exactly(items: Sequence[PoolItem], each: int) -> Blueprint:
    """So many items of each criterion."""
    kuks = sorted({one.kuk for one in items})
    return Blueprint(each * len(kuks), tuple(Limit(Dimension.KUK, kuk, each, each) for kuk in kuks))


def standard(items: Sequence[PoolItem], blueprint: Blueprint, share: float = 0.68, tolerance: float = 0.5) -> Target:
    """The ability at which the whole pool, weighted as the blueprint says, gives this share of the points."""
    sizes, score = Counter(one.kuk for one in items), share * blueprint.items
    wanted = {limit.value: limit.least for limit in blueprint.limits if limit.dimension is Dimension.KUK}
    weights = np.array([wanted[one.kuk] / sizes[one.kuk] for one in items])
    low, high = -8.0, 8.0
    for _ in range(50):
        middle = (low + high) / 2
        too_high = weights @ curves.probabilities(items, middle) > score
        low, high = (low, middle) if too_high else (middle, high)
    return Target(high, score, tolerance)


def broken(
    plan: FormPlan, items: Sequence[PoolItem], blueprint: Blueprint, target: Target, settings: PlanSettings
) -> list[str]:
    """What is wrong with a plan, counted without any code of the planning."""
    pool, wrong = {one.code: one for one in items}, []
    for form in plan.forms:
        codes = set(form.codes)
        taken = [pool[each] for each in form.codes]
        if not len(codes) == len(form.codes) == blueprint.items or list(form.codes) != sorted(form.codes):
            wrong.append(f"form {form.form_no}: {len(codes)} items")
        if any(codes.intersection(one.enemies) for one in taken):
            wrong.append(f"form {form.form_no}: enemies")
        wrong += [
            f"form {form.form_no}: {limit}"
            for limit in blueprint.limits
            if not limit.least <= counted(taken, limit) <= limit.most
        ]
        if abs(curves.expected_score(taken, target.theta) - target.score) > target.tolerance:
            wrong.append(f"form {form.form_no}: score {curves.expected_score(taken, target.theta)}")
    uses = Counter(each for form in plan.forms for each in form.codes)
    if uses and max(uses.values()) > settings.exposure_cap * len(plan.forms) + 1e-9:
        wrong.append(f"exposure {max(uses.values())} of {len(plan.forms)}")
    return wrong + shared_wrongly(plan, settings)


def counted(taken: Sequence[PoolItem], limit: Limit) -> int:
    facts = {"picture": "picture", "fixed": "fixed", "case": "case"}
    if limit.dimension in facts:
        return sum(bool(getattr(one, facts[limit.dimension])) for one in taken)
    return sum(getattr(one, limit.dimension.value) == limit.value for one in taken)


def shared_wrongly(plan: FormPlan, settings: PlanSettings) -> list[str]:
    forms, wrong = [set(form.codes) for form in plan.forms], []
    for one in range(len(forms)):
        for other in range(one):
            shared = len(forms[one] & forms[other])
            if shared > settings.overlap_cap:
                wrong.append(f"forms {other + 1} and {one + 1} share {shared}")
            if other == one - 1 and one < settings.forms and shared < settings.overlap_least:
                wrong.append(f"forms {other + 1} and {one + 1} share only {shared}")
    return wrong
