"""Reliability of one fixed form: hand-computed cases, identities, limits and recovery."""

import itertools
import json
import math
from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.numerics import bivariate_normal_cdf, normal_cdf, normal_dependence, tetrachoric_correlation
from app.psychometrics.reliability.factor import one_factor_ml, one_factor_weighted
from app.psychometrics.reliability.splits import every_split, least_found

rel = ps.reliability
NAN = float("nan")
GUTTMAN = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]
LADDER = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
FIXED = {
    "alpha": rel.alpha,
    "alpha_standardized": rel.alpha_standardized,
    "guttman_lambda1": rel.guttman_lambda1,
    "guttman_lambda2": rel.guttman_lambda2,
    "guttman_lambda4": rel.guttman_lambda4,
    "guttman_lambda6": rel.guttman_lambda6,
    "kr20": rel.kr20,
    "omega_categorical": rel.omega_categorical,
    "omega_linear": rel.omega_linear,
    "split_half": lambda r: rel.split_half(r).guttman,
    "stratified_alpha": rel.stratified_alpha,
}


def simulated(seed: int, persons: int = 300, items: int = 10) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    loading = rng.uniform(0.4, 1.2, items)
    latent = rng.normal(size=(persons, 1)) * loading + rng.normal(size=(persons, items))
    return (latent > rng.normal(-0.4, 0.6, items)).astype(float)


def test_lambda_by_hand() -> None:
    """Covariances times 12: variances 3, 4, 3; pairs 2, 1, 2; the total has 20."""
    r = Responses.from_dense(GUTTMAN)
    assert rel.guttman_lambda1(r).value == pytest.approx(1 - 10 / 20)
    assert rel.guttman_lambda2(r).value == pytest.approx((10 + math.sqrt(1.5 * 18)) / 20)
    assert rel.guttman_lambda4(r).value == pytest.approx(4 * (2 + 2) / 20)  # the middle item against the others


def test_the_mean_of_all_halves_is_alpha() -> None:
    """Cronbach 1951: over all splits in equal halves, the Flanagan-Rulon coefficient has mean alpha."""
    r = Responses.from_dense(simulated(1, items=6))
    halves = [rel.split_half(r, first=half).guttman.value for half in itertools.combinations(range(6), 3)]
    assert np.mean(halves) == pytest.approx(rel.alpha(r).value)
    assert max(halves) <= rel.guttman_lambda4(r).value + 1e-12
    every = rel.split_half_all(r)
    assert (every.least, every.mean, every.greatest) == pytest.approx((min(halves), np.mean(halves), max(halves)))
    assert every.n_splits == 10


def test_random_halves_of_a_long_form_are_near_alpha() -> None:
    r = Responses.from_dense(simulated(2, items=30))
    some = rel.split_half_all(r)
    assert some.variant == "random halves"
    assert some.mean == pytest.approx(rel.alpha(r).value, abs=0.002)
    assert some.least < some.mean < some.greatest
    assert rel.split_half_all(Responses.from_dense([[1, NAN], [0, 1]])).reason == Reason.FORMS_DIFFER
    with pytest.raises(ValueError, match=r"^draws"):
        rel.split_half_all(r, draws=0)


def test_the_lower_bounds_keep_their_order() -> None:
    for seed in range(10):
        r = Responses.from_dense(simulated(seed))
        one, alpha, two, four = (
            f(r).value for f in (rel.guttman_lambda1, rel.alpha, rel.guttman_lambda2, rel.guttman_lambda4)
        )
        assert one < alpha <= two
        assert alpha <= four


def test_lambda4_looks_at_every_split() -> None:
    matrix = np.cov(simulated(3, items=7), rowvar=False)
    best = max(
        1 - float(s @ matrix @ s) / matrix.sum() for s in map(np.array, itertools.product([-1.0, 1.0], repeat=7))
    )
    assert rel.guttman_lambda4(Responses.from_dense(simulated(3, items=7))).value == pytest.approx(best)


