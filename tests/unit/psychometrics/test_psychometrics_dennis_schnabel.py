"""The secant search ends where R's nlm ends; its figures are those R 4.2.2 prints."""

import numpy as np
import pytest

from app.psychometrics.numerics import dennis_schnabel


def test_rosenbrock_by_way_of_central_differences() -> None:
    """nlm(function(x) 100*(x[2]-x[1]^2)^2 + (1-x[1])^2, c(-1.2, 1)): 23 iterations."""
    found = dennis_schnabel(lambda x: 100.0 * (x[:, 1] - x[:, 0] ** 2) ** 2 + (1.0 - x[:, 0]) ** 2, [-1.2, 1.0])
    assert (found.converged, found.iterations) == (True, 23)
    assert found.at == pytest.approx([0.999998006639185, 0.999996014950329], abs=1e-9)
    assert found.value == pytest.approx(3.97376555581202e-12, rel=1e-5)


def test_a_large_value_ends_the_search_before_the_minimum() -> None:
    """Infinite where x[1] <= 0, else x[1] - 3*log(x[1]) + 1e4 + (x[2]-x[1])^4, from c(5, 1): 11 iterations."""

    def function(x):
        inside = x[:, 0] > 0.0
        log = np.log(np.where(inside, x[:, 0], 1.0))
        return np.where(inside, x[:, 0] - 3.0 * log + 1e4 + (x[:, 1] - x[:, 0]) ** 4, np.inf)

    found = dennis_schnabel(function, [5.0, 1.0])
    assert (found.converged, found.iterations) == (True, 11)
    assert found.at == pytest.approx([2.99503919645543, 3.03558878525311], abs=1e-9)


def test_it_ends_without_a_minimum() -> None:
    sloping = dennis_schnabel(lambda x: -(x[:, 0] ** 3), [1.0])
    assert not sloping.converged
    outside = dennis_schnabel(lambda x: np.full(len(x), np.nan), [1.0])
    assert not outside.converged
