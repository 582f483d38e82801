"""Mantel-Haenszel and its kin: published and hand-computed tables, and what must not matter."""

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.psychometrics import Reason, Responses, dif
from tests.alike import assert_same
from tests.simulated_exams import on_forms

NAN = float("nan")

# Admissions to Berkeley in 1973 by department (Bickel, Hammel & O'Connell 1975, Science 187:398-404):
# men admitted, men rejected, women admitted, women rejected.
BERKELEY = [
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
]


def of_tables(tables: list[tuple[int, int, int, int]]) -> tuple[Responses, list[int], dif.ScoreMatch]:
    """One item; each table (A, B, C, D) is a stratum."""
    cells = [
        (k, group, score)
        for k, table in enumerate(tables)
        for (group, score), n in zip(((0, 1), (0, 0), (1, 1), (1, 0)), table, strict=True)
        for _ in range(n)
    ]
    responses = Responses.from_dense([[score] for _, _, score in cells])
    return responses, [g for _, g, _ in cells], dif.ScoreMatch([k for k, _, _ in cells], n_strata=None)


def exam(
    seed: int, persons: int = 400, items: int = 30, form: int | None = None, shift: dict[int, float] | None = None
) -> tuple[Responses, NDArray[np.int64], NDArray[np.float64]]:
    """Rasch answers of two groups; `shift` makes items harder for the focal group."""
    rng = np.random.default_rng(seed)
    group = np.arange(persons) % 2
    ability = rng.normal(size=persons) - 0.3 * group
    hardness = np.tile(rng.normal(-0.3, 0.8, items), (persons, 1))
    for item, size in (shift or {}).items():
        hardness[group == 1, item] += size
    right = (rng.random((persons, items)) < 1.0 / (1.0 + np.exp(hardness - ability[:, None]))).astype(float)
    return Responses.from_dense(on_forms(right, form, rng)), group, ability


def test_the_berkeley_admissions_as_published() -> None:
    """The odds ratio .905 and chi-squares 1.52 and 1.43 are printed in the R manual of mantelhaen.test."""
    responses, group, match = of_tables(BERKELEY)
    item = dif.mantel_haenszel(responses, group, match=match)[0]
    assert item.alpha == pytest.approx(0.9046968, abs=5e-8)
    assert item.chi2_corrected == pytest.approx(1.4269, abs=5e-5)
    assert item.p_corrected == pytest.approx(0.2323, abs=5e-5)
    assert item.delta.low is not None
    assert math.exp(item.delta.low / -2.35) == pytest.approx(1.0603298, abs=5e-8)  # by Robins-Breslow-Greenland
    assert item.ets == "A"


def test_mantel_haenszel_by_hand() -> None:
    """Two strata of 20: (8, 2, 5, 5) and (6, 4, 3, 7)."""
    responses, group, match = of_tables([(8, 2, 5, 5), (6, 4, 3, 7)])
    item = dif.mantel_haenszel(responses, group, match=match)[0]
    alpha = (8 * 5 / 20 + 6 * 7 / 20) / (2 * 5 / 20 + 4 * 3 / 20)
    assert item.alpha == pytest.approx(alpha)
    assert item.delta.value == pytest.approx(-2.35 * math.log(alpha))
    deviation = (8 - 6.5) + (6 - 4.5)
    variance = 10 * 10 * 13 * 7 / (400 * 19) + 10 * 10 * 9 * 11 / (400 * 19)
    assert item.chi2 == pytest.approx(deviation**2 / variance)
    assert item.chi2_corrected == pytest.approx((deviation - 0.5) ** 2 / variance)
    assert (item.n_used, item.n_strata, item.information) == (40, 2, pytest.approx(variance))


