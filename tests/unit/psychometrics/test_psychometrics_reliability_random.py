"""Reliability on random forms: variance components, the coefficients from them, and their intervals."""

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
from app.psychometrics.numerics import central_difference
from app.psychometrics.reliability import answers, reml
from app.psychometrics.reliability.components import terms, terms_without_each
from tests.bench.coverage import SMALL, Design, coverage, truths
from tests.simulated_exams import rasch_scores

rel = ps.reliability
NAN = float("nan")
GUTTMAN = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]
COMPONENTS = {
    "one_way": rel.components_one_way,
    "henderson": rel.components_henderson,
    "reml": rel.components_reml,
    "stratified": lambda r: rel.components_reml(r, stratified=True),
}
RANDOM = {
    "horst": rel.horst,
    "stratified_binomial": rel.stratified_binomial,
    "one_way": lambda r: rel.generalizability_one_way(r).absolute,
    "relative": lambda r: rel.generalizability_henderson(r).relative,
    "absolute": lambda r: rel.generalizability_henderson(r).absolute,
    "finite": lambda r: rel.generalizability_henderson(r, cut=0.68).absolute_finite,
    "at_cut": lambda r: rel.generalizability_henderson(r, cut=0.68).at_cut,
    "reml": lambda r: rel.generalizability_reml(r).absolute,
    "stratified": lambda r: rel.generalizability_reml(r, stratified=True).absolute,
    "pairwise": rel.alpha_pairwise,
}
PLAIN = Design("two units", (20, 16), (8, 6))


def ragged(seed: int, persons: int = 120, items: int = 24) -> NDArray[np.float64]:
    """Forms of 12 to 16 of the items."""
    rng = np.random.default_rng(seed)
    matrix = rasch_scores(rng.normal(-0.4, 1.0, items), rng.normal(size=persons), rng)
    order = np.argsort(rng.random((persons, items)), axis=1)
    matrix[order >= rng.integers(12, 17, (persons, 1))] = NAN
    return matrix


def test_components_of_a_fixed_form_are_the_analysis_of_variance() -> None:
    """Mean squares 5/9 (persons), 1/4 (items), 5/36 (rest), by hand."""
    r = Responses.from_dense(GUTTMAN)
    for name in ("henderson", "reml"):
        c = COMPONENTS[name](r)
        assert (c.person, c.item, c.residual) == pytest.approx((5 / 36, 1 / 36, 5 / 36), abs=1e-6), name
    one = rel.components_one_way(r)
    assert (one.person, one.residual) == pytest.approx(((5 / 9 - 1 / 6) / 3, 1 / 6))


def test_coefficients_of_a_fixed_form_are_alpha_and_phi() -> None:
    r = Responses.from_dense(GUTTMAN)
    g = rel.generalizability_henderson(r, cut=0.68)
    assert g.relative.value == pytest.approx(rel.alpha(r).value)
    assert g.absolute.value == pytest.approx((5 / 36) / (5 / 36 + (1 / 36 + 5 / 36) / 3))
    assert g.absolute_finite.value == pytest.approx(g.relative.value)  # the form is the whole bank
    # var(mean) = p/4 + i/3 + e/12
    distance = (0.5 - 0.68) ** 2 - (5 / 4 + 1 / 3 + 5 / 12) / 36
    assert distance < 0
    assert g.at_cut.value == pytest.approx(g.absolute.value)
    far = rel.generalizability_henderson(r, cut=1.0).at_cut.value
    signal = 5 / 36 + 0.25 - (5 / 4 + 1 / 3 + 5 / 12) / 36
    assert far == pytest.approx(signal / (signal + (6 / 36) / 3))


def test_one_way_phi_is_kr21_with_the_other_variance() -> None:
    r = PLAIN.cohorts(1)(80)
    phi, v = rel.generalizability_one_way(r).absolute.value, rel.kr21(r).value
    assert 1 - phi == pytest.approx((1 - v) * 79 / 80, abs=1e-12)


