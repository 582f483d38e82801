"""Adjusted p values: the published example, and what must hold for any family of tests."""

import math

import numpy as np
import pytest

from app.psychometrics.numerics import false_discovery, false_on_average

# Benjamini & Hochberg 1995, section 3.2: fifteen comparisons, four of them found at .05.
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_the_published_example_finds_four() -> None:
    q = false_discovery(PUBLISHED)
    assert np.count_nonzero(q <= 0.05) == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4)


def test_the_order_of_the_tests_does_not_matter() -> None:
    shuffled = np.random.default_rng(2).permutation(len(PUBLISHED))
    assert np.array_equal(false_discovery(np.array(PUBLISHED)[shuffled]), false_discovery(PUBLISHED)[shuffled])


def test_q_never_lies_below_p_and_keeps_its_order() -> None:
    p = np.sort(np.random.default_rng(3).random(200) ** 2)
    q = false_discovery(p)
    assert np.all(q >= p)
    assert np.all(np.diff(q) >= 0)
    assert np.all(false_discovery(p, any_dependence=True) >= q)


def test_the_smallest_of_a_larger_family_are_adjusted_as_in_the_whole() -> None:
    whole = false_discovery(PUBLISHED)[:4]
    assert false_discovery(PUBLISHED[:4], n_tests=15) == pytest.approx(whole)


def test_none_and_one_test() -> None:
    assert false_discovery([]).tolist() == []
    assert false_discovery([0.2]).tolist() == [0.2]


@pytest.mark.parametrize("p", [[0.1, float("nan")], [-0.1], [1.1], [[0.1]]])
def test_what_is_no_p_value_is_refused(p: list[float]) -> None:
    with pytest.raises(ValueError, match=r"^p must"):
        false_discovery(p)


def test_a_family_smaller_than_its_members_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^n_tests"):
        false_discovery([0.1, 0.2], n_tests=1)


@pytest.mark.parametrize("rate", [0.05, 0.2])
def test_where_nothing_is_to_be_found_as_many_are_raised_as_stated(rate: float) -> None:
    rng = np.random.default_rng(9)
    raised = [int((false_discovery(rng.random(200)) <= rate).sum()) for _ in range(8000)]
    assert np.mean(raised) == pytest.approx(false_on_average(0, rate), abs=4 * np.std(raised) / math.sqrt(8000))
