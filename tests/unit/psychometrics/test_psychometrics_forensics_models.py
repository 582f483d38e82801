"""The models that answers are compared under, and the joint law of right and wrong matches."""

import itertools

import numpy as np
import pytest

from app.psychometrics import Responses, forensics
from app.psychometrics.irt import ItemParameters
from app.psychometrics.numerics import sum_score_distribution, trinomial_distribution

NAN = float("nan")


def test_nominal_chances_by_hand() -> None:
    """exp(0), exp(1), exp(-1) at theta = 1."""
    model = forensics.NominalParameters.from_columns(slope=[[0, 1, -2]], intercept=[[0, 0, 1]])
    weights = np.exp([0.0, 1.0, -1.0])
    assert model.probability(1.0)[0] == pytest.approx(weights / weights.sum())


def test_a_nominal_item_of_two_options_is_the_logistic_model() -> None:
    model = forensics.NominalParameters.from_columns(slope=[[0, 1.3]], intercept=[[0, -0.4]])
    logistic = ItemParameters(np.array([1.3]), np.array([-0.4]), np.zeros(1))
    theta = np.linspace(-3, 3, 7)
    assert model.probability(theta)[:, 0, 1] == pytest.approx(logistic.probability(theta)[:, 0])


def test_an_absent_option_has_no_chance_and_large_logits_do_not_overflow() -> None:
    model = forensics.NominalParameters.from_columns(slope=[[900, -900, NAN]], intercept=[[0, 0, NAN]])
    assert model.probability([1.0, -1.0])[:, 0].tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert (model.n_items, model.n_options) == (1, 3)


@pytest.mark.parametrize(
    ("slope", "intercept"),
    [
        ([[1.0]], [[1.0, 2.0]]),
        ([[1.0, NAN]], [[1.0, 2.0]]),
        ([[np.inf, 1.0]], [[1.0, 2.0]]),
        ([[NAN]], [[NAN]]),
        ([1.0], [1.0]),
    ],
)
def test_malformed_nominal_parameters_are_refused(slope: object, intercept: object) -> None:
    with pytest.raises(ValueError, match="slope"):
        forensics.NominalParameters.from_columns(slope=slope, intercept=intercept)


def test_option_shares_count_the_wrong_answers() -> None:
    """Of item 1: four wrong answers, three on option 1, one on option 3; half an answer more each."""
    r = Responses.from_choices([[0], [1], [1], [1], [3], [-1]], key=[0], n_options=[4])
    model = forensics.OptionShares.from_responses(r, ItemParameters.from_difficulty([0.0]))
    assert model.share.tolist() == [[0.0, 3.5 / 5.5, 0.5 / 5.5, 1.5 / 5.5]]
    assert model.probability(0.0)[0] == pytest.approx([0.5, 1.75 / 5.5, 0.25 / 5.5, 0.75 / 5.5])


def test_option_shares_know_items_of_fewer_options() -> None:
    r = Responses.from_choices([[0, 1], [1, 2]], key=[0, 1])  # the options seen count: two and three
    model = forensics.OptionShares.from_responses(r, ItemParameters.from_difficulty([0.0, 0.0]))
    assert model.share.tolist() == [[0.0, 1.0, 0.0], [0.25, 0.0, 0.75]]


def test_option_shares_need_a_key_and_two_options() -> None:
    one = ItemParameters.from_difficulty([0.0])
    for r, name in (
        (Responses.from_dense([[1.0]]), "responses"),
        (Responses.from_choices([[0.0]], key=[0]), "responses"),
        (Responses.from_choices([[0.0, 1.0]], key=[0, 1]), "parameters"),
    ):
        with pytest.raises(ValueError, match=name):
            forensics.OptionShares.from_responses(r, one)
    with pytest.raises(ValueError, match="share"):
        forensics.OptionShares(one, np.array([[0.5, 0.5]]), np.array([0], dtype=np.int16))
    with pytest.raises(ValueError, match="key"):
        forensics.OptionShares(one, np.array([[0.0, 1.0]]), np.array([2], dtype=np.int16))


def test_trinomial_distribution_agrees_with_enumeration() -> None:
    p, q = np.array([0.1, 0.5, 0.3, 0.0]), np.array([0.2, 0.5, 0.1, 0.4])
    expected = np.zeros((5, 5))
    for outcome in itertools.product(range(3), repeat=4):
        chances = [(p[j], q[j], 1 - p[j] - q[j])[event] for j, event in enumerate(outcome)]
        expected[outcome.count(0), outcome.count(1)] += np.prod(chances)
    assert trinomial_distribution(p, q) == pytest.approx(expected, abs=1e-15)


def test_trinomial_distribution_has_the_law_of_the_sum_and_works_in_batches() -> None:
    rng = np.random.default_rng(1)
    p = rng.random((3, 20)) * 0.5
    q = rng.random((3, 20)) * 0.5
    joint = trinomial_distribution(p, q)
    total = np.stack([[np.trace(cells[::-1], offset=n - 20) for n in range(21)] for cells in joint])
    assert total == pytest.approx(sum_score_distribution(p + q), abs=1e-14)
    assert joint[1] == pytest.approx(trinomial_distribution(p[1], q[1]), abs=1e-16)


@pytest.mark.parametrize(("p", "q"), [(0.5, 0.5), ([0.6], [0.5]), ([-0.1], [0.5]), ([NAN], [0.1])])
def test_malformed_chances_are_refused(p: object, q: object) -> None:
    with pytest.raises(ValueError, match="first and second"):
        trinomial_distribution(p, q)
