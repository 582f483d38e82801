"""Resampling candidates: known standard errors, equal routes, limits and coverage."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from app.psychometrics import Estimate, Reason, Responses
from app.psychometrics.bootstrap import PersonSums, bootstrap
from tests.simulated_exams import rasch_scores

rel = ps.reliability


def mean_sums(responses: Responses) -> PersonSums:
    score = responses.total[responses.present].astype(float)
    return PersonSums(np.column_stack([np.ones(len(score)), score]), lambda s: s[..., 1] / s[..., 0], "mean")


def mean(responses: Responses) -> float:
    return float(responses.total.mean())


def exam(seed: int, persons: int = 60, items: int = 12) -> Responses:
    rng = np.random.default_rng(seed)
    return Responses.from_dense(rasch_scores(rng.normal(size=items), rng.normal(size=persons), rng))


def test_the_standard_error_of_a_mean_is_the_textbook_one() -> None:
    r = exam(1)
    b = bootstrap(r, mean_sums, seed=2, draws=20_000)
    assert b.estimate.value == mean(r)
    assert b.estimate.se == pytest.approx(np.std(r.total) / math.sqrt(60), rel=0.02)
    assert abs(b.bias) < 0.02
    assert (b.draws, b.n_without_value) == (20_000, 0)
    assert b.estimate.variant == "mean, bca bootstrap interval"


@pytest.mark.parametrize("interval", ["percentile", "bias-corrected", "bca"])
@pytest.mark.parametrize(
    ("slow", "fast"),
    [(mean, mean_sums), (rel.kr20, rel.sums_alpha), (rel.stratified_binomial, rel.sums_stratified_binomial)],
)
def test_sums_and_computing_anew_give_the_same_draws(
    interval: str, slow: Callable[[Responses], float], fast: Callable[[Responses], PersonSums]
) -> None:
    r = exam(3)
    anew, product = (bootstrap(r, f, seed=4, draws=150, interval=interval).estimate for f in (slow, fast))
    for field in ("value", "se", "low", "high"):
        assert getattr(anew, field) == pytest.approx(getattr(product, field), abs=1e-9), field


def test_each_kind_of_sums_is_its_coefficient() -> None:
    r = ps.Responses.from_dense(exam(5).to_dense(), strata=[j % 2 for j in range(12)])
    for sums, coefficient in (
        (rel.sums_alpha, rel.kr20),
        (rel.sums_horst, rel.kr21),
        (rel.sums_stratified_binomial, rel.stratified_binomial),
        (rel.sums_phi_henderson, lambda x: rel.generalizability_henderson(x).absolute),
    ):
        assert sums(r).value() == pytest.approx(coefficient(r).value, abs=1e-12)


def test_percentiles_by_hand() -> None:
    """Two candidates with 0 and 1: a draw has mean 0, 1/2 or 1."""
    r = Responses.from_dense([[0.0], [1.0]])
    b = bootstrap(r, mean, seed=1, draws=400, interval="percentile")
    assert (b.estimate.low, b.estimate.value, b.estimate.high) == (0.0, 0.5, 1.0)


def test_bca_moves_the_limits_of_a_skewed_statistic() -> None:
    """A variance has a long right tail: both limits lie higher than the percentiles."""
    r = exam(6, persons=30)
    plain, moved = (
        bootstrap(r, lambda x: float(x.total.var()), seed=7, draws=3000, interval=i).estimate
        for i in ("percentile", "bca")
    )
    assert moved.low > plain.low
    assert moved.high > plain.high


def test_the_same_seed_gives_the_same_draws_in_any_order_of_candidates() -> None:
    r = exam(8)
    labels = [f"c{i:02}" for i in range(60)]
    straight = Responses.from_dense(r.to_dense(), persons=labels)
    order = np.random.default_rng(9).permutation(60)
    shuffled = Responses.from_dense(r.to_dense()[order], persons=[labels[i] for i in order])
    for statistic in (rel.sums_alpha, rel.kr20):
        one, other = (bootstrap(x, statistic, seed=1, draws=200).estimate for x in (straight, shuffled))
        assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-12)
    assert bootstrap(r, mean, seed=1, draws=200) != bootstrap(r, mean, seed=2, draws=200)


def test_forms_may_differ() -> None:
    matrix = exam(10).to_dense()
    matrix[np.argsort(np.random.default_rng(1).random(matrix.shape), axis=1) >= 8] = np.nan
    b = bootstrap(Responses.from_dense(matrix), rel.sums_stratified_binomial, seed=1)
    direct = rel.stratified_binomial(Responses.from_dense(matrix))
    assert b.estimate.se == pytest.approx(direct.se, rel=0.25)


def test_what_has_no_value_has_a_reason() -> None:
    differ = Responses.from_dense([[1, np.nan], [0, 1]])
    assert bootstrap(differ, rel.sums_alpha, seed=1).estimate.reason == Reason.FORMS_DIFFER
    assert bootstrap(differ, rel.alpha, seed=1).estimate.reason == Reason.FORMS_DIFFER
    assert bootstrap(differ, lambda r: None, seed=1).estimate.reason == Reason.NO_VALUE
    assert bootstrap(differ, lambda r: math.nan, seed=1).estimate.reason == Reason.NO_VALUE
    nobody = Responses.from_dense(np.empty((0, 3)))
    assert bootstrap(nobody, mean_sums, seed=1).estimate.reason == Reason.TOO_FEW_PERSONS


def test_too_many_draws_without_a_value_leave_no_limits() -> None:
    """One candidate of three differs: a draw misses them, or all others, in (2^3 + 1)/27 of the cases."""
    r = Responses.from_dense([[1, 1], [0, 0], [0, 0]])
    b = bootstrap(r, rel.sums_alpha, seed=1, draws=2700)
    assert b.n_without_value == pytest.approx(900, abs=90)
    assert b.estimate.value == pytest.approx(1.0)
    assert (b.estimate.low, b.estimate.se, b.bias) == (None, None, None)


def test_a_statistic_that_never_changes_has_no_width() -> None:
    b = bootstrap(exam(11), lambda r: 3.0, seed=1, draws=100)
    assert (b.estimate.low, b.estimate.value, b.estimate.high, b.estimate.se) == (3.0, 3.0, 3.0, 0.0)


def test_malformed_arguments_are_named() -> None:
    r = exam(12)
    for name, value in (("draws", 10), ("level", 1.0), ("interval", "normal")):
        with pytest.raises(ValueError, match=f"^{name}"):
            bootstrap(r, mean, seed=1, **{name: value})


def test_results_are_json(random_forms: Responses) -> None:
    for statistic in (rel.sums_phi_henderson, rel.stratified_binomial, mean):
        json.dumps(asdict(bootstrap(random_forms, statistic, seed=1, draws=100)), allow_nan=False)


def test_the_bca_interval_of_alpha_covers() -> None:
    """300 cohorts of 80 candidates, against alpha of 200,000."""
    rng = np.random.default_rng(20261122)
    hardness = rng.normal(size=10)

    def cohort(n: int) -> Responses:
        chance = 1 / (1 + np.exp(hardness - 1.2 * rng.normal(size=(n, 1))))
        return Responses.from_dense((rng.random((n, 10)) < chance).astype(float))

    truth = rel.kr20(cohort(100_000)).value
    held = 0
    for seed in range(300):
        e: Estimate = bootstrap(cohort(80), rel.sums_alpha, seed=seed, draws=400).estimate
        held += e.low <= truth <= e.high
    assert 0.92 <= held / 300 <= 0.975


def test_skewness_from_groups_of_candidates_is_near_that_of_each(choices: Callable[..., NDArray[np.float64]]) -> None:
    r = Responses.from_choices(choices(persons=400), key=[0] * 20)
    each = bootstrap(r, rel.sums_alpha, seed=1, draws=300).estimate
    groups = bootstrap(r, rel.kr20, seed=1, draws=300).estimate
    assert each.low == pytest.approx(groups.low, abs=0.01)


def test_one_candidate_has_no_limits(recwarn: pytest.WarningsRecorder) -> None:
    one = Responses.from_dense([[1, 0, 1]])
    found = bootstrap(one, lambda r: ps.ctt.difficulty(r)[0], seed=1, draws=100)
    assert (found.estimate.value, found.estimate.se, found.estimate.low, found.bias) == (1.0, None, None, None)
    two = Responses.from_dense([[1, 0, 1], [0, 0, 1]])
    bootstrap(two, lambda r: 1.0 if len(r.present) > 1 else None, seed=1, draws=100)  # nobody can be spared
    assert len(recwarn) == 0
