"""Breslow and Day's test: is the odds ratio of the groups the same at all scores?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.estimate import Reason
from app.psychometrics.numerics.distributions import chi2_upper
from app.psychometrics.responses import Responses

from .matching import Match
from .tables import FOCAL, NO_FLOOR, REFERENCE, Array, Floor, GroupTable, group_table


@dataclass(frozen=True, slots=True)
class BreslowDay:
    """One item: does DIF change with the score (non-uniform DIF)?

    chi2, df, p: the statistic, strata - 1 degrees of freedom, and its p value.
    chi2_tarone, p_tarone: the same with Tarone's correction for the estimated odds ratio.
    n_used: candidates in the strata that count.
    reason: why there is no test, else ``None``.
    """

    chi2: float | None
    df: int
    p: float | None
    chi2_tarone: float | None
    p_tarone: float | None
    n_used: int
    reason: Reason | None
    variant: str


def breslow_day(
    responses: Responses,
    group: ArrayLike,
    *,
    match: Match | None = None,
    anchor: ArrayLike | None = None,
    floor: Floor = NO_FLOOR,
) -> tuple[BreslowDay, ...]:
    """Test that the odds ratio is the same in all strata.

    With A the right answers of the reference group in a stratum, E its expectation when the odds
    ratio is alpha of Mantel and Haenszel and the margins are as seen, and
    ``V = 1 / (1/E + 1/(n_R - E) + 1/(m - E) + 1/(n_F - m + E))``:
    ``chi2 = sum (A - E)^2 / V``, over the strata that hold both groups and both scores.
    Tarone subtracts ``(sum (A - E))^2 / sum V``.

    Parameters as `mantel_haenszel`. Returns one `BreslowDay` per item. Every stratum needs some
    candidates: with thin strata chi2 exceeds its law, so take thick ones (`TotalMatch(width=...)`,
    `AdjustedMatch(n_strata=5)`) of 20 or more each.
    Source: Breslow & Day 1980; Tarone 1985, Biometrika 72:91-95; Aguerri et al. 2009 for DIF.

    >>> rows = [[1, 1], [1, 0], [0, 1], [0, 0]] * 20
    >>> breslow_day(Responses.from_dense(rows), [0, 1] * 40)[0].reason.name
    'NO_MATCHED_CANDIDATES'
    """
    table = group_table(responses, group, match=match, anchor=anchor)
    sums = _sums(table)
    return tuple(_statistics(table, item, sums[item], floor) for item in range(len(sums)))


def _sums(table: GroupTable) -> Array:
    """(items, 6): n, strata, sum (A - E)^2 / V, sum (A - E), sum V, and whether alpha is bounded."""
    a, b = table.right(REFERENCE), table.wrong(REFERENCE)
    c, d = table.right(FOCAL), table.wrong(FOCAL)
    n_reference, n_focal, right = a + b, c + d, a + c
    counts = (n_reference > 0.0) & (n_focal > 0.0) & (right > 0.0) & (b + d > 0.0)
    size = np.maximum(table.size, 1.0)
    r, s = (a * d / size).sum(axis=1), (b * c / size).sum(axis=1)
    bounded = (r > 0.0) & (s > 0.0)
    alpha = np.where(bounded, r / np.where(bounded, s, 1.0), 1.0)[:, None]
    expected = _expected_right(alpha, n_reference, n_focal, right)
    cells = np.stack([expected, n_reference - expected, right - expected, n_focal - right + expected])
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(counts, 1.0 / (1.0 / cells).sum(axis=0), 0.0)
        square = np.where(counts, (a - expected) ** 2 / variance, 0.0)
    deviation = np.where(counts, a - expected, 0.0)
    columns = [np.where(counts, table.size, 0.0), counts, square, deviation, variance]
    return np.column_stack([*(column.sum(axis=1) for column in columns), bounded])


def _expected_right(alpha: Array, n_reference: Array, n_focal: Array, right: Array) -> Array:
    """Root E of ``E (n_F - m + E) = alpha (n_R - E) (m - E)`` that lies within the margins.

    The quadratic is ``(1 - alpha) E^2 + b E - alpha n_R m = 0``; both forms of its root are needed,
    each where it does not cancel, and the first holds at alpha = 1 too.
    """
    b = n_focal - right + alpha * (n_reference + right)
    product = alpha * n_reference * right
    root = np.sqrt(np.maximum(b**2 + 4.0 * (1.0 - alpha) * product, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(b > 0.0, 2.0 * product / (b + root), (root - b) / (2.0 * (1.0 - alpha)))


def _statistics(table: GroupTable, item: int, sums: Array, floor: Floor) -> BreslowDay:
    n_used, n_strata, chi2, deviation, variance, bounded = sums.tolist()
    df = int(n_strata) - 1
    reason = table.obstacle(item, floor)
    if reason is None and df < 1:  # one odds ratio is the same as itself
        reason = Reason.NO_MATCHED_CANDIDATES
    if reason is None and not bounded:
        reason = Reason.BOUNDARY
    if reason is not None:
        return BreslowDay(None, max(df, 0), None, None, None, int(n_used), reason, table.variant)
    tarone = max(0.0, chi2 - deviation**2 / variance)
    return BreslowDay(
        chi2=chi2,
        df=df,
        p=chi2_upper(chi2, df),
        chi2_tarone=tarone,
        p_tarone=chi2_upper(tarone, df),
        n_used=int(n_used),
        reason=None,
        variant=table.variant,
    )
