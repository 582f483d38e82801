"""Equity of forms: by hand, by simulation of wrong difficulties, and the decisions that flip."""

import dataclasses
import json
import math

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.irt import ItemParameters

NAN = float("nan")
PAIR = ItemParameters.from_difficulty([-1.0, 1.0, -1.0, 1.0])
"""Symmetric: a bank average of one half lies at 0."""
EASY, HARD = 1 / (1 + math.exp(-1)), 1 / (1 + math.exp(1))


def test_forms_by_hand() -> None:
    e = ps.form_equity.form_equity(PAIR, [[0, 1], [0, 2], [3, 1]], cut=1)
    assert (e.theta_cut, e.length, e.n_forms, e.n_used) == (pytest.approx(0.0), 2, 3, 0)
    assert [f.expected for f in e.forms] == pytest.approx([1.0, 2 * EASY, 2 * HARD])
    assert [f.within for f in e.forms] == [True, True, True]
    assert [f.information for f in e.forms] == pytest.approx([2 * EASY * HARD] * 3)
    assert (e.minimum, e.mean, e.maximum) == (pytest.approx(2 * HARD), pytest.approx(1.0), pytest.approx(2 * EASY))
    assert e.spread == pytest.approx(2 * EASY - 1)
    assert e.spread_uncertain is None
    strict = ps.form_equity.form_equity(PAIR, [[0, 1], [0, 2], [3, 1]], cut=1, tolerance=0.4)
    assert (strict.n_within, [f.within for f in strict.forms]) == (1, [True, False, False])
    json.dumps(dataclasses.asdict(e), allow_nan=False)


def test_an_item_that_was_not_calibrated_has_no_expected_score() -> None:
    """What all solved has slope 0: it is no even chance, on a form nor in the bank that places the cut."""
    bank = ItemParameters(*(np.append(column, 0.0) for column in (PAIR.slope, PAIR.intercept, PAIR.guess)))
    equity = ps.form_equity.form_equity
    assert equity(bank, [[0, 4]], cut=1, theta_cut=0.0).reason == Reason.NOT_CALIBRATED
    assert equity(bank, [[0, 1]], cut=1).reason == Reason.NOT_CALIBRATED
    assert equity(bank, [[0, 1]], cut=1, theta_cut=0.0).reason is None
    placed = equity(bank, [[0, 1]], cut=1, weights=[1, 1, 1, 1, 0])
    assert (placed.theta_cut, placed.reason) == (pytest.approx(0.0), None)


def test_a_reference_standard_does_not_move_with_the_bank() -> None:
    e = ps.form_equity.form_equity(PAIR, [[0, 2]], cut=1, theta_cut=-1.0)
    assert (e.theta_cut, e.mean, e.spread) == (-1.0, pytest.approx(1.0), None)


def test_weights_are_those_of_the_blueprint() -> None:
    """One unit holds three easy items, the other one hard item; a form takes one of each."""
    bank = ItemParameters.from_difficulty([-1.0, -1.0, -1.0, 1.0])
    even = ps.form_equity.form_equity(bank, [[0, 3], [1, 3]], cut=1)
    weighted = ps.form_equity.form_equity(bank, [[0, 3], [1, 3]], cut=1, weights=[1 / 3, 1 / 3, 1 / 3, 1])
    assert (weighted.theta_cut, weighted.mean) == (pytest.approx(0.0, abs=1e-9), pytest.approx(1.0))
    assert (even.theta_cut or 0.0) < -0.3


def test_flips_by_hand() -> None:
    """At the ability 0 the forms expect 1.96, 0.04 and 1: their equated cuts are 2, 0 and 1."""
    bank = ItemParameters.from_difficulty([-4.0, -4.0, 4.0, 4.0, 0.0, 0.0])
    rows = [
        [1, 0, NAN, NAN, NAN, NAN],  # passes at 1, would fail at 2
        [1, 1, NAN, NAN, NAN, NAN],
        [NAN, NAN, 0, 0, NAN, NAN],  # fails at 1, would pass at 0
        [NAN, NAN, 1, 0, NAN, NAN],
        [NAN, NAN, NAN, NAN, 1, 0],
        [NAN, NAN, NAN, NAN, 0, 0],
        [NAN] * 6,
    ]
    e = ps.form_equity.form_equity_of_responses(Responses.from_dense(rows), bank, cut=1)
    assert [(f.equated_cut, f.n_candidates, f.to_pass, f.to_fail) for f in e.forms] == [
        (2, 2, 0, 1),
        (0, 2, 1, 0),
        (1, 2, 0, 0),
    ]
    assert (e.flips, e.n_used, e.n_forms, e.n_within) == (2, 6, 3, 1)


