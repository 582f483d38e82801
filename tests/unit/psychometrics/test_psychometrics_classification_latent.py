"""Decision consistency from abilities: by enumeration, by hand, and on each candidate's own form."""

import dataclasses
import itertools
import json
import math

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.classification import Replication
from app.psychometrics.irt import ItemParameters

NAN = float("nan")
BANK = ItemParameters.from_difficulty([-0.5, 0.0, 0.4, 1.1], slope=[1.0, 0.7, 1.3, 0.9], guess=[0.2, 0.0, 0.1, 0.25])


def enumerated(chances: list[float], cut: int) -> float:
    """P(score >= cut) over every pattern of answers."""
    return sum(
        math.prod(p if x else 1 - p for p, x in zip(chances, pattern, strict=True))
        for pattern in itertools.product((0, 1), repeat=len(chances))
        if sum(pattern) >= cut
    )


def test_items_that_were_not_calibrated_decide_nothing() -> None:
    """What all solved has slope 0, which is no even chance."""
    bank = ItemParameters(*(np.append(column, 0.0) for column in (BANK.slope, BANK.intercept, BANK.guess)))
    assert ps.classification.lee_irt(bank, cut=2).reason == Reason.NOT_CALIBRATED
    r = Responses.from_dense([[1, 0, 1, 1, NAN], [1, 1, 0, 0, 1]])
    own = ps.classification.lee_own_form(r, bank, [0.0, 0.0], cut=2)
    alone = ps.classification.lee_own_form(r.with_persons([0]).with_items([0, 1, 2, 3]), BANK, [0.0], cut=2)
    assert (own.n_used, own.pass_probability) == (1, (*alone.pass_probability, None))
    none = ps.classification.lee_own_form(r.with_persons([1]), bank, [0.0], cut=2)
    assert (none.n_used, none.reason) == (0, Reason.NOT_CALIBRATED)


def test_lee_over_two_abilities_by_enumeration() -> None:
    theta, weight = np.array([-1.0, 1.5]), np.array([0.6, 0.4])
    chances = [BANK.probability(t).tolist() for t in theta]
    low, high = (enumerated(c, 3) for c in chances)
    assert sum(chances[0]) < 3 < sum(chances[1])
    d = ps.classification.lee_irt(BANK, cut=3, quadrature=(theta, weight))
    assert d.accuracy == pytest.approx(0.6 * (1 - low) + 0.4 * high)
    assert d.consistency == pytest.approx(0.6 * (low**2 + (1 - low) ** 2) + 0.4 * (high**2 + (1 - high) ** 2))
    assert d.pass_rate == pytest.approx(0.6 * low + 0.4 * high)
    assert d.table is not None
    assert d.table.false_positive == pytest.approx(0.6 * low)
    assert d.table.pass_rate == pytest.approx(d.pass_rate)
    assert (d.replication, d.n_used) == (Replication.SAME_FORM, 0)


def test_each_candidate_has_an_own_form() -> None:
    matrix = [[1, 0, NAN, NAN], [NAN, 1, 1, 0], [NAN, NAN, NAN, NAN], [0, NAN, NAN, 1], [1, 1, 1, 1]]
    theta = [0.3, -0.2, 1.0, NAN, 0.8]
    d = ps.classification.lee_own_form(Responses.from_dense(matrix), BANK, theta, cut=2)
    p = [BANK.probability(t).tolist() for t in (0.3, -0.2, 0.8)]
    wanted = [enumerated(p[0][:2], 2), enumerated(p[1][1:], 2), None, None, enumerated(p[2], 2)]
    assert d.pass_probability == (*(pytest.approx(w) if w is not None else None for w in wanted),)
    known = [w for w in wanted if w is not None]
    assert d.n_used == 3
    assert d.consistency == pytest.approx(sum(w**2 + (1 - w) ** 2 for w in known) / 3)
    sides = [known[0] if sum(p[0][:2]) >= 2 else 1 - known[0], 1 - known[1], known[2]]
    assert (sum(p[1][1:]) < 2, sum(p[2]) >= 2) == (True, True)
    assert d.accuracy == pytest.approx(sum(sides) / 3)
    json.dumps(dataclasses.asdict(d), allow_nan=False)


def test_one_form_for_all_is_the_law_of_these_abilities() -> None:
    theta = np.linspace(-2, 2, 9)
    r = Responses.from_dense(np.ones((9, 4)))
    own = ps.classification.lee_own_form(r, BANK, theta, cut=3)
    law = ps.classification.lee_irt(BANK, cut=3, quadrature=(theta, np.full(9, 1 / 9)))
    assert (own.consistency, own.accuracy, own.kappa) == pytest.approx((law.consistency, law.accuracy, law.kappa))


