"""Decision consistency from raw scores: hand-computed cases, limits and invariance."""

import dataclasses
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.classification import LawPath, Replication

NAN = float("nan")
GUTTMAN = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
"""k = 3, M = 3/2, v = 5/4, KR-20 = 3/4, KR-21 = 3/5."""
METHODS: list[Callable[..., Any]] = [
    ps.classification.subkoviak,
    ps.classification.huynh,
    ps.classification.peng_subkoviak,
    ps.classification.livingston_lewis,
    ps.classification.hanson_brennan,
]


def passing(p: float) -> float:
    """Two or three of three right."""
    return 3 * p**2 - 2 * p**3


def test_subkoviak_by_hand() -> None:
    """Regressed proportions 1/8, 3/8, 5/8, 7/8."""
    chances = [passing(p) for p in (1 / 8, 3 / 8, 5 / 8, 7 / 8)]
    consistency = sum(c**2 + (1 - c) ** 2 for c in chances) / 4
    d = ps.classification.subkoviak(GUTTMAN, cut=2)
    assert d.consistency == pytest.approx(consistency, abs=1e-14)
    assert d.kappa == pytest.approx((consistency - 0.5) / 0.5, abs=1e-13)  # half of them pass
    assert (d.replication, d.accuracy, d.n_used) == (Replication.SAME_FORM, None, 4)


def test_huynh_by_hand() -> None:
    """The law is uniform; the integral of P(p)^2 = 9p^4 - 12p^5 + 4p^6 is 13/35, of P up to 2/3 16/81."""
    d = ps.classification.huynh(GUTTMAN, cut=2)
    assert d.law == ps.classification.BetaLaw(0.0, 1.0, pytest.approx(1.0), pytest.approx(1.0))
    assert d.consistency == pytest.approx(26 / 35, abs=1e-14)
    assert d.kappa == pytest.approx(17 / 35, abs=1e-13)
    assert d.replication == Replication.RANDOM_FORM
    assert dataclasses.astuple(d.table) == pytest.approx((38 / 81, 13.5 / 81 - 11 / 81, 16 / 81, 24.5 / 81), abs=1e-13)
    assert d.accuracy == pytest.approx(62.5 / 81, abs=1e-13)


def test_peng_and_subkoviak_by_hand() -> None:
    """z = 0, where the bivariate normal has a closed form."""
    d = ps.classification.peng_subkoviak(GUTTMAN, cut=2)
    assert d.consistency == pytest.approx(0.5 + math.asin(0.6) / math.pi, abs=1e-12)
    assert d.kappa == pytest.approx(2 * math.asin(0.6) / math.pi, abs=1e-12)


def test_coefficients_by_hand() -> None:
    """(M - C)^2 = 1 at a cut of 2.5."""
    k2 = ps.classification.livingston_k2(GUTTMAN, cut=2.5)
    assert k2.value == pytest.approx((0.75 * 1.25 + 1) / (1.25 + 1))
    phi = ps.classification.phi_lambda_brennan_kane(GUTTMAN, cut=2.5)
    assert phi.value == pytest.approx(1 - 0.5 * (1 / 4 - 5 / 36) / (1 / 9 + 5 / 36))
    at_mean = ps.classification.phi_lambda_brennan_kane(GUTTMAN, cut=1.5)
    assert at_mean.value == pytest.approx(ps.reliability.kr21(GUTTMAN).value)
    assert ps.classification.livingston_k2(GUTTMAN, cut=1.5).value == pytest.approx(0.75)


def test_effective_length_by_hand() -> None:
    """M (k - M) = 9/4, s^2 = 5/3: n = (9/4 - r 5/3) / (5/3 (1 - r))."""
    d = ps.classification.livingston_lewis(GUTTMAN, cut=2, reliability=0.5)
    assert d.test_length == pytest.approx((9 / 4 - 5 / 6) / (5 / 6))
    h = ps.classification.hanson_brennan(GUTTMAN, cut=2, reliability=0.5)
    assert h.lords_k == pytest.approx(3 * (2 * 5 / 6 - 3 * 5 / 3 + 9 / 4) / (2 * (9 / 4 - 5 / 6)))