def test_the_search_finds_what_looking_at_everything_finds() -> None:
    for seed in range(5):
        matrix = np.cov(simulated(seed, items=16), rowvar=False)
        assert least_found(matrix, seed=seed, starts=20) == pytest.approx(every_split(matrix)[0].min())


def test_lambda4_of_a_long_form_says_that_it_is_a_bound() -> None:
    r = Responses.from_dense(simulated(4, items=30))
    estimate = rel.guttman_lambda4(r)
    assert estimate.variant == "lambda-4, at least"
    assert estimate.value > rel.guttman_lambda2(r).value
    assert rel.guttman_lambda4(r, seed=1, starts=5).value <= estimate.value + 1e-3
    with pytest.raises(ValueError, match=r"^starts"):
        rel.guttman_lambda4(r, starts=0)


def test_split_half_by_hand() -> None:
    """Halves 2 2 1 0 and 2 1 0 0: covariance 3/4, variances 11/12; total 10/3."""
    h = rel.split_half(Responses.from_dense(LADDER))
    r = (3 / 4) / (11 / 12)
    assert h.correlation.value == pytest.approx(r)
    assert h.spearman_brown.value == pytest.approx(2 * r / (1 + r))
    assert h.guttman.value == pytest.approx(4 * (3 / 4) / (10 / 3))


def test_split_half_takes_any_half() -> None:
    r = Responses.from_dense(LADDER)
    assert rel.split_half(r, first=[0, 2]) == rel.split_half(r)
    for wrong in ([], [0, 1, 2, 3]):
        with pytest.raises(ValueError, match=r"^first"):
            rel.split_half(r, first=wrong)


def test_a_half_that_does_not_vary_has_no_correlation() -> None:
    h = rel.split_half(Responses.from_dense([[1, 1], [1, 0], [1, 1]]))
    assert (h.correlation.reason, h.spearman_brown.reason) == (Reason.NO_SCORE_VARIANCE,) * 2
    assert h.guttman.value == 0.0


def test_spearman_brown() -> None:
    assert rel.spearman_brown(0.8, factor=0.5) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match=r"^factor"):
        rel.spearman_brown(0.8, factor=0)
    with pytest.raises(ValueError, match=r"^reliability"):
        rel.spearman_brown(-1.0, factor=2)


def test_units_by_hand() -> None:
    """Both units have variance 11/12, item variances 1/4 and 1/3, covariance 3/4: alpha 8/11."""
    r = Responses.from_dense(LADDER, strata=["a", "a", "b", "b"])
    assert [e.value for e in rel.alpha_by_unit(r).values()] == pytest.approx([8 / 11, 8 / 11])
    assert rel.stratified_alpha(r).value == pytest.approx(1 - 2 * (11 / 12) * (3 / 11) / (10 / 3))
    u = rel.unit_correlations(r)
    assert u.correlation[0] == pytest.approx((1.0, 9 / 11))
    assert u.disattenuated[0] == pytest.approx((11 / 8, 9 / 8))


def test_one_unit_is_alpha() -> None:
    r = Responses.from_dense(simulated(5))
    assert rel.stratified_alpha(r).value == pytest.approx(rel.alpha(r).value, abs=1e-12)


def test_units_that_carry_nothing() -> None:
    lone = Responses.from_dense(LADDER, strata=["a", "a", "a", "b"])
    assert rel.stratified_alpha(lone).reason == Reason.SINGLE_ITEM_STRATUM
    assert rel.unit_correlations(lone).disattenuated[0][1] is None
    flat = Responses.from_dense([[1, 1, 1, 1], [1, 1, 0, 0], [1, 1, 1, 0]], strata=["a", "a", "b", "b"])
    u = rel.unit_correlations(flat)
    assert u.correlation[0] == (None, None)
    assert u.correlation[1][1] == pytest.approx(1.0)
    assert rel.unit_correlations(Responses.from_dense([[1, NAN], [0, 1]])).reason == Reason.FORMS_DIFFER