def test_without_strata_the_stratified_binomial_is_the_one_way_phi() -> None:
    whole = PLAIN.cohorts(2)(60)
    r = Responses.from_dense(whole.to_dense())
    one, other = rel.generalizability_one_way(r).absolute, rel.stratified_binomial(r)
    for field in ("value", "se", "low", "high"):
        assert getattr(one, field) == pytest.approx(getattr(other, field), abs=1e-12)


@pytest.mark.parametrize("stratified", [False, True])
def test_the_slope_of_the_reml_deviance_is_its_derivative(stratified: bool) -> None:
    r = Responses.from_dense(ragged(1), strata=[j % 3 for j in range(24)])
    own = answers.answers_of(r, stratified=stratified)
    at = np.array([0.5, 0.3, 0.4] if stratified else [0.5, 0.4])
    numeric = central_difference(lambda x: reml._fit(own, x).deviance, at)
    assert reml._fit(own, at).slope == pytest.approx(numeric, rel=1e-6)


@pytest.mark.parametrize("stratified", [False, True])
def test_the_reml_deviance_is_that_of_the_normal_law(stratified: bool) -> None:
    """Against the plain formula with the covariance matrix of all answers written out."""
    r = Responses.from_dense(ragged(2, persons=12, items=24), strata=[j % 2 for j in range(24)])
    at = np.array([0.6, 0.4, 0.5] if stratified else [0.6, 0.5])
    stratum = r.stratum[r.item] if stratified else np.zeros(r.n_rows, dtype=int)
    person, item = (labels[:, None] == labels for labels in (r.person, r.item))
    within = person & (stratum[:, None] == stratum)
    v = np.eye(r.n_rows) + at[0] ** 2 * person + at[-1] ** 2 * item + (at[1] ** 2 * within if stratified else 0)
    x = (stratum[:, None] == np.arange(stratum.max() + 1)).astype(float)
    inverse = np.linalg.inv(v)
    f = x.T @ inverse @ x
    rest = r.score - x @ np.linalg.solve(f, x.T @ inverse @ r.score)
    free = r.n_rows - x.shape[1]
    plain = np.linalg.slogdet(v)[1] + np.linalg.slogdet(f)[1] + free * math.log(rest @ inverse @ rest)
    assert reml._fit(answers.answers_of(r, stratified=stratified), at).deviance == pytest.approx(plain, abs=1e-8)


def test_reml_keeps_co_occurrences_or_counts_them_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    r = Responses.from_dense(ragged(3), strata=[j % 3 for j in range(24)])
    kept = rel.components_reml(r, stratified=True)
    monkeypatch.setattr(answers, "_KEPT", 0)
    anew = rel.components_reml(r, stratified=True)
    assert (kept.person, kept.item) == pytest.approx((anew.person, anew.item), abs=1e-9)


def test_components_are_recovered() -> None:
    """A probability model with known components: x is 1 with chance 0.5 + p + i, all small."""
    rng = np.random.default_rng(20261122)
    persons, items = 1500, 150
    p, i = rng.choice([-0.15, 0.15], persons), rng.choice([-0.2, 0.2], items)
    matrix = (rng.random((persons, items)) < 0.5 + p[:, None] + i).astype(float)
    matrix[np.argsort(rng.random((persons, items)), axis=1) >= 50] = NAN
    r = Responses.from_dense(matrix)
    for name in ("henderson", "reml"):
        c = COMPONENTS[name](r)
        assert c.person == pytest.approx(0.15**2, rel=0.08), name
        assert c.item == pytest.approx(0.2**2, rel=0.08), name
        assert c.residual == pytest.approx(0.25 - 0.15**2 - 0.2**2, rel=0.02), name


