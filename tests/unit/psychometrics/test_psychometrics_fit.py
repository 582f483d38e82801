"""Infit, outfit and S-X2: hand-computed cases, the rule of merging, sparse forms, and false alarms."""

import dataclasses
import json
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.fit import summed_score
from app.psychometrics.irt import ItemParameters
from tests.simulated_exams import on_forms, rasch_scores, scores

NAN = float("nan")
Array = NDArray[np.float64]


def simulated(seed: int, persons: int, items: int, *, form: int | None = None) -> tuple[Array, ItemParameters]:
    rng = np.random.default_rng(seed)
    p = ItemParameters.from_difficulty(rng.normal(size=items), slope=np.exp(rng.normal(0.0, 0.2, items)))
    return on_forms(scores(p, rng.normal(size=persons), rng), form, rng), p


def test_infit_and_outfit_by_hand() -> None:
    """Three candidates on two items, abilities by ML; the fourth is all right and has none."""
    p = ItemParameters.from_difficulty([-1.0, 1.0])
    r = Responses.from_dense([[1, 0], [1, 0], [0, 1], [1, 1]])
    fit = ps.fit.infit_outfit(r, p, ps.irt.ml(r, p))[0]
    chance = 1.0 / (1.0 + math.exp(-1.0))  # theta is 0 for a score of 1
    w = chance * (1.0 - chance)
    squares = 2.0 * (1.0 - chance) ** 2 + chance**2
    assert fit.infit.value == pytest.approx(squares / (3.0 * w))
    assert fit.outfit.value == pytest.approx(squares / w / 3.0)
    assert fit.infit.n_used == 3
    assert fit.infit.se == pytest.approx(math.sqrt(3.0 * (w - 4.0 * w**2)) / (3.0 * w))
    assert fit.outfit.se == pytest.approx(math.sqrt(3.0 * (1.0 / w - 3.0) / 9.0 - 1.0 / 3.0))
    q = fit.infit.se
    assert q is not None
    assert fit.infit.value is not None
    assert fit.infit_z == pytest.approx((fit.infit.value ** (1 / 3) - 1.0) * 3.0 / q + q / 3.0)


@pytest.mark.parametrize("form", [None, 15])
def test_sound_items_have_mean_squares_of_one_and_a_noisy_item_stands_out(form: int | None) -> None:
    """2,000 simulated candidates, 30 items, one of them answered by coin; seed 1."""
    matrix, p = simulated(1, 2000, 30, form=form)
    coin = np.random.default_rng(2).integers(0, 2, 2000).astype(float)
    matrix[:, 4] = np.where(np.isnan(matrix[:, 4]), NAN, coin)
    r = Responses.from_dense(matrix)
    fit = ps.fit.infit_outfit(r, p, ps.irt.wle(r, p))
    infit = np.array([item.infit.value for item in fit], dtype=float)
    sound = np.delete(infit, 4)
    assert np.all(np.abs(sound - 1.0) < 0.15)
    assert infit[4] > 1.2
    assert max(fit, key=lambda item: item.infit_z or 0.0).item == 4


def test_fit_does_not_depend_on_order_or_on_items_of_others() -> None:
    matrix, p = simulated(3, 80, 12)
    rng = np.random.default_rng(4)
    rows, columns = rng.permutation(80), rng.permutation(12)
    wide = np.full((81, 14), NAN)
    wide[:80, :12] = matrix
    wide[80, 12:] = [1, 0]
    more = ItemParameters.from_difficulty(np.r_[p.difficulty, 0.0, 0.0], slope=np.r_[p.slope, 1.0, 1.0])

    def mean_squares(matrix: Array, p: ItemParameters) -> list[float]:
        r = Responses.from_dense(matrix)
        return [item.outfit.value or NAN for item in ps.fit.infit_outfit(r, p, ps.irt.eap(r, p))]

    straight = mean_squares(matrix, p)
    assert mean_squares(matrix[rows][:, columns], p.of_items(columns)) == pytest.approx(np.array(straight)[columns])
    assert mean_squares(wide, more)[:12] == pytest.approx(straight, abs=1e-12)


