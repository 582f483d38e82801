"""The equity report on constructed sittings whose right answer is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assembly import PoolItem, Source
from app.review.equity import Cut, SatForm, equity

LOGIT_68 = math.log(0.68 / 0.32)
CUT = Cut(score=68, theta=LOGIT_68)  # on items of difficulty 0 a candidate of this ability expects 68 of 100


def items(b: float, name: str = "A", se: float = 0.0) -> tuple[PoolItem, ...]:
    return tuple(
        PoolItem(
            version_id=UUID(int=n),
            code=f"{name}-{n:03d}",
            kuk="1.1",
            unit="MM 1",
            level="apply",
            picture=False,
            case=None,
            enemies=(),
            fixed=False,
            content_hash="",
            b=b,
            se=se,
            source=Source.JUDGED,
        )
        for n in range(100)
    )


def scores_of(b: float, theta: Sequence[float], seed: int) -> tuple[int, ...]:
    """Scores of these abilities on 100 items of this difficulty, by a fixed seed."""
    p = 1 / (1 + np.exp(b - np.asarray(theta)))
    return tuple(np.random.default_rng(seed).binomial(100, p).tolist())


@pytest.mark.clause(
    "9.3.1", "after the sitting the forms are compared: means, equivalent of the standard, decisions that flip"
)
def test_an_easier_form_asks_for_more_points_and_names_who_owes_the_pass_to_it() -> None:
    easier = 100 / (1 + math.exp(-0.2 - LOGIT_68))  # 72.2 points at the cut
    scores = (67, 68, 71, 72, 90)
    found = equity([SatForm(1, items(0.0), scores), SatForm(2, items(-0.2, "B"), scores)], CUT)
    fair, easy = found["forms"]
    assert fair["raw_equivalent"] == pytest.approx(68)
    assert easy["raw_equivalent"] == pytest.approx(easier)
    assert (fair["equated_cut"], easy["equated_cut"]) == (68, 72)
    assert (fair["flips"], easy["flips"]) == (0, 2), "68 and 71 pass, and would not at 72"
    assert (found["flips"], found["n"]) == (2, 10)


def test_a_harder_form_names_who_failed_by_it() -> None:
    found = equity([SatForm(1, items(0.2), (60, 64, 67, 68))], CUT)
    (hard,) = found["forms"]
    assert hard["equated_cut"] == round(100 / (1 + math.exp(0.2 - LOGIT_68))) == 64
    assert hard["flips"] == 2, "64 and 67 fail, and would not at 64"


def test_expected_means_share_out_what_all_candidates_scored() -> None:
    """The cohort's ability is found from everybody, so that the forms' expectations add up to what was scored."""
    rng = np.random.default_rng(11)
    first, second = rng.normal(0.9, 0.75, (2, 4000))
    forms = [SatForm(1, items(0.0), scores_of(0.0, first, 1)), SatForm(2, items(0.6, "B"), scores_of(0.6, second, 2))]
    found = equity(forms, CUT)
    assert found["method"]["ability_mean"] == pytest.approx(0.9, abs=0.05)
    assert sum(row["n"] * row["expected_mean"] for row in found["forms"]) == pytest.approx(
        sum(row["n"] * row["observed_mean"] for row in found["forms"])
    )
    for row in found["forms"]:
        assert abs(row["observed_mean"] - row["expected_mean"]) < 3 * row["se"]
    assert found["forms"][0]["expected_mean"] - found["forms"][1]["expected_mean"] > 10


def test_the_errors_of_the_difficulties_reach_the_equivalent() -> None:
    (row,) = equity([SatForm(1, items(0.0, se=0.5), (70,))], CUT)["forms"]
    assert row["raw_equivalent_se"] == pytest.approx(0.68 * 0.32 * 0.5 * math.sqrt(100))


@pytest.mark.parametrize(("n", "equated"), [(99, False), (100, True)])
def test_forms_are_equated_from_100_candidates_on(n: int, equated: bool) -> None:
    theta = np.random.default_rng(5).normal(0.9, 0.75, n)
    forms = [SatForm(no, items(b, str(no)), scores_of(b, theta, no)) for no, b in ((1, 0.0), (2, 0.0))]
    checks = [row["equating"] for row in equity(forms, CUT)["forms"]]
    assert all((check["value"] is not None) is equated for check in checks)
    assert all(check["text_id"].startswith("tidak disetarakan") is not equated for check in checks)
    assert all(check["n"] == n for check in checks)


def test_the_equating_finds_what_the_scores_say_whatever_the_parameters_promise() -> None:
    """Both forms are said to be equal; the second was three points easier for everybody."""
    first = tuple(np.random.default_rng(7).integers(50, 90, 400).tolist())
    forms = [SatForm(1, items(0.0), first), SatForm(2, items(0.0, "B"), tuple(score + 3 for score in first))]
    one, two = (row["equating"] for row in equity(forms, CUT)["forms"])
    assert two["value"] == pytest.approx(71, abs=0.5), "the pass mark of the first form, on the second"
    assert one["value"] == pytest.approx(65, abs=0.5)
    assert 0.5 < two["se"] < 1.5
    assert "circle-arc" in two["method"]


def test_whoever_sits_again_counts_for_the_means_and_not_for_the_equating() -> None:
    """They were given a form that spares them, and are no random group."""
    theta = np.random.default_rng(5).normal(0.9, 0.75, 150)
    general = [SatForm(no, items(0.0, str(no)), scores_of(0.0, theta, no)) for no in (1, 2)]
    again = SatForm(3, items(0.0, "3"), (), repeaters=(20, 70) * 75)
    first, second, third = equity([*general, again], CUT)["forms"]
    assert (third["n"], third["repeaters"], third["observed_mean"]) == (150, 150, 45)
    assert third["equating"]["value"] is None
    assert [row["equating"] for row in (first, second)] == [row["equating"] for row in equity(general, CUT)["forms"]]


def test_a_form_that_nobody_had_and_a_sitting_that_nobody_took() -> None:
    found = equity([SatForm(1, items(0.0), (70, 71)), SatForm(2, items(0.0, "B"), ())], CUT)
    empty = found["forms"][1]
    assert (empty["n"], empty["observed_mean"], empty["se"], empty["flips"]) == (0, None, None, 0)
    assert empty["expected_mean"] == pytest.approx(70.5)
    nobody = equity([SatForm(1, items(0.0), ())], CUT)
    assert (nobody["n"], nobody["forms"][0]["expected_mean"]) == (0, None)


@settings(max_examples=30, deadline=None)
@given(
    b=st.floats(-2, 2),
    theta=st.floats(-1, 2),
    scores=st.lists(st.lists(st.integers(0, 100), max_size=20), min_size=1, max_size=4),
)
def test_identical_forms_flip_nobody_where_the_cut_is_theirs(b: float, theta: float, scores: list[list[int]]) -> None:
    """Whatever the items, forms that hold the same ones have one equivalent; at the ability that expects 68, nobody flips."""
    same = items(b)
    forms = [SatForm(no, same, tuple(each)) for no, each in enumerate(scores, 1)]
    rows = equity(forms, Cut(68, theta))["forms"]
    assert len({row["raw_equivalent"] for row in rows}) == 1
    assert equity(forms, Cut(68, b + LOGIT_68))["flips"] == 0
