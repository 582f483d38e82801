"""Item statistics: hand-computed cases, missing by design, and what cannot be computed."""

import math

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Reason, Responses

NAN = float("nan")

#          q1 q2 q3   t
GUTTMAN = [
    [1, 1, 1],  # 3
    [1, 1, 0],  # 2
    [1, 0, 0],  # 1
    [0, 0, 0],  # 0
]


def test_difficulty_by_hand() -> None:
    r = Responses.from_dense([[1, NAN], [1, 0], [0, -1], [NAN, 1]])
    first, second = ps.ctt.difficulty(r)
    assert (first.value, first.n_used) == (pytest.approx(2 / 3), 3)
    assert (second.value, second.n_used) == (pytest.approx(1 / 3), 3)
    assert first.se == pytest.approx(math.sqrt(2 / 27))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (11, 15, 0.480, 0.891),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, Table I
        (15, 148, 0.0624, 0.1605),  # Newcombe 1998, Table I
        (1, 29, 0.0061, 0.1718),  # Newcombe 1998, Table I
    ],
)
def test_wilson_interval_as_published(successes: int, n: int, low: float, high: float) -> None:
    estimate = ps.proportion(successes, n)
    assert estimate.low == pytest.approx(low, abs=5e-4)
    assert estimate.high == pytest.approx(high, abs=5e-4)


def test_the_limits_of_none_and_all_are_0_and_1_exactly() -> None:
    for n in range(1, 300):
        assert ps.proportion(0, n).low == 0.0
        assert ps.proportion(n, n).high == 1.0


def test_item_rest_leaves_the_item_out() -> None:
    r = Responses.from_dense(GUTTMAN)
    rest = [2, 1, 0, 0]
    expected = np.corrcoef([1, 1, 1, 0], rest)[0, 1]
    assert ps.ctt.item_rest_raw(r)[0].value == pytest.approx(expected, abs=1e-14)


def test_adjusted_item_rest_by_hand() -> None:
    """Rest score minus the sum of p over the rest of the own form."""
    matrix = np.array(
        [
            [1, 1, NAN, 0],
            [1, NAN, 1, 1],
            [0, 1, 0, NAN],
            [1, 0, NAN, 1],
            [0, NAN, 0, 0],
            [NAN, 1, 1, 1],
        ]
    )
    p = np.nanmean(matrix, axis=0)
    adjusted = np.nansum(np.where(np.isnan(matrix), 0, matrix - p), axis=1)
    for j, estimate in enumerate(ps.ctt.item_rest_adjusted(Responses.from_dense(matrix))):
        saw = ~np.isnan(matrix[:, j])
        own = matrix[saw, j]
        assert estimate.value == pytest.approx(np.corrcoef(own, adjusted[saw] - (own - p[j]))[0, 1], abs=1e-12)
        assert estimate.n_used == saw.sum()


def test_fisher_interval_of_an_item_rest_correlation() -> None:
    estimate = ps.correlation(0.3, 60)
    half = 1.959963984540054 / math.sqrt(57)
    assert estimate.low == pytest.approx(math.tanh(math.atanh(0.3) - half))
    assert estimate.high == pytest.approx(math.tanh(math.atanh(0.3) + half))


def test_upper_lower_27_by_hand() -> None:
    matrix = [[1, 1]] * 3 + [[1, 0]] * 2 + [[0, 1]] * 3 + [[0, 0]] * 2
    # totals 2 2 2 | 1 x5 | 0 0; the lower 2.7 take both zeros and 0.7 of the five ones
    lower = (0.7 / 5 * 2) / 2.7
    assert ps.ctt.upper_lower_27(Responses.from_dense(matrix))[0].value == pytest.approx(1.0 - lower)


def test_an_item_everybody_solves_has_a_difficulty_and_no_correlation() -> None:
    r = Responses.from_dense([[1, 1, 0], [1, 0, 0], [1, 1, 1]])
    analysis = ps.item_analysis(r)[0]
    assert analysis.difficulty.value == 1.0
    assert analysis.difficulty.high == 1.0
    assert (analysis.item_rest.value, analysis.item_rest.reason) == (None, Reason.NO_ITEM_VARIANCE)
    assert analysis.d27.value == 0.0