def test_tetrachoric_of_medians_has_a_closed_form() -> None:
    """Sheppard 1899: P(both above their medians) = 1/4 + asin(rho) / (2 pi)."""
    rho = np.array([-0.95, -0.3, 0.0, 0.6, 0.99])
    assert tetrachoric_correlation(0.25 + np.arcsin(rho) / (2 * np.pi), 0.5, 0.5) == pytest.approx(rho, abs=1e-12)


@pytest.mark.parametrize("rho", [-0.999, -0.8, 0.1, 0.95, 0.999])
def test_the_bivariate_normal_of_many_is_that_of_one(rho: float) -> None:
    x, y = np.random.default_rng(1).normal(size=(2, 20))
    one = [bivariate_normal_cdf(a, b, rho) - normal_cdf(a) * normal_cdf(b) for a, b in zip(x, y, strict=True)]
    assert normal_dependence(x, y, rho) == pytest.approx(one, abs=1e-11)


def test_tetrachoric_refuses_what_is_no_table() -> None:
    with pytest.raises(ValueError, match=r"^first"):
        tetrachoric_correlation(0.0, 0.0, 0.5)
    with pytest.raises(ValueError, match=r"^rho"):
        normal_dependence(0.0, 0.0, 1.1)


def test_one_factor_is_recovered_from_its_own_covariances() -> None:
    loading, unique = np.array([0.9, 0.5, 0.3, 0.7]), np.array([0.4, 1.0, 2.0, 0.2])
    fit = one_factor_ml(np.outer(loading, loading) + np.diag(unique))
    assert fit.converged
    assert fit.loading == pytest.approx(loading, abs=1e-6)
    assert fit.unique == pytest.approx(unique, abs=1e-6)
    share = np.array([0.9, 0.5, 0.3, 0.7])
    weighted = one_factor_weighted(np.outer(share, share), np.random.default_rng(2).uniform(1, 9, (4, 4)))
    assert weighted.loading == pytest.approx(share, abs=1e-6)


def test_omega_of_equal_loadings_is_alpha() -> None:
    """All patterns of 4 items, each pair of items alike: covariances are equal, so lambda is, too."""
    patterns = np.array(list(itertools.product([0.0, 1.0], repeat=4)))
    weight = np.array([6, 2, 1, 2, 6])[patterns.sum(axis=1).astype(int)]
    r = Responses.from_dense(np.repeat(patterns, weight, axis=0))
    assert rel.omega_linear(r).value == pytest.approx(rel.alpha(r).value, abs=1e-7)


def test_categorical_omega_recovers_the_reliability_of_the_model() -> None:
    rng = np.random.default_rng(20261122)
    loading, threshold = np.array([0.8, 0.7, 0.6, 0.5, 0.7]), np.array([-1.0, -0.5, 0.0, 0.5, 0.8])
    latent = rng.normal(size=(40_000, 1)) * loading + rng.normal(size=(40_000, 5)) * np.sqrt(1 - loading**2)
    implied = np.outer(loading, loading)
    both = normal_dependence(-threshold[:, None], -threshold, implied)
    p = np.array([normal_cdf(-t) for t in threshold])
    truth = both.sum() / (both.sum() - np.trace(both) + np.sum(p * (1 - p)))
    estimate = rel.omega_categorical(Responses.from_dense((latent > threshold).astype(float)))
    assert estimate.value == pytest.approx(truth, abs=0.012)  # three standard errors


def test_an_item_that_everybody_knows_changes_no_omega() -> None:
    matrix = simulated(6)
    wide = np.column_stack([matrix, np.ones(len(matrix))])
    for omega in (rel.omega_linear, rel.omega_categorical, rel.guttman_lambda4):
        narrow, padded = omega(Responses.from_dense(matrix)), omega(Responses.from_dense(wide))
        assert narrow.value == pytest.approx(padded.value, abs=1e-9)
    assert rel.guttman_lambda6(Responses.from_dense(wide)).reason == Reason.NO_ITEM_VARIANCE