@pytest.mark.parametrize("method", METHODS)
def test_a_cut_of_nought_passes_everybody(method: Callable[..., Any], fixed_form: Responses) -> None:
    d = method(fixed_form, cut=0)
    normal = method is ps.classification.peng_subkoviak  # whose scores have a tail below nought
    assert normal or d.kappa is None
    assert d.pass_rate == pytest.approx(1.0, abs=0.02 if normal else 1e-12)
    assert d.consistency == pytest.approx(1.0, abs=0.02 if normal else 1e-12)
    assert d.accuracy in (None, pytest.approx(1.0))


@pytest.mark.parametrize("method", METHODS)
def test_a_cut_that_no_form_reaches_has_a_reason(method: Callable[..., Any], fixed_form: Responses) -> None:
    d = method(fixed_form, cut=21)
    assert (d.consistency, d.kappa, d.accuracy, d.reason) == (None, None, None, Reason.CUT_UNREACHABLE)
    assert method(fixed_form, cut=20).reason is None


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cut", [-1, 2.5, NAN])
def test_a_cut_is_a_whole_number(method: Callable[..., Any], cut: float) -> None:
    with pytest.raises(ValueError, match=r"^cut"):
        method(GUTTMAN, cut=cut)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        (np.ones((5, 4)), Reason.NO_TOTAL_VARIANCE),
        (np.zeros((5, 4)), Reason.NO_TOTAL_VARIANCE),
        (-np.ones((5, 4)), Reason.NO_TOTAL_VARIANCE),
        (np.full((5, 4), NAN), Reason.TOO_FEW_PERSONS),
        (np.empty((0, 4)), Reason.TOO_FEW_PERSONS),
        (np.ones((1, 4)), Reason.TOO_FEW_PERSONS),
        (np.array([[1.0, 0, 1, 1], [1, 1, 0, NAN]]), Reason.FORM_LENGTHS_DIFFER),
    ],
)
def test_data_that_carry_no_decision(method: Callable[..., Any], matrix: Any, reason: Reason) -> None:
    d = method(Responses.from_dense(matrix), cut=1)
    assert (d.consistency, d.kappa, d.accuracy, d.reason) == (None, None, None, reason)


@pytest.mark.parametrize("method", METHODS)
def test_one_item_carries_no_reliability(method: Callable[..., Any]) -> None:
    assert method(Responses.from_dense([[1], [0], [1]]), cut=1).reason == Reason.TOO_FEW_ITEMS


@pytest.mark.parametrize("coefficient", [ps.classification.livingston_k2, ps.classification.phi_lambda_brennan_kane])
def test_coefficients_without_data(coefficient: Callable[..., Any]) -> None:
    assert coefficient(Responses.from_dense(np.ones((5, 4))), cut=2).reason == Reason.NO_TOTAL_VARIANCE
    assert coefficient(Responses.from_dense(np.empty((0, 4))), cut=2).reason == Reason.TOO_FEW_PERSONS
    assert coefficient(Responses.from_dense([[1], [0]]), cut=1).reason == Reason.TOO_FEW_ITEMS
    with pytest.raises(ValueError, match=r"^cut"):
        coefficient(GUTTMAN, cut=math.inf)


def test_a_negative_reliability_sees_no_differences() -> None:
    """Right on one item means wrong on another: everybody is expected at the mean."""
    r = Responses.from_dense([[1, 0, 0, 1], [0, 1, 1, 0], [1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 1, 0]])
    assert (ps.reliability.kr20(r).value or 0.0) < 0
    assert ps.classification.subkoviak(r, cut=2).kappa == pytest.approx(0.0, abs=1e-12)
    assert ps.classification.huynh(r, cut=2).reason == Reason.BOUNDARY
    assert ps.classification.peng_subkoviak(r, cut=2).reason == Reason.BOUNDARY
    for method in (ps.classification.livingston_lewis, ps.classification.hanson_brennan):
        d = method(r, cut=2)
        assert (d.path, d.law, d.accuracy) == (LawPath.SUBKOVIAK, None, None)
        assert d.kappa == pytest.approx(0.0, abs=1e-12)


