"""SIBTEST: the difference in proportion right at equal true scores."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.criterion import weighted_counts
from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate, normal_estimate
from app.psychometrics.numerics.distributions import chi2_upper
from app.psychometrics.numerics.multiplicity import false_discovery_where_tested
from app.psychometrics.responses import Responses

from .matching import Anchor, Matched, checked_anchor
from .tables import FOCAL, NO_FLOOR, REFERENCE, Array, Floor, GroupTable, checked_group, table_of


@dataclass(frozen=True, slots=True)
class Sibtest:
    """One item.

    beta: mean difference in the chance of a right answer, reference minus focal, between candidates
          of equal true score; above 0 the item favours the reference group. With standard error.
    chi2, p: ``(beta / se)^2`` with one degree of freedom.
    q:    p adjusted for the number of items tested (Benjamini & Hochberg).
    n_strata: score levels that count.
    """

    beta: Estimate
    chi2: float | None
    p: float | None
    q: float | None
    n_reference: int
    n_focal: int
    n_strata: int
    variant: str


def sibtest(
    responses: Responses,
    group: ArrayLike,
    *,
    anchor: ArrayLike | None = None,
    min_cell: int = 6,
    as_mirt: bool = False,
    floor: Floor = NO_FLOOR,
    level: float = 0.95,
) -> tuple[Sibtest, ...]:
    """Test every item by SIBTEST with the regression correction, on one fixed form.

    Candidates are matched on the total k of the other items (of the anchors). Equal observed scores
    are not equal true scores when the groups differ in ability; each group's true score at k is
    ``V_g(k) = (m_g + r_g (k - m_g)) / n`` with its mean m and its KR-20 r. Each proportion right is
    moved along its own slope M to the common true score V(k), the mean of both:
    ``Y*_g(k) = Y_g(k) + M_g (V(k) - V_g(k))``, where M_g goes through the nearest scores of the
    group below and above. ``beta = sum p_k (Y*_R(k) - Y*_F(k))`` with p_k the share of all
    candidates at k, ``se^2 = sum p_k^2 (s^2_Rk / n_Rk + s^2_Fk / n_Fk)``.

    group:    (persons,) 0 reference, 1 focal, -1 in neither.
    anchor:   (items,) the items of the matching score; default: all but the studied one.
    min_cell: least candidates of each group at a score level, >= 2; levels below it, without both
              scores in both groups, or at the end of the scores do not count.
    as_mirt:  take a neighbouring score that nobody of the group reached as 0 % right, as the R
              package mirt does, instead of going to the next score: for comparison only.
    floor, level: as `mantel_haenszel`.

    Returns one `Sibtest` per item; ``FORMS_DIFFER`` on random forms, where no common KR-20 exists:
    match by ability there. Least n: 250 per group with 20 items or more.
    Source: Shealy & Stout 1993, Psychometrika 58:159-194.

    >>> rows = [[1, 1], [1, 0], [0, 1], [0, 0]] * 20
    >>> sibtest(Responses.from_dense(rows), [0, 1] * 40)[0].beta.reason.name
    'TOO_FEW_ITEMS'
    """
    check_level(level)
    if min_cell < 2:  # a variance needs two
        raise ValueError(f"min_cell must be at least 2, got {min_cell!r}")
    anchors, groups = checked_anchor(anchor, responses.n_items), checked_group(group, responses.n_persons)
    table = table_of(responses, groups, _rest_total(responses, anchors))
    if not responses.n_rows or not responses.is_fixed_form:
        general = Reason.FORMS_DIFFER if responses.n_rows else Reason.NOT_ADMINISTERED
        return tuple(_without(table, item, general) for item in range(responses.n_items))
    lines = [_true_score(responses, groups == g, anchors) for g in (REFERENCE, FOCAL)]
    levels = _Levels.of(table, lines, min_cell, as_mirt=as_mirt)
    reasons = [table.obstacle(item, floor) or levels.obstacle(item) for item in range(responses.n_items)]
    p = [None if reason else chi2_upper(levels.chi2(item), 1) for item, reason in enumerate(reasons)]
    q = false_discovery_where_tested(p)
    return tuple(
        _without(table, item, reason) if reason else _statistics(table, levels, item, p[item], q[item], level)
        for item, reason in enumerate(reasons)
    )


@dataclass(frozen=True, slots=True)
class _TrueScore:
    """(items,) line of the true score on the observed one, ``intercept + slope k``; slope <= 0 carries nothing."""

    intercept: Array
    slope: Array


def _true_score(responses: Responses, member: NDArray[np.bool_], anchor: Anchor) -> _TrueScore:
    """Regress the true proportion of the matching items on their sum, per studied item, in one group."""
    rows = member[responses.person]
    item, score = responses.item[rows], responses.score[rows]
    n = max(int(np.count_nonzero(member & (responses.form_length > 0))), 2)
    total = weighted_counts(responses.person, responses.score * anchor[responses.item], responses.n_persons)
    deviation = total - total[member].sum() / n
    p = weighted_counts(item, score, responses.n_items) / n
    variance = p * (1.0 - p) * n / (n - 1)
    with_total = weighted_counts(item, score * deviation[responses.person[rows]], responses.n_items) / (n - 1)
    total_variance = float((deviation[member & (responses.form_length > 0)] ** 2).sum()) / (n - 1)
    seen = anchor & (responses.administered > 0)
    length = np.maximum(np.count_nonzero(seen) - seen, 1)
    rest_variance = total_variance - np.where(seen, 2.0 * with_total - variance, 0.0)
    item_variances = variance[seen].sum() - np.where(seen, variance, 0.0)
    rest_mean = float(p[seen].sum()) - np.where(seen, p, 0.0)
    carries = (length > 1) & (rest_variance > 0.0)
    share = 1.0 - item_variances / np.where(carries, rest_variance, 1.0)
    kr20 = np.where(carries, length / np.maximum(length - 1, 1) * share, 0.0)
    return _TrueScore((1.0 - kr20) * rest_mean / length, kr20 / length)


@dataclass(frozen=True, slots=True)
class _Levels:
    """What the score levels that count add up to, per item."""

    n_used: Array
    n_strata: Array
    beta: Array
    variance: Array
    reliable: NDArray[np.bool_]

    @classmethod
    def of(cls, table: GroupTable, lines: list[_TrueScore], min_cell: int, *, as_mirt: bool) -> "_Levels":
        k = np.arange(table.counts.shape[1])
        true = [line.intercept[:, None] + line.slope[:, None] * k for line in lines]
        common = (true[REFERENCE] + true[FOCAL]) / 2.0
        seen = table.size > 0.0
        below, above = _occupied(seen)
        counts = seen & (below >= 0) & (above < len(k))
        adjusted, noise = [], np.zeros_like(common)
        for g, line in enumerate(lines):
            n = table.of_group(g)
            p = table.right(g) / np.maximum(n, 1.0)
            below, above = _occupied(seen if as_mirt else n > 0.0)
            inside = (below >= 0) & (above < len(k))
            low, high = np.maximum(below, 0), np.minimum(above, len(k) - 1)
            rise = np.take_along_axis(p, high, axis=1) - np.take_along_axis(p, low, axis=1)
            run = np.where(inside, (high - low) * line.slope[:, None], 0.0)
            adjusted.append(p + rise / np.where(run > 0.0, run, 1.0) * (common - true[g]))
            noise += p * (1.0 - p) / np.maximum(n - 1.0, 1.0)
            counts &= inside & (n >= min_cell) & (p > 0.0) & (p < 1.0)
        size = np.where(counts, table.size, 0.0)
        weight = size / np.maximum(size.sum(axis=1, keepdims=True), 1.0)
        return cls(
            n_used=size.sum(axis=1),
            n_strata=counts.sum(axis=1).astype(np.float64),
            beta=(weight * (adjusted[REFERENCE] - adjusted[FOCAL])).sum(axis=1),
            variance=(weight**2 * noise).sum(axis=1),
            reliable=np.all([line.slope > 0.0 for line in lines], axis=0),
        )

    def obstacle(self, item: int) -> Reason | None:
        if not self.reliable[item]:
            return Reason.TOO_FEW_ITEMS
        return None if self.variance[item] > 0.0 else Reason.NO_MATCHED_CANDIDATES

    def chi2(self, item: int) -> float:
        return float(self.beta[item] ** 2 / self.variance[item])


def _occupied(seen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Index of the nearest level below and above that is seen; -1 and the number of levels where there is none."""
    items, levels = seen.shape
    index = np.arange(levels)
    edge = np.full((items, 1), -1, dtype=np.int64)
    below = np.maximum.accumulate(np.where(seen, index, -1), axis=1)
    above = np.minimum.accumulate(np.where(seen, index, levels)[:, ::-1], axis=1)[:, ::-1]
    return np.hstack([edge, below[:, :-1]]), np.hstack([above[:, 1:], edge + levels + 1])


