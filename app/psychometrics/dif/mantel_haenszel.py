"""The Mantel-Haenszel test of differential item functioning, with the ETS classification."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate, normal_estimate
from app.psychometrics.numerics.distributions import chi2_upper, normal_quantile
from app.psychometrics.numerics.multiplicity import false_discovery_where_tested
from app.psychometrics.responses import Responses

from .matching import Match
from .tables import FOCAL, NO_FLOOR, REFERENCE, Array, Floor, GroupTable, group_table

EtsClass = Literal["A", "B", "C"]

DELTA = -2.35
"""Points of the ETS delta scale per unit of log odds: 4/1.7, rounded as ETS does."""
_SIZE_B, _SIZE_C = 1.0, 1.5  # delta points of the ETS rule
_SIGNIFICANCE = 0.05  # of the ETS rule


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """One item: do equally able candidates of both groups have equal odds of a right answer?

    n_used:      candidates in strata that hold both groups and both scores; the others say nothing.
    n_reference, n_focal: candidates who received the item.
    n_strata:    strata that count.
    alpha:       common odds ratio, reference to focal; above 1 the item favours the reference group.
    delta:       ``-2.35 ln alpha`` with standard error and interval; below 0 the item is harder for
                 the focal group than for equally able candidates of the reference group.
    chi2, p:     test of alpha = 1, one degree of freedom, without continuity correction.
    chi2_corrected, p_corrected: the same with Holland and Thayer's correction of 0.5, which is not
                 cut off at 0: below a deviation of 0.25 answers it exceeds `chi2`.
    q:           p adjusted for the number of items tested (Benjamini & Hochberg).
    ets:         official ETS class; ``None`` when delta has no value.
    information: expected precision of ln alpha when there is no DIF, ``sum of Var(A_k)``; see
                 `power_mantel_haenszel`.
    reason:      why there is no test, else ``None``.
    variant:     how candidates were matched.
    """

    n_used: int
    n_reference: int
    n_focal: int
    n_strata: int
    alpha: float | None
    delta: Estimate
    chi2: float | None
    p: float | None
    chi2_corrected: float | None
    p_corrected: float | None
    q: float | None
    ets: EtsClass | None
    information: float
    reason: Reason | None
    variant: str


def mantel_haenszel(
    responses: Responses,
    group: ArrayLike,
    *,
    match: Match | None = None,
    anchor: ArrayLike | None = None,
    floor: Floor = NO_FLOOR,
    level: float = 0.95,
) -> tuple[MantelHaenszel, ...]:
    """Test every item by Mantel and Haenszel's procedure.

    In stratum k of the matching score, with A, B right and wrong answers of the reference group,
    C, D those of the focal group, and T candidates (strata of T <= 1 are left out):
    ``alpha = (sum A D / T) / (sum B C / T)`` and
    ``chi2 = (sum A - sum E(A))^2 / sum Var(A)`` with the hypergeometric moments.
    The standard error of ln alpha is that of Robins, Breslow & Greenland, to which that of
    Phillips & Holland is equal.

    group:  (persons,) 0 reference, 1 focal, -1 in neither.
    match:  how candidates are matched; default: `TotalMatch` on one fixed form, `AdjustedMatch` on
            random forms.
    anchor: (items,) the items of the matching score, besides the studied one; default: all.
    floor:  least numbers of candidates; below them the item has ``TOO_FEW_IN_GROUP``.
    level:  confidence level of the interval of delta, (0, 1).

    Returns one `MantelHaenszel` per item. It finds *uniform* DIF, the same in sign at all scores;
    see `logistic_regression` for the other. Least n: `ETS_ASSEMBLY`; below it, read the power.
    Source: Mantel & Haenszel 1959; Holland & Thayer 1988; Phillips & Holland 1987, Biometrics
    43:425-431; Robins, Breslow & Greenland 1986, Biometrics 42:311-323.

    >>> rows = [[1, 1], [1, 0], [0, 1], [0, 0]] * 20
    >>> mantel_haenszel(Responses.from_dense(rows), [0, 0, 1, 1] * 20)[0].chi2
    39.0
    """
    check_level(level)
    table = group_table(responses, group, match=match, anchor=anchor)
    return from_table(table, floor=floor, level=level)


def ets_class(*, delta: float, se: float, chi2: float) -> EtsClass:
    """Classify an item by the ETS rule: A negligible, B moderate, C large.

    A when ``|delta| < 1`` or `chi2` (without correction) is not significant at .05; C when
    ``|delta| >= 1.5`` and significantly above 1, one-sided at .05: ``|delta| - 1.645 se > 1``;
    else B. Effect size alone does not make a class.

    Source: Zwick & Ercikan 1989, J. Educ. Meas. 26:55-66; Zieky 1993.

    >>> ets_class(delta=-1.6, se=0.2, chi2=20.0), ets_class(delta=-1.6, se=0.9, chi2=3.0)
    ('C', 'A')
    """
    size = abs(delta)
    if size < _SIZE_B or chi2_upper(chi2, 1) >= _SIGNIFICANCE:
        return "A"
    if size >= _SIZE_C and size - normal_quantile(1.0 - _SIGNIFICANCE) * se > _SIZE_B:
        return "C"
    return "B"


def from_table(table: GroupTable, *, floor: Floor, level: float) -> tuple[MantelHaenszel, ...]:
    """Test every item of a table; see `mantel_haenszel`."""
    sums = _Sums.of(table)
    reasons = [table.obstacle(item, floor) for item in range(len(sums.variance))]
    tested = [reason is None and v > 0.0 for reason, v in zip(reasons, sums.variance.tolist(), strict=True)]
    p = [chi2_upper(sums.chi2(item), 1) if good else None for item, good in enumerate(tested)]
    q = false_discovery_where_tested(p)
    return tuple(_statistics(table, sums, item, reasons[item], p[item], q[item], level) for item in range(len(p)))


@dataclass(frozen=True, slots=True)
class _Sums:
    """(items,) sums over the strata."""

    n_used: Array
    n_strata: Array
    favour_reference: Array
    favour_focal: Array
    deviation: Array
    variance: Array
    log_variance: Array

    @classmethod
    def of(cls, table: GroupTable) -> "_Sums":
        a, b = table.right(REFERENCE), table.wrong(REFERENCE)
        c, d = table.right(FOCAL), table.wrong(FOCAL)
        size = np.maximum(table.size, 1.0)  # empty strata add 0
        cross, other = a * d / size, b * c / size
        concordant, discordant = (a + d) / size, (b + c) / size
        r, s = cross.sum(axis=1), other.sum(axis=1)
        variance = (a + b) * (c + d) * (a + c) * (b + d) / (size**2 * np.maximum(size - 1.0, 1.0))
        counts = variance > 0.0
        expected = (a + b) * (a + c) / size
        # A stratum of one candidate, or of one group or one score, has A = E(A) and Var(A) = 0.
        bounded = (r > 0.0) & (s > 0.0)
        rr, ss = np.where(bounded, r, 1.0), np.where(bounded, s, 1.0)
        mixed = (concordant * other + discordant * cross).sum(axis=1)
        log_variance = (
            (concordant * cross).sum(axis=1) / (2.0 * rr**2)
            + mixed / (2.0 * rr * ss)
            + (discordant * other).sum(axis=1) / (2.0 * ss**2)
        )
        return cls(
            n_used=np.where(counts, table.size, 0.0).sum(axis=1),
            n_strata=np.count_nonzero(counts, axis=1).astype(np.float64),
            favour_reference=r,
            favour_focal=s,
            deviation=np.where(counts, a - expected, 0.0).sum(axis=1),
            variance=variance.sum(axis=1),
            log_variance=log_variance,
        )

    def chi2(self, item: int, *, correction: float = 0.0) -> float:
        return (abs(float(self.deviation[item])) - correction) ** 2 / float(self.variance[item])


def _statistics(
    table: GroupTable, sums: _Sums, item: int, reason: Reason | None, p: float | None, q: float | None, level: float
) -> MantelHaenszel:
    if reason is None and p is None:
        reason = Reason.NO_MATCHED_CANDIDATES
    chi2 = corrected = None
    if reason is None:
        chi2, corrected = sums.chi2(item), sums.chi2(item, correction=0.5)
    n_used = int(sums.n_used[item]) if reason is None else 0
    r, s = float(sums.favour_reference[item]), float(sums.favour_focal[item])
    delta = _delta(r, s, float(sums.log_variance[item]), n_used, reason, level)
    ets = None
    if delta.value is not None and delta.se is not None and chi2 is not None:
        ets = ets_class(delta=delta.value, se=delta.se, chi2=chi2)
    return MantelHaenszel(
        n_used=n_used,
        n_reference=int(table.group_size[item, REFERENCE]),
        n_focal=int(table.group_size[item, FOCAL]),
        n_strata=int(sums.n_strata[item]),
        alpha=r / s if reason is None and s > 0.0 else None,
        delta=delta,
        chi2=chi2,
        p=p,
        chi2_corrected=corrected,
        p_corrected=None if corrected is None else chi2_upper(corrected, 1),
        q=q,
        ets=ets,
        information=float(sums.variance[item]),
        reason=reason,
        variant=table.variant,
    )


def _delta(r: float, s: float, log_variance: float, n_used: int, reason: Reason | None, level: float) -> Estimate:
    variant = "MH D-DIF, standard error of Robins-Breslow-Greenland"
    if reason is None and not (r > 0.0 and s > 0.0):
        reason = Reason.BOUNDARY
    if reason is not None:
        return no_estimate(reason, n_used, variant=variant)
    value, se = DELTA * math.log(r / s), abs(DELTA) * math.sqrt(log_variance)
    return normal_estimate(value, se, n_used, level=level, variant=variant)