def test_an_empty_cell_does_not_stop_categorical_omega() -> None:
    """Items of a perfect scale leave cells empty: tetrachorics would be 1."""
    matrix = simulated(7, persons=60, items=6)
    matrix[:, 1] = np.maximum(matrix[:, 0], matrix[:, 1])
    estimate = rel.omega_categorical(Responses.from_dense(matrix))
    assert estimate.value is None or 0.0 < estimate.value < 1.0


def test_two_items_do_not_make_a_factor() -> None:
    for omega in (rel.omega_linear, rel.omega_categorical):
        assert omega(Responses.from_dense([[1, 1], [1, 0], [0, 0]])).reason == Reason.TOO_FEW_ITEMS


@pytest.mark.parametrize("name", FIXED)
def test_order_of_persons_and_items_does_not_matter(name: str) -> None:
    """But odd and even items are other items in another order; the test keeps their halves."""
    matrix, strata = simulated(8, items=24), np.arange(24) % 4
    rng = np.random.default_rng(9)
    columns = np.empty(24, dtype=int)
    columns[0::2], columns[1::2] = 2 * rng.permutation(12), 2 * rng.permutation(12) + 1
    shuffled = matrix[rng.permutation(len(matrix))][:, columns]
    straight = FIXED[name](Responses.from_dense(matrix, strata=strata.tolist()))
    other = FIXED[name](Responses.from_dense(shuffled, strata=strata[columns].tolist()))
    assert straight.value == pytest.approx(other.value, rel=1e-12 if "omega" not in name else 1e-6)


@pytest.mark.parametrize("name", FIXED)
def test_candidates_and_items_without_rows_do_not_count(name: str) -> None:
    matrix, strata = simulated(10, items=8), [0, 0, 0, 0, 1, 1, 1, 1]
    wide = np.full((302, 9), NAN)
    wide[1:301, 1:] = matrix
    plain = FIXED[name](Responses.from_dense(matrix, strata=strata))
    padded = FIXED[name](Responses.from_dense(wide, strata=[0, *strata]))
    assert asdict(plain) == asdict(padded)
    assert plain.variant


@pytest.mark.parametrize("name", FIXED)
@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        ([[1, NAN], [0, 1]], Reason.FORMS_DIFFER),
        ([[1], [0], [1]], Reason.TOO_FEW_ITEMS),
        ([[1, 1, 1], [1, 1, 1]], Reason.NO_TOTAL_VARIANCE),
        ([[-1, -1, -1], [-1, -1, -1]], Reason.NO_TOTAL_VARIANCE),
        ([[1, 0, 1]], Reason.TOO_FEW_PERSONS),
        (np.empty((0, 3)), Reason.TOO_FEW_PERSONS),
    ],
)
def test_each_names_why_it_has_no_value(name: str, matrix: object, reason: Reason) -> None:
    estimate = FIXED[name](Responses.from_dense(np.array(matrix, dtype=float)))
    assert (estimate.value, estimate.reason) == (None, reason)


def test_small_and_awkward_forms_give_numbers_or_reasons(choices: Callable[..., NDArray[np.float64]]) -> None:
    for seed in range(60):
        matrix = choices(seed=seed, persons=3 + seed % 9, items=2 + seed % 5)
        r = Responses.from_choices(matrix, key=[0] * matrix.shape[1], strata=[j % 2 for j in range(matrix.shape[1])])
        found = [asdict(f(r)) for f in FIXED.values()]
        assert all((e["value"] is None) == (e["reason"] is not None) for e in found)
        json.dumps([found, asdict(rel.unit_correlations(r)), asdict(rel.split_half(r))], allow_nan=False)


