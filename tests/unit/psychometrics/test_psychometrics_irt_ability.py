"""Abilities: hand-computed cases, sparse forms, and what happens at the limits."""

import json
import math
from collections.abc import Callable

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.irt import Abilities, ItemParameters
from tests.simulated_exams import on_forms, scores

NAN = float("nan")
Estimator = Callable[[Responses, ItemParameters], Abilities]
ESTIMATORS: list[Estimator] = [ps.irt.eap, ps.irt.wle, ps.irt.ml]


def random_parameters(seed: int, n_items: int, *, guess: float = 0.0) -> ItemParameters:
    rng = np.random.default_rng(seed)
    return ItemParameters.from_difficulty(
        rng.normal(size=n_items), slope=np.exp(rng.normal(0.0, 0.3, n_items)), guess=guess
    )


def simulated(parameters: ItemParameters, theta: np.ndarray, seed: int, *, form: int | None = None) -> np.ndarray:
    """(persons, items) scores; with `form` each person gets that many items, drawn at random."""
    rng = np.random.default_rng(seed)
    return on_forms(scores(parameters, theta, rng), form, rng)


def test_two_equal_items_by_hand() -> None:
    r = Responses.from_dense([[1, 0], [1, 1], [0, 0]])
    p = ItemParameters.from_difficulty([0.0, 0.0])
    ml, wle = ps.irt.ml(r, p, bound=5.0), ps.irt.wle(r, p)
    assert ml.theta == pytest.approx([0.0, 5.0, -5.0], abs=1e-9)
    assert ml.se == pytest.approx([math.sqrt(2.0), 0.0, 0.0])  # I = 2/4
    # Warm at all right: 2 (1 - P) + (1 - 2P)/2 = 0, so P = 5/6.
    assert wle.theta == pytest.approx([0.0, math.log(5.0), -math.log(5.0)], abs=1e-9)
    assert wle.se[1] == pytest.approx(1.0 / math.sqrt(2.0 * 5.0 / 36.0))


def test_eap_is_the_mean_of_the_posterior() -> None:
    p = random_parameters(1, 6, guess=0.2)
    r = Responses.from_dense([[1, 0, 1, NAN, -1, 1]])
    nodes = np.linspace(-6.0, 6.0, 61)
    chances = p.probability(nodes)
    likelihood = chances[:, 0] * (1 - chances[:, 1]) * chances[:, 2] * (1 - chances[:, 4]) * chances[:, 5]
    posterior = likelihood * np.exp(-0.5 * nodes**2 / 0.7)
    posterior /= posterior.sum()
    mean = posterior @ nodes
    found = ps.irt.eap(r, p, variance=0.7)
    assert found.theta[0] == pytest.approx(mean, abs=1e-12)
    assert found.se[0] == pytest.approx(math.sqrt(posterior @ (nodes - mean) ** 2), abs=1e-12)


@pytest.mark.parametrize("guess", [0.0, 0.25])
def test_ml_and_wle_solve_their_equations(guess: float) -> None:
    p = random_parameters(2, 25, guess=guess)
    theta = np.random.default_rng(3).normal(size=60)
    r = Responses.from_dense(simulated(p, theta, 4, form=18))
    ml, wle = ps.irt.ml(r, p), ps.irt.wle(r, p)
    step = 1e-4
    for person in range(60):
        rows = r.of_person(person)
        own = p.of_items(rows.item)

        def log_likelihood(at: float, own: ItemParameters = own, score: np.ndarray = rows.score) -> float:
            chance = own.probability(at)
            return float(np.sum(np.log(np.where(score == 1, chance, 1.0 - chance))))

        def score(at: float, f: Callable[[float], float] = log_likelihood) -> float:
            return (f(at + step) - f(at - step)) / (2.0 * step)

        if ml.defined[person]:
            assert score(ml.theta[person]) == pytest.approx(0.0, abs=1e-5)
            assert ml.se[person] == pytest.approx(own.information(ml.theta[person]).sum() ** -0.5)
        if wle.defined[person]:
            at = wle.theta[person]
            chance, up, down = (own.probability(x) for x in (at, at + step, at - step))
            j = np.sum((up - down) / (2 * step) * (up - 2 * chance + down) / step**2 / (chance * (1 - chance)))
            assert score(at) + j / (2.0 * own.information(at).sum()) == pytest.approx(0.0, abs=1e-4)


def test_ml_of_the_three_parameter_model_is_the_highest_maximum() -> None:
    """With guessing the likelihood can have several maxima; a fine grid finds none that is higher."""
    p = random_parameters(5, 12, guess=0.3)
    r = Responses.from_dense(np.random.default_rng(6).integers(0, 2, (200, 12)).astype(float))
    found = ps.irt.ml(r, p, bound=8.0)
    grid = np.linspace(-8.0, 8.0, 3201)
    chance = p.probability(grid)
    x = r.to_dense()
    on_grid = x @ np.log(chance).T + (1.0 - x) @ np.log1p(-chance).T
    own = p.probability(found.theta)
    at_found = np.sum(np.where(x == 1, np.log(own), np.log1p(-own)), axis=1)
    assert np.all(at_found >= on_grid.max(axis=1) - 1e-3)


