"""Laws of the true proportion right, and the decisions that follow from them."""

import math
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.numerics.beta_quadrature import beta_nodes
from app.psychometrics.numerics.discrete import binomial_pmf, binomial_upper

from .decision import DecisionTable, RawScores, kappa

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BetaLaw:
    """A beta law of the true proportion right on [low, high] with shapes alpha and beta."""

    low: float
    high: float
    alpha: float
    beta: float


class Figures(TypedDict, total=False):
    """The figures of a `Decision`, under its names."""

    consistency: float
    kappa: float | None
    pass_rate: float
    accuracy: float
    table: DecisionTable


def agreement(law: BetaLaw, *, n: int, cut: int, true_cut: float, lords_k: float = 0.0) -> Figures:
    """Accuracy of one and consistency of two independent scores on n items, given the true proportion.

    The score is binomial, or with `lords_k` Lord's two-term approximation to the compound binomial,
    whose tail is ``B_n(cut) + k p q (b(cut - 1) - b(cut - 2))`` with b on n - 2 trials, kept in 0..1.
    """
    width = law.high - law.low
    split = (true_cut - law.low) / width
    x, weight = beta_nodes(law.alpha, law.beta, split=split, detail=4.0 / math.sqrt(n))
    p = np.clip(law.low + width * x, 0.0, 1.0)  # rounding alone goes beyond
    passes = _compound_upper(n, cut, p, lords_k)
    return judged_figures(passes, x >= split, weight)


def judged_figures(passes: Array, deserves: NDArray[np.bool_], weight: Array) -> Figures:
    """`figures` with accuracy, where it is known who truly passes."""
    table = DecisionTable(
        true_negative=float(weight @ ((1.0 - passes) * ~deserves)),
        false_negative=float(weight @ ((1.0 - passes) * deserves)),
        false_positive=float(weight @ (passes * ~deserves)),
        true_positive=float(weight @ (passes * deserves)),
    )
    return figures(passes, weight) | {"accuracy": table.accuracy, "table": table}


def figures(passes: Array, weight: Array) -> Figures:
    """Consistency of two administrations with these chances of a pass, under weights that sum to 1."""
    consistency = float(weight @ (passes**2 + (1.0 - passes) ** 2))
    pass_rate = float(weight @ passes)
    return {"consistency": consistency, "kappa": kappa(consistency, pass_rate), "pass_rate": pass_rate}


def regressed(scores: RawScores, cut: int, reliability: float) -> Figures:
    """Subkoviak's figures: binomial counts at the proportions right regressed to their mean."""
    r = max(0.0, reliability)
    p = (r * scores.score + (1.0 - r) * scores.mean) / scores.length
    return figures(binomial_upper(scores.length, cut, np.clip(p, 0.0, 1.0)), scores.count / scores.n)


def moments(scores: RawScores, n: float, *, lords_k: float = 0.0, highest: int = 4) -> list[float] | None:
    """Raw moments 1..highest of the true proportion right, from scores rescaled to length n.

    ``None`` where a very negative k leaves the law without variance.

    ``m_r = (E[x^(r)] / (n - 2)^(r - 2) + k r^(2) m_(r-1)) / (n^(2) + k r^(2))`` with descending factorials
    ``x^(r) = x (x - 1) ... (x - r + 1)``, 0 below r. Needs ``n >= highest``.
    Source: Lord 1965, Psychometrika 30:239-270, eq. 37.
    """
    x = scores.score / scores.length * n
    result = [scores.mean / scores.length]
    for r in range(2, highest + 1):
        factorial = np.where(x < r, 0.0, np.prod([x - i for i in range(r)], axis=0))
        tail = math.prod(n - i for i in range(2, r))
        pull = lords_k * r * (r - 1)
        divisor = n * (n - 1.0) + pull
        if divisor <= 0.0:
            return None
        result.append((scores.average(factorial) / tail + pull * result[-1]) / divisor)
    return result


def two_moment_law(mean: float, variance: float) -> BetaLaw | None:
    """Return the beta law on [0, 1] with this mean and variance, ``None`` where there is none."""
    if not 0.0 < variance < mean * (1.0 - mean):
        return None
    size = mean * (1.0 - mean) / variance - 1.0
    return BetaLaw(0.0, 1.0, mean * size, (1.0 - mean) * size)


def four_moment_law(raw: list[float]) -> BetaLaw | None:
    """Return the four-parameter beta law with these raw moments, ``None`` where none lies in [0, 1].

    Source: Hanson 1991, ACT Research Report 91-5; Lord 1965.
    """
    mean, second, third, fourth = raw
    variance = second - mean**2
    if variance <= 0.0:
        return None
    skewness = (third - 3.0 * mean * second + 2.0 * mean**3) / variance**1.5
    kurtosis = (fourth - 4.0 * mean * third + 6.0 * mean**2 * second - 3.0 * mean**4) / variance**2
    divisor = 6.0 + 3.0 * skewness**2 - 2.0 * kurtosis
    if divisor == 0.0:
        return None
    size = 6.0 * (kurtosis - skewness**2 - 1.0) / divisor
    inner = (size + 2.0) * (size + 3.0) * kurtosis - 3.0 * (size - 6.0) * (size + 1.0)
    square = 1.0 - 24.0 * (size + 1.0) / inner if inner != 0.0 else -1.0
    if not (size > 0.0 and -1e-9 <= square < 1.0):  # 0 for a symmetric law, give or take rounding
        return None
    skew = math.sqrt(max(0.0, square))
    larger, smaller = 0.5 * size * (1.0 + skew), 0.5 * size * (1.0 - skew)
    alpha, beta = (larger, smaller) if skewness < 0.0 else (smaller, larger)
    unit = math.sqrt(variance * (size + 1.0) / (alpha * beta))
    law = BetaLaw(mean - alpha * unit, mean + beta * unit, alpha, beta)
    return law if law.low >= 0.0 and law.high <= 1.0 else None


def _compound_upper(n: int, cut: int, p: Array, lords_k: float) -> Array:
    tail = binomial_upper(n, cut, p)
    if lords_k == 0.0 or n < 2 or not 0 < cut <= n:  # two trials must be left
        return tail
    padded = np.pad(binomial_pmf(n - 2, p), ((0, 0), (2, 2)))
    bent: Array = tail + lords_k * p * (1.0 - p) * (padded[:, cut + 1] - padded[:, cut])
    return np.clip(bent, 0.0, 1.0)