def test_standardization_by_hand() -> None:
    responses, group, match = of_tables([(8, 2, 5, 5), (6, 4, 3, 17), (0, 0, 4, 0)])
    item = dif.standardization(responses, group, match=match)[0]
    expected = (10 * (0.5 - 0.8) + 20 * (0.15 - 0.6)) / 30
    assert item.p_dif.value == pytest.approx(expected)
    noise = (1 / 3) ** 2 * 13 * 7 / (19 * 10 * 10) + (2 / 3) ** 2 * 9 * 21 / (29 * 10 * 20)
    assert item.p_dif.se == pytest.approx(math.sqrt(noise))
    assert item.rmsd == pytest.approx(math.sqrt((10 * 0.3**2 + 20 * 0.45**2) / 30))
    assert (item.p_dif.n_used, item.n_strata) == (50, 2)


def test_a_standardized_difference_of_thin_strata_has_an_honest_interval() -> None:
    """Seeds 200-239: 1,200 intervals at 95 % of sound items; 40 focal candidates over some 25 scores."""
    covered = []
    for seed in range(200, 240):
        responses, _, _ = exam(seed, persons=160)
        group = (np.arange(160) % 4 == 0).astype(int)
        estimates = [item.p_dif for item in dif.standardization(responses, group)]
        covered += [e.low <= 0.0 <= e.high for e in estimates if e.low is not None and e.high is not None]
    assert 0.93 <= np.mean(covered) <= 0.97


def test_a_standardized_difference_needs_a_stratum_of_both_scores() -> None:
    responses, group, match = of_tables([(4, 0, 3, 0), (0, 5, 0, 2), (0, 0, 1, 1)])
    assert dif.standardization(responses, group, match=match)[0].p_dif.reason == Reason.NO_MATCHED_CANDIDATES


def test_breslow_day_is_zero_when_all_odds_ratios_are_equal() -> None:
    responses, group, match = of_tables([(8, 2, 4, 4), (4, 4, 2, 8)])
    item = dif.breslow_day(responses, group, match=match)[0]
    assert (item.chi2, item.df) == (pytest.approx(0.0, abs=1e-12), 1)


@pytest.mark.parametrize(
    "tables", [[(8, 2, 5, 5), (3, 7, 6, 4)], [(2, 8, 2, 8), (5, 5, 5, 5)], [(1, 9, 6, 4), (3, 6, 8, 1)]]
)
def test_breslow_day_by_hand(tables: list[tuple[int, int, int, int]]) -> None:
    """The expected count has the odds ratio of Mantel and Haenszel, at alpha above, at and below 1."""
    responses, group, match = of_tables(tables)
    alpha = dif.mantel_haenszel(responses, group, match=match)[0].alpha or 0.0
    square = shift = total = 0.0
    for a, b, c, d in tables:
        low, high = max(0.0, a + c - (c + d)), float(min(a + b, a + c))
        for _ in range(200):  # bisection: the odds ratio rises with the count
            e = (low + high) / 2
            low, high = (e, high) if e * (d - a + e) < alpha * (a + b - e) * (a + c - e) else (low, e)
        v = 1 / (1 / e + 1 / (a + b - e) + 1 / (a + c - e) + 1 / (d - a + e))
        square, shift, total = square + (a - e) ** 2 / v, shift + a - e, total + v
    item = dif.breslow_day(responses, group, match=match)[0]
    assert item.chi2 == pytest.approx(square)
    assert item.chi2_tarone == pytest.approx(square - shift**2 / total)


@pytest.mark.parametrize(
    ("delta", "se", "chi2", "expected"),
    [
        (0.99, 0.1, 90.0, "A"),
        (1.0, 0.1, 3.84, "A"),  # p = .0500
        (1.0, 0.1, 3.85, "B"),
        (1.49, 0.1, 90.0, "B"),
        (1.5, 0.31, 20.0, "B"),  # not significantly above 1: 1.5 - 1.645 * .31 < 1
        (1.5, 0.30, 20.0, "C"),
        (-1.5, 0.30, 20.0, "C"),
    ],
)
def test_the_ets_classes_at_their_boundaries(delta: float, se: float, chi2: float, expected: str) -> None:
    assert dif.ets_class(delta=delta, se=se, chi2=chi2) == expected