def test_leaving_out_a_candidate_in_one_pass_is_leaving_out_that_candidate() -> None:
    r = Responses.from_dense(ragged(4, persons=30))
    fast = terms_without_each(r).crossed()
    for person in range(30):
        rest = r.with_persons([i for i in range(30) if i != person])
        assert fast[person] == pytest.approx(terms(rest).crossed(), abs=1e-10)


def test_the_sums_of_phi_agree_with_its_closed_form() -> None:
    r = Responses.from_dense(ragged(5, persons=40))
    phi, sums = rel.generalizability_henderson(r).absolute, rel.sums_phi_henderson(r)
    assert sums.value() == pytest.approx(phi.value, abs=1e-12)
    without = terms_without_each(r).crossed()
    error = (without[:, 1] + without[:, 2]) / rel.generalizability_henderson(r).n_items
    assert sums.without_each() == pytest.approx(without[:, 0] / (without[:, 0] + error), abs=1e-12)


def test_a_finite_bank_leaves_less_item_error() -> None:
    """Two units, 8 of 20 and 6 of 16: shares 8/14 and 6/14 of the item variance keep 12/20 and 10/16."""
    g = rel.generalizability_henderson(PLAIN.cohorts(3)(200))
    c, k = g.components, 14
    left = (8 * 12 / 20 + 6 * 10 / 16) / 14
    assert g.absolute_finite.value == pytest.approx(c.person / (c.person + (left * c.item + c.residual) / k))
    assert g.absolute.value < g.absolute_finite.value < g.relative.value


def test_a_longer_form_is_more_reliable() -> None:
    r = PLAIN.cohorts(4)(200)
    half, whole = rel.generalizability_henderson(r, n_items=7), rel.generalizability_henderson(r)
    assert whole.relative.value == pytest.approx(rel.spearman_brown(half.relative.value, factor=2.0))
    for name, bad in itertools.product(("n_items", "cut"), (-1, NAN)):
        with pytest.raises(ValueError, match=rf"^{name}"):
            rel.generalizability_henderson(r, **{name: bad})


def test_pairs_by_hand() -> None:
    matrix = [[1, 1, NAN], [0, 1, NAN], [1, NAN, 1], [0, NAN, 0], [1, 0, NAN], [NAN, 1, NAN]]
    c = rel.pairwise_covariance(Responses.from_dense(matrix))
    # pair 1-2: (1,1) (0,1) (1,0), covariance -1/6; pair 1-3: (1,1) (0,0), covariance 1/2; pair 2-3: nobody
    assert (c.least_n, c.n_pairs) == (0, 2)
    assert c.mean_covariance == pytest.approx((-1 / 6 + 1 / 2) / 2)
    assert c.mean_variance == pytest.approx((3 / 10 + 1 / 4 + 1 / 2) / 3)


def test_pairs_of_a_fixed_form_give_alpha() -> None:
    matrix = np.nan_to_num(ragged(6))
    r = Responses.from_dense(matrix)
    assert rel.alpha_pairwise(r).value == pytest.approx(rel.alpha(r).value, abs=1e-12)
    twice = rel.alpha_pairwise(r, n_items=48).value
    assert twice == pytest.approx(rel.spearman_brown(rel.alpha(r).value, factor=2.0))
    with pytest.raises(ValueError, match=r"^n_items"):
        rel.alpha_pairwise(r, n_items=1)


@pytest.mark.parametrize("name", RANDOM)
def test_order_of_persons_and_items_does_not_matter(name: str) -> None:
    matrix, strata = ragged(7), np.arange(24) % 2
    rng = np.random.default_rng(8)
    rows, columns = rng.permutation(len(matrix)), rng.permutation(24)
    straight = RANDOM[name](Responses.from_dense(matrix, strata=strata.tolist()))
    other = RANDOM[name](Responses.from_dense(matrix[rows][:, columns], strata=strata[columns].tolist()))
    exact = 1e-6 if name in ("reml", "stratified") else 1e-12
    assert straight.value == pytest.approx(other.value, rel=exact)
    if straight.low is not None:
        assert (straight.low, straight.high) == pytest.approx((other.low, other.high), rel=1e-9)
    assert straight.variant


