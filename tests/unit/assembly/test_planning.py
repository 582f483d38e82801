"""Planned forms keep every rule, are as hard as one another at the cut, and can be made again from their seed."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from math import ceil, comb
from uuid import UUID

import pytest

from app.assembly import Blueprint, Dimension, Limit, PlanSettings, Source, Target, curves
from app.assembly.errors import CannotPlan
from app.assembly.planning import forms
from app.assembly.planning.feasibility import shortfalls_of
from app.assembly.planning.forms import ALGORITHM, plan_forms
from app.assembly.planning.proposal import propose_settings
from tests.unit.assembly.pools import SEED, bank, broken, code, exactly, item, standard

POOL = bank(200)
BLUEPRINT = exactly(POOL, 5)
TARGET = standard(POOL, BLUEPRINT)
EIGHT = PlanSettings(forms=8, exposure_cap=0.75, overlap_cap=65)


@pytest.mark.invariant("I-12")
@pytest.mark.invariant("I-44")
def test_every_form_keeps_the_rules_and_is_as_hard_as_the_others() -> None:
    plan = plan_forms(POOL, BLUEPRINT, TARGET, EIGHT, SEED)
    assert [form.form_no for form in plan.forms] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert broken(plan, POOL, BLUEPRINT, TARGET, EIGHT) == []
    pool = {one.code: one for one in POOL}
    for theta, spread in ((TARGET.theta - 1, 0.5), (TARGET.theta, 0.2), (TARGET.theta + 1, 0.5)):
        scores = [curves.expected_score([pool[each] for each in form.codes], theta) for form in plan.forms]
        assert max(scores) - min(scores) <= spread
    told = [curves.information([pool[each] for each in form.codes], TARGET.theta).sum() for form in plan.forms]
    assert max(told) <= 1.05 * min(told)
    assert len({form.codes for form in plan.forms}) == 8
    assert (plan.algorithm, plan.solver.split()[0]) == (ALGORITHM, "HiGHS")


def test_all_limits_at_once() -> None:
    rng = random.Random(3)
    pool = [
        replace(
            one,
            picture=rng.random() < 0.3,
            fixed=rng.random() < 0.2,
            level=rng.choice(("remember", "apply", "analyse")),
            case=f"K{n // 2}" if rng.random() < 0.3 else None,
            enemies=(code(n + 20), code(n + 1)) if n % 11 == 0 else (),
        )
        for n, one in enumerate(POOL)
    ]
    more = (
        Limit(Dimension.UNIT, "2", 25, 25),
        Limit(Dimension.LEVEL, "remember", 20, 30),
        Limit(Dimension.PICTURE, "yes", 10, 20),
        Limit(Dimension.CASE, "yes", 10, 20),
        Limit(Dimension.FIXED, "yes", 0, 15),
    )
    blueprint = Blueprint(100, BLUEPRINT.limits + more)
    plan = plan_forms(pool, blueprint, TARGET, EIGHT, SEED)
    assert broken(plan, pool, blueprint, TARGET, EIGHT) == []


@pytest.mark.invariant("I-13")
def test_the_same_seed_makes_the_same_plan_in_any_process_and_from_any_order_of_the_pool() -> None:
    few = PlanSettings(3, 1.0, 80)
    plan = plan_forms(POOL, BLUEPRINT, TARGET, few, SEED)
    assert plan_forms(POOL[::-1], BLUEPRINT, TARGET, few, SEED) == plan
    assert plan_forms(POOL, BLUEPRINT, TARGET, few, b"t" * 32).forms != plan.forms
    program = (
        "from tests.unit.assembly.pools import *\nfrom app.assembly.planning.forms import plan_forms\n"
        "pool = bank(200); made = exactly(pool, 5)\n"
        "print(plan_forms(pool, made, standard(pool, made), PlanSettings(3, 1.0, 80), SEED).forms)"
    )
    again = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert again.stdout.strip() == str(plan.forms)


def test_forms_that_follow_one_another_share_a_block() -> None:
    settings = PlanSettings(3, 0.67, 50, overlap_least=40)
    plan = plan_forms(POOL, BLUEPRINT, TARGET, settings, SEED)
    assert broken(plan, POOL, BLUEPRINT, TARGET, settings) == []


def test_a_cap_that_uses_up_the_bank_still_ends_in_sound_forms() -> None:
    """Two disjoint forms of 200 items: what the first leaves is the second, so that the first has to look ahead."""
    settings = PlanSettings(2, 0.5, 0)
    plan = plan_forms(POOL, BLUEPRINT, TARGET, settings, SEED)
    assert broken(plan, POOL, BLUEPRINT, TARGET, settings) == []


def test_progress_is_told_form_by_form() -> None:
    told: list[tuple[int, int]] = []
    plan_forms(POOL, BLUEPRINT, TARGET, PlanSettings(3, 1.0, 100), SEED, progress=lambda *each: told.append(each))
    assert told == [(1, 3), (2, 3), (3, 3)]


ANNA, BUDI, CITRA = (UUID(int=n) for n in (1, 2, 3))


def test_people_who_saw_items_get_a_form_without_them() -> None:
    pool = bank(400)
    target, settings = standard(pool, BLUEPRINT), PlanSettings(4, 0.5, 50)
    first = plan_forms(pool, BLUEPRINT, target, settings, b"1" * 32)
    seen = frozenset(first.forms[0].codes)
    plan = plan_forms(
        pool, BLUEPRINT, target, settings, SEED, avoiding={ANNA: seen, BUDI: seen, CITRA: frozenset({"ZZ-unknown"})}
    )
    assert [form.reserved_for for form in plan.forms] == [(), (), (), (), (ANNA, BUDI)]
    assert seen.isdisjoint(plan.forms[-1].codes)
    assert broken(plan, pool, BLUEPRINT, target, settings) == []
    assert plan_forms(pool, BLUEPRINT, target, settings, SEED).forms == plan.forms[:4], (
        "general forms stay what they are"
    )


def test_whom_no_form_can_spare_gets_the_one_that_repeats_least() -> None:
    """150 of 200 items seen: every form of 100 repeats 50 at least, since 50 are new."""
    seen = frozenset(one.code for one in POOL[:150])
    plan = plan_forms(POOL, BLUEPRINT, TARGET, PlanSettings(2, 1.0, 100), SEED, avoiding={ANNA: seen})
    assert plan.forms[-1].reserved_for == (ANNA,)
    assert 50 <= len(seen.intersection(plan.forms[-1].codes)) <= 56


def test_where_the_caps_leave_no_room_a_general_form_is_named() -> None:
    """Two forms use up the bank, each item once."""
    plan = plan_forms(
        POOL,
        BLUEPRINT,
        TARGET,
        PlanSettings(2, 0.5, 0),
        SEED,
        avoiding={ANNA: frozenset(one.code for one in POOL[::3])},
    )
    assert len(plan.forms) == 2
    assert [form.reserved_for for form in plan.forms].count((ANNA,)) == 1


def rules_of(*arguments, **settings) -> list[str]:
    with pytest.raises(CannotPlan) as refused:
        plan_forms(*arguments, SEED, **settings)
    for shortfall in refused.value.shortfalls:
        assert shortfall.by > 0
        assert shortfall.text_id
        assert shortfall.text_en
    return [shortfall.rule for shortfall in refused.value.shortfalls]


def test_each_reason_is_named() -> None:
    one = PlanSettings(1, 1.0, 100)
    lacking = [each for each in POOL if each.kuk != "2.3" or each.code > code(100)]
    assert rules_of(lacking[:-40], BLUEPRINT, TARGET, one) == ["kuk:2.3"]
    assert rules_of(POOL, BLUEPRINT, TARGET, PlanSettings(3, 0.3, 100)) == ["exposure"]
    assert rules_of(POOL, BLUEPRINT, TARGET, PlanSettings(5, 0.5, 100)) == ["exposure"]
    assert rules_of(POOL, BLUEPRINT, TARGET, PlanSettings(3, 1.0, 20)) == ["overlap"]
    assert rules_of(POOL, BLUEPRINT, TARGET, PlanSettings(3, 0.67, 60, overlap_least=60)) == ["exposure"]
    assert rules_of(POOL, BLUEPRINT, replace(TARGET, score=90.0), one) == ["score"]
    two = [item(0, b=-1.0), item(1, b=1.0)]
    assert rules_of(two, exactly(two, 1), Target(0.0, 0.5, 0.1), one) == ["score"]


def test_a_search_without_end_is_ended_and_says_so() -> None:
    """Some of the 10^10 choices may hit the score to a billionth; nobody finds out which."""
    pool = bank(36, kuks=1)
    blueprint = exactly(pool, 18)
    nearly_exact = replace(standard(pool, blueprint), tolerance=1e-9)
    assert "nodes" in rules_of(pool, blueprint, nearly_exact, PlanSettings(1, 1.0, 18))


def test_a_plan_that_takes_too_long_is_given_up_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every item in half of the forms: it takes more than one attempt, and the bound is on all of them together."""
    tight = PlanSettings(8, 0.5, 60)
    assert broken(plan_forms(POOL, BLUEPRINT, TARGET, tight, SEED), POOL, BLUEPRINT, TARGET, tight) == []
    monkeypatch.setattr(forms, "MOST_WORK", 1700)
    with pytest.raises(CannotPlan) as refused:
        plan_forms(POOL, BLUEPRINT, TARGET, tight, SEED)
    reason = refused.value.shortfalls[0]
    assert reason.rule == "nodes"
    proven = ceil(
        len(POOL) * comb(4, 2) / comb(8, 2)
    )  # pairs of the 4 forms that hold an item, among all pairs of forms
    assert f"paling sedikit {proven} soal (batas: 60)" in reason.text_id