def figures(responses: Responses, group: Any, match: dif.Match | None) -> dict[str, Any]:
    return {
        "mh": [dataclasses.asdict(x) for x in dif.mantel_haenszel(responses, group, match=match)],
        "std": [dataclasses.asdict(x) for x in dif.standardization(responses, group, match=match)],
        "bd": [dataclasses.asdict(x) for x in dif.breslow_day(responses, group, match=match)],
        "logistic": [dataclasses.asdict(x) for x in dif.logistic_regression(responses, group, match=match)],
        "sibtest": [dataclasses.asdict(x) for x in dif.sibtest(responses, group)],
    }


@pytest.mark.parametrize("form", [None, 20])
def test_order_of_persons_and_items_does_not_matter(form: int | None) -> None:
    responses, group, _ = exam(3, form=form)
    rng = np.random.default_rng(4)
    rows, columns = rng.permutation(400), rng.permutation(30)
    shuffled = Responses.from_dense(responses.to_dense()[rows][:, columns])
    there, here = figures(shuffled, group[rows], None), figures(responses, group, None)
    for name, items in here.items():
        assert_same([items[j] for j in columns], there[name], 1e-9, name)


def test_swapping_the_groups_turns_the_sign_and_nothing_else() -> None:
    responses, group, _ = exam(5)
    for one, other in zip(
        dif.mantel_haenszel(responses, group), dif.mantel_haenszel(responses, 1 - group), strict=True
    ):
        assert one.delta.value == pytest.approx(-(other.delta.value or 0.0), abs=1e-12)
        assert one.delta.se == pytest.approx(other.delta.se)
        assert (one.chi2, one.ets) == (pytest.approx(other.chi2), other.ets)
    for first, second in zip(dif.sibtest(responses, group), dif.sibtest(responses, 1 - group), strict=True):
        assert first.beta.value == pytest.approx(-(second.beta.value or 0.0), abs=1e-12)
    for left, right in zip(
        dif.logistic_regression(responses, group), dif.logistic_regression(responses, 1 - group), strict=True
    ):
        assert left.group_effect.value == pytest.approx(-(right.group_effect.value or 0.0), abs=1e-8)
        assert left.both.chi2 == pytest.approx(right.both.chi2, abs=1e-8)


def test_sparse_equals_dense() -> None:
    """A candidate of neither group with two items of his own makes the data sparse, and nothing else."""
    responses, group, ability = exam(6, persons=200, items=12)
    wide = np.full((201, 14), NAN)
    wide[:200, :12] = responses.to_dense()
    wide[200, 12:] = 1.0
    sparse, groups = Responses.from_dense(wide), np.append(group, -1)
    given = (dif.ScoreMatch(ability, None), dif.ScoreMatch(np.append(ability, 9.0), None))
    for dense_match, sparse_match in ((dif.TotalMatch(), dif.TotalMatch()), given):
        dense, other = figures(responses, group, dense_match), figures(sparse, groups, sparse_match)
        for name in ("mh", "std", "bd", "logistic"):
            assert_same(dense[name], other[name][:12], 1e-9, name)


def test_the_matching_score_counts_the_studied_item_and_the_anchors_alone() -> None:
    responses, group, _ = exam(7, persons=120, items=6)
    anchor = np.array([True, True, False, True, False, True])
    scores = responses.to_dense()
    for item, result in enumerate(dif.mantel_haenszel(responses, group, anchor=anchor)):
        total = scores[:, anchor].sum(axis=1) + (0 if anchor[item] else scores[:, item])
        alone = responses.with_items([item])
        assert result.chi2 == dif.mantel_haenszel(alone, group, match=dif.ScoreMatch(total, None))[0].chi2


def test_quantile_strata_hold_about_equal_numbers_and_keep_ties_together() -> None:
    responses, _, ability = exam(8, persons=100, items=2)
    anchor = np.ones(2, dtype=bool)
    even = dif.ScoreMatch(ability, 5).of(responses, anchor)
    assert np.bincount(even.stratum[even.code]).tolist() == [40] * 5
    tied = dif.ScoreMatch(np.repeat([1.0, 2.0, 3.0], [60, 30, 10]), 5).of(responses, anchor)
    assert tied.stratum.tolist() == [1, 3, 4]