def test_order_does_not_matter() -> None:
    rng = np.random.default_rng(2)
    matrix = np.where(rng.random((30, 4)) < 0.2, NAN, (rng.random((30, 4)) < 0.6).astype(float))
    theta = rng.normal(size=30)
    persons, items = rng.permutation(30), rng.permutation(4)
    straight = ps.classification.lee_own_form(Responses.from_dense(matrix), BANK, theta, cut=2)
    shuffled = ps.classification.lee_own_form(
        Responses.from_dense(matrix[persons][:, items]), BANK.of_items(items), theta[persons], cut=2
    )
    assert straight.consistency == pytest.approx(shuffled.consistency, abs=1e-12)
    assert straight.accuracy == pytest.approx(shuffled.accuracy, abs=1e-12)


def test_lee_foretells_the_same_form_again() -> None:
    rng = np.random.default_rng(20261123)
    parameters = ItemParameters.from_difficulty(rng.normal(-0.4, 1.0, 40), slope=rng.lognormal(0.1, 0.3, 40))
    theta = rng.normal(size=20_000)
    chance = parameters.probability(theta)
    first, second = ((rng.random(chance.shape) < chance).sum(axis=1) >= 27 for _ in range(2))
    d = ps.classification.lee_irt(parameters, cut=27)
    assert d.consistency == pytest.approx(np.mean(first == second), abs=0.01)
    assert d.accuracy == pytest.approx(np.mean(first == (chance.sum(axis=1) >= 27)), abs=0.01)


def test_what_lee_cannot_judge() -> None:
    r = Responses.from_dense([[1, 0, 1, 1]])
    assert ps.classification.lee_irt(BANK, cut=5).reason == Reason.CUT_UNREACHABLE
    assert ps.classification.lee_own_form(r, BANK, [0.0], cut=5).reason == Reason.CUT_UNREACHABLE
    assert ps.classification.lee_own_form(r, BANK, [NAN], cut=2).reason == Reason.TOO_FEW_PERSONS
    assert ps.classification.lee_irt(BANK, cut=0).kappa is None
    with pytest.raises(ValueError, match=r"^theta"):
        ps.classification.lee_own_form(r, BANK, [0.0, 1.0], cut=2)
    with pytest.raises(ValueError, match=r"^parameters"):
        ps.classification.lee_own_form(r, BANK.of_items([0, 1]), [0.0], cut=2)
    with pytest.raises(ValueError, match=r"^quadrature"):
        ps.classification.lee_irt(BANK, cut=2, quadrature=(np.zeros(2), np.zeros(2)))
    with pytest.raises(ValueError, match=r"^cut"):
        ps.classification.lee_irt(BANK, cut=-1)


def test_rudner_by_hand() -> None:
    """One standard error below, at, and two above the cut."""
    d = ps.classification.rudner([-0.5, 0.0, 0.6, NAN], [0.5, 0.4, 0.3, 0.3], theta_cut=0.0)
    one, two = 0.8413447460685429, 0.9772498680518208
    assert d.accuracy == pytest.approx((one + 0.5 + two) / 3)
    assert d.consistency == pytest.approx(sum(p**2 + (1 - p) ** 2 for p in (one, 0.5, two)) / 3)
    assert (d.n_used, d.cut) == (3, None)


def test_limits_of_rudner() -> None:
    sure = ps.classification.rudner([-1.0, 0.0, 1.0], [0.0, 0.0, 0.0], theta_cut=0.0)
    assert (sure.accuracy, sure.consistency, sure.pass_rate) == (1.0, 1.0, pytest.approx(2 / 3))
    assert ps.classification.rudner([], [], theta_cut=0.0).reason == Reason.TOO_FEW_PERSONS
    assert ps.classification.rudner([500.0], [1e-9], theta_cut=0.0).accuracy == 1.0
    with pytest.raises(ValueError, match=r"^se "):
        ps.classification.rudner([0.0], [-1.0], theta_cut=0.0)
    with pytest.raises(ValueError, match=r"^theta"):
        ps.classification.rudner([0.0], [1.0, 1.0], theta_cut=0.0)
    with pytest.raises(ValueError, match=r"^theta_cut"):
        ps.classification.rudner([0.0], [1.0], theta_cut=NAN)


def test_the_ability_at_a_score() -> None:
    twins = ItemParameters.from_difficulty([0.7, 0.7], slope=2.0, guess=0.2)
    # 2 (0.2 + 0.8 L) = 1.2 at L = 1/2
    assert ps.classification.theta_at_score(twins, score=1.2) == pytest.approx(0.7)
    assert ps.classification.theta_at_score(twins, score=1.2, step=0.001) == pytest.approx(0.7)
    assert ps.classification.theta_at_score(twins, score=1.21, step=0.25) == 0.75
    for out_of_reach in (0.0, 0.4, 2.0, 3.0):
        assert ps.classification.theta_at_score(twins, score=out_of_reach) is None
    with pytest.raises(ValueError, match=r"^score"):
        ps.classification.theta_at_score(twins, score=NAN)
    with pytest.raises(ValueError, match=r"^step"):
        ps.classification.theta_at_score(twins, score=1.0, step=0.0)
