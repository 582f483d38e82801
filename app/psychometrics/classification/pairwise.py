"""Decision consistency summed over single scores and pairs of scores, to set beside other programs.

Each term is an integral of its own with an error of its own, and the errors add up: with the tolerance
that those programs use, to about 1e-4 in the sum. `true_score.agreement` is exact instead.
"""

import math
from collections.abc import Callable
from itertools import combinations_with_replacement

import numpy as np

from app.psychometrics.numerics.adaptive import integrate_adaptive
from app.psychometrics.numerics.discrete import binomial_pmf

from .decision import DecisionTable, kappa
from .true_score import Array, BetaLaw, Figures

Columns = Callable[[Array], tuple[Array, Array]]


def agreement_by_pairs(law: BetaLaw, *, n: int, cut: int, true_cut: float, lords_k: float, tolerance: float) -> Figures:
    """`true_score.agreement` as a sum of integrals over [0, 1], each within `tolerance`."""
    at = _remembered(law, n, lords_k)

    def of_score(x: int, low: float, high: float) -> float:
        def term(p: Array) -> Array:
            density, chance = at(p)
            return density * chance[:, x]

        return integrate_adaptive(term, low, high, tolerance=tolerance)

    def of_pair(x: int, y: int) -> float:
        def term(p: Array) -> Array:
            density, chance = at(p)
            return density * chance[:, x] * chance[:, y]

        return integrate_adaptive(term, 0.0, 1.0, tolerance=tolerance)

    below = np.array([of_score(x, 0.0, true_cut) for x in range(n + 1)])
    above = np.array([of_score(x, true_cut, 1.0) for x in range(n + 1)])
    cells = np.array([part.sum() for part in (below[:cut], above[:cut], below[cut:], above[cut:])])
    shares = (cells / cells.sum()).tolist()
    pairs = np.zeros((n + 1, n + 1))
    for x, y in combinations_with_replacement(range(n + 1), 2):
        pairs[x, y] = pairs[y, x] = of_pair(x, y)
    pairs /= pairs.sum()
    consistency = float(pairs[:cut, :cut].sum() + pairs[cut:, cut:].sum())
    pass_rate = float(pairs[cut:].sum())
    return {
        "consistency": consistency,
        "kappa": kappa(consistency, pass_rate),
        "pass_rate": pass_rate,
        "accuracy": shares[0] + shares[3],
        "table": DecisionTable(*shares),
    }


def _remembered(law: BetaLaw, n: int, lords_k: float) -> Columns:
    """Density of the law and chance of each score, at nodes that many integrals share."""
    known: dict[tuple[float, float], tuple[Array, Array]] = {}
    width = law.high - law.low
    log_scale = math.lgamma(law.alpha + law.beta) - math.lgamma(law.alpha) - math.lgamma(law.beta) - math.log(width)

    def density(p: Array) -> Array:
        x = np.clip((p - law.low) / width, 0.0, 1.0)
        inside = (x > 0.0) & (x < 1.0)
        x = np.where(inside, x, 0.5)
        log_density = log_scale + (law.alpha - 1.0) * np.log(x) + (law.beta - 1.0) * np.log1p(-x)
        return np.where(inside, np.exp(log_density), 0.0)

    def at(p: Array) -> tuple[Array, Array]:
        key = (float(p[0]), float(p[-1]))
        if key not in known:
            fewer = np.pad(binomial_pmf(n - 2, p), ((0, 0), (2, 2)))
            bend = fewer[:, 2:] - 2.0 * fewer[:, 1:-1] + fewer[:, :-2]
            pull = lords_k * p * (1.0 - p)
            known[key] = density(p), binomial_pmf(n, p) - pull[:, None] * bend
        return known[key]

    return at