def test_a_score_is_needed_only_of_those_who_received_an_item() -> None:
    responses = Responses.from_dense([[1, 0], [NAN, NAN], [0, 1], [1, 1]])
    for n_strata in (2, None):
        match = dif.ScoreMatch([0.5, NAN, 0.5, 0.5], n_strata)
        item = dif.mantel_haenszel(responses, [0, 1, 1, 1], match=match)[0]
        assert (item.n_used, item.n_strata, item.n_focal) == (3, 1, 2)


def test_items_and_groups_without_enough_candidates_have_a_reason() -> None:
    matrix = [[1, 1, NAN, 1, 0], [0, 1, NAN, NAN, 1], [1, 1, NAN, NAN, 0], [0, 1, NAN, NAN, 1]] * 10
    responses, group = Responses.from_dense(matrix), [0, 0, 1, 1] * 10
    expected = [None, Reason.NO_ITEM_VARIANCE, Reason.NOT_ADMINISTERED, Reason.TOO_FEW_IN_GROUP, None]
    match = dif.ScoreMatch([0.0] * 40)
    results = dif.mantel_haenszel(responses, group, match=match)
    assert [item.reason for item in results] == expected
    assert [item.p_dif.reason for item in dif.standardization(responses, group, match=match)] == expected
    assert [item.uniform.reason for item in dif.logistic_regression(responses, group)][1:4] == expected[1:4]
    floor = dif.Floor(group=21)
    assert dif.mantel_haenszel(responses, group, match=match, floor=floor)[0].reason == Reason.TOO_FEW_IN_GROUP
    floor = dif.Floor(total=41)
    assert dif.mantel_haenszel(responses, group, match=match, floor=floor)[0].reason == Reason.TOO_FEW_PERSONS
    assert {item.reason for item in dif.mantel_haenszel(responses, [0] * 40)} >= {Reason.TOO_FEW_IN_GROUP}


def test_an_odds_ratio_without_bound_has_no_delta_but_a_test() -> None:
    responses, group, match = of_tables([(10, 0, 5, 5), (10, 0, 8, 2)])
    never = dif.mantel_haenszel(responses, group, match=match)[0]
    assert (never.alpha, never.delta.reason, never.ets) == (None, Reason.BOUNDARY, None)
    assert never.chi2 is not None
    assert never.chi2 > 5
    swapped = dif.mantel_haenszel(responses, [1 - g for g in group], match=match)[0]
    assert (swapped.alpha, swapped.chi2) == (0.0, pytest.approx(never.chi2))
    assert dif.breslow_day(responses, group, match=match)[0].reason == Reason.BOUNDARY


def test_groups_that_never_meet_cannot_be_compared() -> None:
    responses, group, match = of_tables([(5, 5, 0, 0), (0, 0, 5, 5)])
    assert dif.mantel_haenszel(responses, group, match=match)[0].reason == Reason.NO_MATCHED_CANDIDATES
    assert dif.standardization(responses, group, match=match)[0].p_dif.reason == Reason.NO_MATCHED_CANDIDATES
    assert dif.breslow_day(responses, group, match=match)[0].reason == Reason.NO_MATCHED_CANDIDATES


@pytest.mark.parametrize("matrix", [np.zeros((0, 2)), np.full((3, 2), NAN), np.ones((4, 1)), np.zeros((4, 3))])
def test_data_without_information_give_reasons_and_no_warning(matrix: NDArray[np.float64]) -> None:
    responses, group = Responses.from_dense(matrix), np.arange(len(matrix)) % 2
    for match in (None, dif.AdjustedMatch(), dif.ScoreMatch(np.zeros(len(matrix)))):
        results = figures(responses, group, match)
        json.dumps(results, allow_nan=False)
        assert all(item["reason"] is not None for item in results["mh"])
    assert all(item["beta"]["reason"] is not None for item in results["sibtest"])


