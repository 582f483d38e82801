"""Equating through an anchor: by hand, in the textbook, and where all methods must agree."""

import dataclasses
import json

import numpy as np
import pytest

from app.psychometrics import Reason
from app.psychometrics import equating as eq
from app.psychometrics.equating.anchor import synthetic_line

EVERY = [
    eq.nominal_weights_mean,
    eq.tucker,
    eq.levine,
    eq.frequency_estimation,
    eq.braun_holland,
    eq.chained_linear,
    eq.chained_equipercentile,
]
WEIGHTED = EVERY[:5]


def group(seed: int, n: int, ability: float, ease: float, *, own: int = 14, common: int = 8) -> eq.FormScores:
    """Scores on `common` items that all groups share and `own` items of some ease, Rasch."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(ability, 1.0, (n, 1))
    hardness = np.concatenate([np.linspace(-1, 1, common), np.linspace(-1.2, 1.2, own) - ease])
    right = rng.random((n, own + common)) < 1 / (1 + np.exp(hardness - theta))
    part = right[:, :common].sum(1)
    return eq.FormScores.from_scores(right.sum(1), max_score=own + common, anchor=part, max_anchor=common)


X, Y = group(1, 3000, -0.3, 0.0), group(2, 2000, 0.2, 0.4)


def test_tucker_and_levine_of_the_textbook() -> None:
    """Kolen & Brennan 2014, ch. 4: 36 items, 12 in common, weight 1 on the group of X."""
    moments = {
        "mean": (15.8205, 18.6728),
        "variance": (6.5278**2, 6.8784**2),
        "anchor_mean": (5.1063, 5.8626),
        "anchor_variance": (2.3760**2, 2.4515**2),
    }
    tucker = (13.4088 / 2.3760**2, 14.7603 / 2.4515**2)
    levine = (6.5278**2 / 13.4088, 6.8784**2 / 14.7603)
    assert synthetic_line(**moments, slopes=tucker, weight=1.0) == pytest.approx((1.0289, 0.5370), abs=1e-4)
    assert synthetic_line(**moments, slopes=levine, weight=1.0) == pytest.approx((1.011, 0.252), abs=1e-3)


def by_hand(x: eq.FormScores, y: eq.FormScores, weight: float, *, kind: str) -> tuple[float, float]:
    """The same from one row per candidate, with numpy's own moments."""

    def rows(f: eq.FormScores) -> tuple[np.ndarray, np.ndarray]:
        at = np.repeat(np.arange(f.joint.size), f.joint.ravel().astype(int))
        return at // f.joint.shape[1], at % f.joint.shape[1]

    (sx, vx), (sy, vy) = rows(x), rows(y)
    gammas = []
    for s, v in ((sx, vx), (sy, vy)):
        c = np.cov(s, v)
        gammas.append(
            {
                "tucker": c[0, 1] / c[1, 1],
                "internal": c[0, 0] / c[0, 1],
                "external": (c[0, 0] + c[0, 1]) / (c[1, 1] + c[0, 1]),
            }[kind]
        )
    d, e, w2 = vx.mean() - vy.mean(), vx.var(ddof=1) - vy.var(ddof=1), 1 - weight
    mx, my = sx.mean() - w2 * gammas[0] * d, sy.mean() + weight * gammas[1] * d
    qx = sx.var(ddof=1) - w2 * gammas[0] ** 2 * e + weight * w2 * gammas[0] ** 2 * d**2
    qy = sy.var(ddof=1) + weight * gammas[1] ** 2 * e + weight * w2 * gammas[1] ** 2 * d**2
    slope = (qy / qx) ** 0.5
    return slope, my - slope * mx


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_the_lines_from_single_candidates(weight: float) -> None:
    made = eq.tucker(X, Y, weight=weight)
    assert (made.slope, made.intercept) == pytest.approx(by_hand(X, Y, weight, kind="tucker"))
    for internal, kind in ((True, "internal"), (False, "external")):
        made = eq.levine(X, Y, weight=weight, internal=internal)
        assert (made.slope, made.intercept) == pytest.approx(by_hand(X, Y, weight, kind=kind))


