"""Biserial correlations: by hand, at their limits, and how well the likelihood estimate finds the truth."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.ctt.biserial import biserial_ml_of
from app.psychometrics.ctt.cells import ItemCells
from app.psychometrics.ctt.probit import probit_line

NAN = float("nan")
GUTTMAN = [[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_biserial_by_hand() -> None:
    """p = 1/2: the point-biserial times (1/2) / phi(0)."""
    r = Responses.from_dense(GUTTMAN)
    factor = 0.5 * math.sqrt(2.0 * math.pi)
    rest, total = ps.ctt.biserial_rest(r)[0], ps.ctt.biserial_total(r)[0]
    assert rest.value == pytest.approx(np.corrcoef([1, 1, 0, 0], [2, 1, 1, 0])[0, 1] * factor)
    assert total.value == pytest.approx(np.corrcoef([1, 1, 0, 0], [3, 2, 1, 0])[0, 1] * factor)
    assert (rest.beyond_one, total.beyond_one) == (False, True)
    assert "unclipped" in total.variant


def test_bounded_biserial_by_hand() -> None:
    """Totals 3 2 1 0 (mean 1.5); two solve the item: the best two would give 1.5 + 0.5."""
    matrix = [[1, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    first = ps.ctt.bounded_biserial(Responses.from_dense(matrix))[0]
    assert first.value == pytest.approx((1.5 - 0.5) / (1.5 + 0.5))


def test_bounded_biserial_shares_ties_at_the_bound() -> None:
    """Totals 2 1 1 0, one solves the item: the best is 2. Of the tied two, either counts half."""
    matrix = [[0, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert ps.ctt.bounded_biserial(Responses.from_dense(matrix))[0].value == pytest.approx(0.0)
    matrix = [[1, 1], [1, 0], [0, 1], [0, 0]]
    assert ps.ctt.bounded_biserial(Responses.from_dense(matrix))[0].value == pytest.approx(1.0)


def test_bounded_biserial_never_exceeds_one(random_forms: Responses, fixed_form: Responses) -> None:
    for responses in (random_forms, fixed_form):
        values = [e.value for e in ps.ctt.bounded_biserial(responses)]
        assert all(value is not None and value <= 1.0 + 1e-12 for value in values)


def test_the_likelihood_of_a_probit_line_is_at_its_top() -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(size=300)
    right = (rng.random(300) < 0.6).astype(np.int64)
    count = rng.integers(1, 4, 300).astype(np.float64)
    line = probit_line(z, right, count)
    assert line is not None

    def likelihood(intercept: float, slope: float) -> float:
        m = (2 * right - 1) * (intercept + slope * z)
        return sum(c * math.log(math.erfc(-x / math.sqrt(2)) / 2) for c, x in zip(count, m, strict=True))

    top = likelihood(line.intercept, line.slope)
    for step in (-1e-3, 1e-3):
        assert likelihood(line.intercept + step, line.slope) < top
        assert likelihood(line.intercept, line.slope + step) < top
    h = 1e-3
    assert line.slope_variance == pytest.approx(
        np.linalg.inv(
            -np.array(
                [
                    [
                        (
                            likelihood(line.intercept + a * h + c * h, line.slope + b * h + d * h)
                            - likelihood(line.intercept + a * h - c * h, line.slope + b * h - d * h)
                            - likelihood(line.intercept - a * h + c * h, line.slope - b * h + d * h)
                            + likelihood(line.intercept - a * h - c * h, line.slope - b * h - d * h)
                        )
                        / (4 * h * h)
                        for c, d in ((1, 0), (0, 1))
                    ]
                    for a, b in ((1, 0), (0, 1))
                ]
            )
        )[1, 1],
        rel=1e-4,
    )


def test_the_likelihood_biserial_covers_the_truth() -> None:
    """600 samples of 150 from a binormal with rho = .5, cut at 0.4: the 95 % interval holds rho in 93-97 %."""
    rng = np.random.default_rng(20261122)
    held, found = 0, []
    for _ in range(600):
        rest = rng.normal(size=150)
        right = (0.5 * rest + math.sqrt(0.75) * rng.normal(size=150) > 0.4).astype(np.int64)
        ones = np.ones(150)
        cells = ItemCells(ones, right, right, np.arange(150), rest + right, np.arange(150), 0.0, "rest")
        estimate = biserial_ml_of(cells, level=0.95)
        assert estimate.value is not None
        assert estimate.low is not None
        assert estimate.high is not None
        held += estimate.low <= 0.5 <= estimate.high
        found.append(estimate.value)
    assert 0.93 <= held / 600 <= 0.97
    assert np.mean(found) == pytest.approx(0.5, abs=0.01)


def test_answers_that_do_not_overlap_have_no_likelihood_biserial() -> None:
    r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 1], [0, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert ps.ctt.biserial_ml(r)[0].reason == Reason.BOUNDARY


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        ([[1], [0], [1], [0]], Reason.NO_SCORE_VARIANCE),
        ([[1, 0], [0, 1]], Reason.TOO_FEW_PERSONS),
        ([[1, 1], [1, 0], [1, 1]], Reason.NO_ITEM_VARIANCE),
        ([[-1, 1], [-1, 0], [-1, 1]], Reason.NO_ITEM_VARIANCE),
        ([[NAN, 1], [NAN, 0], [NAN, 1]], Reason.NOT_ADMINISTERED),
    ],
)
def test_what_has_no_correlation_has_no_biserial(matrix: object, reason: Reason) -> None:
    r = Responses.from_dense(np.array(matrix, dtype=float))
    for function in (ps.ctt.biserial_rest, ps.ctt.biserial_ml):
        assert (function(r)[0].value, function(r)[0].reason) == (None, reason), function.__name__


def test_empty_data_have_no_items() -> None:
    nothing = Responses.from_dense(np.empty((0, 2)))
    for function in (ps.ctt.biserial_total, ps.ctt.biserial_rest, ps.ctt.biserial_ml, ps.ctt.bounded_biserial):
        assert [e.reason for e in function(nothing)] == [Reason.NOT_ADMINISTERED] * 2


@pytest.mark.parametrize("form", [None, 20])
def test_order_of_candidates_does_not_matter(choices: Callable[..., NDArray[np.float64]], form: int | None) -> None:
    matrix = choices(persons=90, items=30, form=form)
    straight = Responses.from_choices(matrix, key=[0] * 30)
    shuffled = Responses.from_choices(matrix[np.random.default_rng(2).permutation(90)], key=[0] * 30)
    for function in (ps.ctt.biserial_total, ps.ctt.biserial_rest, ps.ctt.biserial_ml, ps.ctt.bounded_biserial):
        for one, other in zip(function(straight), function(shuffled), strict=True):
            assert one.reason == other.reason
            assert one.value == pytest.approx(other.value, abs=1e-9)
