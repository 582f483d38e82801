"""Person fit and response times of single candidates."""

import dataclasses
import json
import math

import numpy as np
import pytest

from app.psychometrics import Reason, Responses, forensics, irt
from app.psychometrics.irt import ItemParameters
from app.psychometrics.numerics import normal_cdf
from tests import simulated_exams

NAN = float("nan")


def bank(items: int = 40, seed: int = 1, guess: float = 0.0) -> ItemParameters:
    rng = np.random.default_rng(seed)
    return ItemParameters.from_difficulty(rng.normal(size=items), slope=rng.uniform(0.7, 1.6, items), guess=guess)


def scores(parameters: ItemParameters, theta: np.ndarray, seed: int = 2) -> np.ndarray:
    return simulated_exams.scores(parameters, theta, np.random.default_rng(seed))


def estimated(parameters: ItemParameters, matrix: np.ndarray, estimator: str) -> np.ndarray:
    """Solve ``r_0 + sum (x - P) r = 0`` on a fine grid."""
    grid = np.linspace(-6, 6, 4001)
    p = parameters.probability(grid)
    a, q = parameters.slope, 1 - p
    logit = np.log(p / q)
    likelihood = matrix @ logit.T + np.log(q).sum(axis=1)
    if estimator == "map":
        likelihood = likelihood - grid**2 / 2
    if estimator == "wle":  # of the 2PL, Warm's estimate maximizes L sqrt(I)
        likelihood = likelihood + 0.5 * np.log((a**2 * p * q).sum(axis=1))
    return grid[likelihood.argmax(axis=1)]


def numbers(figures: tuple[forensics.PersonStatistic, ...]) -> list[float | None]:
    return [figure.value for figure in figures]


def test_lz_by_hand() -> None:
    """P = 0.5 and 0.8; right on the harder item only: w = 0 and ln 4."""
    parameters = ItemParameters(np.ones(2), np.array([0.0, math.log(4.0)]), np.zeros(2))
    figure = forensics.lz(Responses.from_dense([[1, 0]]), parameters, [0.0])[0]
    assert figure.value == pytest.approx(-0.8 * math.log(4.0) / math.sqrt(0.16 * math.log(4.0) ** 2))
    assert figure.p_value == pytest.approx(normal_cdf(-2.0))
    assert figure.n_used == 2


def test_nominal_lz_of_two_options_is_lz() -> None:
    parameters = bank()
    matrix = scores(parameters, np.linspace(-2, 2, 9))
    theta = np.linspace(-1.5, 1.5, 9)
    nominal = forensics.NominalParameters(
        np.c_[np.zeros(40), parameters.slope], np.c_[np.zeros(40), parameters.intercept]
    )
    options = Responses.from_choices(matrix, key=[1] * 40)
    wanted = numbers(forensics.lz(Responses.from_dense(matrix), parameters, theta))
    assert numbers(forensics.lz_nominal(options, nominal, theta)) == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("estimator", ["ml", "wle", "map"])
def test_lz_star_is_standard_normal_with_estimated_abilities_and_lz_is_not(estimator: str) -> None:
    """3,000 candidates, 40 items of the 2PL (seed 2)."""
    parameters = bank()
    matrix = scores(parameters, np.random.default_rng(3).normal(size=3000))
    theta = estimated(parameters, matrix, estimator)
    r = Responses.from_dense(matrix)
    star = np.array(
        [f.value for f in forensics.lz_star(r, parameters, theta, estimator=estimator) if f.value is not None]
    )
    plain = np.array([f.value for f in forensics.lz(r, parameters, theta) if f.value is not None])
    assert abs(star.mean()) < 0.1
    assert 0.94 < star.std() < 1.06
    assert plain.std() < star.std() - 0.03