def test_a_form_for_one_person_is_not_sought_beyond_the_work_of_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MOST_WORK", 1)
    seen = frozenset(one.code for one in POOL[::3])
    plan = plan_forms(POOL, BLUEPRINT, TARGET, PlanSettings(1, 1.0, 100), SEED, avoiding={ANNA: seen})
    assert [form.reserved_for for form in plan.forms] == [(ANNA,)]


def test_degenerate_pools() -> None:
    one = PlanSettings(1, 1.0, 100)
    assert plan_forms([item(0)], exactly([item(0)], 1), Target(0.0, 0.5), one, SEED).forms[0].codes == (code(0),)
    alike = [item(n) for n in range(30)]
    settings = PlanSettings(3, 0.34, 0)
    plan = plan_forms(alike, exactly(alike, 10), Target(0.0, 5.0), settings, SEED)
    assert broken(plan, alike, exactly(alike, 10), Target(0.0, 5.0), settings) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"items": [item(0), item(0)]}, "items"),
        ({"blueprint": Blueprint(0, ())}, "blueprint"),
        ({"blueprint": Blueprint(1, (Limit(Dimension.KUK, "1.1", 2, 1),))}, "blueprint: .*kuk:1.1"),
        ({"target": Target(float("nan"), 68.0)}, "target"),
        ({"target": Target(0.0, 68.0, 0.0)}, "target"),
        ({"settings": PlanSettings(0, 0.5, 10)}, "settings"),
        ({"settings": PlanSettings(1, 0.0, 10)}, "settings"),
        ({"settings": PlanSettings(1, 1.1, 10)}, "settings"),
        ({"settings": PlanSettings(1, 0.5, 10, 11)}, "settings"),
        ({"seed": b"short"}, "seed"),
    ],
)
def test_malformed_arguments_are_named(change: dict, named: str) -> None:
    sound = {"items": POOL, "blueprint": BLUEPRINT, "target": TARGET, "settings": EIGHT, "seed": SEED}
    with pytest.raises(ValueError, match=named):
        plan_forms(**{**sound, **change})


