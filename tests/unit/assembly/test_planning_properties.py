"""Whatever the pool: a plan keeps every rule, and where there is none, a rule is named."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assembly import Blueprint, Dimension, FormPlan, Limit, PlannedForm, PlanSettings, PoolItem, Target, curves
from app.assembly.errors import CannotPlan
from app.assembly.planning.feasibility import shortfalls_of
from app.assembly.planning.forms import plan_forms
from tests.unit.assembly.pools import SEED, broken, code, counted, item

RULES = re.compile(r"(kuk|unit|level):.+|picture|case|fixed|items|enemies|exposure|overlap|score|information|nodes")
KUKS = ("1.1", "1.2", "2.1")


@st.composite
def pools(draw: st.DrawFn, most: int) -> list[PoolItem]:
    return [
        item(
            number,
            draw(st.sampled_from(KUKS)),
            draw(st.floats(-2.0, 2.0)),
            level=draw(st.sampled_from(("remember", "apply"))),
            picture=draw(st.booleans()),
            case=draw(st.sampled_from((None, None, "K1"))),
            enemies=tuple(code(other) for other in draw(st.lists(st.integers(0, most), max_size=1)) if other != number),
        )
        for number in range(draw(st.integers(2, most)))
    ]


def at_peace(items: list[PoolItem]) -> list[PoolItem]:
    """The items in turn that are no enemies of those before."""
    taken: list[PoolItem] = []
    for one in items:
        if not any(one.code in other.enemies or other.code in one.enemies for other in taken):
            taken.append(one)
    return taken


def blueprint_of(form: list[PoolItem], room: int) -> Blueprint:
    """Which this form keeps: exact by criterion, with so much room for pictures and levels."""
    limits = [Limit(Dimension.KUK, kuk, 0, 0) for kuk in KUKS]
    limits += [Limit(Dimension.PICTURE, "yes", 0, 0), Limit(Dimension.LEVEL, "apply", 0, 0)]
    counts = [(limit, counted(form, limit)) for limit in limits]
    rooms = [0 if limit.dimension is Dimension.KUK else room for limit in limits]
    return Blueprint(
        len(form),
        tuple(
            Limit(limit.dimension, limit.value, max(0, count - room), count + room)
            for (limit, count), room in zip(counts, rooms, strict=True)
        ),
    )


def target_of(form: list[PoolItem]) -> Target:
    return Target(0.3, curves.expected_score(form, 0.3), tolerance=0.2)


@pytest.mark.invariant("I-12")
@pytest.mark.invariant("I-44")
@settings(max_examples=40, deadline=None)
@given(pools(24), st.integers(0, 2), st.integers(1, 4), st.data())
def test_where_one_form_exists_a_plan_of_any_size_is_found(pool, room, forms, data) -> None:
    planted = at_peace(data.draw(st.permutations(pool)))[: data.draw(st.integers(1, 12))]
    blueprint, target = blueprint_of(planted, room), target_of(planted)
    assert shortfalls_of(pool, blueprint) == ()
    loose = PlanSettings(forms, 1.0, blueprint.items, overlap_least=data.draw(st.integers(0, blueprint.items)))
    plan = plan_forms(pool, blueprint, target, loose, SEED)
    assert len(plan.forms) == forms
    assert broken(plan, pool, blueprint, target, loose) == []


@pytest.mark.invariant("I-12")
@settings(max_examples=40, deadline=None)
@given(pools(9), st.integers(0, 2), st.floats(0.0, 5.0), st.data())
def test_one_form_is_found_just_where_trying_all_finds_one(pool, room, score, data) -> None:
    blueprint = blueprint_of(data.draw(st.permutations(pool))[: data.draw(st.integers(1, 5))], room)
    target, one = Target(0.3, score, tolerance=0.1), PlanSettings(1, 1.0, 100)

    def sound(codes: tuple[str, ...], within: Target) -> bool:
        made = FormPlan((PlannedForm(1, codes),), "", "")
        return not broken(made, pool, blueprint, within, one)

    tried = list(combinations(sorted(each.code for each in pool), blueprint.items))
    assert (shortfalls_of(pool, blueprint) == ()) == any(sound(codes, Target(0.3, score, 1e9)) for codes in tried)
    try:
        plan = plan_forms(pool, blueprint, target, one, SEED)
    except CannotPlan as refused:
        assert refused.shortfalls
        assert all(RULES.fullmatch(shortfall.rule) and shortfall.by > 0 for shortfall in refused.shortfalls)
        assert not any(sound(codes, Target(0.3, score, tolerance=0.0999)) for codes in tried)
    else:
        assert broken(plan, pool, blueprint, target, one) == []


@pytest.mark.invariant("I-44")
@settings(max_examples=40, deadline=None)
@given(pools(20), st.integers(1, 4), st.floats(0.1, 1.0), st.integers(0, 6), st.data())
def test_caps_are_kept_or_a_rule_is_named(pool, forms, exposure, overlap, data) -> None:
    planted = at_peace(data.draw(st.permutations(pool)))[: data.draw(st.integers(1, 8))]
    blueprint, target = blueprint_of(planted, 1), target_of(planted)
    caps = PlanSettings(forms, exposure, overlap, overlap_least=data.draw(st.integers(0, overlap)))
    try:
        plan = plan_forms(pool, blueprint, target, caps, SEED)
    except CannotPlan as refused:
        assert refused.shortfalls
        assert all(RULES.fullmatch(shortfall.rule) and shortfall.by > 0 for shortfall in refused.shortfalls)
    else:
        assert broken(plan, pool, blueprint, target, caps) == []
