"""Linking calibrations and equating through item parameters."""

import dataclasses
import json

import numpy as np
import pytest

from app.psychometrics import Reason, numerics
from app.psychometrics import equating as eq
from app.psychometrics.irt import ItemParameters

RNG = np.random.default_rng(8)


def bank(n: int, *, guess: bool = True, seed: int = 8) -> ItemParameters:
    rng = np.random.default_rng(seed)
    return ItemParameters.from_difficulty(
        rng.normal(0, 1, n), slope=np.exp(rng.normal(0, 0.3, n)), guess=rng.uniform(0.05, 0.25, n) * guess
    )


TRUE = eq.ScaleLink(1.17, -0.42, 12, "")
METHODS = [eq.link_mean_mean, eq.link_mean_gmean, eq.link_mean_sigma, eq.link_haebara, eq.link_stocking_lord]
X = bank(12)
ON_Y = TRUE.parameters(X)


@pytest.mark.parametrize("method", METHODS)
def test_a_line_without_noise_is_found_again(method: object) -> None:
    for line in (TRUE, eq.ScaleLink(0.6, 1.5, 12, ""), eq.ScaleLink(1.0, 0.0, 12, "")):
        link = method(X, line.parameters(X))
        assert (link.slope, link.intercept) == pytest.approx((line.slope, line.intercept), abs=1e-8)
        assert (link.n_used, link.converged) == (12, True)


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_the_items_does_not_matter(method: object) -> None:
    noisy = ItemParameters(ON_Y.slope * np.exp(RNG.normal(0, 0.1, 12)), ON_Y.intercept, ON_Y.guess)
    order = RNG.permutation(12)
    link, again = method(X, noisy), method(X.of_items(order), noisy.of_items(order))
    assert (link.slope, link.intercept) == pytest.approx((again.slope, again.intercept), abs=1e-9)


def test_moved_parameters_give_the_same_chances() -> None:
    theta = np.linspace(-3, 3, 7)
    assert ON_Y.probability(TRUE.ability(theta)) == pytest.approx(X.probability(theta), abs=1e-14)
    back = TRUE.inverse()
    assert back.parameters(ON_Y).difficulty == pytest.approx(X.difficulty)
    assert back.ability(TRUE.ability(theta)) == pytest.approx(theta)


def noisy_pair() -> tuple[ItemParameters, ItemParameters]:
    rng = np.random.default_rng(4)
    off = ItemParameters.from_difficulty(
        ON_Y.difficulty + rng.normal(0, 0.15, 12), slope=ON_Y.slope * np.exp(rng.normal(0, 0.1, 12)), guess=ON_Y.guess
    )
    return X, off


@pytest.mark.parametrize("method", [eq.link_haebara, eq.link_stocking_lord])
def test_the_curves_are_closest_where_it_says(method: object) -> None:
    x, y = noisy_pair()
    link = method(x, y)
    nodes, weights = numerics.normal_grid(41, bound=4.0)

    def loss(slope: float, intercept: float) -> float:
        gap = eq.ScaleLink(slope, intercept, 12, "").parameters(x).probability(nodes) - y.probability(nodes)
        gap = gap.sum(1, keepdims=True) if method is eq.link_stocking_lord else gap
        return float(weights @ (gap**2).sum(1))

    assert link.criterion == pytest.approx(loss(link.slope, link.intercept))
    for step in (1e-4, -1e-4):
        assert loss(link.slope + step, link.intercept) > link.criterion
        assert loss(link.slope, link.intercept + step) > link.criterion


def test_other_nodes_and_scaled_weights() -> None:
    x, y = noisy_pair()
    nodes, weights = numerics.normal_gauss_hermite(30)
    link = eq.link_stocking_lord(x, y, quadrature=(nodes, weights))
    scaled = eq.link_stocking_lord(x, y, quadrature=(nodes.tolist(), (7 * weights).tolist()))
    assert (link.slope, link.intercept) == pytest.approx((scaled.slope, scaled.intercept), abs=1e-9)
    grid = eq.link_stocking_lord(x, y)
    assert (link.slope, link.intercept) == pytest.approx((grid.slope, grid.intercept), abs=1e-4)


