"""Did two candidates agree more often than two who worked alone? Nobody is named as the copier.

The answers of both are chance, given the two abilities; only items that both answered are compared,
each pair with its own moments. A small p is a reason to look at seats, times and the room, never
a verdict: two candidates with the same wrong training agree, too.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.estimate import Reason
from app.psychometrics.numerics.discrete import sum_score_distribution
from app.psychometrics.numerics.normal import normal_tail
from app.psychometrics.numerics.trinomial import trinomial_distribution
from app.psychometrics.responses import Responses

from .answer_model import AnswerModel, Array
from .answers import Answers
from .overlap import NO_SPREAD, Overlap, Sums, overlap_sums, overlaps, tiled_sums
from .pairs import LEAST_COMMON, Counts, Limits, Pairs, PairStatistics, Part, collected

_M4_CELLS = 4_000_000  # numbers in one table of trinomial distributions: 32 MB
_M4_TIE = 1.0 + 1e-10  # tails that differ by rounding are one tail


def omega_similarity(
    responses: Responses,
    model: AnswerModel,
    theta: ArrayLike,
    *,
    pairs: ArrayLike | None = None,
    min_common: int = LEAST_COMMON,
    p_at_most: float = 1.0,
) -> PairStatistics:
    """Unconditional omega: the standardized surplus of identical answers.

    ``(M - sum p_j) / sqrt(sum p_j (1 - p_j))`` over the common items, with ``p_j = sum_c P_ajc P_bjc``
    the chance of the same answer; p from the normal law, which is a rough guide far out in the
    tail of a short overlap: confirm with `gbt_similarity`.

    model:      `ItemParameters` compares right and wrong; `NominalParameters` or `OptionShares`
                compare the chosen options, which tells much more. Items of slope 0 in the
                `ItemParameters` were not calibrated and are not compared.
    theta:      (persons,) abilities under the model.
    pairs:      (pairs, 2) indices to compare, as neighbours in a room; ``None`` for all pairs.
    min_common: fewest items that both answered.
    p_at_most:  list only pairs with p up to this; `n_compared` counts all.

    Source: Wollack 1997, Appl. Psychol. Meas. 21:307-320; unconditional form: Romero, Riascos &
    Jara 2015.

    >>> from app.psychometrics.irt import ItemParameters
    >>> r = Responses.from_dense([[1, 0] * 5, [1, 0] * 5])
    >>> s = omega_similarity(r, ItemParameters.from_difficulty([0.0] * 10), [0.0, 0.0])
    >>> int(s.n_matches[0]), round(float(s.statistic[0]), 4)
    (10, 3.1623)
    """
    return omega(responses, model, theta, Limits(pairs, min_common, p_at_most), ordered=False)


def weighted_omega_similarity(
    responses: Responses,
    model: AnswerModel,
    theta: ArrayLike,
    *,
    pairs: ArrayLike | None = None,
    min_common: int = LEAST_COMMON,
    p_at_most: float = 1.0,
) -> PairStatistics:
    """Unconditional omega in which an unlikely match weighs more.

    ``sum w_j (m_j - p_j) / sqrt(sum w_j^2 p_j (1 - p_j))`` with ``w_j = -log p_j``. All pairs cost
    much more than with `omega_similarity`.

    Parameters and limits as `omega_similarity`.  Source: Trout & Gorney 2025, Appl. Psychol. Meas.

    >>> from app.psychometrics.irt import ItemParameters
    >>> r = Responses.from_dense([[1, 0] * 5, [1, 0] * 5])
    >>> s = weighted_omega_similarity(r, ItemParameters.from_difficulty([0.0] * 10), [0.0, 0.0])
    >>> round(float(s.statistic[0]), 4)
    3.1623
    """
    limits = Limits(pairs, min_common, p_at_most)
    return _entrywise(responses, model, theta, limits, _weighted_omega, "unconditional weighted omega")


def gbt_similarity(
    responses: Responses,
    model: AnswerModel,
    theta: ArrayLike,
    *,
    pairs: ArrayLike | None = None,
    min_common: int = LEAST_COMMON,
    p_at_most: float = 1.0,
) -> PairStatistics:
    """Generalized binomial test: the exact chance of at least as many identical answers.

    The number of matches is a sum of independent events with the unequal chances
    ``p_j = sum_c P_ajc P_bjc``; p is its upper tail, the observed number included.

    Parameters and limits as `omega_similarity`. All 2 million pairs of 2,000 candidates take some
    20 seconds: screen with `omega_similarity`, or use `similarity_screen`.
    Source: van der Linden & Sotaridona 2006, J. Educ. Behav. Stat. 31:283-304.

    >>> from app.psychometrics.irt import ItemParameters
    >>> r = Responses.from_dense([[1, 0] * 5, [1, 0] * 5])
    >>> s = gbt_similarity(r, ItemParameters.from_difficulty([0.0] * 10), [0.0, 0.0])
    >>> float(s.p_value[0]) == 0.5**10
    True
    """
    return gbt(responses, model, theta, Limits(pairs, min_common, p_at_most), ordered=False)


def m4_similarity(
    responses: Responses,
    model: AnswerModel,
    theta: ArrayLike,
    *,
    pairs: ArrayLike | None = None,
    min_common: int = LEAST_COMMON,
    p_at_most: float = 1.0,
) -> PairStatistics:
    """M4: right and wrong matches together, of which the wrong ones tell more.

    With (R, W) the numbers of identical right and identical wrong answers and ``F(r, w) =
    P(R >= r, W >= w)``, p is the probability of all (r, w) with ``F(r, w) <= F(observed)``.

    Parameters and limits as `omega_similarity`; the key of every item must be known. For thousands
    of pairs, not for millions: the distribution of a pair has as many cells as the square of the
    overlap.
    Source: Maynes 2014, in Kingston & Clark, Test Fraud, 53-80.

    >>> from app.psychometrics.irt import ItemParameters
    >>> r = Responses.from_dense([[1, 0] * 5, [1, 0] * 5])
    >>> s = m4_similarity(r, ItemParameters.from_difficulty([0.0] * 10), [0.0, 0.0])
    >>> round(float(s.p_value[0]), 6)
    0.001358
    """
    limits = Limits(pairs, min_common, p_at_most)
    return _entrywise(responses, model, theta, limits, _m4_tail, "M4", needs_key=True)


def omega(
    responses: Responses, model: AnswerModel, theta: ArrayLike, limits: Limits, *, ordered: bool
) -> PairStatistics:
    """Omega with the second candidate's answers given (`ordered`) or not."""
    answers = Answers.of(responses, model, theta)
    chosen = limits.checked(responses)

    def parts() -> Iterator[Part]:
        if chosen is None:
            for sums, n_left_out in tiled_sums(answers, ordered=ordered, min_common=limits.min_common):
                yield _omega_part(sums, n_left_out)
            return
        for overlap, n_left_out in overlaps(answers, chosen, ordered=ordered, min_common=limits.min_common):
            yield _omega_part(overlap_sums(overlap), n_left_out)

    return _result(answers, limits, parts(), "omega given the source" if ordered else "unconditional omega")


