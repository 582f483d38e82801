"""The planner's simulator: one plan made in earnest, of a pool chosen from the bank."""

from __future__ import annotations

import random

import pytest

from app.assembly import Blueprint, Dimension, Limit, PoolItem, Source, Target
from app.assembly.curves import expected_score
from app.assembly.simulation.pool_sizes import choose_pool
from app.assembly.simulation.simulate import MOST_FORMS, Demand, Wish, simulate
from tests.unit.assembly.certified import JUDGED_SD, make_item

KUKS = tuple(f"{unit}.{row}" for unit in (1, 2) for row in range(1, 6))
BLUEPRINT = Blueprint(50, tuple(Limit(Dimension.KUK, kuk, 5, 5) for kuk in KUKS))
TARGET = Target(theta=0.0, score=33.5)
SEED = bytes(range(32))
DEMAND = Demand(candidates=60, sittings=4)


def bank(per_kuk: int = 20) -> list[PoolItem]:
    luck = random.Random(2)
    shares = ((kuk, number, luck.uniform(0.45, 0.9)) for kuk in KUKS for number in range(per_kuk))
    return [
        make_item(number, kuk, b=-0.7 * (p - 0.67) / 0.15 - 0.7, se=JUDGED_SD / (p * (1 - p)))
        for kuk, number, p in shares
    ]


@pytest.mark.clause(
    "9.3.1", "before a period the size of the pool, its exposure and its evidence are computed, with a recommendation"
)
def test_the_forms_of_the_recommended_pool_are_planned_and_compared() -> None:
    items = bank()
    target = Target(0.0, expected_score(items, 0.0) / 4)
    found = simulate(items, BLUEPRINT, target, DEMAND, SEED)
    assert found.recommended.size == 80 == found.planned
    assert found.shortfalls == ()
    seen = found.comparability
    assert seen is not None
    assert target.score - target.tolerance <= seen.expected_min <= seen.expected_max <= target.score + target.tolerance
    assert seen.pair_95_max > seen.expected_max - seen.expected_min, "judges err, too"
    assert seen.evidence is Source.JUDGED
    assert simulate(items, BLUEPRINT, target, DEMAND, SEED) == found, "the same question, the same answer"


def test_a_wish_overrules_what_is_proposed() -> None:
    items = bank()
    target = Target(0.0, expected_score(items, 0.0) / 4)
    found = simulate(items, BLUEPRINT, target, DEMAND, SEED, Wish(forms=3, exposure_cap=0.9, pool_size=120))
    assert (found.forms, found.planned) == (3, 120)
    assert found.comparability is not None
    assert found.comparability.forms == 3
    assert 120 in {pool.size for pool in found.pools}


def test_a_cap_on_exposure_asks_for_more_forms() -> None:
    """Two forms cannot keep an item below one half."""
    items = bank()
    target = Target(0.0, expected_score(items, 0.0) / 4)
    found = simulate(items, BLUEPRINT, target, DEMAND, SEED, Wish(exposure_cap=0.4))
    assert found.forms == 5
    assert found.shortfalls == ()
    assert found.comparability is not None


def test_many_forms_are_judged_by_some_of_them() -> None:
    items = bank()
    target = Target(0.0, expected_score(items, 0.0) / 4)
    found = simulate(items, BLUEPRINT, target, Demand(5000, 1), SEED, Wish(forms=40))
    assert found.forms == 40
    assert found.comparability is not None
    assert found.comparability.forms == MOST_FORMS


def test_where_no_plan_keeps_the_rules_it_says_which_one() -> None:
    """Nobody gets 49 points from items of which two thirds are right."""
    found = simulate(bank(), BLUEPRINT, Target(0.0, 49.0), DEMAND, SEED)
    assert found.comparability is None
    assert "score" in {one.rule for one in found.shortfalls}
    assert found.pools, "what follows from counting is told all the same"


@pytest.mark.parametrize(("candidates", "sittings", "each"), [(60, 4, 15), (61, 4, 16), (1, 12, 1)])
def test_candidates_of_a_sitting(candidates: int, sittings: int, each: int) -> None:
    assert Demand(candidates, sittings).per_sitting == each


def test_a_pool_smaller_than_a_form_is_one_form() -> None:
    assert len(choose_pool(bank(), BLUEPRINT, 10, SEED)) == 50
