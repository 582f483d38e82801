"""A calibration finds simulated difficulties again, on the scale of the standard, and says nothing where n is small."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.psychometrics import Responses
from app.review.calibration import LEAST_ITEMS, LEAST_N, calibrate

BANK, FORM = 60, 40
Array = NDArray[np.float64]


def difficulties(seed: int = 3) -> Array:
    return np.random.default_rng(seed).normal(-0.7, 0.6, BANK)


def sat(b: Array, candidates: int, *, seed: int = 4, mean: float = 0.4) -> Responses:
    """Each candidate answers another part of the bank."""
    rng = np.random.default_rng(seed)
    right = rng.random((candidates, BANK)) < 1 / (1 + np.exp(b - rng.normal(mean, 0.75, (candidates, 1))))
    unseen = rng.permuted(np.tile(np.arange(BANK) >= FORM, (candidates, 1)), axis=1)
    return Responses.from_dense(np.where(unseen, np.nan, right))


def test_difficulties_come_back_on_the_standards_scale() -> None:
    """The cohort's mean is not 0, and the standard knows only some of the items: the link carries both."""
    b = difficulties()
    found = calibrate(sat(b, 1500), {place: b[place] for place in range(0, BANK, 2)})
    assert found is not None
    assert len(found.items) == BANK
    off = np.array([(found.items[place].b - b[place]) / found.items[place].se_b for place in range(BANK)])
    assert abs(off.mean()) < 0.5, "no shift of the scale"
    assert 0.7 < off.std() < 1.3, "the standard errors are true"
    assert all(one.n >= LEAST_N and one.se_b < 0.15 for one in found.items.values())


def test_an_item_that_changed_since_the_standard_does_not_move_the_scale() -> None:
    b = difficulties()
    standard = {place: b[place] for place in range(0, BANK, 2)}
    moved = standard | {0: b[0] + 2.5, 2: b[2] + 2.0}
    found = calibrate(sat(b, 1500), moved)
    assert found is not None
    dropped = {sorted(moved)[place] for place in found.link.dropped}
    assert {0, 2} <= dropped
    assert np.mean([found.items[place].b - b[place] for place in range(BANK)]) == pytest.approx(0, abs=0.06)


def test_items_with_few_answers_get_none() -> None:
    """Half of the bank came into use late."""
    b = difficulties()
    rng = np.random.default_rng(8)
    right = rng.random((400, BANK)) < 1 / (1 + np.exp(b - rng.normal(0.4, 0.75, (400, 1))))
    matrix = np.where(right, 1.0, 0.0)
    matrix[: 400 - LEAST_N + 1, BANK // 2 :] = np.nan
    found = calibrate(Responses.from_dense(matrix), dict(enumerate(b)))
    assert found is not None
    assert sorted(found.items) == list(range(BANK // 2))


@pytest.mark.parametrize(
    ("items", "candidates", "known"), [(LEAST_ITEMS - 1, 300, 9), (30, LEAST_N - 1, 30), (30, 300, 2)]
)
def test_no_scale_without_items_answers_or_a_standard(items: int, candidates: int, known: int) -> None:
    rng = np.random.default_rng(8)
    right = rng.random((candidates, items)) < 0.5 + 0.3 * rng.random((candidates, 1))
    assert calibrate(Responses.from_dense(right.astype(float)), dict.fromkeys(range(known), 0.0)) is None