def test_lz_star_of_the_three_parameter_model_agrees_with_numerical_derivatives() -> None:
    parameters = bank(items=12, guess=0.2)
    theta = np.array([0.4])
    x = np.array([1.0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1])
    p = parameters.probability(theta)[0]
    up, down = (parameters.probability(theta + step)[0] for step in (1e-4, -1e-4))
    first, second = (up - down) / 2e-4, (up - 2 * p + down) / 1e-8
    w, r = np.log(p / (1 - p)), first / (p * (1 - p))
    c = (first * w).sum() / (first * r).sum()
    for estimator, r0 in (("ml", 0.0), ("map", -0.4), ("wle", (r * second).sum() / (2 * (first * r).sum()))):
        wanted = (((x - p) * w).sum() + c * r0) / math.sqrt((p * (1 - p) * (w - c * r) ** 2).sum())
        got = forensics.lz_star(Responses.from_dense([x]), parameters, theta, estimator=estimator)[0].value
        assert got == pytest.approx(wanted, rel=1e-5)
    wide = (((x - p) * w).sum() - c * 0.4 / 2.5) / math.sqrt((p * (1 - p) * (w - c * r) ** 2).sum())
    figure = forensics.lz_star(Responses.from_dense([x]), parameters, theta, estimator="map", variance=2.5)[0]
    assert figure.value == pytest.approx(wide, rel=1e-5)


@pytest.mark.parametrize("variance", [0.4, 2.5])
def test_lz_star_knows_the_spread_of_the_prior(variance: float) -> None:
    """3,000 candidates, 40 items (seeds 1-3), EAP: 150 below the 5 % point expected; were the prior of 1
    assumed at a variance of 2.5, four times as many."""
    parameters = bank()
    r = Responses.from_dense(scores(parameters, np.random.default_rng(3).normal(0, variance**0.5, 3000)))
    theta = irt.eap(r, parameters, variance=variance).theta
    figures = forensics.lz_star(r, parameters, theta, estimator="map", variance=variance)
    star = np.array([f.value for f in figures if f.value is not None])
    assert 0.035 < np.mean(star < -1.645) < 0.075


def test_a_candidate_who_misses_easy_and_solves_hard_items_stands_out() -> None:
    parameters = ItemParameters.from_difficulty(np.linspace(-2, 2, 30))
    r = Responses.from_dense([[0] * 15 + [1] * 15, [1] * 15 + [0] * 15])
    for figures in (forensics.lz(r, parameters, [0.0] * 2), forensics.lz_star(r, parameters, [0.0] * 2)):
        assert figures[0].p_value < 1e-6 < 0.9 < figures[1].p_value


@pytest.mark.parametrize("ties", [False, True])
def test_guttman_errors_agree_with_counting(ties: bool) -> None:
    rng = np.random.default_rng(4)
    matrix = (rng.random((25, 12)) < 0.6).astype(float)
    matrix[rng.random((25, 12)) < 0.3] = NAN
    p = rng.choice([0.2, 0.5, 0.8], 12) if ties else rng.random(12)
    figures = forensics.guttman_errors(Responses.from_dense(matrix), proportion_right=p)
    for row, figure in zip(matrix, figures, strict=True):
        right, wrong = np.flatnonzero(row == 1), np.flatnonzero(row == 0)
        errors = sum((p[w] > p[r]) + 0.5 * (p[w] == p[r]) for w in wrong for r in right)
        if len(right) and len(wrong):
            assert figure.value == pytest.approx(errors / (len(right) * len(wrong)))
        else:
            assert figure.reason is Reason.EXTREME_SCORE


