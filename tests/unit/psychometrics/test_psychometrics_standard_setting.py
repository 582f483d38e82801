"""Standard setting: hand-computed panels, disagreement and wishes that do not fit."""

import dataclasses
import json
import math

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Reason
from app.psychometrics.irt import ItemParameters

NAN = float("nan")
RATINGS = [[60.0, 70.0, 50.0], [70.0, 90.0, 80.0]]


def test_angoff_by_hand() -> None:
    """Means 60 and 80; MS_j 600, MS_i 116.67, residual mean square 50."""
    a = ps.standard_setting.angoff(RATINGS)
    assert (a.cut, a.n_used, a.n_items) == (70.0, 2, 3)
    assert a.se_judges == pytest.approx(10.0)
    assert a.components is not None
    # residuals: 5, 0, -5, -5, 0, 5
    assert a.components.residual == pytest.approx(50.0)
    assert a.components.judge == pytest.approx((600.0 - 50.0) / 3)
    assert a.components.item == pytest.approx((2 * (25 + 100 + 25) / 2 - 50.0) / 2)
    assert a.se_items_fixed == pytest.approx(a.se_judges)
    assert a.se_items_random == pytest.approx(math.sqrt(100.0 + a.components.item / 3))
    assert a.item_means == (65.0, 80.0, 65.0)
    assert [j.mean for j in a.judges] == [60.0, 80.0]
    assert [j.deviation for j in a.judges] == [-10.0, 10.0]
    assert a.judges[0].sd == pytest.approx(10.0)
    assert a.judges[0].agreement == pytest.approx(0.5)
    assert a.judges[0].distance == pytest.approx((10 + 20 + 30) / 3)


def test_a_negative_component_is_kept_and_named() -> None:
    a = ps.standard_setting.angoff([[60.0, 70.0], [70.0, 60.0]])
    assert a.components is not None
    assert a.components.negative == ("judge", "item")
    assert a.components.nonnegative == ps.standard_setting.VarianceComponents(0.0, 0.0, a.components.residual)
    assert (a.se_items_fixed, a.se_items_random, a.se_judges) == (0.0, 0.0, 0.0)
    assert a.judges[0].agreement == pytest.approx(-1.0)


def test_small_panels() -> None:
    one = ps.standard_setting.angoff([[60.0, 70.0]])
    assert (one.cut, one.se_judges, one.components, one.item_sd) == (65.0, None, None, None)
    assert (one.judges[0].agreement, one.judges[0].distance) == (None, None)
    single = ps.standard_setting.angoff([[60.0], [70.0]])
    assert (single.cut, single.se_judges, single.components) == (65.0, 5.0, None)
    assert single.judges[0].sd is None
    assert ps.standard_setting.angoff(np.empty((0, 3))).reason == Reason.TOO_FEW_IN_GROUP
    assert ps.standard_setting.angoff(np.empty((3, 0))).reason == Reason.TOO_FEW_ITEMS
    for bad in ([60.0, 70.0], [[60.0, NAN]], [[[60.0]]]):
        with pytest.raises(ValueError, match=r"^ratings"):
            ps.standard_setting.angoff(bad)
    flat = ps.standard_setting.angoff([[50.0, 50.0], [60.0, 70.0]])
    assert flat.judges[0].agreement is None
    json.dumps(dataclasses.asdict(flat), allow_nan=False)


def test_order_of_judges_and_items_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(70.0, 10.0, (8, 12))
    plain = ps.standard_setting.angoff(table)
    other = ps.standard_setting.angoff(table[::-1, rng.permutation(12)])
    assert plain.cut == pytest.approx(other.cut, abs=1e-12)
    assert plain.se_items_random == pytest.approx(other.se_items_random, abs=1e-12)
    assert plain.judges[0].agreement == pytest.approx(other.judges[-1].agreement, abs=1e-12)


def test_components_are_recovered() -> None:
    rng = np.random.default_rng(20261123)
    judge, item = rng.normal(0.0, 4.0, (400, 1)), rng.normal(0.0, 8.0, 400)
    found = ps.standard_setting.angoff(65.0 + judge + item + rng.normal(0.0, 6.0, (400, 400))).components
    assert found is not None
    assert (found.judge, found.item, found.residual) == pytest.approx((16.0, 64.0, 36.0), rel=0.15)


def test_bookmark() -> None:
    b = ps.standard_setting.bookmark([0.2, 0.4, 0.9])
    assert (b.mean, b.median, b.n_used) == (pytest.approx(0.5), 0.4, 3)
    assert b.se == pytest.approx(math.sqrt((0.09 + 0.01 + 0.16) / 2 / 3))
    assert ps.standard_setting.bookmark([0.2]).se is None
    assert ps.standard_setting.bookmark([]).reason == Reason.TOO_FEW_IN_GROUP
    with pytest.raises(ValueError, match=r"^theta"):
        ps.standard_setting.bookmark([0.2, NAN])