def test_candidates_with_the_same_items_have_one_form() -> None:
    rng = np.random.default_rng(5)
    matrix = np.full((40, 6), NAN)
    for person in range(40):
        matrix[person, [[0, 1, 2], [2, 3, 4], [1, 4, 5]][person % 3]] = rng.integers(0, 2, 3)
    bank = ItemParameters.from_difficulty(rng.normal(size=6))
    found = ps.form_equity.form_equity_of_responses(Responses.from_dense(matrix), bank, cut=2, difficulty_sd=0.2)
    listed = ps.form_equity.form_equity(bank, [[2, 0, 1], [4, 2, 3], [1, 4, 5]], cut=2, difficulty_sd=0.2)
    assert [f.n_candidates for f in found.forms] == [14, 13, 13]
    assert [f.expected for f in found.forms] == pytest.approx([f.expected for f in listed.forms], abs=1e-12)
    assert found.spread_uncertain == pytest.approx(listed.spread_uncertain, abs=1e-12)
    order = rng.permutation(40)
    shuffled = ps.form_equity.form_equity_of_responses(
        Responses.from_dense(matrix[order][:, ::-1]), bank.of_items(range(5, -1, -1)), cut=2, difficulty_sd=0.2
    )
    assert (shuffled.flips, shuffled.n_within) == (found.flips, found.n_within)
    assert shuffled.spread == pytest.approx(found.spread, abs=1e-12)


@pytest.mark.parametrize("reference", [False, True])
def test_uncertainty_is_that_of_forms_with_wrong_difficulties(reference: bool) -> None:
    """1,000 draws of the true difficulties around those believed."""
    rng = np.random.default_rng(20261123)
    difficulty, slope, error = rng.normal(-0.5, 1.0, 60), rng.lognormal(0.0, 0.2, 60), rng.uniform(0.1, 0.3, 60)
    forms = [rng.permutation(60)[:20].tolist() for _ in range(12)]
    believed = ItemParameters.from_difficulty(difficulty, slope=slope, guess=0.15)
    theta = ps.classification.theta_at_score(believed, score=14, weights=np.full(60, 20 / 60))
    e = ps.form_equity.form_equity(believed, forms, cut=14, theta_cut=theta if reference else None, difficulty_sd=error)
    assert e.theta_cut == pytest.approx(theta)
    drawn = []
    for _ in range(1000):
        true = ItemParameters.from_difficulty(difficulty + error * rng.normal(size=60), slope=slope, guess=0.15)
        at = theta if reference else ps.classification.theta_at_score(true, score=14, weights=np.full(60, 20 / 60))
        chance = true.probability(at or 0.0)
        drawn.append([chance[form].sum() for form in forms])
    scores = np.array(drawn)
    assert [f.uncertainty for f in e.forms] == pytest.approx(scores.std(axis=0), rel=0.1)
    assert e.spread_uncertain == pytest.approx(math.sqrt(scores.var(axis=1, ddof=1).mean()), rel=0.03)
    assert (e.spread or 9.0) < (e.spread_uncertain or 0.0)


def test_what_cannot_be_compared() -> None:
    hopeless = ItemParameters.from_difficulty([0.0, 0.0, 0.0], guess=0.6)
    e = ps.form_equity.form_equity(hopeless, [[0, 1], [1, 2]], cut=1)  # guessing alone expects 1.2
    assert (e.theta_cut, e.mean, e.forms, e.reason) == (None, None, (), Reason.CUT_UNREACHABLE)
    uneven = Responses.from_dense([[1, 0, NAN, NAN], [1, 1, 1, NAN]])
    none = Responses.from_dense(np.empty((0, 4)))
    full = Responses.from_dense([[1, 0, 1, 1]])
    of = ps.form_equity.form_equity_of_responses
    assert of(uneven, PAIR, cut=1).reason == Reason.FORM_LENGTHS_DIFFER
    assert of(none, PAIR, cut=1).reason == Reason.TOO_FEW_PERSONS
    assert of(full, PAIR, cut=5).reason == Reason.CUT_UNREACHABLE
    assert of(full, PAIR, cut=4).reason == Reason.CUT_UNREACHABLE  # nobody expects to be right throughout


def test_malformed_input_is_named() -> None:
    make = ps.form_equity.form_equity
    for forms in ([], [[]], [[0], [0, 1]], [[0, 9]], [[0, 0]], [[0.5, 1.0]]):
        with pytest.raises(ValueError, match=r"^forms"):
            make(PAIR, forms, cut=1)  # type: ignore[arg-type]
    for name, value in (
        ("cut", 3),
        ("cut", 0),
        ("tolerance", -1.0),
        ("theta_cut", NAN),
        ("weights", [1.0]),
        ("weights", [0.0] * 4),
        ("difficulty_sd", -1.0),
    ):
        with pytest.raises(ValueError, match=f"^{name}"):
            make(PAIR, [[0, 1]], **({"cut": 1} | {name: value}))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^parameters"):
        ps.form_equity.form_equity_of_responses(Responses.from_dense([[1, 0]]), PAIR, cut=1)


def test_malformed_arguments_are_named_whatever_the_data() -> None:
    bank = ps.irt.ItemParameters.from_difficulty([0.0, 1.0])
    nobody = ps.Responses.from_dense(np.zeros((0, 2)))
    for cut in (0, 1.5, math.nan):
        with pytest.raises(ValueError, match=r"^cut"):
            ps.form_equity.form_equity_of_responses(nobody, bank, cut=cut)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^difficulty_sd"):
        ps.form_equity.form_equity(bank, [[0, 1]], cut=1, difficulty_sd=[0.1, 0.2, 0.3])