def test_fit_at_the_limits() -> None:
    p = ItemParameters(np.array([1.0, 30.0, 0.0, 1.0]), np.array([0.0, 20.0, 0.0, 0.0]), np.zeros(4))
    r = Responses.from_dense([[1, 0, 1, NAN], [0, 1, 0, NAN], [NAN, NAN, NAN, NAN]])
    fit = ps.fit.infit_outfit(r, p, ps.irt.eap(r, p))
    assert [item.infit.reason for item in fit] == [None, None, Reason.NOT_CALIBRATED, Reason.NOT_ADMINISTERED]
    json.dumps([[item.infit.value, item.outfit.value, item.outfit_z] for item in fit], allow_nan=False)
    with pytest.raises(ValueError, match="abilities"):
        ps.fit.infit_outfit(r.with_persons([0]), p, ps.irt.eap(r, p))


def test_expected_proportions_by_score_by_hand() -> None:
    """Two equal items: a score of 1 is right on either with the same chance."""
    expected = summed_score._expected_right(ItemParameters.from_difficulty([0.3, 0.3]), 1.0, 61)
    assert expected == pytest.approx(np.array([[0.5], [0.5]]))
    # Rasch items: given the score, the odds are those of the easiness, whatever the ability.
    expected = summed_score._expected_right(ItemParameters.from_difficulty([0.0, math.log(2.0)]), 1.0, 61)
    assert expected[0] == pytest.approx([2.0 / 3.0])


@pytest.mark.parametrize(
    ("right", "expected", "n", "merged"),
    [
        # Nothing to merge.
        ([2, 3], [2, 3], [4, 6], [4, 6]),
        # Empty scores are dropped; a lone candidate joins the score above.
        ([0, 1, 2, 4], [0, 0.5, 2, 4], [0, 1, 5, 8], [6, 8]),
        # ... and at the top the score below.
        ([2, 4, 1], [2, 4, 0.9], [5, 8, 1], [5, 9]),
        # Too few expected right at the bottom, too few expected wrong at the top: joined inwards.
        ([0, 3, 4, 6], [0.4, 3, 4, 5.5], [6, 7, 8, 6], [13, 14]),
        # Inside, the smaller neighbour takes it; the lower one if they are equal.
        ([2, 0, 3, 4], [2, 0.5, 3, 4], [5, 3, 7, 8], [8, 7, 8]),
        ([2, 0, 3, 4], [2, 0.5, 3, 4], [7, 3, 5, 8], [7, 8, 8]),
        ([2, 0, 3, 4], [2, 0.5, 3, 4], [5, 3, 5, 8], [8, 5, 8]),
    ],
)
def test_scores_are_merged_by_the_stated_rule(
    right: list[float], expected: list[float], n: list[float], merged: list[float]
) -> None:
    groups = summed_score._Groups.of(np.array(right), np.array(expected), np.array(n)).merged(1.0)
    assert groups.n == merged
    assert sum(groups.expected) == pytest.approx(sum(expected))


def test_s_x2_is_the_sum_over_scores() -> None:
    matrix, p = simulated(5, 400, 4)
    r = Responses.from_dense(matrix)
    fit = ps.fit.s_x2(r, p, least_expected=1e-9)[1]
    nodes = np.linspace(-6.0, 6.0, 61)
    chance, weight = p.probability(nodes), np.exp(-0.5 * nodes**2)
    statistic = 0.0
    for score in (1, 2, 3):
        of_score = [np.array(pattern) for pattern in np.ndindex(2, 2, 2, 2) if sum(pattern) == score]
        mass = [weight @ np.prod(np.where(x == 1, chance, 1.0 - chance), axis=1) for x in of_score]
        share = sum(m for m, x in zip(mass, of_score, strict=True) if x[1]) / sum(mass)
        held = matrix[r.total == score, 1]
        statistic += len(held) * (held.mean() - share) ** 2 / (share * (1.0 - share))
    assert fit.statistic == pytest.approx(statistic)
    assert (fit.df, fit.groups) == (1, 3)
    assert fit.p == pytest.approx(math.erfc(math.sqrt(statistic / 2.0)))