def test_a_bookmark_location_is_where_the_chance_is_reached() -> None:
    bank = ItemParameters.from_difficulty([-0.3, 0.5, 0.0], slope=[0.8, 1.7, 1.0], guess=[0.0, 0.25, 0.7])
    first, second, third = ps.standard_setting.bookmark_location(bank)
    assert first is not None
    assert second is not None
    assert bank.probability(first)[0] == pytest.approx(0.67)
    assert bank.probability(second)[1] == pytest.approx(0.67)
    assert third is None  # guessing alone does it
    assert first == pytest.approx(-0.3 + math.log(0.67 / 0.33) / 0.8)
    assert ps.standard_setting.bookmark_location(ItemParameters.from_difficulty([0.0], slope=-1.0)) == (None,)
    with pytest.raises(ValueError, match=r"^rp"):
        ps.standard_setting.bookmark_location(bank, rp=1.0)


EVEN = [0.5 + x for x in range(100)]
"""One candidate between each two whole scores: percent with score >= c is 100 - c."""


def test_beuk_by_hand() -> None:
    """Line through (60, 60) with slope 2: 60 + 2 (c - 60) = 100 - c at c = 160 / 3."""
    c = ps.standard_setting.beuk([55.0, 65.0], [50.0, 70.0], EVEN)
    assert c.cut == pytest.approx(160 / 3)
    assert c.pass_percent == pytest.approx(100 - 160 / 3)
    assert (c.n_used, c.n_candidates) == (2, 100)


def test_beuk_when_judges_agree() -> None:
    same_cut = ps.standard_setting.beuk([60.0, 60.0], [50.0, 70.0], EVEN)
    assert (same_cut.cut, same_cut.pass_percent) == (pytest.approx(60.0), pytest.approx(40.0))
    same_rate = ps.standard_setting.beuk([50.0, 70.0], [55.0, 55.0], EVEN)
    assert (same_rate.cut, same_rate.pass_percent) == (pytest.approx(45.0), pytest.approx(55.0))
    assert ps.standard_setting.beuk([60.0, 60.0], [50.0, 50.0], EVEN).reason == Reason.NO_INTERSECTION


def test_hofstee_by_hand() -> None:
    """Line from (50, 60) to (70, 20), slope -2: 160 - 2c = c at c = 160 / 3."""
    h = ps.standard_setting.hofstee([45.0, 55.0], [70.0, 70.0], [10.0, 30.0], [60.0, 60.0], EVEN)
    assert h.cut == pytest.approx(160 / 3)
    assert h.pass_percent == pytest.approx(100 - 160 / 3)


@pytest.mark.parametrize("box", [(10, 20, 40, 60), (80, 90, 10, 40)])
def test_hofstee_when_the_curve_passes_beside_the_box(box: tuple[int, int, int, int]) -> None:
    h = ps.standard_setting.hofstee(*([value] for value in box), scores=EVEN)
    assert (h.cut, h.pass_percent, h.reason) == (None, None, Reason.NO_INTERSECTION)


def test_hofstee_of_one_cut() -> None:
    assert ps.standard_setting.hofstee([60], [60], [50], [70], EVEN).cut == pytest.approx(60.0)
    assert ps.standard_setting.hofstee([60], [60], [70], [80], EVEN).reason == Reason.NO_INTERSECTION
    assert ps.standard_setting.hofstee([50], [70], [60], [60], EVEN).cut == pytest.approx(60.0)


def test_what_compromises_cannot_take() -> None:
    assert ps.standard_setting.beuk([], [], EVEN).reason == Reason.TOO_FEW_IN_GROUP
    assert ps.standard_setting.beuk([60.0, 70.0], [50.0, 40.0], []).reason == Reason.TOO_FEW_PERSONS
    one_judge = ps.standard_setting.beuk([60.0], [50.0], EVEN)  # no spread, no slope
    assert one_judge.reason == Reason.TOO_FEW_IN_GROUP
    for ratings in ([[60, 70], [80]], [["a", "b"]]):
        with pytest.raises(ValueError, match=r"^ratings"):
            ps.standard_setting.angoff(ratings)
    assert ps.standard_setting.hofstee([], [], [], [], EVEN).reason == Reason.TOO_FEW_IN_GROUP
    with pytest.raises(ValueError, match=r"^minimum and pass_percent"):
        ps.standard_setting.beuk([60.0], [50.0, 60.0], EVEN)
    with pytest.raises(ValueError, match=r"^pass_percent"):
        ps.standard_setting.beuk([60.0], [150.0], EVEN)
    with pytest.raises(ValueError, match=r"^scores"):
        ps.standard_setting.beuk([60.0], [50.0], [120.0])
    with pytest.raises(ValueError, match=r"^min_cut and min_fail"):
        ps.standard_setting.hofstee([70], [60], [20], [40], EVEN)
    with pytest.raises(ValueError, match=r"^max_score"):
        ps.standard_setting.beuk([0.0], [50.0], [], max_score=0)