def test_the_weight_is_the_share_of_the_group_by_default() -> None:
    for equate in WEIGHTED:
        assert equate(X, Y).equivalents == pytest.approx(equate(X, Y, weight=0.6).equivalents)
        assert "weight of group 1 0.6" in equate(X, Y).variant


def test_nominal_weights_by_hand() -> None:
    x = eq.FormScores.from_counts([[10, 10], [0, 0], [0, 20]])  # means 1 and .75, two items and one
    y = eq.FormScores.from_counts([[20, 0], [0, 20], [0, 20], [0, 0]])  # means 1 and 2/3, three items and one
    made = eq.nominal_weights_mean(x, y, weight=0.5, least_n=20)
    shift = 0.75 - 2 / 3
    assert made.slope == 1.0
    assert made.intercept == pytest.approx(1 + 0.5 * 3 * shift - (1 - 0.5 * 2 * shift))


def test_the_counts_that_a_package_mixes_weigh_the_larger_group_more() -> None:
    """A share of 3,000/5,000 given to counts of 3,000 and 2,000: 9 to 4."""
    for equate in (eq.frequency_estimation, eq.braun_holland):
        assert equate(X, Y, as_equate=True).equivalents == pytest.approx(equate(X, Y, weight=9 / 13).equivalents)


def test_frequency_estimation_by_hand() -> None:
    x, y = eq.FormScores.from_counts([[30, 10], [10, 50]]), eq.FormScores.from_counts([[10, 5], [10, 75]])
    # anchor shares .4/.6 and .2/.8; f(x=0 | v) = 3/4, 1/6; g(y=0 | v) = 1/2, 1/16
    f0 = 0.5 * 0.4 + 0.5 * (0.2 * 3 / 4 + 0.8 / 6)
    g0 = 0.5 * (0.4 / 2 + 0.6 / 16) + 0.5 * 0.15
    made = eq.frequency_estimation(x, y, weight=0.5)
    at_zero = f0 / 2 / g0 - 0.5 if f0 / 2 < g0 else 0.5 + (f0 / 2 - g0) / (1 - g0)
    assert made.equivalents[0] == pytest.approx(at_zero)
    line = eq.braun_holland(x, y, weight=0.5)
    slope = ((g0 * (1 - g0)) / (f0 * (1 - f0))) ** 0.5
    assert (line.slope, line.intercept) == pytest.approx((slope, (1 - g0) - slope * (1 - f0)))


@pytest.mark.parametrize("equate", EVERY)
def test_a_form_equated_to_itself_is_itself(equate: object) -> None:
    assert equate(X, X).equivalents == pytest.approx(range(23), abs=1e-7)


def test_scores_that_nobody_has_are_a_stretch_whose_middle_counts() -> None:
    gap = eq.FormScores.from_counts([[70, 10], [0, 0], [0, 0], [10, 30]])
    for weight in (0.1, 0.3, 0.7):
        assert eq.frequency_estimation(gap, gap, weight=weight).equivalents == pytest.approx(
            (0.0, 1.5, 1.5, 3.0), abs=1e-8
        )


def test_groups_alike_on_the_anchor_need_none() -> None:
    x = eq.FormScores.from_counts([[20, 10], [20, 30], [10, 40]])
    y = eq.FormScores.from_counts([[10, 5], [15, 25], [25, 50]])  # the same 50 and 80
    lines = [equate(x, y) for equate in (eq.tucker, eq.levine, eq.chained_linear)]
    plain = eq.linear_equating(x, y)
    for made in lines:
        assert made.equivalents == pytest.approx(plain.equivalents)
    curve = eq.equipercentile_equating(x, y).equivalents
    assert eq.chained_equipercentile(x, y).equivalents == pytest.approx(curve, abs=1e-9)
    assert eq.frequency_estimation(x, y).equivalents == pytest.approx(curve, abs=1e-9)