def _rest_total(responses: Responses, anchor: Anchor) -> Matched:
    own = responses.score * anchor[responses.item]
    code = weighted_counts(responses.person, own, responses.n_persons)[responses.person].astype(np.int64) - own
    scores = np.arange(int(code.max(initial=-1)) + 1)
    return Matched(code, scores.astype(np.float64), scores, "SIBTEST, regression correction, uniform DIF")


def _statistics(
    table: GroupTable, levels: _Levels, item: int, p: float | None, q: float | None, level: float
) -> Sibtest:
    value, se = float(levels.beta[item]), math.sqrt(float(levels.variance[item]))
    return Sibtest(
        beta=normal_estimate(value, se, int(levels.n_used[item]), level=level, variant=table.variant),
        chi2=levels.chi2(item),
        p=p,
        q=q,
        n_reference=int(table.group_size[item, REFERENCE]),
        n_focal=int(table.group_size[item, FOCAL]),
        n_strata=int(levels.n_strata[item]),
        variant=table.variant,
    )


def _without(table: GroupTable, item: int, reason: Reason) -> Sibtest:
    return Sibtest(
        beta=no_estimate(reason, variant=table.variant),
        chi2=None,
        p=None,
        q=None,
        n_reference=int(table.group_size[item, REFERENCE]),
        n_focal=int(table.group_size[item, FOCAL]),
        n_strata=0,
        variant=table.variant,
    )