def test_links_without_what_they_need() -> None:
    none, one = bank(0), X.of_items([0])
    for method in METHODS:
        link = method(none, none)
        assert (link.slope, link.reason) == (None, Reason.NO_COMMON_ITEMS)
        json.dumps(dataclasses.asdict(link), allow_nan=False)
        with pytest.raises(ValueError, match="not linked"):
            link.parameters(X)
        with pytest.raises(ValueError, match="same items"):
            method(X, one)
        with pytest.raises(ValueError, match="slopes"):
            method(one, ItemParameters.from_difficulty([0.0], slope=-1.0))
    assert eq.link_mean_sigma(one, one).reason == Reason.NO_COMMON_ITEMS
    assert eq.link_mean_mean(one, one).slope == 1.0
    alike = ItemParameters.from_difficulty([0.3, 0.3], slope=[1.0, 2.0])
    assert eq.link_mean_sigma(alike, X.of_items([0, 1])).reason == Reason.ANCHORS_ALIKE
    rounded = ItemParameters.from_difficulty([0.1 + 0.2, 0.3])
    assert eq.link_mean_sigma(rounded, X.of_items([0, 1])).reason == Reason.ANCHORS_ALIKE
    for bad in (([0.0], [-1.0]), ([0.0, 1.0], [1.0]), ([np.nan], [1.0]), ([], [])):
        with pytest.raises(ValueError, match="quadrature"):
            eq.link_haebara(X, ON_Y, quadrature=bad)


# --- Rasch


def test_a_rasch_shift_is_the_mean_difference() -> None:
    b = np.linspace(-1.5, 1.5, 10)
    d = np.array([0.28, 0.31, 0.3, 0.29, 0.33, 0.27, 0.3, 0.32, 0.3, 0.3])
    link = eq.link_rasch(b, b + d, critical=5.0)
    assert link.shift.value == pytest.approx(0.3)
    assert link.shift.se == pytest.approx(np.std(d, ddof=1) / 10**0.5)
    assert (link.dropped, link.n_used) == ((), 10)


def test_an_anchor_that_moved_is_dropped_and_named() -> None:
    b = np.linspace(-1.5, 1.5, 10)
    moved = b + 0.3 + np.array([0.02, -0.03, 0.01, -0.02, 0.03, 0.0, 0.0, -0.01, 0.02, -0.02])
    moved[6] += 0.9
    link = eq.link_rasch(b, moved, critical=2.7)
    assert link.dropped == (6,)
    assert link.kept == (0, 1, 2, 3, 4, 5, 7, 8, 9)
    assert link.shift.value == pytest.approx(0.3, abs=0.03)
    assert link.robust_z[6] > 10
    order = RNG.permutation(10)
    again = eq.link_rasch(b[order], moved[order], critical=2.7)
    assert order[again.dropped[0]] == 6
    assert again.shift.value == pytest.approx(link.shift.value, abs=1e-14)


def test_anchors_that_agree_exactly_show_the_one_that_does_not() -> None:
    b = np.linspace(-1.5, 1.5, 10)
    moved = b + 0.3
    moved[2] -= 0.5
    link = eq.link_rasch(b, moved)
    assert (link.dropped, link.robust_z[2]) == ((2,), None)
    assert link.shift.value == pytest.approx(0.3, abs=1e-12)
    json.dumps(dataclasses.asdict(link), allow_nan=False)


def test_no_more_anchors_go_than_allowed() -> None:
    b = np.zeros(10)
    moved = np.array([0.0, 0.01, -0.01, 0.02, -0.02, 0.01, 0.0, 3.0, 4.0, 5.0])
    assert eq.link_rasch(b, moved).dropped == (9, 8)
    assert eq.link_rasch(b, moved, largest_drop=0.3).dropped == (9, 8, 7)
    assert eq.link_rasch(b, moved, largest_drop=0.0).dropped == ()
    assert eq.link_rasch(b, moved, largest_drop=0.3, least_anchors=8).dropped == (9, 8)
    assert eq.link_rasch([0.0, 1.0], [0.5, 1.5]).shift.reason == Reason.NO_COMMON_ITEMS
    assert eq.link_rasch([0.0], [0.5], least_anchors=1).shift.value == 0.5
    for bad, named in (
        (lambda: eq.link_rasch([0.0], [0.0, 1.0]), "x and y"),
        (lambda: eq.link_rasch([np.nan], [0.0]), "finite"),
        (lambda: eq.link_rasch(b, moved, critical=0.0), "critical"),
        (lambda: eq.link_rasch(b, moved, largest_drop=2.0), "largest_drop"),
        (lambda: eq.link_rasch(b, moved, least_anchors=0), "least_anchors"),
    ):
        with pytest.raises(ValueError, match=named):
            bad()