def test_statistics_that_the_data_cannot_carry_name_their_reason() -> None:
    one_item = Responses.from_dense([[1], [0], [1], [0]])
    assert ps.ctt.item_rest_raw(one_item)[0].reason == Reason.NO_SCORE_VARIANCE
    two_people = Responses.from_dense([[1, 0], [0, 1]])
    assert ps.ctt.item_rest_raw(two_people)[0].reason == Reason.TOO_FEW_PERSONS
    assert ps.ctt.upper_lower_27(two_people)[0].reason == Reason.TOO_FEW_PERSONS
    unseen = Responses.from_dense([[1, NAN], [0, NAN], [1, NAN]])
    analysis = ps.item_analysis(unseen)[1]
    assert analysis.n == 0
    for estimate in (analysis.difficulty, analysis.item_rest, analysis.d27):
        assert (estimate.value, estimate.reason) == (None, Reason.NOT_ADMINISTERED)
    same_rest = Responses.from_dense([[1, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 0]])
    assert ps.ctt.item_rest_raw(same_rest)[0].reason == Reason.NO_SCORE_VARIANCE


def test_equal_adjusted_scores_on_different_forms_are_no_variance() -> None:
    """Sums of p differ in their last bits; such noise must not become a correlation."""
    matrix = [[1, 1, NAN], [0, NAN, 1], [1, 1, NAN], [0, NAN, 1], [1, NAN, 1]]
    estimate = ps.ctt.item_rest_adjusted(Responses.from_dense(matrix))[0]
    assert estimate.reason == Reason.NO_SCORE_VARIANCE


def test_verdicts_need_a_stated_number_of_candidates(fixed_form: Responses) -> None:
    assert not any(item.n_suffices for item in ps.item_analysis(fixed_form))
    assert all(item.n_suffices for item in ps.item_analysis(fixed_form, verdict_n=80))
    with pytest.raises(ValueError, match=r"^verdict_n"):
        ps.item_analysis(fixed_form, verdict_n=0)


def test_the_single_functions_give_what_the_item_analysis_gives(random_forms: Responses) -> None:
    items = ps.item_analysis(random_forms, level=0.9)
    assert tuple(item.difficulty for item in items) == ps.ctt.difficulty(random_forms, level=0.9)
    assert tuple(item.item_rest for item in items) == ps.ctt.item_rest_adjusted(random_forms, level=0.9)
    assert tuple(item.d27 for item in items) == ps.ctt.upper_lower_27(random_forms)
    assert tuple(item.options for item in items) == ps.ctt.option_analysis(random_forms, level=0.9)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_confidence_level_in_percent_is_refused(fixed_form: Responses, level: float) -> None:
    for function in (ps.ctt.difficulty, ps.ctt.item_rest_raw, ps.ctt.option_analysis, ps.item_analysis):
        with pytest.raises(ValueError, match=r"^level"):
            function(fixed_form, level=level)
    for function in (
        ps.reliability.alpha,
        ps.reliability.stratified_binomial,
        ps.ctt.score_distribution,
        ps.exam_analysis,
    ):
        with pytest.raises(ValueError, match=r"^level"):
            function(fixed_form, level=level)


def test_the_standard_error_of_d27_takes_each_group_by_itself() -> None:
    """Ten candidates; the best three solve the item and so does the second weakest: groups of 2.7, shares 1 and 1/2.7."""
    solves = {9, 8, 7, 1}
    matrix = [[int(person in solves)] + [int(2 * person > item) for item in range(18)] for person in range(10)]
    estimate = ps.ctt.upper_lower_27(Responses.from_dense(matrix))[0]
    low = 1 / 2.7
    assert estimate.value == pytest.approx(1 - low)
    assert estimate.se == pytest.approx(math.sqrt(low * (1 - low) / 2.7))
