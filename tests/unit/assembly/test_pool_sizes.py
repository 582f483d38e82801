"""The figures of the simulator against drawings, and what it advises."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest

from app.assembly import Blueprint, Dimension, Limit, PoolItem, Target
from app.assembly.simulation.advice import LEAST_POOL, WINDOW_YEARS, recommend
from app.assembly.simulation.pool_sizes import choose_pool, figures_of, pools_of
from tests.unit.assembly.certified import make_item

WANTED = {"1.1": 5, "1.2": 3, "2.1": 2}
BLUEPRINT = Blueprint(10, tuple(Limit(Dimension.KUK, kuk, count, count) for kuk, count in WANTED.items()))
TARGET = Target(theta=0.0, score=6.8)
SEED = bytes(range(32))


def bank(**per_kuk: int) -> list[PoolItem]:
    held = dict.fromkeys(WANTED, 20) | {kuk.replace("_", "."): count for kuk, count in per_kuk.items()}
    luck = random.Random(1)
    return [make_item(number, kuk, b=luck.gauss(-0.7, 0.6)) for kuk, count in held.items() for number in range(count)]


def test_overlap_exposure_and_answers_are_what_drawing_gives() -> None:
    """4,000 forms drawn by the blueprint from a pool whose criteria hold unequal shares."""
    shares = {"1.1": 8, "1.2": 9, "2.1": 2}
    pool = {kuk: [(kuk, number) for number in range(count)] for kuk, count in shares.items()}
    luck = random.Random(7)
    forms = [{item for kuk, count in WANTED.items() for item in luck.sample(pool[kuk], count)} for _ in range(4000)]
    found = figures_of(shares, BLUEPRINT, spread=0.2, candidates=len(forms))
    seen = {item: sum(item in form for form in forms) for items in pool.values() for item in items}
    pairs = list(combinations(forms[:300], 2))
    assert found.size == 19
    assert found.n_per_item == pytest.approx(sum(seen.values()) / len(seen))
    assert found.exposure == pytest.approx(found.n_per_item / len(forms))
    assert found.exposure_most == 1 == max(seen.values()) / len(forms), "both items of 2.1 stand in every form"
    assert found.overlap_mean == pytest.approx(sum(len(one & other) for one, other in pairs) / len(pairs), abs=0.05)


def test_the_precision_of_a_share_and_the_years_to_a_calibration() -> None:
    """60 candidates a year on 15 of 100 items each: DOMAIN's 15 answers to an item."""
    found = figures_of({"1.1": 200, "1.2": 120, "2.1": 80}, BLUEPRINT, spread=0.21, candidates=600)
    assert found.n_per_item == 15
    assert found.se_p == pytest.approx((0.21 / 15) ** 0.5)
    assert (found.years_to_rasch, found.years_to_2pl) == pytest.approx((200 / 15, 500 / 15))


def test_pools_go_from_one_form_to_the_whole_bank() -> None:
    pools = pools_of(bank(), BLUEPRINT, TARGET, 60)
    sizes = [pool.size for pool in pools]
    assert sizes == sorted(set(sizes))
    assert (sizes[0], sizes[-1]) == (10, 60)
    assert pools[0].overlap_mean == 10
    for less, more in pairwise(pools):
        assert less.overlap_mean > more.overlap_mean
        assert less.n_per_item > more.n_per_item


def test_a_chosen_pool_keeps_the_blueprint_and_is_as_hard_as_its_bank() -> None:
    items = bank()
    pool = choose_pool(items, BLUEPRINT, 30, SEED)
    assert {kuk: sum(item.kuk == kuk for item in pool) for kuk in WANTED} == {"1.1": 15, "1.2": 9, "2.1": 6}
    assert len({item.code for item in pool}) == 30
    for kuk in WANTED:
        of_pool, of_bank = (sorted(item.b for item in each if item.kuk == kuk) for each in (pool, items))
        assert of_pool[0] <= of_bank[4], "easy ones"
        assert of_pool[-1] >= of_bank[-5], "and hard ones"
    assert choose_pool(items, BLUEPRINT, 30, SEED) == pool
    assert {item.code for item in choose_pool(items, BLUEPRINT, 30, bytes(32))} != {item.code for item in pool}


def test_a_criterion_without_spare_items_gives_what_it_has() -> None:
    pool = choose_pool(bank(**{"2_1": 2}), BLUEPRINT, 30, SEED)
    assert sum(item.kuk == "2.1" for item in pool) == 2
    with pytest.raises(ValueError, match=r"2\.1"):
        choose_pool(bank(**{"2_1": 1}), BLUEPRINT, 30, SEED)


def test_few_candidates_get_the_least_pool_that_is_safe() -> None:
    advised = recommend(pools_of(bank(), BLUEPRINT, TARGET, 20), 10, 20)
    assert advised.size == LEAST_POOL * 10
    assert "beristirahat" in advised.text_id


def test_more_candidates_get_the_largest_pool_that_can_be_calibrated_in_time() -> None:
    pools = pools_of(bank(), BLUEPRINT, TARGET, 200)
    advised = recommend(pools, 10, 200)
    assert max(pool.size for pool in pools if pool.years_to_rasch <= WINDOW_YEARS) == advised.size == 30
    assert "3" in advised.text_en


def test_a_cap_on_exposure_asks_for_a_larger_pool_and_a_small_bank_for_more_items() -> None:
    pools = pools_of(bank(), BLUEPRINT, TARGET, 20)
    capped = recommend(pools, 10, 20, exposure_cap=0.4)
    assert capped.size == 26
    assert "40%" in capped.text_id
    assert "tulis soal baru" in recommend(pools, 10, 20, exposure_cap=0.1).text_id


def test_a_small_bank_is_told_of_no_cap_that_nobody_asked_for() -> None:
    small = pools_of(bank(**{"1_1": 6, "1_2": 4, "2_1": 3}), BLUEPRINT, TARGET, 20)
    assert [" cap " in recommend(small, 10, 20, cap).text_en for cap in (None, 0.4)] == [False, True]
