"""The certificate counts for itself: every broken rule is found, and its uncertainty is that of drawing difficulties anew."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from app.assembly import Blueprint, Dimension, FormPlan, Limit, PlanSettings, PoolItem, Source, Target
from app.assembly.certificate.content import Certificate, certificate_sha256, certify
from app.assembly.certificate.tally import split_cases
from app.assembly.planning.forms import plan_forms
from tests.unit.assembly.certified import (
    BLUEPRINT,
    GROUNDS,
    every,
    make_item,
    make_plan,
    make_pool,
    settings_of,
    target_of,
)

POOL = make_pool()
FOUR = make_plan(*(every(4, start, POOL) for start in range(4)))
LEVELLED = [replace(item, b=-0.7538) for item in POOL]  # everything answered by 68 of 100 at the cut
ANNA, BUDI = UUID(int=101), UUID(int=102)


def certified(
    plan: FormPlan = FOUR,
    items: Sequence[PoolItem] = POOL,
    blueprint: Blueprint = BLUEPRINT,
    target: Target | None = None,
    settings: PlanSettings | None = None,
    earlier: Mapping[UUID, frozenset[str]] | None = None,
) -> Certificate:
    return certify(
        plan,
        items,
        blueprint,
        target or target_of(),
        settings or settings_of(sum(not form.reserved_for for form in plan.forms)),
        grounds=GROUNDS,
        seed=b"s" * 32,
        earlier=earlier or {},
    )


def faults_of(content: Certificate) -> list[str]:
    return [remark["text_en"] for remark in content["remarks"] if remark["fault"]]


def swapped(plan: FormPlan, form_no: int, out: str, into: str) -> FormPlan:
    """The plan with one item of a form exchanged."""
    return replace(
        plan,
        forms=tuple(
            replace(form, codes=tuple(sorted({*form.codes} - {out} | {into}))) if form.form_no == form_no else form
            for form in plan.forms
        ),
    )


@pytest.mark.clause(
    "9.3.1", "every form of a sitting keeps the blueprint and is matched at the pass mark, counted anew"
)
def test_forms_that_keep_every_rule_are_acceptable() -> None:
    content = certified(target=target_of(tolerance=1.0))
    assert content["acceptable"]
    assert faults_of(content) == []
    assert [row["counts"] for row in content["blueprint"]] == [[5, 5, 5, 5]] * 4
    assert content["overlap"]["matrix"] == np.diag([20] * 4).tolist()
    assert content["exposure"] == {"cap": 1.0, "max": 0.25, "mean": 0.25, "unused": 0, "counts": {"1": 80}}
    assert content["evidence"] == {"grade": "judged", "calibrated": 0, "empirical": 0, "judged": 80}


def test_expected_scores_spread_and_information_are_sums_over_the_items() -> None:
    content = certified()
    chance = {item.code: 1 / (1 + np.exp(item.b)) for item in POOL}
    for form, shown in zip(FOUR.forms, content["forms"], strict=True):
        right = np.array([chance[code] for code in form.codes])
        assert shown["expected"] == pytest.approx(right.sum(), abs=1e-6)
        assert shown["sd"] == pytest.approx(np.sqrt((right * (1 - right)).sum()), abs=1e-6)
        assert shown["information"] == pytest.approx((right * (1 - right)).sum(), abs=1e-6)
    expected = [form["expected"] for form in content["forms"]]
    assert content["spread"]["worst_deviation"] == pytest.approx(max(abs(e - 13.6) for e in expected), abs=1e-6)


ONE, OTHER = "MMU-1.1-00", "MMU-2.2-04"  # both in the first form
BROKEN = {
    "a criterion misses an item": (
        {"plan": swapped(FOUR, 2, "MMU-1.1-01", "MMU-1.2-02")},
        "Form 2 misses the blueprint: criterion 1.1: 4 instead of 5. And 1 more.",
    ),
    "a level stands above its limit": (
        {"blueprint": replace(BLUEPRINT, limits=(*BLUEPRINT.limits, Limit(Dimension.LEVEL, "apply", 0, 19)))},
        "Form 1 misses the blueprint: cognitive level apply: 20 instead of 0–19. And 3 more.",
    ),
    "too few pictures": (
        {"blueprint": replace(BLUEPRINT, limits=(*BLUEPRINT.limits, Limit(Dimension.PICTURE, "yes", 1, 5)))},
        "Form 1 misses the blueprint: items with a picture: 0 instead of 1–5. And 3 more.",
    ),
    "a form is one item short": (
        {
            "plan": replace(FOUR, forms=(replace(FOUR.forms[0], codes=FOUR.forms[0].codes[:-1]), *FOUR.forms[1:])),
            "blueprint": Blueprint(20, ()),
        },
        "Form 1 holds 19 different items instead of 20.",
    ),
    "an item stands twice in a form": (
        {
            "plan": replace(FOUR, forms=(replace(FOUR.forms[0], codes=(ONE, *FOUR.forms[0].codes)), *FOUR.forms[1:])),
        },
        "Form 1 holds 20 different items instead of 20.",
    ),
    "enemies meet, whichever names the other": (
        {"items": [replace(item, enemies=(ONE,)) if item.code == OTHER else item for item in LEVELLED]},
        f"Form 1 holds {ONE} and {OTHER}, which must not stand together.",
    ),
    "an item is shown more often than its cap allows": (
        {"plan": swapped(FOUR, 2, "MMU-1.1-01", ONE), "settings": settings_of(4, exposure_cap=0.25)},
        f"Item {ONE} stands in 2 of 4 forms, more than its cap allows.",
    ),
    "two forms share too much": (
        {"plan": swapped(FOUR, 3, "MMU-1.1-02", ONE), "settings": settings_of(4, overlap_cap=0)},
        "Items that forms 1 and 3 share: 1, above the cap of 0.",
    ),
    "a form and the next share too little": (
        {"settings": settings_of(4, overlap_least=2)},
        "Items that forms 1 and 2 share: 0, fewer than the 2 asked for. And 2 more.",
    ),
    "forms are missing": ({"settings": settings_of(6)}, "There are 4 forms, 6 were asked for."),
    "a form is too hard": (
        {"items": [replace(item, b=item.b + 0.3) if item.code in FOUR.forms[3].codes else item for item in LEVELLED]},
        "Form 4: a candidate at the cut is expected to score 12.2, more than 0.5 from 13.6.",
    ),
}


@pytest.mark.clause("9.2.4", "a form certificate shows comparability before the sitting opens")
@pytest.mark.invariant("I-12", "I-44")
@pytest.mark.parametrize("case", BROKEN)
def test_whatever_breaks_a_rule_is_named_and_not_acceptable(case: str) -> None:
    changes, said = BROKEN[case]
    content = certified(**{"items": LEVELLED, **changes})
    assert said in faults_of(content)
    assert not content["acceptable"]


def test_a_plan_of_items_that_the_pool_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"form 2 holds MMU-1.1-99"):
        certified(swapped(FOUR, 2, "MMU-1.1-01", "MMU-1.1-99"))


def test_the_uncertainty_is_that_of_drawing_the_difficulties_anew() -> None:
    """Forms of half and half shared items; errors as large as those of judges."""
    plan = make_plan(*([*every(8, start, POOL), *every(8, (start + 1) % 8, POOL)] for start in range(8)))
    content = certified(plan)
    rng = np.random.default_rng(7)
    holds = np.array([[item.code in form.codes for item in POOL] for form in plan.forms], dtype=float)
    b, se = (np.array([getattr(item, field) for item in POOL]) for field in ("b", "se"))
    expected = 1 / (1 + np.exp(b + se * rng.standard_normal((40_000, len(POOL))))) @ holds.T

    shown = np.array([form["se"] for form in content["forms"]])
    np.testing.assert_allclose(
        shown, expected.std(axis=0), rtol=0.12
    )  # judges' errors are large: a line is not the curve
    assert content["uncertainty"]["se_common"] == pytest.approx(expected.mean(axis=1).std(), rel=0.12)
    apart = expected[:, :, None] - expected[:, None, :]
    sure = holds @ (1 / (1 + np.exp(b)))
    pairs = np.abs(sure[:, None] - sure) + 1.96 * apart.std(axis=0)
    assert content["uncertainty"]["pair_95_max"] == pytest.approx(pairs.max(), rel=0.12)


def test_small_errors_make_the_line_the_curve() -> None:
    items = [replace(item, se=0.05, a=1.4) for item in POOL]
    content = certified(items=items)
    rng = np.random.default_rng(11)
    holds = np.array([[item.code in form.codes for item in items] for form in FOUR.forms], dtype=float)
    b = np.array([item.b for item in items])
    expected = 1 / (1 + np.exp(1.4 * (b + 0.05 * rng.standard_normal((40_000, len(items)))))) @ holds.T
    np.testing.assert_allclose([form["se"] for form in content["forms"]], expected.std(axis=0), rtol=0.02)


def test_what_all_forms_share_makes_no_difference_between_them() -> None:
    """The same items twice: nothing is certain about the score, and everything about the difference."""
    codes = every(4, 0, POOL)
    content = certified(make_plan(codes, codes))
    assert content["uncertainty"]["pair_95_max"] == 0.0
    assert content["uncertainty"]["se_common"] == content["uncertainty"]["se_form_max"] > 0.5


@pytest.mark.parametrize(
    ("calibrated", "empirical", "grade"),
    [(80, 0, "calibrated"), (72, 0, "calibrated"), (71, 1, "empirical"), (0, 72, "empirical"), (71, 0, "judged")],
)
def test_the_grade_is_the_strongest_evidence_that_nine_of_ten_items_have(
    calibrated: int, empirical: int, grade: str
) -> None:
    sources = [Source.CALIBRATED] * calibrated + [Source.EMPIRICAL] * empirical
    sources += [Source.JUDGED] * (len(POOL) - len(sources))
    unused = make_item(90, "1.1")  # stands in no form, and says nothing of them
    content = certified(items=[*(replace(i, source=s) for i, s in zip(POOL, sources, strict=True)), unused])
    assert content["evidence"]["grade"] == grade
    assert content["exposure"]["unused"] == 1


@pytest.mark.clause("9.3.1", "forms of a sitting are held to a frozen reference standard")
def test_a_bank_that_grew_harder_is_said_and_does_not_move_the_standard() -> None:
    """The pool lies a logit above the standard; the forms, of easier items, still keep it."""
    extra = [make_item(number, kuk, b=2.0) for kuk in ("1.1", "1.2", "2.1", "2.2") for number in range(20, 60)]
    content = certified(items=[*LEVELLED, *extra])
    assert content["acceptable"]
    assert content["drift"]["difference"] < -5
    assert any("harder than the reference standard" in remark["text_en"] for remark in content["remarks"])
    assert content["spread"]["worst_deviation"] < 0.1


def test_the_drift_weighs_each_criterion_as_the_blueprint_asks_for_it() -> None:
    """Four fifths of the bank belong to one criterion and are hard; the blueprint still asks 5 of it."""
    hard = [make_item(number, "1.1", b=3.0) for number in range(20, 320)]
    content = certified(items=[*LEVELLED, *hard])
    right = 1 / (1 + np.exp(np.array([-0.7538] * 20 + [3.0] * 300)))
    assert content["drift"]["bank_expected"] == pytest.approx(15 * 0.68 + 5 * right.mean(), abs=1e-3)


def test_a_reserved_form_stands_outside_the_caps_and_says_what_its_people_saw() -> None:
    general, kept = [every(4, start, POOL) for start in (0, 1)], every(4, 0, POOL)
    plan = make_plan(*general, kept, reserved=[(ANNA, BUDI)])
    seen = {ANNA: frozenset(general[0][:3] + general[1][:1]), BUDI: frozenset([*general[0][:1], *general[1]])}
    content = certified(plan, LEVELLED, settings=settings_of(2, exposure_cap=0.5, overlap_cap=0), earlier=seen)
    assert content["acceptable"]
    assert content["retakes"] == [{"form_no": 3, "people": 2, "overlap": 3}]
    assert content["overlap"]["max"] == 0
    assert content["overlap"]["matrix"][0][2] == 20
    told = [remark["text_en"] for remark in content["remarks"]]
    assert any(one.startswith("Reserved form 3") and one.endswith("saw at most 3 of its items.") for one in told)


def test_a_general_form_given_to_somebody_still_counts_as_general() -> None:
    """Where the caps leave no room for a form of their own, people get the general form of which they saw least."""
    plan = replace(FOUR, forms=(replace(FOUR.forms[0], reserved_for=(ANNA,)), *FOUR.forms[1:]))
    seen = {ANNA: frozenset(form.codes[0] for form in FOUR.forms)}
    content = certified(plan, LEVELLED, earlier=seen, settings=settings_of(4))
    assert content["acceptable"]
    assert content["retakes"] == [{"form_no": 1, "people": 1, "overlap": 1}]
    assert content["exposure"]["counts"] == {"1": 80}
    assert any(remark["text_en"].startswith("General form 1 is given") for remark in content["remarks"])


def test_who_has_seen_items_of_every_form_and_got_none_of_their_own_is_named_by_number() -> None:
    seen = {ANNA: frozenset(form.codes[0] for form in FOUR.forms), BUDI: frozenset(FOUR.forms[0].codes)}
    told = [remark["text_en"] for remark in certified(earlier=seen)["remarks"]]
    assert "Candidates who saw items of every form before: 1; up to 1 items come again for them." in told


def test_cases_and_enemies_of_the_pool_are_counted() -> None:
    """Items of one case stand side by side when a form is arranged; one that shares its case with none needs no neighbour."""
    shared = dict.fromkeys(FOUR.forms[0].codes[:3], "case") | {FOUR.forms[1].codes[0]: "lonely"}
    items = [replace(i, case=shared.get(i.code), enemies=("MMU-9.9-99", "MMU-1.2-01")) for i in LEVELLED[:20]]
    content = certified(items=[*items, *LEVELLED[20:]])
    assert content["cases"] == {"groups": 1, "split": 0}
    assert content["enemies"] == {"pairs": 20, "together": 5}


@pytest.mark.parametrize(("order", "split"), [("AABB.C", []), ("AABBA", ["A"]), ("A.AB.B", ["A", "B"]), ("..", [])])
def test_a_case_is_split_where_something_stands_between_its_items(order: str, split: list[str]) -> None:
    shown = [make_item(number, "1.1", case=None if case == "." else case) for number, case in enumerate(order)]
    assert split_cases(shown) == split


def test_one_form_for_everybody_has_nothing_to_differ_from() -> None:
    content = certified(make_plan(every(4, 0, POOL)))
    assert content["overlap"] == {"matrix": [[20]], "mean": 0.0, "p95": 0, "max": 0, "least": 0}
    assert content["uncertainty"]["pair_95_max"] == 0.0
    told = " ".join(remark["text_en"] for remark in content["remarks"])
    assert "There is one form" in told
    assert "differ" not in told


@pytest.mark.parametrize("shuffle", [1, -1])
def test_the_hash_hangs_neither_on_the_order_of_the_pool_nor_on_json(shuffle: int) -> None:
    first, again = certified(), certified(items=POOL[::shuffle])
    assert certificate_sha256(first) == certificate_sha256(json.loads(json.dumps(again)))
    assert certificate_sha256(first | {"acceptable": None}) != certificate_sha256(first)


@pytest.mark.invariant("I-13")
def test_a_fresh_process_makes_the_same_certificate() -> None:
    program = (
        "from tests.unit.assembly.test_certificate import certified;"
        "from app.assembly.certificate.content import certificate_sha256; print(certificate_sha256(certified()))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True, timeout=60)
    assert told.stdout.strip() == certificate_sha256(certified())


def test_every_remark_speaks_both_languages() -> None:
    said: list[dict[str, Any]] = []
    for changes, _ in BROKEN.values():
        said += certified(**{"items": LEVELLED, **changes})["remarks"]  # type: ignore[arg-type]
    for remark in said:
        assert remark["text_id"] != remark["text_en"]
        assert remark["text_id"].endswith(".")
        assert remark["text_en"].endswith(".")


@pytest.mark.invariant("I-12", "I-44")
def test_what_the_programme_plans_is_acceptable_when_counted_anew() -> None:
    """Also for who sat before, and with enemies, a level to keep and blocks to share."""
    pool = [replace(item, level="analyse" if item.version_id.int % 3 else "apply") for item in make_pool(30)]
    pool = [
        replace(item, enemies=(pool[place - 1].code,)) if place % 7 == 0 else item for place, item in enumerate(pool)
    ]
    blueprint = replace(BLUEPRINT, limits=(*BLUEPRINT.limits, Limit(Dimension.LEVEL, "analyse", 10, 15)))
    settings, target = PlanSettings(5, 0.6, 14, 4), target_of()
    seen = {ANNA: frozenset(item.code for item in pool[::3])}
    plan = plan_forms(pool, blueprint, target, settings, b"s" * 32, avoiding=seen)
    content = certified(plan, pool, blueprint, target, settings, seen)
    assert faults_of(content) == []
    assert content["acceptable"]
    assert content["spread"]["worst_deviation"] <= 0.5
    assert [retake["people"] for retake in content["retakes"]] == [1]