@pytest.mark.parametrize("name", RANDOM)
def test_candidates_and_items_without_rows_do_not_count(name: str) -> None:
    matrix, strata = ragged(9), [j % 2 for j in range(24)]
    wide = np.full((122, 24), NAN)
    wide[1:121] = matrix
    plain, padded = (RANDOM[name](Responses.from_dense(m, strata=strata)) for m in (matrix, wide))
    assert plain.value == pytest.approx(padded.value, abs=1e-9)
    assert plain.n_used == padded.n_used


def test_a_bank_item_that_nobody_received_counts_in_the_bank_alone() -> None:
    matrix = ragged(10)
    wide = np.column_stack([matrix, np.full((120, 24), NAN)])
    small, large = (rel.generalizability_henderson(Responses.from_dense(m)) for m in (matrix, wide))
    assert small.absolute.value == pytest.approx(large.absolute.value, abs=1e-12)
    assert small.absolute_finite.value > large.absolute_finite.value


@pytest.mark.parametrize("name", COMPONENTS)
@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        ([[1], [0], [1]], Reason.TOO_FEW_ITEMS),
        ([[1, 1, 1], [1, 1, 1]], Reason.NO_TOTAL_VARIANCE),
        ([[-1, -1, -1], [-1, -1, -1]], Reason.NO_TOTAL_VARIANCE),
        ([[1, 0, 1]], Reason.TOO_FEW_PERSONS),
        (np.empty((0, 3)), Reason.TOO_FEW_PERSONS),
    ],
)
def test_components_name_why_there_are_none(name: str, matrix: object, reason: Reason) -> None:
    c = COMPONENTS[name](Responses.from_dense(np.array(matrix, dtype=float)))
    assert (c.person, c.residual, c.reason) == (None, None, reason)
    assert rel.generalizability_henderson(Responses.from_dense(np.array(matrix, dtype=float))).absolute.reason == reason


def test_forms_without_a_common_item_have_no_crossed_components() -> None:
    r = Responses.from_dense([[1, 0, NAN, NAN], [NAN, NAN, 1, 1]])
    for name in ("henderson", "reml", "stratified"):
        assert COMPONENTS[name](r).reason == Reason.NO_COMMON_ITEMS, name
    assert rel.components_one_way(r).residual == pytest.approx(0.25)
    assert rel.pairwise_covariance(r).reason == Reason.NO_COMMON_ITEMS
    assert rel.generalizability_one_way(r).relative.reason == Reason.NO_COMMON_ITEMS


def test_small_and_awkward_cohorts_give_numbers_or_reasons(choices: Callable[..., NDArray[np.float64]]) -> None:
    for seed in range(25):
        matrix = choices(seed=seed, persons=2 + seed % 7, items=3 + seed % 4, form=2 + seed % 2)
        r = Responses.from_choices(matrix, key=[0] * matrix.shape[1], strata=[j % 2 for j in range(matrix.shape[1])])
        found = [asdict(f(r)) for f in RANDOM.values()]
        assert all((e["value"] is None) == (e["reason"] is not None) for e in found)
        whole = [asdict(f(r)) for f in COMPONENTS.values()] + [asdict(rel.pairwise_covariance(r))]
        json.dumps([found, whole], allow_nan=False)


def test_intervals_of_absolute_coefficients_hold() -> None:
    """300 cohorts of 60 candidates; `python -m tests.bench.coverage` counts 2,000 of several sizes."""
    names = ("stratified binomial", "Phi, one-way", "Phi, Henderson")
    truth = truths(SMALL, names=names, persons=20_000)
    for name, held in coverage(SMALL, 60, 300, truth).items():
        assert 0.93 <= held.inside / 300 <= 0.97, name