def test_s_x2_keeps_its_level_and_finds_a_flat_item() -> None:
    """40 simulated tests of 1,000 candidates, true parameters, seed 6: near 5 % of sound items below 0.05."""
    flags = []
    for seed in range(60, 100):
        matrix, p = simulated(seed, 1000, 15)
        flags += [item.p < 0.05 for item in ps.fit.s_x2(Responses.from_dense(matrix), p, estimated=0) if item.p]
    assert 0.03 < np.mean(flags) < 0.075
    matrix[:, 3] = np.random.default_rng(6).random(1000) < matrix[:, 3].mean()
    found = ps.fit.s_x2(Responses.from_dense(matrix), p)
    assert min(found, key=lambda item: item.p or 0.0).item == 3


def test_s_x2_needs_one_form_and_can_take_them_in_turn() -> None:
    matrix, p = simulated(7, 300, 8)
    matrix[:150, 6:] = NAN
    matrix[150:, :2] = NAN
    r = Responses.from_dense(matrix, forms=[0] * 150 + [1] * 150)
    assert {item.reason for item in ps.fit.s_x2(r, p)} == {Reason.FORMS_DIFFER}
    one = ps.fit.s_x2(r.with_persons(range(150)), p)
    alone = ps.fit.s_x2(Responses.from_dense(matrix[:150, :6]), p.of_items(range(6)))
    assert [item.statistic for item in one[:6]] == pytest.approx([item.statistic for item in alone], abs=1e-10)
    assert [item.reason for item in one[6:]] == [Reason.NOT_ADMINISTERED] * 2


def test_s_x2_passes_over_items_without_parameters() -> None:
    matrix, p = simulated(8, 300, 6)
    wide = np.column_stack([matrix, np.ones(300)])
    mute = ItemParameters(np.r_[p.slope, 0.0], np.r_[p.intercept, 0.0], np.zeros(7))
    found = ps.fit.s_x2(Responses.from_dense(wide), mute)
    assert found[6].reason is Reason.NOT_CALIBRATED
    assert found[:6] == ps.fit.s_x2(Responses.from_dense(matrix), p)


@pytest.mark.parametrize("matrix", [np.zeros((0, 3)), np.ones((5, 3)), np.eye(3), np.full((4, 3), NAN)])
def test_s_x2_without_degrees_of_freedom(matrix: Array) -> None:
    p = ItemParameters.from_difficulty([0.0, 0.5, 1.0])
    for item in ps.fit.s_x2(Responses.from_dense(matrix), p):
        assert (item.statistic, item.p, item.df) == (None, None, 0)
        assert item.reason in (Reason.TOO_FEW_GROUPS, Reason.NOT_ADMINISTERED)
    single = ps.fit.s_x2(Responses.from_dense([[1.0], [0.0]]), p.of_items([0]))
    assert single[0].reason is Reason.TOO_FEW_GROUPS


def test_order_does_not_matter_for_s_x2() -> None:
    matrix, p = simulated(9, 250, 10)
    rng = np.random.default_rng(10)
    rows, columns = rng.permutation(250), rng.permutation(10)
    straight = ps.fit.s_x2(Responses.from_dense(matrix), p)
    shuffled = ps.fit.s_x2(Responses.from_dense(matrix[rows][:, columns]), p.of_items(columns))
    for at, column in enumerate(columns):
        assert shuffled[at].statistic == pytest.approx(straight[column].statistic, rel=1e-10)
        assert shuffled[at].df == straight[column].df


def rasch(seed: int, persons: int, items: int, *, form: int | None = None) -> Array:
    rng = np.random.default_rng(seed)
    return on_forms(rasch_scores(rng.normal(size=items), rng.normal(size=persons), rng), form, rng)