def test_wle_is_finite_for_extreme_scores_and_less_extreme_than_ml() -> None:
    p = random_parameters(7, 30)
    r = Responses.from_dense([[1] * 30, [0] * 30, [1] * 29 + [0]])
    ml, wle = ps.irt.ml(r, p), ps.irt.wle(r, p)
    assert ml.defined.tolist() == [False, False, True]
    assert wle.defined.all()
    assert np.all(np.abs(wle.theta) < 10.0)
    assert abs(wle.theta[2]) < abs(ml.theta[2])
    assert [e.reason for e in ml.estimates()] == [Reason.BOUNDARY, Reason.BOUNDARY, None]


def test_eap_shrinks_the_more_the_shorter_the_form() -> None:
    p = ItemParameters.from_difficulty([0.0] * 40)
    short, long = [[1.0] * 3 + [0.0] + [NAN] * 36], [[1.0] * 30 + [0.0] * 10]
    r = Responses.from_dense(short + long)
    eap, ml = ps.irt.eap(r, p), ps.irt.ml(r, p)
    assert ml.theta == pytest.approx([math.log(3.0)] * 2, abs=1e-9)
    assert 0.0 < eap.theta[0] < eap.theta[1] < ml.theta[1]
    assert eap.se[0] > eap.se[1]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_order_and_unused_items_do_not_matter(estimator: Estimator) -> None:
    p = random_parameters(8, 20)
    matrix = simulated(p, np.random.default_rng(9).normal(size=40), 10, form=14)
    rng = np.random.default_rng(11)
    rows, columns = rng.permutation(40), rng.permutation(20)
    straight = estimator(Responses.from_dense(matrix), p)
    shuffled = estimator(Responses.from_dense(matrix[rows][:, columns]), p.of_items(columns))
    assert shuffled.theta == pytest.approx(straight.theta[rows], abs=1e-9)
    assert shuffled.se == pytest.approx(straight.se[rows], abs=1e-9)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_sparse_equals_dense(estimator: Estimator) -> None:
    """A candidate who is given other items changes nothing for those on the fixed form."""
    p = random_parameters(12, 15)
    dense = simulated(p.of_items(range(10)), np.random.default_rng(13).normal(size=30), 14)
    wide = np.full((31, 15), NAN)
    wide[:30, :10] = dense
    wide[30, 10:] = [1, 0, 1, 1, 0]
    plain = estimator(Responses.from_dense(dense), p.of_items(range(10)))
    sparse = estimator(Responses.from_dense(wide), p)
    assert sparse.theta[:30] == pytest.approx(plain.theta, abs=1e-12)
    assert sparse.se[:30] == pytest.approx(plain.se, abs=1e-12)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_blocks_do_not_matter(estimator: Estimator, monkeypatch: pytest.MonkeyPatch) -> None:
    p = random_parameters(15, 10)
    r = Responses.from_dense(simulated(p, np.random.default_rng(16).normal(size=50), 17, form=8))
    whole = estimator(r, p)
    monkeypatch.setattr("app.psychometrics.irt.blocks._CELLS", 700)
    assert estimator(r, p).theta == pytest.approx(whole.theta, abs=1e-10)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_limits_give_no_nan(estimator: Estimator) -> None:
    p = ItemParameters.from_difficulty([0.0, 1.0, -30.0], slope=[1.0, 2.5, 4.0], guess=[0.0, 0.2, 0.0])
    r = Responses.from_dense([[1, NAN, 1], [NAN, NAN, NAN], [-1, -1, -1], [NAN, 1, NAN], [1, 1, 0]])
    found = estimator(r, p)
    json.dumps([found.theta.tolist(), found.se.tolist()], allow_nan=False)
    assert np.all(np.isfinite(found.theta))
    assert not found.defined[1]
    assert found.estimates()[1].reason is Reason.TOO_FEW_ITEMS
    assert found.n_used == np.count_nonzero(found.defined)
    none = estimator(Responses.from_dense(np.zeros((0, 3))), p)
    assert (none.n_used, len(none.theta)) == (0, 0)


def test_an_item_of_slope_zero_says_nothing() -> None:
    r = Responses.from_dense([[1, 0, 1], [1, 0, 0]])
    p = ItemParameters(np.array([1.0, 1.2, 0.0]), np.array([0.3, -0.2, 0.0]), np.zeros(3))
    for estimator in ESTIMATORS:
        found = estimator(r, p)
        assert found.theta[0] == pytest.approx(found.theta[1], abs=1e-10)
        mute = estimator(r, ItemParameters(np.zeros(3), np.zeros(3), np.zeros(3)))
        assert mute.theta == pytest.approx([0.0, 0.0], abs=1e-12)
        assert [e.reason for e in mute.estimates()] == [Reason.TOO_FEW_ITEMS] * 2