def test_chance_does_not_depend_on_the_order_of_the_items() -> None:
    """More items than can be split in every way, few candidates, many ties: the splits drawn decide."""
    rng = np.random.default_rng(3)
    scores = (rng.random((20, 26)) < 0.5 + 0.2 * rng.normal(size=(20, 1))).astype(float)
    order = rng.permutation(26)
    straight = Responses.from_dense(scores)
    shuffled = Responses.from_dense(scores[:, order], items=order.tolist())
    for seed in range(5):
        lambda4 = [ps.reliability.guttman_lambda4(r, seed=seed, starts=3).value for r in (straight, shuffled)]
        halves = [ps.reliability.split_half_all(r, seed=seed, draws=30) for r in (straight, shuffled)]
        assert lambda4[0] == pytest.approx(lambda4[1], rel=1e-12)
        assert (halves[0].least, halves[0].mean) == pytest.approx((halves[1].least, halves[1].mean), rel=1e-12)


def test_the_first_half_names_items_of_the_data() -> None:
    r = Responses.from_dense([[1, 0, 0], [0, 1, 1], [1, 1, 1]])
    for first in ([0, 99], [0.7], [0, 1, 2], []):
        with pytest.raises(ValueError, match=r"^first"):
            ps.reliability.split_half(r, first=first)  # type: ignore[arg-type]
    unseen = Responses.from_dense([[1, 0, math.nan], [0, 1, math.nan], [1, 1, math.nan]])
    assert ps.reliability.split_half(unseen, first=[0, 1]).guttman.reason == Reason.TOO_FEW_ITEMS


def test_halves_that_contradict_each_other_have_no_whole() -> None:
    for n in (2, 3, 5, 7):
        h = ps.reliability.split_half(Responses.from_dense([[1, 0, 0], [0, 1, 1]] * n), first=[0])
        assert h.correlation.value == pytest.approx(-1.0)
        assert h.spearman_brown.reason == Reason.BOUNDARY
        assert h.guttman.value is not None


@pytest.mark.parametrize("coefficient", [-math.inf, math.nan, 1.5])
def test_errors_want_finite_coefficients(coefficient: float) -> None:
    with pytest.raises(ValueError, match=r"^kr20"):
        ps.reliability.csem_keats([1], n_items=3, kr20=coefficient, kr21=0.5)
    with pytest.raises(ValueError, match=r"^reliability"):
        ps.reliability.spearman_brown(coefficient, factor=0.5)
    with pytest.raises(ValueError, match=r"^factor"):
        ps.reliability.spearman_brown(0.5, factor=math.inf)
    with pytest.raises(ValueError, match=r"^n_items"):
        ps.reliability.alpha_pairwise(Responses.from_dense([[1, 0], [1, 1]]), n_items=math.inf)  # type: ignore[arg-type]


@pytest.mark.parametrize("k", [2, 3, 7, 12, 21])
def test_items_that_all_agree_are_not_better_than_perfect(k: int) -> None:
    """Rounding alone leads beyond 1, and `sem` would refuse that."""
    for n in (5, 9, 16, 28):
        for right in (1, n // 3, n - 1):
            column = (np.arange(n) < right).astype(float)
            r = Responses.from_dense(np.repeat(column[:, None], k, axis=1))
            rel = ps.reliability
            perfect = (
                rel.kr20(r),
                rel.kr21(r),
                rel.alpha_standardized(r),
                rel.guttman_lambda2(r),
                rel.stratified_alpha(r),
            )
            assert [e.value for e in perfect] == pytest.approx([1.0] * 5)
            halves = (rel.guttman_lambda4(r, starts=1), rel.split_half(r).guttman)
            assert all(e.value is not None and e.value <= 1.0 for e in (*perfect, *halves))
            assert ps.exam_analysis(r, cut=1).sem.value == pytest.approx(0.0, abs=1e-6)
            greatest = rel.split_half_all(r, draws=2).greatest
            assert greatest is not None and greatest <= 1.0
            assert all((e.value or 0.0) <= 1.0 for e in ps.ctt.alpha_if_deleted(r))
