"""Beta laws of true scores: moments, integrals and the retake that they foretell."""

import math
from fractions import Fraction

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Responses
from app.psychometrics.classification import BetaLaw, LawPath, Replication
from app.psychometrics.classification.decision import RawScores
from app.psychometrics.classification.pairwise import agreement_by_pairs
from app.psychometrics.classification.true_score import agreement, four_moment_law, moments, two_moment_law
from app.psychometrics.numerics import beta_nodes, binomial_pmf


def beta(a: int, b: int) -> Fraction:
    return Fraction(math.factorial(a - 1) * math.factorial(b - 1), math.factorial(a + b - 1))


@pytest.mark.parametrize(("n", "cut", "a", "b"), [(5, 3, 2, 2), (30, 21, 5, 3), (100, 68, 6, 3)])
def test_consistency_is_the_bivariate_beta_binomial_sum(n: int, cut: int, a: int, b: int) -> None:
    """f(x, y) = C(n, x) C(n, y) B(a + x + y, b + 2n - x - y) / B(a, b), in whole numbers (Huynh 1976)."""
    both_pass = sum(
        math.comb(n, x) * math.comb(n, y) * beta(a + x + y, b + 2 * n - x - y)
        for x in range(cut, n + 1)
        for y in range(cut, n + 1)
    ) / beta(a, b)
    one_passes = sum(math.comb(n, x) * beta(a + x, b + n - x) for x in range(cut, n + 1)) / beta(a, b)
    found = agreement(BetaLaw(0.0, 1.0, float(a), float(b)), n=n, cut=cut, true_cut=cut / n)
    assert found["pass_rate"] == pytest.approx(float(one_passes), abs=1e-13)
    assert found["consistency"] == pytest.approx(float(1 - 2 * (one_passes - both_pass)), abs=1e-13)


@pytest.mark.parametrize(("a", "b"), [(1e-3, 2e-3), (0.5, 1e4), (1e6, 2e6), (1e9, 1e9), (300.0, 0.01)])
@pytest.mark.parametrize("true_cut", [0.01, 0.5, 0.68])
def test_extreme_laws_stay_sound(a: float, b: float, true_cut: float) -> None:
    found = agreement(BetaLaw(0.0, 1.0, a, b), n=100, cut=68, true_cut=true_cut)
    table = found["table"]
    shares = (table.true_negative, table.false_negative, table.false_positive, table.true_positive)
    assert sum(shares) == pytest.approx(1.0, abs=1e-12)
    assert min(shares) >= 0.0
    assert 0.5 - 1e-12 <= found["consistency"] <= 1.0 + 1e-12
    deserving = 1.0 - ps.numerics.beta_cdf(true_cut, a, b)
    assert table.true_positive + table.false_negative == pytest.approx(deserving, abs=1e-10)


def test_moments_of_true_scores_are_unbiased() -> None:
    """Counts in proportion to a mixture of two binomials give back the moments of the mixture exactly."""
    weight, p, n = np.array([0.3, 0.7]), np.array([0.4, 0.8]), 12
    scores = RawScores(n, np.arange(n + 1.0), 1000.0 * weight @ binomial_pmf(n, p))
    assert moments(scores, n) == pytest.approx([float(weight @ p**r) for r in (1, 2, 3, 4)], abs=1e-12)


def test_moments_under_the_compound_binomial() -> None:
    """Lord's two-term law with K = 0.7: its moments, corrected for K, are those of the true score."""
    weight, p, n, lords_k = np.array([0.3, 0.7]), np.array([0.4, 0.8]), 12, 0.7
    fewer = np.pad(binomial_pmf(n - 2, p), ((0, 0), (2, 2)))
    bend = fewer[:, 2:] - 2 * fewer[:, 1:-1] + fewer[:, :-2]
    chance = binomial_pmf(n, p) - lords_k * (p * (1 - p))[:, None] * bend
    scores = RawScores(n, np.arange(n + 1.0), 1000.0 * weight @ chance)
    found = moments(scores, n, lords_k=lords_k)
    assert found == pytest.approx([float(weight @ p**r) for r in (1, 2, 3, 4)], abs=1e-12)


@pytest.mark.parametrize(
    "law", [BetaLaw(0.2, 0.9, 3.0, 2.0), BetaLaw(0.1, 1.0, 0.6, 1.4), BetaLaw(0.25, 0.8, 2.0, 2.0)]
)
def test_four_moments_give_back_the_law(law: BetaLaw) -> None:
    x, weight = beta_nodes(law.alpha, law.beta)
    p = law.low + (law.high - law.low) * x
    found = four_moment_law([float(weight @ p**r) for r in (1, 2, 3, 4)])
    assert found is not None
    assert (found.low, found.high, found.alpha, found.beta) == pytest.approx(
        (law.low, law.high, law.alpha, law.beta), abs=1e-7
    )