def test_wle_has_less_bias_than_ml() -> None:
    """2,000 simulated candidates at theta = 1.5 on 20 items, seed 18."""
    p = ItemParameters.from_difficulty(np.linspace(-2.0, 2.0, 20))
    r = Responses.from_dense(simulated(p, np.full(2000, 1.5), 18))
    assert abs(ps.irt.wle(r, p).theta.mean() - 1.5) < 0.03
    assert ps.irt.ml(r, p, bound=6.0).theta.mean() - 1.5 > 0.05


def test_intervals_of_wle_cover() -> None:
    """4,000 simulated candidates of N(0, 1), 40 of 80 items each, seed 19."""
    p = random_parameters(19, 80)
    theta = np.random.default_rng(19).normal(size=4000)
    found = ps.irt.wle(Responses.from_dense(simulated(p, theta, 20, form=40)), p)
    assert 0.93 < np.mean(np.abs(found.theta - theta) < 1.96 * found.se) < 0.97


def test_malformed_input_names_the_argument() -> None:
    r = Responses.from_dense([[1, 0]])
    p = ItemParameters.from_difficulty([0.0, 0.0])
    with pytest.raises(ValueError, match="parameters"):
        ps.irt.eap(r, p.of_items([0]))
    with pytest.raises(ValueError, match="variance"):
        ps.irt.eap(r, p, variance=0.0)
    with pytest.raises(ValueError, match="bound"):
        ps.irt.ml(r, p, bound=NAN)


def test_information_is_the_slope_of_the_expected_score_in_the_rasch_model() -> None:
    p = ItemParameters.from_difficulty([-1.0, 0.0, 2.0])
    up, down = ps.irt.expected_score(p, [0.5 + 1e-5, 0.5 - 1e-5])
    assert ps.irt.test_information(p, 0.5) == pytest.approx((up - down) / 2e-5, rel=1e-8)
    assert ps.irt.standard_error(p, 0.5).value == pytest.approx(float(ps.irt.test_information(p, 0.5)) ** -0.5)
    assert ps.irt.standard_error(p.of_items([]), 0.0).reason is Reason.TOO_FEW_ITEMS


def test_the_own_form_is_scored_with_its_own_items() -> None:
    p = random_parameters(21, 6)
    r = Responses.from_dense([[1, 0, NAN, NAN, 1, 0], [NAN, NAN, NAN, NAN, NAN, NAN]])
    theta = [-1.0, 0.0, 2.0]
    own = p.of_items([0, 1, 4, 5])
    assert ps.irt.form_information(r, p, theta)[0] == pytest.approx(ps.irt.test_information(own, theta))
    assert ps.irt.form_expected_score(r, p, theta)[0] == pytest.approx(ps.irt.expected_score(own, theta))
    assert ps.irt.form_information(r, p, theta)[1].tolist() == [0.0] * 3
    assert ps.irt.form_marginal_reliability(r, p).value == pytest.approx(ps.irt.marginal_reliability(own).value)


def test_reliabilities_are_near_the_truth() -> None:
    """Squared correlation of EAP and truth of 3,000 simulated candidates, seed 22."""
    p = random_parameters(22, 40)
    theta = np.random.default_rng(22).normal(size=3000)
    r = Responses.from_dense(simulated(p, theta, 23))
    eap = ps.irt.eap(r, p)
    truth = np.corrcoef(eap.theta, theta)[0, 1] ** 2
    assert ps.irt.empirical_reliability(eap).value == pytest.approx(truth, abs=0.01)
    assert ps.irt.marginal_reliability(p).value == pytest.approx(truth, abs=0.02)
    separation = ps.irt.separation_reliability(ps.irt.wle(r, p))
    assert separation.value == pytest.approx(truth, abs=0.03)
    assert "WLE" in separation.variant


def test_reliabilities_of_nobody_and_of_equal_candidates() -> None:
    p = ItemParameters.from_difficulty([0.0, 0.0])
    alone = ps.irt.eap(Responses.from_dense([[1, 0]]), p)
    equal = ps.irt.eap(Responses.from_dense([[1, 0], [0, 1]]), p)
    assert ps.irt.empirical_reliability(alone).reason is Reason.TOO_FEW_PERSONS
    assert ps.irt.empirical_reliability(equal).reason is Reason.NO_TOTAL_VARIANCE
    nobody = Responses.from_dense(np.full((2, 2), NAN))
    assert ps.irt.form_marginal_reliability(nobody, p).reason is Reason.TOO_FEW_PERSONS
    assert ps.irt.marginal_reliability(p.of_items([])).reason is Reason.TOO_FEW_ITEMS