@pytest.mark.parametrize("name", ["lz", "lz_star", "guttman_errors"])
def test_order_and_shape_of_the_input_do_not_matter(name: str) -> None:
    parameters = bank(items=20)
    theta = np.linspace(-1, 1, 10)
    matrix = scores(parameters, theta)
    matrix[np.random.default_rng(6).random((10, 20)) < 0.3] = NAN
    rng = np.random.default_rng(5)
    rows, columns = rng.permutation(10), rng.permutation(20)

    def figures(m: np.ndarray, own: ItemParameters, abilities: np.ndarray) -> list[float | None]:
        arguments = () if name == "guttman_errors" else (own, abilities)
        return numbers(getattr(forensics, name)(Responses.from_dense(m), *arguments))

    straight = figures(matrix, parameters, theta)
    shuffled = figures(matrix[rows][:, columns], parameters.of_items(columns), theta[rows])
    assert shuffled == pytest.approx([straight[row] for row in rows], rel=1e-12)
    wide = np.full((11, 23), NAN)
    wide[:10, :20] = matrix
    more = ItemParameters.from_difficulty([*parameters.difficulty, 0.0, 0.0, 0.0], slope=[*parameters.slope, 1, 1, 1])
    assert figures(wide, more, np.append(theta, NAN))[:10] == pytest.approx(straight, rel=1e-12)


def test_all_right_all_wrong_or_nothing_gives_a_reason() -> None:
    r = Responses.from_dense([[1, 1], [0, 0], [NAN, NAN], [1, -1]])
    parameters = ItemParameters.from_difficulty([-1.0, 1.0])
    for figures in (
        forensics.lz(r, parameters, [0.0] * 4),
        forensics.lz_star(r, parameters, [0.0] * 4),
        forensics.guttman_errors(r),
    ):
        reasons = [figure.reason for figure in figures]
        assert reasons == [Reason.EXTREME_SCORE, Reason.EXTREME_SCORE, Reason.TOO_FEW_ITEMS, None]
        json.dumps([dataclasses.asdict(figure) for figure in figures], allow_nan=False)


@pytest.mark.parametrize("statistic", [forensics.lz, forensics.lz_star])
def test_items_that_were_not_calibrated_do_not_enter(statistic: object) -> None:
    assert callable(statistic)
    r = Responses.from_dense([[1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 1, 0], [NAN, NAN, NAN, 1]])
    parameters = ItemParameters(np.array([1.0, 1.0, 1.0, 0.0]), np.array([1.0, 0.0, -1.0, 0.0]), np.zeros(4))
    figures = statistic(r, parameters, [0.0] * 4)
    alone = statistic(r.with_items([0, 1, 2]), parameters.of_items([0, 1, 2]), [0.0] * 4)
    assert figures == alone
    assert [figure.n_used for figure in figures] == [3, 3, 3, 0]
    assert [figure.reason for figure in figures[2:]] == [Reason.EXTREME_SCORE, Reason.TOO_FEW_ITEMS]


def test_items_of_one_difficulty_say_nothing_about_the_pattern() -> None:
    r = Responses.from_dense([[1, 0, 1], [0, 1, 0]])
    equal = ItemParameters.from_difficulty([0.5] * 3)
    assert {f.reason for f in forensics.lz_star(r, equal, [0.0, 0.0])} == {Reason.PATTERNS_EQUALLY_LIKELY}
    even = ItemParameters.from_difficulty([0.0] * 3)
    assert {f.reason for f in forensics.lz(r, even, [0.0, 0.0])} == {Reason.PATTERNS_EQUALLY_LIKELY}
    assert {f.value for f in forensics.guttman_errors(r, proportion_right=[0.5] * 3)} == {0.5}


def test_far_abilities_give_numbers() -> None:
    r = Responses.from_dense([[1, 0, 1]])
    parameters = ItemParameters.from_difficulty([-1.0, 0.0, 1.0])
    for figures in (forensics.lz(r, parameters, [900.0]), forensics.lz_star(r, parameters, [-900.0])):
        json.dumps([dataclasses.asdict(figure) for figure in figures], allow_nan=False)


def test_empty_input_gives_empty_output() -> None:
    r = Responses.from_dense(np.empty((0, 3)))
    parameters = ItemParameters.from_difficulty([0.0] * 3)
    assert forensics.lz(r, parameters, []) == forensics.guttman_errors(r) == forensics.response_time_effort(r) == ()


def timed(rows: list[tuple[object, ...]], **labels: object) -> Responses:
    return Responses.from_rows(rows, **labels)