def test_a_perfect_reliability() -> None:
    r = Responses.from_dense([[1, 1, 1], [0, 0, 0], [1, 1, 1], [0, 0, 0]])
    assert ps.classification.livingston_lewis(r, cut=2).reason == Reason.BOUNDARY
    assert ps.classification.hanson_brennan(r, cut=2).reason == Reason.BOUNDARY
    assert ps.classification.huynh(r, cut=2).reason == Reason.BOUNDARY
    assert ps.classification.subkoviak(r, cut=2).consistency == pytest.approx(1.0)
    assert ps.classification.peng_subkoviak(r, cut=2).consistency == pytest.approx(1.0)
    assert ps.classification.livingston_k2(r, cut=2).value == pytest.approx(1.0)
    for bad in (1.1, NAN, -math.inf):
        with pytest.raises(ValueError, match=r"^reliability"):
            ps.classification.livingston_lewis(r, cut=2, reliability=bad)


@pytest.mark.parametrize("method", METHODS)
def test_order_and_shape_do_not_matter(method: Callable[..., Any], fixed_form: Responses) -> None:
    rng = np.random.default_rng(7)
    plain = method(fixed_form, cut=12)
    matrix = fixed_form.to_dense()
    shuffled = matrix[rng.permutation(len(matrix))][:, rng.permutation(matrix.shape[1])]
    wide = np.full((len(matrix) + 1, matrix.shape[1] + 2), NAN)
    wide[:-1, 1:-1] = shuffled
    other = method(Responses.from_dense(wide), cut=12)
    assert plain.consistency == pytest.approx(other.consistency, abs=1e-12)
    assert plain.kappa == pytest.approx(other.kappa, abs=1e-12)
    assert (plain.n_used, plain.replication) == (other.n_used, other.replication)


def test_random_forms_ask_about_another_form(random_forms: Responses) -> None:
    for method in (ps.classification.livingston_lewis, ps.classification.hanson_brennan):
        d = method(random_forms, cut=12)
        assert d.replication == Replication.RANDOM_FORM
        assert d.reliability == ps.reliability.stratified_binomial(random_forms).value
        assert d.consistency is not None
        assert method(random_forms, cut=12, replication=Replication.SAME_FORM).reason == Reason.FORMS_DIFFER
    assert ps.classification.huynh(random_forms, cut=12).consistency is not None
    assert ps.classification.subkoviak(random_forms, cut=12).reason == Reason.FORMS_DIFFER
    given = ps.classification.subkoviak(random_forms, cut=12, reliability=0.8)
    assert (given.replication, given.reason) == (Replication.RANDOM_FORM, None)


def test_a_fixed_form_can_be_asked_about_another_form(fixed_form: Responses) -> None:
    same = ps.classification.livingston_lewis(fixed_form, cut=12)
    other = ps.classification.livingston_lewis(fixed_form, cut=12, replication=Replication.RANDOM_FORM)
    assert same.reliability == ps.reliability.kr20(fixed_form).value
    assert other.reliability == ps.reliability.stratified_binomial(fixed_form).value
    assert (same.consistency or 0) > (other.consistency or 1)


@pytest.mark.parametrize("method", [ps.classification.subkoviak, ps.classification.livingston_lewis])
def test_more_reliable_scores_decide_alike_more_often(method: Callable[..., Any], fixed_form: Responses) -> None:
    found = [method(fixed_form, cut=11, reliability=r).kappa for r in (0.2, 0.4, 0.6, 0.8, 0.95)]
    assert found == sorted(found)


def test_any_small_exam_gives_numbers_or_a_reason() -> None:
    rng = np.random.default_rng(20261123)
    for _ in range(150):
        persons, items = rng.integers(2, 8), rng.integers(1, 7)
        r = Responses.from_dense((rng.random((persons, items)) < rng.choice([0.2, 0.5, 0.9])).astype(float))
        for method in METHODS:
            d = method(r, cut=int(rng.integers(0, items + 1)))
            assert (d.consistency is None) == (d.reason is not None)
            assert d.consistency is None or 0.0 <= d.consistency <= 1.0 + 1e-12
            assert d.accuracy is None or 0.0 <= d.accuracy <= 1.0 + 1e-12
            json.dumps(dataclasses.asdict(d), allow_nan=False)


def test_everybody_reaches_a_cut_of_0() -> None:
    r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    methods = (ps.classification.livingston_lewis, ps.classification.hanson_brennan, ps.classification.huynh)
    for method in (*methods, ps.classification.peng_subkoviak, ps.classification.subkoviak):
        d = method(r, cut=0)
        assert (d.consistency, d.pass_rate, d.kappa) == (pytest.approx(1.0), pytest.approx(1.0), None)
