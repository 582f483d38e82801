"""Integrals over beta laws and to a stated tolerance, and tails of the binomial law."""

import math

import numpy as np
import pytest

from app.psychometrics.numerics import beta_cdf, beta_nodes, binomial_pmf, binomial_upper, integrate_adaptive


@pytest.mark.parametrize(
    ("a", "b", "split"), [(2, 3, 0.5), (0.01, 0.02, 0.9), (50, 0.3, 0.7), (1e5, 2e5, 0.3333), (3, 1e4, 1e-4)]
)
def test_beta_nodes_keep_mass_mean_and_square(a: float, b: float, split: float) -> None:
    x, weight = beta_nodes(a, b, split=split)
    mean = a / (a + b)
    assert weight.sum() == pytest.approx(1.0, abs=1e-13)
    assert weight @ x == pytest.approx(mean, abs=1e-13)
    assert weight @ x**2 == pytest.approx(mean * (a + 1) / (a + b + 1), abs=1e-13)
    assert weight @ (x < split) == pytest.approx(beta_cdf(split, a, b), abs=1e-11)


def test_beta_nodes_resolve_a_binomial_tail() -> None:
    """E P(X >= c) of 400 trials under Beta(2, 2), whose closed form is a sum of rational terms."""
    x, weight = beta_nodes(2.0, 2.0, detail=4 / 20)
    exact = sum(6 * (k + 1) * (400 - k + 1) / (403 * 402 * 401) for k in range(270, 401))
    assert weight @ binomial_upper(400, 270, x) == pytest.approx(exact, abs=1e-12)


def test_binomial_tails_agree_with_the_law() -> None:
    p = np.array([0.0, 1e-9, 0.2, 0.5, 0.97, 1.0])
    for n in (0, 1, 7, 100):
        for least in (-1, 0, 1, n // 2, n, n + 1):
            expected = binomial_pmf(n, p)[:, max(0, least) :].sum(axis=1)
            assert binomial_upper(n, least, p) == pytest.approx(expected, abs=1e-13)
    with pytest.raises(ValueError, match=r"^n "):
        binomial_upper(-1, 0, p)
    with pytest.raises(ValueError, match=r"^chances"):
        binomial_upper(1, 0, [1.5])


@pytest.mark.parametrize(
    ("function", "exact"),
    [
        (lambda x: x**3, 0.25),
        (np.sqrt, 2 / 3),
        (np.log, -1.0),
        (lambda x: x**-0.9, 10.0),
        (lambda x: np.abs(x - 0.3) ** 0.1, (0.3**1.1 + 0.7**1.1) / 1.1),
        (lambda x: np.cos(300 * x), math.sin(300) / 300),
        (lambda x: np.exp(-3000 * (x - 0.31) ** 2), math.sqrt(math.pi / 3000)),
        (np.zeros_like, 0.0),
    ],
)
def test_integrals_with_a_known_value(function: object, exact: float) -> None:
    assert integrate_adaptive(function, 0.0, 1.0, tolerance=1e-10) == pytest.approx(exact, abs=1e-8)  # type: ignore[arg-type]


def test_malformed_integrals() -> None:
    with pytest.raises(ValueError, match=r"^low"):
        integrate_adaptive(np.exp, 1.0, 0.0)
    with pytest.raises(ValueError, match=r"^tolerance"):
        integrate_adaptive(np.exp, 0.0, 1.0, tolerance=0.0)
    with pytest.raises(ValueError, match=r"^a and b"):
        beta_nodes(0.0, 1.0)
    with pytest.raises(ValueError, match=r"^detail"):
        beta_nodes(1.0, 1.0, detail=0.0)