def test_there_and_back_is_where_one_began() -> None:
    for equate in (eq.tucker, eq.levine, eq.braun_holland):
        there, back = equate(X, Y, weight=0.3), equate(Y, X, weight=0.7)
        assert there.slope * back.slope == pytest.approx(1.0)
        assert back.slope * there.intercept + back.intercept == pytest.approx(0.0, abs=1e-9)
    there, back = eq.chained_linear(X, Y), eq.chained_linear(Y, X)
    assert back.slope * there.intercept + back.intercept == pytest.approx(0.0, abs=1e-9)


def test_the_anchor_sees_through_the_difference_of_the_groups() -> None:
    """Large groups half a standard deviation apart: every method is closer to the truth than none."""
    x, y = group(21, 20_000, -0.25, 0.0), group(22, 20_000, 0.25, 0.4)
    both = [group(seed, 40_000, 0.0, ease) for seed, ease in ((23, 0.0), (24, 0.4))]
    truth = np.array(eq.equipercentile_equating(*both, degree=4).equivalents)
    weight = both[0].counts / both[0].n

    def miss(equate: object) -> float:
        return float(weight @ np.abs(np.array(equate(x, y).equivalents) - truth))

    blind = miss(eq.linear_equating)
    assert blind > 1.0
    for equate in EVERY:
        assert miss(equate) < 0.5 * blind, equate


def test_smoothed_counts_go_in_as_well() -> None:
    smooth = [eq.loglinear_joint(f, degree=4, anchor_degree=4).form for f in (X, Y)]
    for equate in (eq.frequency_estimation, eq.chained_equipercentile):
        rough, fine = equate(X, Y).equivalents, equate(*smooth).equivalents
        assert np.array(fine[6:20]) == pytest.approx(np.array(rough[6:20]), abs=0.4)


def test_standard_errors_by_resampling() -> None:
    made = eq.bootstrap_errors(eq.tucker, X, Y, draws=60, seed=1)
    assert len(made.se) == 23
    assert 0.02 < made.se[11] < 0.3


def test_an_anchor_that_cannot_carry_it_has_a_reason() -> None:
    apart = eq.FormScores.from_counts([[60, 0], [60, 0]]), eq.FormScores.from_counts([[0, 60], [0, 60]])
    for equate in EVERY:
        assert equate(*apart).reason == Reason.NO_TOTAL_VARIANCE
    low = eq.FormScores.from_counts([[40, 20, 0], [20, 40, 0]])
    high = eq.FormScores.from_counts([[0, 40, 20], [0, 20, 40]])
    assert eq.frequency_estimation(low, high).reason == Reason.ANCHOR_SCORES_DIFFER
    assert eq.braun_holland(low, high).reason == Reason.ANCHOR_SCORES_DIFFER
    useless = eq.FormScores.from_counts([[30, 30], [30, 30]])
    assert eq.tucker(useless, useless).reason == eq.levine(useless, useless).reason == Reason.ANCHOR_UNRELATED
    none = eq.FormScores.from_counts([[60], [60]])
    assert all(equate(none, none).reason == Reason.NO_COMMON_ITEMS for equate in EVERY)
    few = eq.FormScores.from_counts([[3, 1], [2, 4]])
    assert all(equate(few, few).reason == Reason.TOO_FEW_PERSONS for equate in EVERY)
    for equate in EVERY:
        json.dumps(dataclasses.asdict(equate(X, Y)), allow_nan=False)


def test_malformed_input_is_named() -> None:
    plain = eq.FormScores.from_counts([60, 60])
    with pytest.raises(ValueError, match="anchor"):
        eq.tucker(plain, plain)
    with pytest.raises(ValueError, match="anchors of one length"):
        eq.tucker(X, eq.FormScores.from_counts([[60, 60], [60, 60]]))
    with pytest.raises(ValueError, match="weight"):
        eq.tucker(X, Y, weight=1.5)