def test_andersen_of_two_items_is_the_test_of_two_proportions() -> None:
    """With two items the conditional model is one binomial a group: here 30 of 40 against 15 of 40."""
    r = Responses.from_dense([[1, 0]] * 30 + [[0, 1]] * 10 + [[1, 0]] * 15 + [[0, 1]] * 25)
    test = ps.fit.andersen_lr(r, groups=["a"] * 40 + ["b"] * 40)

    def log_likelihood(right: int, n: int) -> float:
        return right * math.log(right / n) + (n - right) * math.log(1.0 - right / n)

    statistic = 2.0 * (log_likelihood(30, 40) + log_likelihood(15, 40) - log_likelihood(45, 80))
    assert test.statistic == pytest.approx(statistic, abs=1e-9)
    assert (test.df, test.n_used) == (1, 80)
    assert test.p == pytest.approx(math.erfc(math.sqrt(statistic / 2.0)))


@pytest.mark.parametrize("form", [None, 7])
def test_andersen_keeps_its_level_and_sees_slopes_that_differ(form: int | None) -> None:
    """40 simulated exams of 300 candidates, 10 items, seeds 200 to 239; then half of the items have slope 3."""
    p_values = [ps.fit.andersen_lr(Responses.from_dense(rasch(seed, 300, 10, form=form))).p for seed in range(200, 240)]
    assert sum(p is not None and p < 0.05 for p in p_values) <= 5  # 40 at 5 %: 5 or fewer in 95 % of runs
    rng = np.random.default_rng(11)
    steep = ItemParameters.from_difficulty(rng.normal(size=10), slope=[0.5, 3.0] * 5)
    matrix = (rng.random((800, 10)) < steep.probability(rng.normal(size=800))).astype(float)
    assert (ps.fit.andersen_lr(Responses.from_dense(matrix)).p or 0.0) < 1e-6


def test_andersen_at_the_limits() -> None:
    r = Responses.from_dense(rasch(12, 60, 5))
    assert ps.fit.andersen_lr(r, groups=[1] * 60).reason is Reason.TOO_FEW_GROUPS
    assert ps.fit.andersen_lr(Responses.from_dense(np.zeros((0, 3)))).reason is Reason.TOO_FEW_GROUPS
    alone = ps.fit.andersen_lr(r, groups=[0] * 59 + [1])
    assert (alone.statistic, alone.reason) == (None, Reason.NO_COMMON_ITEMS)
    with pytest.raises(ValueError, match="groups"):
        ps.fit.andersen_lr(r, groups=[0])


def every_number(value: object) -> list[float]:
    if isinstance(value, np.ndarray):
        return [float(number) for number in value.ravel()]
    if dataclasses.is_dataclass(value):
        return [number for field in dataclasses.fields(value) for number in every_number(getattr(value, field.name))]
    if isinstance(value, (list, tuple)):
        return [number for part in value for number in every_number(part)]
    return [float(value)] if isinstance(value, (int, float)) else []


@pytest.mark.filterwarnings("error")
def test_any_small_exam_gives_numbers_or_reasons() -> None:
    """400 exams of up to 8 candidates and 6 items with any mixture of states and parameters, seed 13."""
    rng = np.random.default_rng(13)
    for _ in range(400):
        n, k = rng.integers(0, 9), rng.integers(1, 7)
        r = Responses.from_dense(rng.choice([NAN, -1.0, 0.0, 1.0], p=rng.dirichlet(np.ones(4)), size=(n, k)))
        slope, guess = rng.choice([-1.0, 0.0, 0.01, 1.0, 8.0], size=k), rng.choice([0.0, 0.2, 0.9], size=k)
        p = ItemParameters(slope, rng.normal(size=k) * rng.choice([0.1, 1.0, 10.0]), guess)
        results: list[object] = [ps.fit.s_x2(r, p), ps.fit.andersen_lr(r), ps.irt.cml_rasch(r)]
        for estimator in (ps.irt.eap, ps.irt.wle, ps.irt.ml):
            abilities = estimator(r, p)
            results += [abilities, abilities.estimates(), ps.fit.infit_outfit(r, p, abilities)]
            results += [ps.irt.empirical_reliability(abilities), ps.irt.separation_reliability(abilities)]
        assert np.all(np.isfinite(every_number(results)))
