"""Logistic regression on score and group: DIF that is the same at all scores, and DIF that is not."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.criterion import weighted_counts
from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate, normal_estimate
from app.psychometrics.numerics.distributions import chi2_upper
from app.psychometrics.numerics.logit import LogitFits, fit_nested_logits
from app.psychometrics.numerics.multiplicity import false_discovery_where_tested
from app.psychometrics.responses import Responses

from .matching import Match, Matched
from .tables import FOCAL, NO_FLOOR, REFERENCE, Array, Floor, GroupTable, checked_group, matched_rows, table_of

R2Class = Literal["A", "B", "C"]

ZUMBO_THOMAS = (0.13, 0.26)
"""Cut-offs of delta R2 between A and B, B and C: Zumbo & Thomas 1997."""
JODOIN_GIERL = (0.035, 0.070)
"""Cut-offs of delta R2 between A and B, B and C: Jodoin & Gierl 2001, Appl. Meas. Educ. 14:329-349."""


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """One comparison of two nested models.

    chi2, df, p:  likelihood ratio test.
    q:            p adjusted for the number of items tested (Benjamini & Hochberg).
    delta_r2:     gain in Nagelkerke's R2, the size of the DIF.
    zumbo_thomas, jodoin_gierl: class of that size on two scales, which differ by a factor of four;
                  A whenever p is not significant.
    reason:       why there is no test, else ``None``.
    """

    chi2: float | None
    df: int
    p: float | None
    q: float | None
    delta_r2: float | None
    zumbo_thomas: R2Class | None
    jodoin_gierl: R2Class | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class LogisticDif:
    """One item.

    uniform:      score + group against score.
    nonuniform:   score * group against score + group.
    both:         score * group against score.
    group_effect: log odds of focal minus reference at equal score (model score + group); below 0
                  the item is harder for the focal group. Times 2.35 it is on the delta scale.
    interaction:  slope of the focal minus that of the reference group, per point of the matching
                  score. Both have Wald errors, and the reason ``SEPARATION`` where they have no bound;
                  the tests hold there too.
    n_used:       candidates of both groups who received the item.
    converged:    did all three models come to rest, or to the bound of their likelihood?
    """

    uniform: LikelihoodRatio
    nonuniform: LikelihoodRatio
    both: LikelihoodRatio
    group_effect: Estimate
    interaction: Estimate
    n_used: int
    n_reference: int
    n_focal: int
    converged: bool
    variant: str

    @property
    def p(self) -> float | None:
        """p value of the test for DIF of either kind."""
        return self.both.p


def logistic_regression(
    responses: Responses,
    group: ArrayLike,
    *,
    match: Match | None = None,
    anchor: ArrayLike | None = None,
    significance: float = 0.05,
    as_r: bool = False,
    floor: Floor = NO_FLOOR,
    level: float = 0.95,
) -> tuple[LogisticDif, ...]:
    """Test every item by logistic regression on the matching score s and the group g.

    ``logit P(x = 1) = b0 + b1 s + b2 g + b3 s g``. Uniform DIF is b2 with b3 = 0, non-uniform DIF is
    b3, each by likelihood ratio with one degree of freedom; both together with two. The size is the
    gain in ``R2 = (1 - (L0/L)^(2/n)) / (1 - L0^(2/n))``, with n the candidates who received the item.

    group:        (persons,) 0 reference, 1 focal, -1 in neither.
    match:        as `mantel_haenszel`; strata do not matter here, the score itself enters.
    anchor:       (items,) the items of the matching score, besides the studied one.
    significance: p at and above which a size is of class A, (0, 1).
    as_r:         print what R's ``glm`` and difR print, for comparison only: a coefficient without
                  bound as it stands when glm gives up, and R2 from plain likelihoods, which are 0
                  in floating point from about 1,000 candidates on: Cox and Snell's gain then, or 0.
    floor, level: as `mantel_haenszel`.

    Returns one `LogisticDif` per item. Least n: 200 per group for non-uniform DIF.
    Source: Swaminathan & Rogers 1990, J. Educ. Meas. 27:361-370; Nagelkerke 1991, Biometrika 78:691-692.

    >>> rows = [[1, 1], [1, 0], [0, 1], [0, 0], [1, 1], [0, 1], [1, 0]] * 20
    >>> logistic_regression(Responses.from_dense(rows), [0, 1] * 70)[0].uniform.df
    1
    """
    check_level(level)
    check_level(significance, "significance")
    matched = matched_rows(responses, match, anchor)
    groups = checked_group(group, responses.n_persons)
    table = table_of(responses, groups, matched)
    models = _Models.of(_cells(responses, groups, matched), responses.n_items, table, as_r=as_r)
    obstacles = [table.obstacle(item, floor) for item in range(responses.n_items)]
    uniform, nonuniform, both = (
        _tests(models, pair, obstacles, significance) for pair in ((0, 1, 1), (1, 2, 1), (0, 2, 2))
    )
    return tuple(
        LogisticDif(
            uniform=uniform[item],
            nonuniform=nonuniform[item],
            both=both[item],
            group_effect=models.effect(1, item, obstacle, level),
            interaction=models.effect(2, item, obstacle, level),
            n_used=int(models.n[item]),
            n_reference=int(table.group_size[item, REFERENCE]),
            n_focal=int(table.group_size[item, FOCAL]),
            converged=obstacle is None and all(models.settled(model, item) for model in range(3)),
            variant=f"likelihood ratio, Nagelkerke R2{' as R prints them' if as_r else ''}; {table.variant}",
        )
        for item, obstacle in enumerate(obstacles)
    )


def r2_class(delta_r2: float, p: float, *, cuts: tuple[float, float], significance: float = 0.05) -> R2Class:
    """Classify a gain in R2 on one of the two published scales; A when the test is not significant.

    cuts: `ZUMBO_THOMAS` or `JODOIN_GIERL`: say which, the same gain is B on one and A on the other.

    >>> r2_class(0.05, 0.001, cuts=JODOIN_GIERL), r2_class(0.05, 0.001, cuts=ZUMBO_THOMAS)
    ('B', 'A')
    """
    if p >= significance or delta_r2 < cuts[0]:
        return "A"
    return "B" if delta_r2 < cuts[1] else "C"


@dataclass(frozen=True, slots=True)
class _Cells:
    """Rows, or rows added up where score and group are the same."""

    item: NDArray[np.integer]
    score: Array
    focal: NDArray[np.integer]
    right: Array
    n: Array


def _cells(responses: Responses, group: NDArray[np.int64], matched: Matched) -> _Cells:
    focal = group[responses.person]
    rows = np.flatnonzero(focal >= 0)
    item, focal = responses.item[rows], focal[rows]
    code, right = matched.code[rows], responses.score[rows].astype(np.float64)
    levels = len(matched.score)
    if responses.n_items * levels * 2 > len(rows):  # next to nothing would add up
        return _Cells(item, matched.score[code], focal, right, np.ones(len(rows)))
    cell = (item * np.int64(levels) + code) * 2 + focal
    n = np.bincount(cell)
    seen = np.flatnonzero(n)
    return _Cells(
        item=seen // (2 * levels),
        score=matched.score[seen // 2 % levels],
        focal=seen % 2,
        right=weighted_counts(cell, right, len(n))[seen],
        n=n[seen].astype(np.float64),
    )


@dataclass(frozen=True, slots=True)
class _Models:
    """Score; score + group; score * group: fitted to every item."""

    fits: tuple[LogitFits, LogitFits, LogitFits]
    r2: tuple[list[float], ...]
    n: Array
    score_sd: Array

    @classmethod
    def of(cls, cells: _Cells, n_items: int, table: GroupTable, *, as_r: bool) -> "_Models":
        n = table.group_size.sum(axis=1).astype(np.float64)
        right = table.counts[:, :, :, 1].sum(axis=(1, 2))
        score, sd = _standardized(cells, n_items)
        fits = fit_nested_logits(cells.item, score, cells.focal, cells.right, cells.n, n_units=n_items, as_glm=as_r)
        r2 = _r2_in_doubles if as_r else _r2
        null = _null_log_likelihood(right, n)
        shares = tuple(
            [r2(*row) for row in zip(null, fit.log_likelihood.tolist(), n.tolist(), strict=True)] for fit in fits
        )
        return cls(fits, shares, n, sd)

    def settled(self, model: int, item: int) -> bool:
        fit = self.fits[model]
        return bool(fit.estimable[item] and (fit.converged[item] or fit.separated[item]))

    def obstacle(self, model: int, item: int) -> Reason | None:
        if not self.fits[model].estimable[item]:
            return Reason.NO_SCORE_VARIANCE
        return None if self.settled(model, item) else Reason.NOT_CONVERGED

    def effect(self, model: int, item: int, reason: Reason | None, level: float) -> Estimate:
        """Return the last coefficient of the model, in units of the matching score."""
        reason = reason or self.obstacle(model, item)
        fit, n_used = self.fits[model], int(self.n[item])
        if reason is None and fit.separated[item]:
            reason = Reason.SEPARATION
        if reason is not None:
            return no_estimate(reason, n_used)
        unit = float(self.score_sd[item]) if model == 2 else 1.0
        value = float(fit.coefficient[item, -1]) / unit
        se = math.sqrt(float(fit.covariance[item, -1, -1])) / unit
        return normal_estimate(value, se, n_used, level=level)


def _standardized(cells: _Cells, n_items: int) -> tuple[Array, Array]:
    """Scores with mean 0 and variance 1 within each item, and the deviation that was divided by."""
    n = np.maximum(np.bincount(cells.item, weights=cells.n, minlength=n_items), 1.0)
    mean = np.bincount(cells.item, weights=cells.n * cells.score, minlength=n_items) / n
    deviation = cells.score - mean[cells.item]
    sd = np.sqrt(np.bincount(cells.item, weights=cells.n * deviation**2, minlength=n_items) / n)
    sd = np.where(sd > 0.0, sd, 1.0)
    return deviation / sd[cells.item], sd


def _tests(
    models: _Models, pair: tuple[int, int, int], obstacles: list[Reason | None], significance: float
) -> list[LikelihoodRatio]:
    """Compare the smaller and the larger model of `pair`, with its degrees of freedom, for every item."""
    small, large, df = pair
    reasons = [
        reason or models.obstacle(small, item) or models.obstacle(large, item) for item, reason in enumerate(obstacles)
    ]
    gain = 2.0 * (models.fits[large].log_likelihood - models.fits[small].log_likelihood)
    chi2 = [None if reason else max(0.0, value) for value, reason in zip(gain.tolist(), reasons, strict=True)]
    p = [None if value is None else chi2_upper(value, df) for value in chi2]
    q = false_discovery_where_tested(p)
    tests = []
    for item, (statistic, p_value) in enumerate(zip(chi2, p, strict=True)):
        delta = zumbo = jodoin = None
        if p_value is not None:
            delta = models.r2[large][item] - models.r2[small][item]
            zumbo = r2_class(delta, p_value, cuts=ZUMBO_THOMAS, significance=significance)
            jodoin = r2_class(delta, p_value, cuts=JODOIN_GIERL, significance=significance)
        tests.append(LikelihoodRatio(statistic, df, p_value, q[item], delta, zumbo, jodoin, reasons[item]))
    return tests


def _null_log_likelihood(right: Array, n: Array) -> list[float]:
    """Log likelihood of the constant alone, 0 log 0 = 0."""
    wrong = n - right
    p = right / np.maximum(n, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(right > 0.0, right * np.log(p), 0.0) + np.where(wrong > 0.0, wrong * np.log1p(-p), 0.0)
    logs: list[float] = value.tolist()
    return logs


def _r2(null: float, fitted: float, n: float) -> float:
    """Nagelkerke's R2 from log likelihoods, without their exponentials."""
    return math.expm1(2.0 * (null - fitted) / n) / math.expm1(2.0 * null / n) if null < 0.0 else 0.0


def _r2_in_doubles(null: float, fitted: float, n: float) -> float:
    if null == 0.0:  # one score only
        return 0.0
    gain, whole = math.exp(min(0.0, null - fitted)), math.exp(null)
    return (1.0 - math.pow(gain, 2.0 / n)) / (1.0 - math.pow(whole, 2.0 / n))
