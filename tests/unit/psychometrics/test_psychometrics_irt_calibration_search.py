"""The search of the calibration: EM climbs, and the accelerated search ends where EM ends, sooner."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.psychometrics import Responses
from app.psychometrics.irt.mml_expectation import Grid, expect
from app.psychometrics.irt.mml_guessing import Guessing
from app.psychometrics.irt.mml_models import CommonSlope, FreeSlopes
from app.psychometrics.irt.mml_patterns import patterns_of
from app.psychometrics.numerics import FixedPoint, accelerated_ascent, normal_grid

MODELS = [CommonSlope, FreeSlopes, partial(Guessing, slope=(0.0, 0.5), guess=(-1.1, 0.5))]


def climbed(kind: Any, *, depth: int, persons: int = 300) -> tuple[FixedPoint, NDArray[np.float64]]:
    """Where the search ends, and the objective at each point it visited."""
    rng = np.random.default_rng(21)
    matrix = (rng.random((persons, 6)) < 1.0 / (1.0 + np.exp(-rng.normal(0.5, 1.5, (persons, 1))))).astype(np.float64)
    matrix[rng.random((persons, 6)) < 0.3] = np.nan
    nodes, weights = normal_grid()
    grid = Grid(nodes, np.log(weights))
    patterns = patterns_of(Responses.from_dense(matrix), np.arange(6), totals_only=kind is CommonSlope)
    model, visited = kind(grid, patterns), []

    def step(x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        expected = expect(patterns, model.curves(x), grid)
        visited.append(expected.log_likelihood + model.log_prior(x))
        return visited[-1], model.maximised(x, expected)

    return accelerated_ascent(step, model.start(), depth=depth, max_iterations=1000), np.array(visited)


@pytest.mark.parametrize("persons", [12, 300])  # with 12, slopes of the 2PL run to the limit
@pytest.mark.parametrize("kind", MODELS, ids=["common", "free", "guessing"])
def test_em_never_lowers_its_objective(kind: Any, persons: int) -> None:
    _, visited = climbed(kind, depth=0, persons=persons)
    assert np.all(np.diff(visited) > -1e-8)


@pytest.mark.parametrize("kind", MODELS, ids=["common", "free", "guessing"])
def test_acceleration_ends_at_the_same_place_in_fewer_steps(kind: Any) -> None:
    plain, _ = climbed(kind, depth=0)
    mixed, _ = climbed(kind, depth=5)
    assert mixed.converged
    assert mixed.iterations < 0.6 * plain.iterations
    assert mixed.value == pytest.approx(plain.value, abs=1e-6)
    assert mixed.at == pytest.approx(plain.at, abs=1e-3)


def test_a_step_that_leads_down_is_taken_back() -> None:
    """The image overshoots so that mixing goes astray; the plain steps still arrive."""

    def step(x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        return -float(abs(x[0]) ** 1.2), np.array([x[0] - 0.4 * np.sign(x[0]) * min(1.0, abs(x[0]))])

    end = accelerated_ascent(step, [9.3], max_iterations=200)
    assert end.converged
    assert end.at == pytest.approx([0.0], abs=1e-5)


def test_a_search_without_an_end_says_so() -> None:
    end = accelerated_ascent(lambda x: (float(x[0]), x + 1.0), [0.0], depth=0, max_iterations=7)
    assert (end.converged, end.iterations) == (False, 7)