def test_malformed_input_names_the_argument() -> None:
    responses, group, ability = exam(9, persons=20, items=3)
    with pytest.raises(ValueError, match=r"^group"):
        dif.mantel_haenszel(responses, group[:-1])
    with pytest.raises(ValueError, match=r"^group"):
        dif.mantel_haenszel(responses, group + 1)
    with pytest.raises(ValueError, match=r"^anchor"):
        dif.mantel_haenszel(responses, group, anchor=[0, 1])
    with pytest.raises(ValueError, match=r"^anchor"):
        dif.mantel_haenszel(responses, group, match=dif.ScoreMatch(ability), anchor=[True, True, False])
    with pytest.raises(ValueError, match=r"^score"):
        dif.mantel_haenszel(responses, group, match=dif.ScoreMatch(ability[1:]))
    with pytest.raises(ValueError, match=r"^level"):
        dif.mantel_haenszel(responses, group, level=95)
    with pytest.raises(ValueError, match=r"^min_cell"):
        dif.sibtest(responses, group, min_cell=1)
    for build in (lambda: dif.TotalMatch(0), lambda: dif.AdjustedMatch(0), lambda: dif.ScoreMatch(ability, 0)):
        with pytest.raises(ValueError, match=r"^(width|n_strata)"):
            build()
    for arguments in ({"group": 0}, {"total": 1}):
        with pytest.raises(ValueError, match=r"^(group|total)"):
            dif.Floor(**arguments)


def test_dif_is_found_in_its_item_and_with_its_sign() -> None:
    for form in (None, 20):
        responses, group, _ = exam(10, persons=1500, form=form, shift={4: 1.0})
        results = dif.mantel_haenszel(responses, group)
        assert results[4].delta.value is not None
        assert results[4].delta.value < -1.5
        assert results[4].ets == "C"
        assert (results[4].q or 1.0) < 0.001
        assert (dif.standardization(responses, group)[4].p_dif.value or 0.0) < -0.1
        assert (dif.logistic_regression(responses, group)[4].group_effect.value or 0.0) < -0.6
    fixed, group, _ = exam(10, persons=1500, shift={4: 1.0})
    assert (dif.sibtest(fixed, group)[4].beta.value or 0.0) > 0.1


@pytest.mark.parametrize("form", [None, 20])
def test_without_dif_the_false_alarms_are_as_many_as_promised(form: int | None) -> None:
    """Seeds 100-114: 450 tests at .05 of groups that differ in ability; 22 expected, SD 5."""
    p, q, slopes = [], [], []
    for seed in range(100, 115):
        responses, group, _ = exam(seed, persons=600, form=form)
        results = dif.mantel_haenszel(responses, group)
        p += [item.p or 0.0 for item in results]
        q += [item.q or 0.0 for item in results]
        slopes += [item.nonuniform.p or 0.0 for item in dif.logistic_regression(responses, group)]
    assert 9 <= sum(value < 0.05 for value in p) <= 37
    assert 9 <= sum(value < 0.05 for value in slopes) <= 37
    assert sum(value < 0.05 for value in q) <= 4


def test_the_difficulty_of_the_form_is_no_dif() -> None:
    """The focal group gets easier forms: the raw total then accuses every common item, an ability none."""
    rng = np.random.default_rng(11)
    group = np.arange(1200) % 2
    ability, hardness = rng.normal(size=1200), np.concatenate([np.full(20, 0.9), np.zeros(10), np.full(20, -0.9)])
    right = (rng.random((1200, 50)) < 1 / (1 + np.exp(hardness - ability[:, None]))).astype(float)
    right[group == 0, 30:] = NAN
    right[group == 1, :20] = NAN
    responses = Responses.from_dense(right)
    common = range(20, 30)
    raw = dif.mantel_haenszel(responses, group, match=dif.TotalMatch())
    assert all((raw[j].delta.value or 0.0) < -1.5 for j in common)
    for match in (dif.ScoreMatch(ability), dif.AdjustedMatch()):
        fair = dif.mantel_haenszel(responses, group, match=match)
        assert all(abs(fair[j].delta.value or 9.0) < 0.9 for j in common)