def test_thresholds_are_a_tenth_of_the_mean_up_to_ten_seconds() -> None:
    rows = [("a", "q", 0, 1, 30.0), ("b", "q", 1, 0, 50.0), ("a", "r", 0, 1, 400.0)]
    first, second, third = forensics.rapid_thresholds_nt10(timed(rows, items=["q", "r", "s"]))
    assert (first.value, first.n_used) == (4.0, 2)
    assert (second.value, second.n_used) == (10.0, 1)
    assert third.reason is Reason.NOT_ADMINISTERED


def test_a_time_at_the_threshold_is_not_rapid() -> None:
    """Mean 50 s: the threshold is 5 s."""
    rows = [("a", "q", 0, 1, 5.0), ("b", "q", 0, 1, 4.99), ("c", "q", 0, 1, 140.01)]
    assert numbers(forensics.response_time_effort(timed(rows))) == [1.0, 0.0, 1.0]


def test_an_item_never_reached_is_no_rapid_guess() -> None:
    rows = [("a", "q", 0, 1, 50.0), ("a", "r", None, 0, 0.0), ("b", "q", 0, 1, 50.0), ("b", "r", None, 0, 30.0)]
    figures = forensics.response_time_effort(timed(rows))
    assert [(figure.value, figure.n_used) for figure in figures] == [(1.0, 1), (1.0, 2)]
    assert forensics.rapid_thresholds_nt10(timed(rows))[1].value == 3.0


def test_effort_counts_the_own_form_only() -> None:
    rng = np.random.default_rng(9)
    rows = [(i, j, 0, 1, float(rng.uniform(20, 60))) for i in range(40) for j in rng.permutation(30)[:10].tolist()]
    hasty = [(i, j, o, s, 0.5 if i == 3 and k % 2 else t) for k, (i, j, o, s, t) in enumerate(rows)]
    figures = forensics.response_time_effort(timed(hasty, persons=range(41), items=range(30)))
    assert figures[3].value == 0.5
    assert {figure.value for figure in figures if figure.n_used and figure is not figures[3]} == {1.0}
    assert {figure.n_used for figure in figures[:40]} == {10}
    assert figures[40].reason is Reason.TOO_FEW_ITEMS


def test_without_times_there_is_a_reason() -> None:
    r = Responses.from_dense([[1, 0]])
    assert [t.reason for t in forensics.rapid_thresholds_nt10(r)] == [Reason.TIMES_UNRECORDED] * 2
    assert [e.reason for e in forensics.response_time_effort(r)] == [Reason.TIMES_UNRECORDED]


def test_malformed_arguments_are_named() -> None:
    r = Responses.from_dense([[1, 0]])
    parameters = ItemParameters.from_difficulty([0.0, 0.0])
    for name, call in {
        "share": lambda: forensics.rapid_thresholds_nt10(r, share=0.0),
        "longest": lambda: forensics.rapid_thresholds_nt10(r, longest=0.0),
        "thresholds": lambda: forensics.response_time_effort(r, thresholds=()),
        "theta": lambda: forensics.lz(r, parameters, [NAN]),
        "parameters": lambda: forensics.lz(r, ItemParameters.from_difficulty([0.0]), [0.0]),
        "variance": lambda: forensics.lz_star(r, parameters, [0.0], estimator="map", variance=0.0),
        "estimator": lambda: forensics.lz_star(r, parameters, [0.0], estimator="eap"),
        "proportion_right": lambda: forensics.guttman_errors(r, proportion_right=[0.5]),
        "model": lambda: forensics.lz_nominal(r, forensics.NominalParameters(np.ones((1, 2)), np.ones((1, 2))), [0.0]),
    }.items():
        with pytest.raises(ValueError, match=name):
            call()
    with pytest.raises(ArithmeticError):
        forensics.PersonStatistic(NAN, 1)
    with pytest.raises(ArithmeticError):
        forensics.PersonStatistic(None, 1)
