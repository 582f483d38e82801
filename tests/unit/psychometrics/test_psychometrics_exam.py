"""Scores, reliability and standard errors: hand-computed cases, limits and coverage."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from app.psychometrics import Reason, Responses

NAN = float("nan")
GUTTMAN = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]


def test_scores_by_hand() -> None:
    s = ps.ctt.score_distribution(Responses.from_dense(GUTTMAN), cut=2)
    assert (s.n, s.mean.value, s.median) == (4, 1.5, 1.5)
    assert s.sd == pytest.approx(math.sqrt(5 / 3))
    assert s.histogram == (1, 1, 1, 1)
    assert s.pass_rate.value == 0.5
    half = 3.182446305284263 * math.sqrt(5 / 12)  # t(3)
    assert s.mean.high == pytest.approx(1.5 + half)


def test_the_shape_of_a_distribution_by_hand() -> None:
    """Totals 0 0 0 4: deviations -1 -1 -1 3; m2 = 3, m3 = 6, m4 = 21."""
    s = ps.ctt.score_distribution(Responses.from_dense([[0] * 4] * 3 + [[1] * 4]), cut=1)
    assert s.variance == 3.0
    assert s.skewness == pytest.approx(6 / 3**1.5)
    assert s.kurtosis == pytest.approx(21 / 9 - 3)
    assert s.skewness_unbiased == pytest.approx(2.0)  # as spreadsheets print for 0 0 0 4
    assert s.kurtosis_unbiased == pytest.approx(4.0)


@pytest.mark.parametrize(("n", "known"), [(0, []), (1, []), (2, [0, 1]), (3, [0, 1, 2]), (4, [0, 1, 2, 3])])
def test_the_shape_needs_as_many_candidates_as_its_order(n: int, known: list[int]) -> None:
    s = ps.ctt.score_distribution(Responses.from_dense(np.array(GUTTMAN[:n]).reshape(n, 3)), cut=1)
    shape = (s.skewness, s.kurtosis, s.skewness_unbiased, s.kurtosis_unbiased)
    assert [index for index, value in enumerate(shape) if value is not None] == known


def test_equal_scores_have_no_shape() -> None:
    s = ps.ctt.score_distribution(Responses.from_dense([[1, 0]] * 5), cut=1)
    assert (s.variance, s.skewness, s.kurtosis_unbiased) == (0.0, None, None)


def test_scores_of_units_by_hand() -> None:
    r = Responses.from_dense(
        [[1, 1, 1, NAN], [1, 0, NAN, 1], [0, 0, 0, NAN], [NAN] * 4], strata=["u1", "u1", "u2", "u2"]
    )
    u = ps.ctt.unit_scores(r)
    assert (u.units, u.n_used, u.mean) == (("u1", "u2"), 3, (1.0, pytest.approx(2 / 3)))
    assert u.sd == (1.0, pytest.approx(math.sqrt(1 / 3)))
    assert u.correlation[0][1] == pytest.approx(np.corrcoef([2, 1, 0], [1, 1, 0])[0, 1])
    assert u.correlation[0][0] == 1.0


def test_units_without_figures_say_why() -> None:
    uneven = Responses.from_dense([[1, 1, 1], [1, NAN, 0]], strata=["u1", "u1", "u2"])
    assert (ps.ctt.unit_scores(uneven).mean, ps.ctt.unit_scores(uneven).reason) == ((), Reason.FORM_LENGTHS_DIFFER)
    nobody = Responses.from_dense(np.empty((0, 2)))
    assert ps.ctt.unit_scores(nobody).reason == Reason.TOO_FEW_PERSONS
    equal = ps.ctt.unit_scores(Responses.from_dense([[1, 1], [1, 0]], strata="ab"))
    assert equal.correlation == ((None, None), (None, 1.0))
    assert ps.ctt.unit_scores(Responses.from_dense([[1, 1]], strata="ab")).sd == (None, None)


def test_overlap_of_forms_is_the_mean_over_pairs(choices: Callable[..., NDArray[np.float64]]) -> None:
    matrix = choices(persons=25, items=30, form=12)
    saw = ~np.isnan(matrix)
    pairs = [np.sum(saw[i] & saw[j]) for i in range(25) for j in range(i)]
    r = Responses.from_choices(matrix, key=[0] * 30)
    assert ps.ctt.mean_form_overlap(r).value == pytest.approx(np.mean(pairs), abs=1e-12)
    assert ps.ctt.mean_form_overlap(Responses.from_dense([[1, 0]])).reason == Reason.TOO_FEW_PERSONS
    assert ps.ctt.mean_form_overlap(Responses.from_dense(GUTTMAN)).value == 3.0


def test_validity_against_an_outside_criterion() -> None:
    r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0], [1, 1, 1], [NAN] * 3])
    v = ps.ctt.criterion_validity(r, [9, 7, 8, 1, NAN, 5])
    expected = np.corrcoef([3, 2, 1, 0], [9, 7, 8, 1])[0, 1]
    assert (v.correlation.value, v.correlation.n_used) == (pytest.approx(expected), 4)
    assert v.determination == pytest.approx(expected**2)
    assert ps.ctt.criterion_validity(r, [1] * 6).correlation.reason == Reason.NO_OUTSIDE_VARIANCE
    assert ps.ctt.criterion_validity(r, [NAN] * 6).determination is None
    for outside in ([1.0], ["a"] * 6, [math.inf] * 6):
        with pytest.raises(ValueError, match=r"^outside"):
            ps.ctt.criterion_validity(r, outside)


@pytest.mark.parametrize("unit", [1e-300, 5e-324, 1.0, 1e200, 3e307])
def test_the_unit_of_the_outside_figure_does_not_matter(unit: float) -> None:
    r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    found = ps.ctt.criterion_validity(r, np.array([4.0, 2.0, 3.0, -1.0]) * unit).correlation
    assert found.value == pytest.approx(np.corrcoef([3, 2, 1, 0], [4, 2, 3, -1])[0, 1])


def test_raw_scores_of_forms_of_different_lengths_have_neither_validity_nor_an_error() -> None:
    r = Responses.from_dense([[1, 1, NAN, NAN], [1, 0, 1, 1], [0, 0, 1, 0], [0, 0, 0, 0]])
    assert ps.ctt.criterion_validity(r, [4, 3, 2, 1]).correlation.reason == Reason.FORM_LENGTHS_DIFFER
    exam = ps.exam_analysis(r, cut=1)
    assert exam.stratified_binomial.value is not None  # of proportions
    assert exam.sem_absolute.reason == exam.csem_at_cut.reason == Reason.FORM_LENGTHS_DIFFER


def test_the_pass_mark_itself_passes() -> None:
    matrix = np.zeros((3, 100))
    matrix[0, :68] = 1
    matrix[1, :67] = 1
    matrix[2, :69] = 1
    assert ps.exam_analysis(Responses.from_dense(matrix)).scores.pass_rate.value == 2 / 3


def test_a_cut_that_no_form_reaches_has_no_pass_rate() -> None:
    e = ps.exam_analysis(Responses.from_dense(GUTTMAN))
    assert e.scores.pass_rate.reason == Reason.CUT_UNREACHABLE
    assert e.csem_at_cut.reason == Reason.CUT_UNREACHABLE
    with pytest.raises(ValueError, match=r"^cut"):
        ps.exam_analysis(Responses.from_dense(GUTTMAN), cut=-1)
    with pytest.raises(ValueError, match=r"^cut"):
        ps.exam_analysis(Responses.from_dense(GUTTMAN), cut=NAN)


def test_candidates_without_items_are_no_zero_scores() -> None:
    s = ps.ctt.score_distribution(Responses.from_dense([[1, 1], [NAN, NAN], [-1, -1]]), cut=1)
    assert (s.n, s.minimum, s.mean.value) == (2, 0, 1.0)


def test_reliability_by_hand() -> None:
    """p = 3/4, 2/4, 1/4; population variance of the total 5/4."""
    r = Responses.from_dense(GUTTMAN)
    assert ps.reliability.kr20(r).value == pytest.approx(3 / 2 * (1 - (10 / 16) / (5 / 4)))
    assert ps.reliability.kr21(r).value == pytest.approx(3 / 2 * (1 - (1.5 * 1.5) / (3 * 5 / 4)))
    assert ps.reliability.horst(r).value == pytest.approx(ps.reliability.kr21(r).value)
    # E_i = 0, 1, 1, 0; variance 5/3
    assert ps.reliability.stratified_binomial(r).value == pytest.approx(1 - 0.5 / (5 / 3))


def test_stratified_binomial_by_hand() -> None:
    matrix = [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]]
    r = Responses.from_dense(matrix, strata=["u1", "u1", "u2", "u2"])
    # per stratum of two items x (2 - x): u1 0 0 1 0 0, u2 1 0 0 0 0; totals 3 2 1 0 4
    assert ps.reliability.stratified_binomial(r).value == pytest.approx(1 - 0.4 / 2.5)
    assert ps.reliability.csem_stratified(r) == (1.0, 0.0, 1.0, 0.0, 0.0)


def test_alpha_interval_by_hand() -> None:
    """Feldt 1965 with F(2, 2): the quantile at P is P / (1 - P)."""
    r = Responses.from_dense([[1, 1], [1, 0], [0, 0]])
    estimate = ps.reliability.alpha(r)
    distance = 1 - 2 / 3
    assert estimate.value == pytest.approx(2 / 3)
    assert estimate.low == pytest.approx(1 - distance * 0.975 / 0.025)
    assert estimate.high == pytest.approx(1 - distance * 0.025 / 0.975)


def test_kr21_never_exceeds_kr20(choices: Callable[..., NDArray[np.float64]]) -> None:
    for seed in range(50):
        r = Responses.from_choices(choices(seed=seed, persons=12, items=5), key=[0] * 5)
        low, high = ps.reliability.kr21(r).value, ps.reliability.kr20(r).value
        assert low is not None
        assert high is not None
        assert low <= high + 1e-12


def test_forms_of_different_lengths_are_compared_as_proportions() -> None:
    short = [[1, 0, NAN, NAN], [1, 1, NAN, NAN], [0, 0, NAN, NAN]]
    long = [[1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]]
    r = Responses.from_dense(short + long)
    scores = np.array([0.5, 1, 0, 0.5, 1, 0])
    error = np.array([1 / 4, 0, 0, 4 / 3 / 16, 0, 0])
    expected = 1 - error.mean() / scores.var(ddof=1)
    assert ps.reliability.stratified_binomial(r).value == pytest.approx(expected)
    assert ps.reliability.kr21(r).reason == Reason.FORM_LENGTHS_DIFFER
    assert ps.reliability.horst(r).value == pytest.approx(1 - error.mean() / scores.var())


def test_the_standard_error_at_the_cut_is_that_of_the_cut() -> None:
    analysis = ps.exam_analysis(Responses.from_dense([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]]), cut=3)
    assert analysis.csem_at_cut.value == pytest.approx(math.sqrt(3 * 1 / 3))


def test_sem_and_csem() -> None:
    assert ps.reliability.sem(sd=10, reliability=0.91) == pytest.approx(3.0)
    assert float(ps.reliability.csem_lord(68, n_items=100)) == pytest.approx(math.sqrt(68 * 32 / 99))
    assert ps.reliability.csem_lord([0, 5], n_items=5).tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match=r"^scores"):
        ps.reliability.csem_lord(101, n_items=100)
    with pytest.raises(ValueError, match=r"^n_items"):
        ps.reliability.csem_lord(1, n_items=1)
    with pytest.raises(ValueError, match=r"^reliability"):
        ps.reliability.sem(sd=1, reliability=1.2)


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        ([[1], [0], [1]], Reason.TOO_FEW_ITEMS),
        ([[1, 0], [1, 0], [0, 1]], Reason.NO_TOTAL_VARIANCE),
        ([[1, 1], [1, 1]], Reason.NO_TOTAL_VARIANCE),
        ([[-1, -1], [-1, -1]], Reason.NO_TOTAL_VARIANCE),
        ([[1, 0]], Reason.TOO_FEW_PERSONS),
        (np.empty((0, 3)), Reason.TOO_FEW_PERSONS),
        ([[NAN, NAN], [NAN, NAN]], Reason.TOO_FEW_PERSONS),
    ],
)
def test_reliability_names_why_it_has_no_value(matrix: object, reason: Reason) -> None:
    r = Responses.from_dense(np.array(matrix, dtype=float))
    for coefficient in (
        ps.reliability.kr20,
        ps.reliability.kr21,
        ps.reliability.alpha,
        ps.reliability.horst,
        ps.reliability.stratified_binomial,
    ):
        estimate = coefficient(r)
        assert (estimate.value, estimate.reason) == (None, reason), coefficient.__name__
    assert ps.exam_analysis(r).sem.reason == reason
    assert len(ps.item_analysis(r)) == r.n_items


def test_a_unit_with_a_single_item_has_no_binomial_error() -> None:
    r = Responses.from_dense(GUTTMAN, strata=["u1", "u1", "u2"])
    assert ps.reliability.stratified_binomial(r).reason == Reason.SINGLE_ITEM_STRATUM
    assert ps.reliability.csem_stratified(r) == (None,) * 4


def test_perfect_scores_leave_the_interval_open_rather_than_infinite() -> None:
    """Everybody is right or wrong throughout: reliability 1, and no error to vary."""
    r = Responses.from_dense([[1, 1], [0, 0], [1, 1], [0, 0]])
    estimate = ps.reliability.stratified_binomial(r)
    assert (estimate.value, estimate.low, estimate.high) == (1.0, None, None)
    assert ps.reliability.alpha(r).low == 1.0


@pytest.mark.parametrize("persons", [60, 200])
def test_the_interval_of_the_headline_reliability_covers(persons: int) -> None:
    """2,000 random-form cohorts, five units: the 95 % interval holds the truth in 93-97 %."""
    rng = np.random.default_rng(20261123)
    banks, drawn = (24, 20, 16, 12, 8), (9, 7, 6, 5, 3)
    strata = np.repeat(np.arange(5), banks).tolist()
    slope, hardness = rng.lognormal(0.0, 0.3, 80), rng.normal(-0.6, 1.0, 80)

    def cohort(n: int) -> Responses:
        ends = np.cumsum((0, *banks))
        item = np.concatenate(
            [ends[h] + np.argsort(rng.random((n, banks[h])), axis=1)[:, : drawn[h]] for h in range(5)],
            axis=1,
        )
        ability = rng.normal(size=(n, 1))
        chance = 0.15 + 0.85 / (1.0 + np.exp(slope[item] * (hardness[item] - ability)))
        return Responses.from_arrays(
            np.repeat(np.arange(n), 30),
            item.ravel(),
            np.full(n * 30, ps.UNRECORDED),
            (rng.random((n, 30)) < chance).ravel(),
            persons=range(n),
            items=range(80),
            strata=strata,
        )

    truth = ps.reliability.stratified_binomial(cohort(100_000)).value
    assert truth is not None
    held = 0
    for _ in range(2000):
        estimate = ps.reliability.stratified_binomial(cohort(persons))
        assert estimate.low is not None
        assert estimate.high is not None
        held += estimate.low <= truth <= estimate.high
    assert 0.93 <= held / 2000 <= 0.97