# --- true and observed scores


def test_true_scores_go_there_and_back() -> None:
    x, y = bank(20, seed=1), bank(25, seed=2)
    made = eq.true_score_irt(x, y, link=TRUE)
    moved = TRUE.parameters(x)
    for score, theta, equivalent in zip(made.scores, made.theta, made.equivalents, strict=True):
        if theta is not None:
            assert moved.probability(theta).sum() == pytest.approx(score, abs=1e-9)
            assert y.probability(theta).sum() == pytest.approx(equivalent, abs=1e-9)
    assert made.equivalents[20] == 25.0
    assert made.reason == Reason.BELOW_GUESSING
    assert made.equated_scores == tuple(range(int(np.floor(x.guess.sum())) + 1, 21))


def test_true_scores_below_guessing_lie_on_a_line_if_asked() -> None:
    x, y = bank(20, seed=1), bank(25, seed=2)
    made = eq.true_score_irt(x, y, link=TRUE, below_guessing=True)
    assert (made.reason, made.equivalents[0]) == (None, 0.0)
    assert made.equivalents[1] == pytest.approx(y.guess.sum() / x.guess.sum())
    assert list(made.equivalents) == sorted(made.equivalents)


def test_without_guessing_nothing_right_is_nothing_right() -> None:
    x, y = bank(20, seed=1, guess=False), bank(25, seed=2, guess=False)
    assert eq.true_score_irt(bank(0), y).reason == Reason.TOO_FEW_ITEMS
    made = eq.true_score_irt(x, y)
    assert (made.equivalents[0], made.equivalents[20], made.reason) == (0.0, 25.0, None)
    assert eq.true_score_irt(x, x).equivalents == pytest.approx(range(21))
    json.dumps(dataclasses.asdict(made), allow_nan=False)


def test_observed_scores_of_one_form_are_its_own() -> None:
    made = eq.observed_score_irt(X, ON_Y, link=TRUE)
    assert made.equivalents == pytest.approx(range(13), abs=1e-7)
    long = bank(100, seed=3)
    assert eq.observed_score_irt(long, long).equivalents == pytest.approx(range(101), abs=1e-6)


def test_observed_scores_agree_with_simulated_candidates() -> None:
    x, y = bank(15, seed=5), bank(15, seed=6)
    rng = np.random.default_rng(7)

    def simulated(form: ItemParameters) -> eq.FormScores:
        theta = rng.normal(size=60_000)
        return eq.FormScores.from_scores((rng.random((60_000, 15)) < form.probability(theta)).sum(1), max_score=15)

    seen = eq.equipercentile_equating(simulated(x), simulated(y)).equivalents
    assert np.array(eq.observed_score_irt(x, y).equivalents)[2:15] == pytest.approx(np.array(seen)[2:15], abs=0.1)


def test_the_synthetic_population_has_a_weight() -> None:
    x, y = bank(15, seed=5), bank(15, seed=6)
    ends = [eq.observed_score_irt(x, y, link=TRUE, weight=w).equivalents[7] for w in (0.0, 0.5, 1.0)]
    assert min(ends[0], ends[2]) <= ends[1] <= max(ends[0], ends[2])
    for call, named in (
        (lambda: eq.observed_score_irt(x, y, weight=2.0), "weight"),
        (lambda: eq.observed_score_irt(x, y, quadrature=([0.0], [0.0])), "quadrature"),
        (lambda: eq.true_score_irt(ItemParameters.from_difficulty([0.0], slope=0.0), y), "slopes"),
        (lambda: eq.observed_score_irt(ItemParameters.from_difficulty([0.0], slope=0.0), y), "slopes"),
    ):
        with pytest.raises(ValueError, match=named):
            call()
