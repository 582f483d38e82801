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
    s = ps.score_distribution(Responses.from_dense(GUTTMAN), cut=2)
    assert (s.n, s.mean.value, s.median) == (4, 1.5, 1.5)
    assert s.sd == pytest.approx(math.sqrt(5 / 3))
    assert s.histogram == (1, 1, 1, 1)
    assert s.pass_rate.value == 0.5
    half = 3.182446305284263 * math.sqrt(5 / 12)  # t(3)
    assert s.mean.high == pytest.approx(1.5 + half)


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
    s = ps.score_distribution(Responses.from_dense([[1, 1], [NAN, NAN], [-1, -1]]), cut=1)
    assert (s.n, s.minimum, s.mean.value) == (2, 0, 1.0)


def test_reliability_by_hand() -> None:
    """p = 3/4, 2/4, 1/4; population variance of the total 5/4."""
    r = Responses.from_dense(GUTTMAN)
    assert ps.kr20(r).value == pytest.approx(3 / 2 * (1 - (10 / 16) / (5 / 4)))
    assert ps.kr21(r).value == pytest.approx(3 / 2 * (1 - (1.5 * 1.5) / (3 * 5 / 4)))
    assert ps.horst(r).value == pytest.approx(ps.kr21(r).value)
    # E_i = 0, 1, 1, 0; variance 5/3
    assert ps.stratified_binomial(r).value == pytest.approx(1 - 0.5 / (5 / 3))


def test_stratified_binomial_by_hand() -> None:
    matrix = [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]]
    r = Responses.from_dense(matrix, strata=["u1", "u1", "u2", "u2"])
    # per stratum of two items x (2 - x): u1 0 0 1 0 0, u2 1 0 0 0 0; totals 3 2 1 0 4
    assert ps.stratified_binomial(r).value == pytest.approx(1 - 0.4 / 2.5)
    assert ps.csem_stratified(r) == (1.0, 0.0, 1.0, 0.0, 0.0)


def test_alpha_interval_by_hand() -> None:
    """Feldt 1965 with F(2, 2): the quantile at P is P / (1 - P)."""
    r = Responses.from_dense([[1, 1], [1, 0], [0, 0]])
    estimate = ps.alpha(r)
    distance = 1 - 2 / 3
    assert estimate.value == pytest.approx(2 / 3)
    assert estimate.low == pytest.approx(1 - distance * 0.975 / 0.025)
    assert estimate.high == pytest.approx(1 - distance * 0.025 / 0.975)


def test_kr21_never_exceeds_kr20(choices: Callable[..., NDArray[np.float64]]) -> None:
    for seed in range(50):
        r = Responses.from_choices(choices(seed=seed, persons=12, items=5), key=[0] * 5)
        low, high = ps.kr21(r).value, ps.kr20(r).value
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
    assert ps.stratified_binomial(r).value == pytest.approx(expected)
    assert ps.kr21(r).reason == Reason.FORM_LENGTHS_DIFFER
    assert ps.horst(r).value == pytest.approx(1 - error.mean() / scores.var())


def test_the_standard_error_at_the_cut_is_that_of_the_cut() -> None:
    analysis = ps.exam_analysis(Responses.from_dense([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]]), cut=3)
    assert analysis.csem_at_cut.value == pytest.approx(math.sqrt(3 * 1 / 3))


def test_sem_and_csem() -> None:
    assert ps.sem(sd=10, reliability=0.91) == pytest.approx(3.0)
    assert float(ps.csem_lord(68, n_items=100)) == pytest.approx(math.sqrt(68 * 32 / 99))
    assert ps.csem_lord([0, 5], n_items=5).tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match=r"^scores"):
        ps.csem_lord(101, n_items=100)
    with pytest.raises(ValueError, match=r"^n_items"):
        ps.csem_lord(1, n_items=1)
    with pytest.raises(ValueError, match=r"^reliability"):
        ps.sem(sd=1, reliability=1.2)


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
    for coefficient in (ps.kr20, ps.kr21, ps.alpha, ps.horst, ps.stratified_binomial):
        estimate = coefficient(r)
        assert (estimate.value, estimate.reason) == (None, reason), coefficient.__name__
    assert ps.exam_analysis(r).sem.reason == reason
    assert len(ps.item_analysis(r)) == r.n_items


def test_a_unit_with_a_single_item_has_no_binomial_error() -> None:
    r = Responses.from_dense(GUTTMAN, strata=["u1", "u1", "u2"])
    assert ps.stratified_binomial(r).reason == Reason.SINGLE_ITEM_STRATUM
    assert ps.csem_stratified(r) == (None,) * 4


def test_perfect_scores_leave_the_interval_open_rather_than_infinite() -> None:
    """Everybody is right or wrong throughout: reliability 1, and no error to vary."""
    r = Responses.from_dense([[1, 1], [0, 0], [1, 1], [0, 0]])
    estimate = ps.stratified_binomial(r)
    assert (estimate.value, estimate.low, estimate.high) == (1.0, None, None)
    assert ps.alpha(r).low == 1.0


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

    truth = ps.stratified_binomial(cohort(100_000)).value
    assert truth is not None
    held = 0
    for _ in range(2000):
        estimate = ps.stratified_binomial(cohort(persons))
        assert estimate.low is not None
        assert estimate.high is not None
        held += estimate.low <= truth <= estimate.high
    assert 0.93 <= held / 2000 <= 0.97
