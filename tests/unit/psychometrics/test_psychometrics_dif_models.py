"""Logistic regression, SIBTEST, purification and power: hand-computed cases, limits and simulation."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from app.psychometrics import Reason, Responses, dif
from app.psychometrics.numerics import normal_quantile
from app.psychometrics.numerics.logit import fit_nested_logits
from tests.simulated_exams import on_forms


def logit(right: int, wrong: int) -> float:
    return math.log(right / wrong)


def log_likelihood(right: int, wrong: int) -> float:
    n = right + wrong
    return sum(count * math.log(count / n) for count in (right, wrong) if count)


def two_scores(cells: dict[tuple[int, int], tuple[int, int]]) -> tuple[Responses, list[int], dif.ScoreMatch]:
    """One item; cells (score, group) hold (right, wrong)."""
    rows = [
        (s, g, x) for (s, g), counts in cells.items() for x, n in zip((1, 0), counts, strict=True) for _ in range(n)
    ]
    responses = Responses.from_dense([[x] for _, _, x in rows])
    return responses, [g for _, g, _ in rows], dif.ScoreMatch([s for s, _, _ in rows])


SATURATED = {(0, 0): (10, 20), (1, 0): (24, 6), (0, 1): (6, 14), (1, 1): (12, 13)}


def test_logistic_regression_by_hand() -> None:
    """With two scores and two groups the full model fits every cell."""
    responses, group, match = two_scores(SATURATED)
    item = dif.logistic_regression(responses, group, match=match)[0]
    full = sum(log_likelihood(*counts) for counts in SATURATED.values())
    score_alone = log_likelihood(16, 34) + log_likelihood(36, 19)
    assert item.both.chi2 == pytest.approx(2 * (full - score_alone))
    assert item.both.chi2 == pytest.approx((item.uniform.chi2 or 0.0) + (item.nonuniform.chi2 or 0.0))
    slopes = logit(24, 6) - logit(10, 20), logit(12, 13) - logit(6, 14)
    assert item.interaction.value == pytest.approx(slopes[1] - slopes[0])
    assert item.interaction.se == pytest.approx(math.sqrt(sum(1 / n for pair in SATURATED.values() for n in pair)))
    null = log_likelihood(52, 53)

    def r2(fitted: float) -> float:
        return (1 - math.exp(2 * (null - fitted) / 105)) / (1 - math.exp(2 * null / 105))

    assert item.both.delta_r2 == pytest.approx(r2(full) - r2(score_alone))
    assert (item.n_used, item.converged, item.p) == (105, True, item.both.p)


def test_few_candidates_have_the_same_r2_as_r_prints_and_many_have_not() -> None:
    responses, group, match = two_scores(SATURATED)
    ours = dif.logistic_regression(responses, group, match=match)[0]
    printed = dif.logistic_regression(responses, group, match=match, as_r=True)[0]
    assert ours.both.delta_r2 == pytest.approx(printed.both.delta_r2, abs=1e-12)
    many = {cell: (20 * right, 20 * wrong) for cell, (right, wrong) in SATURATED.items()}
    responses, group, match = two_scores(many)
    right_one = dif.logistic_regression(responses, group, match=match)[0]
    printed = dif.logistic_regression(responses, group, match=match, as_r=True)[0]
    assert right_one.both.delta_r2 == pytest.approx(ours.both.delta_r2)  # the size of DIF does not grow with n
    assert (printed.both.delta_r2 or 0.0) < 0.8 * (ours.both.delta_r2 or 0.0)


def test_a_group_that_is_always_right_has_a_test_and_no_coefficient() -> None:
    responses, group, match = two_scores({(0, 0): (5, 5), (1, 0): (8, 2), (0, 1): (10, 0), (1, 1): (10, 0)})
    item = dif.logistic_regression(responses, group, match=match)[0]
    assert item.group_effect.reason == Reason.SEPARATION
    by_group = log_likelihood(5, 5) + log_likelihood(8, 2)
    score_alone = log_likelihood(15, 5) + log_likelihood(18, 2)
    assert item.both.chi2 == pytest.approx(2 * (by_group - score_alone), abs=1e-7)
    assert item.converged
    printed = dif.logistic_regression(responses, group, match=match, as_r=True)[0]
    assert (printed.group_effect.value or 0.0) > 10


def test_a_score_that_tells_right_from_wrong_leaves_nothing_to_the_group() -> None:
    score = np.arange(40.0)
    responses = Responses.from_dense((score[:, None] >= 20).astype(float))
    for as_r in (False, True):
        match = dif.ScoreMatch(score)
        item = dif.logistic_regression(responses, np.arange(40) % 2, match=match, as_r=as_r)[0]
        assert item.both.chi2 == pytest.approx(0.0, abs=1e-6)
    assert dif.logistic_regression(responses, np.arange(40) % 2, match=match)[0].group_effect.value is None


def test_a_score_that_does_not_vary_carries_no_regression() -> None:
    responses, group, _ = two_scores(SATURATED)
    item = dif.logistic_regression(responses, group, match=dif.ScoreMatch([1.0] * 105))[0]
    assert item.uniform.reason == item.group_effect.reason == Reason.NO_SCORE_VARIANCE
    assert not item.converged


def test_scores_added_up_give_what_single_rows_give() -> None:
    rng = np.random.default_rng(1)
    group, score = rng.integers(0, 2, 300), rng.integers(0, 8, 300).astype(float)
    matrix = (rng.random((300, 2)) < 1 / (1 + np.exp(1.5 - 0.4 * score - 0.3 * group)[:, None])).astype(float)
    responses = Responses.from_dense(matrix)
    added = dif.logistic_regression(responses, group, match=dif.ScoreMatch(score))
    single = dif.logistic_regression(responses, group, match=dif.ScoreMatch(score + 2e-9 * np.arange(300)))
    for left, right in zip(added, single, strict=True):
        assert left.both.chi2 == pytest.approx(right.both.chi2, abs=1e-5)
        assert left.interaction.se == pytest.approx(right.interaction.se, rel=1e-6)


def test_each_unit_is_fitted_as_if_it_were_alone_and_to_a_score_of_zero() -> None:
    rng = np.random.default_rng(2)
    unit, group, x = rng.integers(0, 4, 400), rng.integers(0, 2, 400), rng.normal(size=400)
    right = (rng.random(400) < 1 / (1 + np.exp(-x * unit - 0.5 * group))).astype(float)
    ones = np.ones(400)
    design = np.column_stack([ones, x, group, x * group])
    for columns, fit in zip((2, 3, 4), fit_nested_logits(unit, x, group, right, ones, n_units=5), strict=True):
        assert fit.estimable.tolist() == [True] * 4 + [False]
        for u in range(4):
            own = unit == u
            part = (np.zeros(own.sum(), int), x[own], group[own], right[own], ones[own])
            alone = fit_nested_logits(*part, n_units=1)[columns - 2]
            assert fit.coefficient[u] == pytest.approx(alone.coefficient[0], abs=1e-9)
            covariates = design[own, :columns]
            chance = 1 / (1 + np.exp(-covariates @ fit.coefficient[u]))
            assert covariates.T @ (right[own] - chance) == pytest.approx(np.zeros(columns), abs=1e-8)
            information = (covariates.T * (chance * (1 - chance))) @ covariates
            assert fit.covariance[u] @ information == pytest.approx(np.eye(columns), abs=1e-7)


@pytest.mark.parametrize(
    ("gain", "p", "zumbo_thomas", "jodoin_gierl"),
    [
        (0.034, 0.01, "A", "A"),
        (0.035, 0.01, "A", "B"),
        (0.07, 0.01, "A", "C"),
        (0.13, 0.01, "B", "C"),
        (0.26, 0.01, "C", "C"),
        (0.3, 0.05, "A", "A"),
    ],
)
def test_the_two_scales_of_r2(gain: float, p: float, zumbo_thomas: str, jodoin_gierl: str) -> None:
    assert dif.r2_class(gain, p, cuts=dif.ZUMBO_THOMAS) == zumbo_thomas
    assert dif.r2_class(gain, p, cuts=dif.JODOIN_GIERL) == jodoin_gierl


def simulated(seed: int, persons: int, items: int, ability_gap: float) -> tuple[Responses, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    group = np.arange(persons) % 2
    ability = rng.normal(size=persons) - ability_gap * group
    hardness, slope = rng.normal(0, 0.7, items), np.linspace(0.6, 2.2, items)
    right = rng.random((persons, items)) < 1 / (1 + np.exp(-slope * (ability[:, None] - hardness)))
    return Responses.from_dense(right.astype(float)), group


def test_sibtest_by_its_definition() -> None:
    """One item against the formulas of Shealy & Stout written out for one item, without vectors."""
    responses, group = simulated(3, 600, 12, 0.5)
    matrix, item = responses.to_dense(), 5
    rest = np.delete(matrix, item, axis=1)
    score = rest.sum(axis=1)
    lines, cells = [], []
    for g in (0, 1):
        part = rest[group == g]
        covariance = np.cov(part.T)
        kr20 = 11 / 10 * (1 - np.trace(covariance) / covariance.sum())
        mean = part.sum(axis=1).mean()
        lines.append([(mean + kr20 * (k - mean)) / 11 for k in range(12)])
        cells.append([matrix[(group == g) & (score == k), item] for k in range(12)])
    beta = variance = weight = 0.0
    for k in range(1, 11):
        pair = [cell[k] for cell in cells]
        if min(len(x) for x in pair) < 6 or any(x.var() == 0 for x in pair):
            continue
        n = sum(len(x) for x in pair)
        moved = []
        for g in (0, 1):
            slope = (cells[g][k + 1].mean() - cells[g][k - 1].mean()) / (lines[g][k + 1] - lines[g][k - 1])
            moved.append(pair[g].mean() + slope * ((lines[0][k] + lines[1][k]) / 2 - lines[g][k]))
        beta, weight = beta + n * (moved[0] - moved[1]), weight + n
        variance += n**2 * sum(x.var(ddof=1) / len(x) for x in pair)
    result = dif.sibtest(responses, group)[item]
    assert result.beta.value == pytest.approx(beta / weight)
    assert result.beta.se == pytest.approx(math.sqrt(variance) / weight)
    assert result.chi2 == pytest.approx(beta**2 / variance)


def test_sibtest_needs_one_fixed_form_and_a_reliable_score() -> None:
    responses, group = simulated(4, 200, 6, 0.0)
    matrix = responses.to_dense()
    matrix[::2, 0], matrix[1::2, 5] = np.nan, np.nan
    differing = dif.sibtest(Responses.from_dense(matrix), group)
    assert {item.beta.reason for item in differing} == {Reason.FORMS_DIFFER}
    pair = dif.sibtest(responses.with_items([0, 1]), group)  # one item has no reliability
    assert {item.beta.reason for item in pair} == {Reason.TOO_FEW_ITEMS}


def test_sibtest_skips_a_score_that_a_group_never_reached() -> None:
    """Going on to the next score and taking it as 0 % differ; where no score is skipped they agree."""
    responses, group = simulated(5, 120, 12, 1.0)
    ours, printed = dif.sibtest(responses, group, min_cell=2), dif.sibtest(responses, group, min_cell=2, as_mirt=True)
    assert any(a.beta.value != b.beta.value for a, b in zip(ours, printed, strict=True))
    responses, group = simulated(5, 4000, 6, 0.0)
    assert dif.sibtest(responses, group) == dif.sibtest(responses, group, as_mirt=True)


@dataclass(frozen=True)
class Verdict:
    p: float | None


def test_purification_ends_when_the_same_items_stay_out() -> None:
    said = iter([(0, 1), (0,), (0,)])
    asked: list[list[bool]] = []

    def test(anchor: NDArray[np.bool_]) -> tuple[Verdict, ...]:
        asked.append(anchor.tolist())
        flagged = next(said)
        return tuple(Verdict(0.01 if j in flagged else None) for j in range(3))

    result = dif.purify(test, n_items=3)
    assert asked == [[True] * 3, [False, False, True], [False, True, True]]
    assert (result.flagged, result.anchor, result.iterations) == ((0,), (1, 2), 2)
    assert (result.converged, result.cycle, result.reason) == (True, None, None)


def test_purification_sees_that_it_goes_in_circles() -> None:
    said = itertools.cycle([(0,), (1,), (2,)])
    result = dif.purify(lambda anchor: verdicts(next(said), 3), n_items=3, max_iterations=7)
    assert (result.converged, result.cycle, result.iterations) == (False, 3, 7)


def test_purification_gives_up_when_every_item_is_flagged() -> None:
    result = dif.purify(lambda anchor: verdicts((0, 1), 2), n_items=2)
    assert (result.converged, result.reason, result.flagged) == (False, Reason.TOO_FEW_ITEMS, (0, 1))
    unasked = dif.purify(lambda anchor: verdicts((0,), 2), n_items=2, max_iterations=0)
    assert (unasked.converged, unasked.cycle, unasked.iterations) == (False, None, 0)
    with pytest.raises(ValueError, match=r"^max_iterations"):
        dif.purify(lambda anchor: (), n_items=0, max_iterations=-1)


def verdicts(flagged: tuple[int, ...], n: int) -> tuple[Verdict, ...]:
    return tuple(Verdict(0.01 if j in flagged else 0.5) for j in range(n))


@pytest.mark.parametrize("form", [None, 18])
def test_purification_clears_the_sound_items(form: int | None) -> None:
    """Six of 24 items are harder for the focal group, and the score with them accuses the others."""
    rng = np.random.default_rng(6)
    group = np.arange(1600) % 2
    hardness = np.tile(rng.normal(0, 0.6, 24), (1600, 1))
    hardness[group == 1, :6] += 0.9
    right = (rng.random((1600, 24)) < 1 / (1 + np.exp(hardness - rng.normal(size=(1600, 1))))).astype(float)
    responses = Responses.from_dense(on_forms(right, form, rng))
    for test in (dif.mantel_haenszel, dif.logistic_regression):
        plain = test(responses, group)
        result = dif.purify(lambda anchor, test=test: test(responses, group, anchor=anchor), n_items=24)
        before = {j for j, item in enumerate(plain) if item.p is not None and item.p < 0.05}
        assert set(range(6)) <= set(result.flagged)
        assert len(set(result.flagged) - set(range(6))) <= 3 < len(before - set(range(6)))
    biases = [
        np.mean([item.delta.value for item in items[6:]])
        for items in (
            dif.mantel_haenszel(responses, group),
            dif.purify(lambda anchor: dif.mantel_haenszel(responses, group, anchor=anchor), n_items=24).items,
        )
    ]
    assert biases[0] > 0.3 > 0.15 > abs(biases[1])


def test_power_agrees_with_simulation() -> None:
    """Seed 7: 4,000 tests in 6 strata of unequal groups."""
    rng = np.random.default_rng(7)
    n_reference, n_focal = np.array([5, 9, 14, 16, 12, 6]), np.array([8, 12, 12, 10, 6, 3])
    p = np.linspace(0.35, 0.85, 6)
    for delta in (0.0, 1.0, 2.0):
        odds = p / (1 - p) * np.exp(-delta / 2.35 / 2), p / (1 - p) * np.exp(delta / 2.35 / 2)
        a, c = (rng.binomial(n, o / (1 + o), (4000, 6)) for n, o in zip((n_reference, n_focal), odds, strict=True))
        size, right = n_reference + n_focal, a + c
        variance = n_reference * n_focal * right * (size - right) / (size**2 * (size - 1))
        chi2 = (a - n_reference * right / size).sum(axis=1) ** 2 / variance.sum(axis=1)
        found = np.mean(chi2 > normal_quantile(0.975) ** 2)
        information = dif.information_mantel_haenszel(n_reference, n_focal, p)
        assert found == pytest.approx(dif.power_mantel_haenszel(information, delta=delta), abs=0.03)
        assert delta or variance.sum(axis=1).mean() == pytest.approx(information, rel=0.01)


def test_plans_for_power_agree_with_each_other() -> None:
    n = dif.least_candidates(delta=1.5, power=0.8, p=0.6, focal_share=0.4)
    information = dif.information_mantel_haenszel(0.6 * n, 0.4 * n, 0.6)
    assert dif.power_mantel_haenszel(information, delta=1.5) == pytest.approx(0.8, abs=0.002)
    assert dif.detectable_delta(information, power=0.8) == pytest.approx(1.5, abs=0.01)
    assert dif.power_mantel_haenszel(information, delta=0.0) == pytest.approx(0.05)
    assert dif.power_mantel_haenszel(0.0) == 0.0
    assert dif.detectable_delta(0.0) is None
    assert dif.delta_of_shift(0.0) == 0.0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: dif.power_mantel_haenszel(-1.0), "information"),
        (lambda: dif.power_mantel_haenszel(1.0, significance=5), "significance"),
        (lambda: dif.information_mantel_haenszel(-1, 2, 0.5), "n_reference"),
        (lambda: dif.information_mantel_haenszel(1, 2, 1.5), "p "),
        (lambda: dif.detectable_delta(1.0, power=0.01), "power"),
        (lambda: dif.least_candidates(delta=0.0), "delta"),
        (lambda: dif.least_candidates(focal_share=1.0), "focal_share"),
    ],
)
def test_impossible_plans_name_the_argument(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name}"):
        call()  # type: ignore[operator]
