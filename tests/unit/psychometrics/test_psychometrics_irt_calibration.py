"""Calibration: the likelihood and its curvature by brute force, recovery of what was simulated, sparse forms."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.irt import Calibration, ItemParameters
from app.psychometrics.numerics import normal_grid
from tests.simulated_exams import scores

Matrix = NDArray[np.float64]
MODELS: list[Callable[..., Calibration]] = [ps.irt.mml_rasch, ps.irt.mml_1pl, ps.irt.mml_2pl, ps.irt.mml_3pl]


def simulated(seed: int, persons: int, parameters: ItemParameters, *, sd: float = 1.0, given: float = 1.0) -> Matrix:
    rng = np.random.default_rng(seed)
    matrix = scores(parameters, rng.normal(0.0, sd, persons), rng)
    matrix[rng.random(matrix.shape) >= given] = np.nan
    return matrix


def a_bank(seed: int, items: int, *, guess: float = 0.0) -> ItemParameters:
    rng = np.random.default_rng(seed)
    slope = np.exp(rng.normal(0.1, 0.3, items))
    return ItemParameters.from_difficulty(rng.normal(0.0, 1.0, items), slope=slope, guess=guess)


def marginal(matrix: Matrix, slope: Matrix, intercept: Matrix, guess: Matrix) -> float:
    """The log-likelihood as it is defined: a product over items, an integral over ability."""
    nodes, weights = normal_grid()
    right = guess + (1.0 - guess) / (1.0 + np.exp(-(slope * nodes[:, None] + intercept)))
    p = np.where(matrix[:, None] == 1.0, right, 1.0 - right)
    return float(np.sum(np.log(np.where(np.isnan(matrix)[:, None], 1.0, p).prod(axis=2) @ weights)))


def slope_and_curvature(function: Callable[[Matrix], float], x: Matrix, h: float = 1e-3) -> tuple[Matrix, Matrix]:
    steps = np.eye(len(x)) * h
    curvature = np.empty((len(x), len(x)))
    for i, up in enumerate(steps):
        for j, side in enumerate(steps):
            corners = (
                function(x + up + side) + function(x - up - side) - function(x + up - side) - function(x - up + side)
            )
            curvature[i, j] = corners / (4.0 * h * h)
    return np.array([(function(x + up) - function(x - up)) / (2.0 * h) for up in steps]), curvature


SPARSE = simulated(5, 120, a_bank(2, 4), given=0.7)
K = SPARSE.shape[1]
ZERO = np.zeros(K)


def test_rasch_is_the_peak_of_the_likelihood_and_its_errors_are_the_curvature() -> None:
    c = ps.irt.mml_rasch(Responses.from_dense(SPARSE))
    x = np.append(c.parameters.intercept, math.sqrt(c.variance))
    gradient, curvature = slope_and_curvature(lambda v: marginal(SPARSE, np.full(K, v[-1]), v[:-1], ZERO), x)
    errors = np.sqrt(np.diag(np.linalg.inv(-curvature)))
    assert c.log_likelihood == pytest.approx(marginal(SPARSE, np.full(K, x[-1]), x[:-1], ZERO), abs=1e-9)
    assert np.abs(gradient).max() < 1e-3
    assert c.se_difficulty == pytest.approx(errors[:-1], rel=1e-4)
    assert c.se_variance == pytest.approx(2.0 * x[-1] * errors[-1], rel=1e-4)


def test_2pl_is_the_peak_of_the_likelihood_and_its_errors_are_the_curvature() -> None:
    c = ps.irt.mml_2pl(Responses.from_dense(SPARSE))
    a, d = c.parameters.slope, c.parameters.intercept
    gradient, curvature = slope_and_curvature(lambda v: marginal(SPARSE, v[:K], v[K:], ZERO), np.concatenate((a, d)))
    covariance = np.linalg.inv(-curvature)
    errors = np.sqrt(np.diag(covariance))
    assert c.log_likelihood == pytest.approx(marginal(SPARSE, a, d, ZERO), abs=1e-9)
    assert np.abs(gradient).max() < 1e-3
    assert c.se_slope == pytest.approx(errors[:K], rel=1e-4)
    assert c.se_intercept == pytest.approx(errors[K:], rel=1e-4)
    per_item = np.stack((d / a**2, -1.0 / a))  # of b = -d / a
    own = np.array([[[covariance[r * K + j, s * K + j] for s in (0, 1)] for r in (0, 1)] for j in range(K)])
    assert c.se_difficulty == pytest.approx(np.sqrt(np.einsum("rj,jrs,sj->j", per_item, own, per_item)), rel=1e-4)


def test_3pl_is_the_peak_of_the_posterior_and_its_errors_are_the_curvature() -> None:
    c = ps.irt.mml_3pl(Responses.from_dense(SPARSE))
    a, d, g = c.parameters.slope, c.parameters.intercept, c.parameters.guess

    def posterior(v: Matrix) -> float:
        prior = np.sum((v[:K] / 0.5) ** 2 + (v[K : 2 * K] / 3.0) ** 2 + ((v[2 * K :] + 1.1) / 0.5) ** 2)
        return marginal(SPARSE, np.exp(v[:K]), v[K : 2 * K], 1.0 / (1.0 + np.exp(-v[2 * K :]))) - 0.5 * float(prior)

    gradient, curvature = slope_and_curvature(posterior, np.concatenate((np.log(a), d, np.log(g / (1.0 - g)))))
    errors = np.sqrt(np.diag(np.linalg.inv(-curvature)))
    assert c.log_likelihood == pytest.approx(marginal(SPARSE, a, d, g), abs=1e-9)
    assert np.abs(gradient).max() < 1e-3
    assert c.se_slope == pytest.approx(a * errors[:K], rel=1e-4)
    assert c.se_intercept == pytest.approx(errors[K : 2 * K], rel=1e-4)
    assert c.se_guess == pytest.approx(g * (1.0 - g) * errors[2 * K :], rel=1e-4)


@pytest.mark.parametrize("given", [1.0, 0.4])
def test_2pl_recovers_what_was_simulated(given: float) -> None:
    truth = a_bank(11, 40)
    c = ps.irt.mml_2pl(Responses.from_dense(simulated(12, 2000, truth, given=given)))
    assert c.converged
    assert c.se_slope is not None and c.se_intercept is not None
    z = np.concatenate(
        ((c.parameters.slope - truth.slope) / c.se_slope, (c.parameters.intercept - truth.intercept) / c.se_intercept)
    )
    assert np.mean(np.abs(z) < 1.96) > 0.88
    assert abs(z.mean()) < 0.5
    assert np.corrcoef(c.parameters.slope, truth.slope)[0, 1] > 0.9


def test_rasch_recovers_difficulties_and_the_spread_of_ability() -> None:
    truth = ItemParameters.from_difficulty(np.linspace(-2.0, 2.0, 40))
    c = ps.irt.mml_rasch(Responses.from_dense(simulated(13, 2000, truth, sd=1.4, given=0.5)))
    assert c.se_difficulty is not None and c.se_variance is not None
    assert abs(c.variance - 1.96) < 3.0 * c.se_variance
    assert np.mean(np.abs(c.parameters.difficulty - truth.difficulty) < 1.96 * c.se_difficulty) > 0.85
    assert c.parameters.slope.tolist() == [1.0] * 40


def test_3pl_is_finite_and_sensible_where_candidates_guess() -> None:
    truth = a_bank(14, 20, guess=0.2)
    c = ps.irt.mml_3pl(Responses.from_dense(simulated(15, 2000, truth)))
    assert c.converged
    assert c.se_guess is not None
    assert np.all((c.parameters.guess > 0.08) & (c.parameters.guess < 0.4))
    assert np.all((c.parameters.slope > 0.3) & (c.parameters.slope < 4.0))
    assert np.corrcoef(c.parameters.difficulty, truth.difficulty)[0, 1] > 0.95
    assert c.n_parameters == 60


def test_few_candidates_and_a_large_bank_carry_rasch_and_a_3pl_with_priors() -> None:
    matrix = simulated(22, 60, a_bank(9, 200), given=0.25)
    for model in (ps.irt.mml_rasch, ps.irt.mml_3pl):
        c = model(Responses.from_dense(matrix))
        assert c.converged
        assert c.iterations < 30
        assert c.se_intercept is not None
        assert np.all(c.se_intercept[c.estimated] > 0.3)  # 15 answers say little, and the errors say so


def test_1pl_is_rasch_on_another_scale() -> None:
    responses = Responses.from_dense(simulated(16, 300, a_bank(3, 8), given=0.8))
    rasch, one = ps.irt.mml_rasch(responses), ps.irt.mml_1pl(responses)
    assert rasch.log_likelihood == one.log_likelihood
    assert rasch.variance == pytest.approx(one.parameters.slope[0] ** 2)
    assert rasch.parameters.difficulty == pytest.approx(one.parameters.difficulty * one.parameters.slope)
    assert (one.variance, one.se_variance, rasch.se_slope, rasch.se_guess) == (1.0, None, None, None)
    assert (rasch.n_parameters, rasch.n_used) == (9, 300)
    assert rasch.bic == pytest.approx(9 * math.log(300) - 2 * (rasch.log_likelihood or 0.0))


@pytest.mark.parametrize("model", MODELS)
def test_a_candidate_with_a_private_item_changes_nothing(model: Callable[..., Calibration]) -> None:
    matrix = simulated(17, 150, a_bank(4, 6))
    dense = model(Responses.from_dense(matrix))
    wider = np.full((152, 8), np.nan)
    wider[:150, :6] = matrix
    wider[150, 6] = 1.0  # and the last candidate and the last item have no row at all
    sparse = model(Responses.from_dense(wider))
    assert sparse.reasons[6:] == (Reason.NO_ITEM_VARIANCE, Reason.NOT_ADMINISTERED)
    assert sparse.estimated.tolist() == [True] * 6 + [False] * 2
    assert sparse.difficulty[6:] == (None, None)
    assert (sparse.n_used, sparse.n_parameters) == (150, dense.n_parameters)
    assert sparse.log_likelihood == pytest.approx(dense.log_likelihood, rel=1e-12)
    assert sparse.parameters.intercept[:6] == pytest.approx(dense.parameters.intercept, rel=1e-12, abs=1e-12)
    assert sparse.parameters.slope[6:].tolist() == sparse.parameters.intercept[6:].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("given", [1.0, 0.6])
def test_order_of_persons_and_items_does_not_matter(model: Callable[..., Calibration], given: float) -> None:
    matrix = simulated(18, 200, a_bank(6, 9), given=given)
    rng = np.random.default_rng(1)
    rows, columns = rng.permutation(200), rng.permutation(9)
    straight = model(Responses.from_dense(matrix))
    shuffled = model(Responses.from_dense(matrix[rows][:, columns]))
    assert shuffled.log_likelihood == pytest.approx(straight.log_likelihood, rel=1e-12)
    assert shuffled.parameters.slope == pytest.approx(straight.parameters.slope[columns], abs=1e-6)
    assert shuffled.parameters.intercept == pytest.approx(straight.parameters.intercept[columns], abs=1e-6)
    assert straight.se_intercept is not None
    assert shuffled.se_intercept == pytest.approx(straight.se_intercept[columns], abs=1e-6)


def test_more_candidates_than_a_block_and_repeated_patterns_count_the_same() -> None:
    matrix = simulated(19, 500, a_bank(7, 5), given=0.8)
    once = ps.irt.mml_2pl(Responses.from_dense(matrix))
    fivefold = ps.irt.mml_2pl(Responses.from_dense(np.vstack([matrix] * 5)))
    assert fivefold.log_likelihood == pytest.approx(5.0 * (once.log_likelihood or 0.0), rel=1e-12)
    assert fivefold.parameters.slope == pytest.approx(once.parameters.slope, abs=1e-6)
    assert once.se_slope is not None and fivefold.se_slope is not None
    assert fivefold.se_slope * math.sqrt(5.0) == pytest.approx(once.se_slope, rel=1e-5)


EXTREME: list[Any] = [
    [[1, 1]] * 5,
    [[0, 0]] * 5,
    [[1], [0]],
    np.full((4, 3), np.nan),
    np.zeros((0, 3)),
    [[1, 0], [0, 1]],
    [[1, 0, 0]] * 3 + [[1, 1, 0]] * 3,
    [[1, 0, float("nan")], [0, 1, float("nan")], [float("nan"), 1, 0], [1, float("nan"), 1]],
    np.eye(7),
    np.tri(8),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("matrix", EXTREME, ids=range(len(EXTREME)))
def test_extreme_data_give_finite_figures_or_a_reason(model: Callable[..., Calibration], matrix: Any) -> None:
    c = model(Responses.from_dense(matrix))
    for values in (c.parameters.slope, c.parameters.intercept, c.se_slope, c.se_intercept, c.se_difficulty, c.se_guess):
        assert values is None or np.all(np.isfinite(values))
    assert (c.log_likelihood is None) == (c.aic is None) == (not np.any(c.estimated))
    assert np.any(c.estimated) or c.reason is not None
    assert [reason is None for reason in c.reasons] == c.estimated.tolist()


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [([[1, 1]] * 5, Reason.TOO_FEW_ITEMS), (np.full((4, 3), np.nan), Reason.TOO_FEW_PERSONS)],
)
def test_what_cannot_be_calibrated_says_why(matrix: Any, reason: Reason) -> None:
    c = ps.irt.mml_rasch(Responses.from_dense(matrix))
    assert (c.reason, c.log_likelihood, c.n_used, c.converged) == (reason, None, 0, False)


def test_candidates_who_do_not_differ_are_told_from_those_who_do() -> None:
    c = ps.irt.mml_rasch(Responses.from_dense([[1, 0], [0, 1]] * 20 + [[1, 1]]))
    assert (c.reason, c.se_variance) == (Reason.BOUNDARY, None)
    assert c.variance == pytest.approx(0.0, abs=1e-6)
    assert ps.irt.mml_1pl(Responses.from_dense([[1, 0], [0, 1]] * 20 + [[1, 1]])).se_difficulty is None


def test_an_item_whose_slope_nothing_holds_is_left_out_and_the_rest_stand() -> None:
    matrix = simulated(20, 60, a_bank(8, 8))
    twins = np.hstack((matrix, matrix[:, :1], matrix[:, :1]))  # three copies of one item: a perfect scale
    c = ps.irt.mml_2pl(Responses.from_dense(twins))
    assert [j for j, reason in enumerate(c.reasons) if reason is Reason.BOUNDARY] == [0, 8, 9]
    rest = ps.irt.mml_2pl(Responses.from_dense(matrix[:, 1:]))
    assert c.parameters.slope[1:8] == pytest.approx(rest.parameters.slope, abs=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_a_search_cut_short_says_so(model: Callable[..., Calibration]) -> None:
    c = model(Responses.from_dense(SPARSE), max_iterations=2)
    assert (c.converged, c.iterations, c.reason, c.se_intercept) == (False, 2, Reason.NOT_CONVERGED, None)


def test_standard_errors_can_be_left_out() -> None:
    c = ps.irt.mml_2pl(Responses.from_dense(SPARSE), standard_errors=False)
    assert (c.converged, c.se_slope, c.se_intercept, c.se_difficulty) == (True, None, None, None)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("n_nodes", {"n_nodes": 1}),
        ("max_iterations", {"max_iterations": 0}),
        ("guess_prior", {"guess_prior": (-1.1, 0.0)}),
        ("slope_prior", {"slope_prior": (math.nan, 1.0)}),
        ("intercept_prior", {"intercept_prior": (0.0, math.inf)}),
    ],
)
def test_malformed_options_are_refused_by_name(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=name):
        ps.irt.mml_3pl(Responses.from_dense(SPARSE), **options)