@pytest.mark.parametrize("candidates", [1, 2, 25, 60, 2000])
@pytest.mark.parametrize("size", [100, 120, 200])
def test_what_is_proposed_can_be_planned(size: int, candidates: int) -> None:
    pool = bank(size)
    target, settings = standard(pool, BLUEPRINT), propose_settings(pool, BLUEPRINT, candidates)
    assert settings.forms <= candidates
    assert settings.forms >= 2 or candidates == 1 or size == 100
    plan = plan_forms(pool, BLUEPRINT, target, settings, SEED)
    assert broken(plan, pool, BLUEPRINT, target, settings) == []


def test_judged_difficulties_and_small_groups_share_more() -> None:
    known = [replace(one, source=Source.CALIBRATED) for one in POOL]
    shared = [propose_settings(pool, BLUEPRINT, 60).overlap_least for pool in (POOL, known)]
    assert shared == [40, 20]
    assert propose_settings(known, BLUEPRINT, 2000).overlap_least == 0
    with pytest.raises(ValueError, match="candidates"):
        propose_settings(POOL, BLUEPRINT, 0)


def test_shortfalls_of_the_blueprint_alone() -> None:
    pool = [item(n, kuk, picture=kuk == "1.1") for n, kuk in enumerate(["1.1"] * 4 + ["1.2"] * 4)]

    def found(items=pool, total=4, **least_and_most) -> dict[str, float]:
        limits = [Limit(Dimension.KUK, kuk, 2, 2) for kuk in ("1.1", "1.2")]
        limits += [Limit(Dimension(name), "yes", *bounds) for name, bounds in least_and_most.items()]
        return {each.rule: each.by for each in shortfalls_of(items, Blueprint(total, tuple(limits)))}

    assert found() == {}
    assert found(items=pool[3:]) == {"kuk:1.1": 1.0}
    assert found(items=[]) == {"kuk:1.1": 2.0, "kuk:1.2": 2.0}
    assert found(total=5) == {"items": 1.0}
    assert found(picture=(3, 4)) == {"picture": 1.0}
    assert found(fixed=(1, 4)) == {"fixed": 1.0}
    at_war = [replace(one, enemies=tuple(each.code for each in pool[:4] if each is not one)) for one in pool[:4]]
    assert found(items=at_war + pool[4:]) == {"enemies": 1.0}
    assert {each.rule for each in shortfalls_of(pool, Blueprint(9, ()))} == {"items"}


def test_what_is_lacking_is_called_as_the_committee_calls_it() -> None:
    (lacking,) = shortfalls_of(POOL[:1], Blueprint(1, (Limit(Dimension.LEVEL, "remember", 1, 1),)))
    assert lacking.text_id.startswith("Tingkat kognitif mengingat: perlu 1 soal")
    assert lacking.text_en.startswith("Cognitive level remember: 1 items")