def gbt(responses: Responses, model: AnswerModel, theta: ArrayLike, limits: Limits, *, ordered: bool) -> PairStatistics:
    """Generalized binomial test with the second candidate's answers given (`ordered`) or not."""
    variant = "GBT given the source" if ordered else "unconditional GBT"
    return _entrywise(responses, model, theta, limits, _gbt_tail, variant, ordered=ordered)


def upper_tail(distribution: Array, at: Counts) -> Array:
    """P(X >= at) from the rows of a table of distributions, summed from the far end."""
    tails = np.cumsum(distribution[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(tails[np.arange(len(tails)), at], 1.0)


def _gbt_tail(overlap: Overlap) -> tuple[Array, Array]:
    p = upper_tail(sum_score_distribution(overlap.table(overlap.chance)), overlap.n_matches)
    return p, p


def _m4_tail(overlap: Overlap) -> tuple[Array, Array]:
    assert overlap.right_chance is not None
    assert overlap.right_match is not None
    right = overlap.table(overlap.right_chance)
    wrong = np.maximum(overlap.table(overlap.chance) - right, 0.0)
    n_right = overlap.count(overlap.right_match)
    n_wrong = overlap.n_matches - n_right
    p = np.empty(len(right))
    size = max(1, _M4_CELLS // (right.shape[1] + 1) ** 2)
    for first in range(0, len(right), size):
        block = slice(first, first + size)
        cell = trinomial_distribution(right[block], wrong[block])
        tail = np.cumsum(np.cumsum(cell[:, ::-1, ::-1], axis=1), axis=2)[:, ::-1, ::-1]
        observed = tail[np.arange(len(cell)), n_right[block], n_wrong[block]]
        p[block] = np.sum(cell, axis=(1, 2), where=tail <= _M4_TIE * observed[:, None, None])
    p = np.minimum(p, 1.0)
    return p, p


def _weighted_omega(overlap: Overlap) -> tuple[Array, Array]:
    p = overlap.chance
    weight = -np.log(np.maximum(p, np.finfo(np.float64).tiny))
    surplus, variance = overlap.sum((overlap.match - p) * weight), overlap.sum(p * (1.0 - p) * weight**2)
    z = _standardized(surplus, variance)
    return z, normal_tail(z)


def _standardized(surplus: Array, variance: Array) -> Array:
    """Surplus in standard deviations; NaN where the model leaves no chance."""
    z = np.full(len(surplus), np.nan)
    spread = variance > NO_SPREAD
    z[spread] = surplus[spread] / np.sqrt(variance[spread])
    return z


def _omega_part(sums: Sums, n_left_out: int) -> Part:
    z = _standardized(sums.n_matches - sums.expected, sums.variance)
    return _part(sums.pairs, sums.n_common, sums.n_matches, sums.expected, z, normal_tail(z), n_left_out)


def _part(
    pairs: Pairs,
    n_common: Counts,
    n_matches: Counts,
    expected: Array,
    statistic: Array,
    p_value: Array,
    n_left_out: int,
) -> Part:
    """Leave out the pairs without a statistic."""
    good = ~np.isnan(statistic)
    part = Part(pairs, n_common, n_matches, expected, statistic, p_value, n_left_out)
    return part if np.all(good) else part.of(good, also_left_out=int(np.count_nonzero(~good)))


def _entrywise(
    responses: Responses,
    model: AnswerModel,
    theta: ArrayLike,
    limits: Limits,
    evaluate: Callable[[Overlap], tuple[Array, Array]],
    variant: str,
    *,
    ordered: bool = False,
    needs_key: bool = False,
) -> PairStatistics:
    """Go through the common items of each pair; `evaluate` returns the statistic and p of each."""
    answers = Answers.of(responses, model, theta)
    chosen = limits.checked(responses)
    key = answers.key() if needs_key else None
    if needs_key and key is None:
        return collected((), p_at_most=1.0, n_used=len(responses.present), variant=variant, obstacle=Reason.KEY_UNKNOWN)

    def parts() -> Iterator[Part]:
        for overlap, n_left_out in overlaps(answers, chosen, ordered=ordered, min_common=limits.min_common, key=key):
            statistic, p = evaluate(overlap)
            counts = overlap.n_common, overlap.n_matches
            yield _part(overlap.pairs, *counts, overlap.sum(overlap.chance), statistic, p, n_left_out)

    return _result(answers, limits, parts(), variant)


def _result(answers: Answers, limits: Limits, parts: Iterable[Part], variant: str) -> PairStatistics:
    n_used = len(answers.responses.present)
    obstacle = Reason.TOO_FEW_PERSONS if n_used < 2 else None if answers.recorded else Reason.OPTIONS_UNRECORDED
    result = collected(parts, p_at_most=limits.p_at_most, n_used=n_used, variant=variant, obstacle=obstacle)
    return result.in_order() if limits.pairs is None else result
