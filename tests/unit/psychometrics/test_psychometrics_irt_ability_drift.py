"""Item parameter drift: the item that moved is found, a change of scale is not mistaken for it."""

import math

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Reason
from app.psychometrics.irt import ItemParameters


def drifted(*, by: float) -> tuple[ItemParameters, ItemParameters]:
    rng = np.random.default_rng(24)
    b = rng.normal(size=30)
    moved = b + 0.4 + rng.normal(0.0, 0.1, 30)
    moved[7] += by
    return ItemParameters.from_difficulty(b), ItemParameters.from_difficulty(moved)


def test_drift_finds_the_item_that_moved() -> None:
    before, after = drifted(by=1.0)
    drift = ps.irt.item_drift(before, after, se_before=[0.1] * 30, se_after=[0.1] * 30, level=0.99)
    assert [item.item for item in drift.items if item.difficulty_flagged] == [7]
    assert drift.scale == pytest.approx(1.0)
    assert drift.shift == pytest.approx(0.4, abs=0.05)
    assert 0.5 < drift.expected_flags < 0.8  # of 30 at 1 %, and some for the quartiles being estimates
    moved = drift.items[7].displacement
    assert moved.low is not None
    assert moved.low > 0.5
    # The flagged item is not in the mean: v + (sum of 29 v) / 29^2.
    assert moved.se == pytest.approx(math.sqrt(0.02 * (1.0 + 1.0 / 29.0)))


def test_drift_removes_a_change_of_scale() -> None:
    rng = np.random.default_rng(25)
    before = ItemParameters.from_difficulty(rng.normal(size=20), slope=np.exp(rng.normal(0.0, 0.3, 20)))
    after = ItemParameters.from_difficulty(1.3 * before.difficulty - 0.2, slope=before.slope / 1.3)
    drift = ps.irt.item_drift(before, after)
    assert (drift.scale, drift.shift) == (pytest.approx(1.3), pytest.approx(-0.2))
    assert drift.n_flagged == 0
    assert [item.displacement.value for item in drift.items] == pytest.approx([0.0] * 20, abs=1e-9)


def test_an_item_that_alone_differs_is_flagged_without_a_number() -> None:
    before = ItemParameters.from_difficulty(np.linspace(-1.0, 1.0, 9))
    after = ItemParameters.from_difficulty(np.r_[before.difficulty[:8] + 0.3, 2.0])
    drift = ps.irt.item_drift(before, after)
    assert [item.difficulty_z for item in drift.items] == [0.0] * 8 + [None]
    assert [item.difficulty_flagged for item in drift.items] == [False] * 8 + [True]
    assert {(item.slope_z, item.slope_flagged) for item in drift.items} == {(0.0, False)}
    assert drift.shift == pytest.approx(0.3)
    assert drift.items[8].displacement.value == pytest.approx(0.7)


def test_drift_at_the_limits() -> None:
    few = ItemParameters.from_difficulty([0.0, 1.0])
    assert ps.irt.item_drift(few, few).reason is Reason.NO_COMMON_ITEMS
    before, after = drifted(by=0.0)
    mute = ItemParameters(np.r_[0.0, after.slope[1:]], after.intercept, after.guess)
    drift = ps.irt.item_drift(before, mute)
    assert (drift.n_used, drift.items[0].displacement.reason) == (29, Reason.NOT_CALIBRATED)
    with pytest.raises(ValueError, match="se_after"):
        ps.irt.item_drift(before, after, se_before=[0.1] * 30, se_after=[0.1])
    with pytest.raises(ValueError, match="same items"):
        ps.irt.item_drift(before, few)


@pytest.mark.parametrize(("items", "level"), [(12, 0.95), (40, 0.95), (40, 0.99), (120, 0.9)])
def test_drift_flags_as_often_as_it_says(items: int, level: float) -> None:
    """500 pairs of calibrations without drift, seed 26."""
    rng = np.random.default_rng(26)
    b = rng.normal(size=items)

    def again() -> ItemParameters:
        return ItemParameters.from_difficulty(b + rng.normal(0.0, 0.15, items))

    drifts = [ps.irt.item_drift(again(), again(), level=level) for _ in range(500)]
    assert np.mean([drift.n_flagged for drift in drifts]) == pytest.approx(drifts[0].expected_flags, rel=0.15)
    assert drifts[0].expected_flags > items * (1.0 - level)
