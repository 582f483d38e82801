"""The marginal likelihood: what a calibration climbs, at any parameters."""

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.irt import Calibration, ItemParameters, marginal_log_likelihood

Exam = Callable[..., Any]
MODELS: list[Callable[..., Calibration]] = [ps.irt.mml_rasch, ps.irt.mml_1pl, ps.irt.mml_2pl, ps.irt.mml_3pl]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("form", [None, 12])
def test_a_calibration_reports_the_likelihood_at_its_own_parameters(
    choices: Exam, model: Callable[..., Calibration], form: int | None
) -> None:
    responses = Responses.from_choices(choices(persons=300, form=form), key=[0] * 20)
    c = model(responses, max_iterations=60, standard_errors=False)
    again = marginal_log_likelihood(responses, c.parameters, variance=c.variance)
    assert again.value == pytest.approx(c.log_likelihood, rel=1e-9)
    assert again.n_used == c.n_used == 300


def test_an_item_left_out_of_a_calibration_is_left_out_here_by_choosing_the_others(choices: Exam) -> None:
    matrix = choices(persons=200, form=12)
    matrix[~np.isnan(matrix[:, 4]), 4] = 0.0
    responses = Responses.from_choices(matrix, key=[0] * 20)
    c = ps.irt.mml_rasch(responses)
    fitted = np.flatnonzero(c.estimated)
    of_fitted = marginal_log_likelihood(
        responses.with_items(fitted), c.parameters.of_items(fitted), variance=c.variance
    ).value
    assert of_fitted == pytest.approx(c.log_likelihood, rel=1e-9)
    of_all = marginal_log_likelihood(responses, c.parameters, variance=c.variance).value
    assert of_all == pytest.approx(of_fitted + responses.administered[4] * math.log(0.5), rel=1e-9)


def test_the_chances_of_all_patterns_sum_to_one() -> None:
    parameters = ItemParameters.from_difficulty([-0.5, 0.3, 1.0], slope=[0.8, 1.5, 1.1], guess=[0.0, 0.2, 0.1])
    chances = [
        math.exp(marginal_log_likelihood(Responses.from_dense([pattern]), parameters, variance=1.7).value or 0.0)
        for pattern in product((0, 1), repeat=3)
    ]
    assert math.fsum(chances) == pytest.approx(1.0, abs=1e-12)


def test_steep_and_long_forms_neither_overflow_nor_underflow() -> None:
    responses = Responses.from_dense(np.tile([1.0, 0.0], (3, 1000)))
    value = marginal_log_likelihood(responses, ItemParameters.from_difficulty(np.zeros(2000), slope=200.0)).value
    assert value is not None and -1e6 < value < -1000.0


def test_without_candidates_there_is_a_reason() -> None:
    none = marginal_log_likelihood(Responses.from_dense([[np.nan]]), ItemParameters.from_difficulty([0.0]))
    assert (none.value, none.n_used, none.reason) == (None, 0, Reason.TOO_FEW_PERSONS)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("parameters", {}),
        ("variance", {"variance": 0.0}),
        ("variance", {"variance": math.nan}),
        ("n must be", {"n_nodes": 1}),
        ("bound", {"bound": math.inf}),
        ("bound", {"bound": 0.0}),
    ],
)
def test_malformed_options_are_refused_by_name(name: str, options: dict[str, Any]) -> None:
    parameters = ItemParameters.from_difficulty([0.0] if name == "parameters" else [0.0, 0.0])
    with pytest.raises(ValueError, match=name):
        marginal_log_likelihood(Responses.from_dense([[1, 0]]), parameters, **options)