def test_laws_that_do_not_exist() -> None:
    assert two_moment_law(0.5, 0.25) is None
    assert two_moment_law(0.5, -0.01) is None
    assert two_moment_law(0.5, 1 / 12) == BetaLaw(0.0, 1.0, pytest.approx(1.0), pytest.approx(1.0))
    assert four_moment_law([0.5, 0.25, 0.125, 0.0625]) is None  # no spread
    assert four_moment_law([0.5, 0.35, 0.275, 0.2375]) is None  # two points: no density
    x, weight = beta_nodes(2.0, 3.0)
    assert four_moment_law([float(weight @ (1.4 * x - 0.2) ** r) for r in (1, 2, 3, 4)]) is None  # beyond 0..1


def test_the_compound_binomial_tail_is_the_sum_of_its_terms() -> None:
    """To 1e-6: a few conditional chances that leave 0..1 are cut off in the one and not in the other."""
    law = BetaLaw(0.5, 0.95, 3.0, 2.0)
    exact = agreement(law, n=20, cut=14, true_cut=0.7, lords_k=0.9)
    summed = agreement_by_pairs(law, n=20, cut=14, true_cut=0.7, lords_k=0.9, tolerance=1e-13)
    assert exact["consistency"] == pytest.approx(summed["consistency"], abs=1e-6)
    assert exact["kappa"] == pytest.approx(summed["kappa"], abs=1e-6)
    assert exact["accuracy"] == pytest.approx(summed["accuracy"], abs=1e-6)
    table, other = exact["table"], summed["table"]
    assert (table.false_negative, table.false_positive) == pytest.approx(
        (other.false_negative, other.false_positive), abs=1e-6
    )


def cohort(rng: np.random.Generator, true: np.ndarray, k: int) -> Responses:
    return Responses.from_dense((rng.random((len(true), k)) < true[:, None]).astype(float))


def test_the_path_is_named() -> None:
    rng = np.random.default_rng(3)
    spread = cohort(rng, 0.3 + 0.6 * rng.beta(2.0, 2.0, 4000), 40)
    d = ps.classification.livingston_lewis(spread, cut=27)
    assert d.path == LawPath.FOUR_MOMENTS
    assert d.law is not None
    assert (d.law.low, d.law.high) == (pytest.approx(0.3, abs=0.08), pytest.approx(0.9, abs=0.08))
    few = cohort(rng, rng.beta(4.0, 2.0, 300), 3)
    assert ps.classification.hanson_brennan(few, cut=2).path == LawPath.TWO_MOMENTS
    assert ps.classification.livingston_lewis(few, cut=2, reliability=0.0).path is not None


def test_the_cut_on_the_effective_length_is_rounded_once() -> None:
    rng = np.random.default_rng(4)
    r = cohort(rng, rng.beta(5.0, 3.0, 500), 20)
    for reliability in (0.3, 0.5, 0.7, 0.9, 0.999999):
        d = ps.classification.livingston_lewis(r, cut=14, reliability=reliability)
        assert d.test_length is not None
        assert d.cut_effective == round(min(10_000, round(d.test_length)) * 14 / 20)


def test_the_model_foretells_a_retake_under_the_model() -> None:
    """200,000 candidates of known true score answer two sets of 40 equal items."""
    rng = np.random.default_rng(20261123)
    true = 0.2 + 0.75 * rng.beta(3.0, 2.0, 200_000)
    first, second = rng.binomial(40, true), rng.binomial(40, true)
    alike, right = np.mean((first >= 27) == (second >= 27)), np.mean((first >= 27) == (true >= 27 / 40))
    found = agreement(BetaLaw(0.2, 0.95, 3.0, 2.0), n=40, cut=27, true_cut=27 / 40)
    assert found["consistency"] == pytest.approx(alike, abs=0.004)
    assert found["accuracy"] == pytest.approx(right, abs=0.004)


def test_livingston_lewis_foretells_the_retake_on_another_random_form() -> None:
    """3PL bank of five units, 6 of 16 items drawn from each; 6,000 candidates sit twice."""
    rng = np.random.default_rng(20261124)
    n, units, size, drawn = 6000, 5, 16, 6
    hardness = rng.normal(-0.3, 1.0, units * size)
    ability = rng.normal(size=n)
    sittings = []
    for _ in range(2):
        item = np.concatenate(
            [h * size + np.argsort(rng.random((n, size)), axis=1)[:, :drawn] for h in range(units)], axis=1
        )
        chance = 0.2 + 0.8 / (1.0 + np.exp(1.2 * (hardness[item] - ability[:, None])))
        sittings.append((item, rng.random(item.shape) < chance))
    (item, score), (_, again) = sittings
    r = Responses.from_arrays(
        np.repeat(np.arange(n), units * drawn),
        item.ravel(),
        np.full(item.size, ps.UNRECORDED),
        score.ravel(),
        persons=range(n),
        items=range(units * size),
        strata=np.repeat(range(units), size).tolist(),
    )
    alike = float(np.mean((score.sum(axis=1) >= 21) == (again.sum(axis=1) >= 21)))
    for d in (ps.classification.livingston_lewis(r, cut=21), ps.classification.huynh(r, cut=21)):
        assert d.replication == Replication.RANDOM_FORM
        assert d.consistency == pytest.approx(alike, abs=0.015)
