"""Everything at once: the item analysis and the exam analysis of one set of responses."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from . import reliability
from .criterion import criterion_adjusted
from .ctt import biserial, blanks, items
from .ctt.cells import item_cells
from .ctt.options import (
    CURVE_GROUPS,
    MiskeyCheck,
    OptionStatistics,
    check_groups,
    miskey_check,
    options_of,
)
from .ctt.scores import ScoreDistribution, score_distribution
from .estimate import Estimate, Reason, check_level, no_estimate
from .responses import Responses

VERDICT_N = 100
"""Candidates an item needs before its discrimination may be judged."""


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """The classical statistics of one item.

    item, stratum: labels; `stratum` is ``None`` without strata.
    n, n_omitted:  candidates who received the item, and who left it without an answer.
    omitted:       share without an answer, Wilson interval; not_reached: those of them who did not get to it.
    difficulty:    proportion right, Wilson interval.
    item_rest:     correlation with the rest of the own form, adjusted for form difficulty; item_total: the
                   same with the item included, which is too high.
    biserial:      `item_rest` for the ability behind the item; may exceed 1.
    bounded_biserial: covariance with the score over the largest that the difficulty allows.
    d27:           upper-lower index, 27 %, fractional ties.
    alpha_if_deleted: alpha of the form without the item; reliability_index: its share in the SD of the total.
    options:       per option, omitted last; empty when options are not recorded.
    miskey:        does the data point at a wrong key?
    n_suffices:    are there enough candidates to judge the discrimination?
    """

    item: Hashable
    stratum: Hashable | None
    n: int
    n_omitted: int
    omitted: Estimate
    not_reached: Estimate
    difficulty: Estimate
    item_total: Estimate
    item_rest: Estimate
    biserial: biserial.Biserial
    bounded_biserial: Estimate
    d27: Estimate
    alpha_if_deleted: Estimate
    reliability_index: Estimate
    options: tuple[OptionStatistics, ...]
    miskey: MiskeyCheck
    n_suffices: bool


@dataclass(frozen=True, slots=True)
class ExamAnalysis:
    """Scores and reliability of one exam.

    is_fixed_form: did everybody answer the same items? Only then have `kr20` and `alpha` a value.
    stratified_binomial: the absolute reliability, for random forms and a fixed raw cut.
    sem:           raw-score standard error that belongs to `alpha`.
    sem_absolute:  the one that belongs to `stratified_binomial`, on forms of one length.
    csem_at_cut:   Lord's standard error of measurement at the cut.
    """

    is_fixed_form: bool
    scores: ScoreDistribution
    kr20: Estimate
    kr21: Estimate
    alpha: Estimate
    stratified_binomial: Estimate
    sem: Estimate
    sem_absolute: Estimate
    csem_at_cut: Estimate


def item_analysis(
    responses: Responses, *, level: float = 0.95, verdict_n: int = VERDICT_N, groups: int = CURVE_GROUPS
) -> tuple[ItemAnalysis, ...]:
    """All classical statistics of every item, its options and its key, in one pass.

    level:     confidence level of all intervals, (0, 1).
    verdict_n: >= 1, the n from which on `n_suffices` holds.
    groups:    >= 2, of the quantile curves of the options.

    Returns one `ItemAnalysis` per item, in item order; each figure equals that of its own function
    in `ctt`, where definition, assumptions and source are.

    >>> r = Responses.from_choices([[0, 1], [0, 0], [1, 1], [2, 0]], key=[0, 1])
    >>> [a.difficulty.value for a in item_analysis(r)]
    [0.5, 0.5]
    """
    check_level(level)
    check_groups(groups)
    if verdict_n < 1:
        raise ValueError(f"verdict_n must be at least 1, got {verdict_n!r}")
    variances = items.sum_of_item_variances(responses)
    not_reached = blanks.not_reached(responses)
    results = []
    for index, cells in enumerate(item_cells(responses, criterion_adjusted(responses))):
        skipped = None if not_reached is None else int(not_reached[index])
        options = options_of(responses, index, cells, level=level, groups=groups)
        total, rest = items.item_total_of(cells, level=level), items.item_rest_of(cells, level=level)
        results.append(
            ItemAnalysis(
                item=responses.items[index],
                stratum=None if responses.strata is None else responses.strata[index],
                n=cells.n,
                n_omitted=cells.omitted,
                omitted=blanks.omit_rate_of(cells.omitted, cells.n, level=level),
                not_reached=blanks.not_reached_rate_of(skipped, cells.n, level=level),
                difficulty=items.difficulty_of(cells.right, cells.n, level=level),
                item_total=total,
                item_rest=rest,
                biserial=biserial.biserial_of(cells, rest),
                bounded_biserial=biserial.bounded_biserial_of(cells),
                d27=items.upper_lower_of(cells),
                alpha_if_deleted=items.alpha_without(cells, variances),
                reliability_index=items.reliability_index_of(cells, total),
                options=options,
                miskey=miskey_check(options),
                n_suffices=cells.n >= verdict_n,
            )
        )
    return tuple(results)


def exam_analysis(responses: Responses, *, cut: float = 68, level: float = 0.95) -> ExamAnalysis:
    """Score distribution, pass rate, reliability and standard errors of one exam.

    cut:   raw score from which on a candidate passes, >= 0.
    level: confidence level of all intervals, (0, 1).

    Returns `ExamAnalysis`; definitions and sources are with the functions of `scores` and
    `reliability`.

    >>> e = exam_analysis(Responses.from_dense([[1, 1, 1], [1, 1, 0], [0, 1, 0]]), cut=2)
    >>> e.is_fixed_form, e.scores.n, round(e.csem_at_cut.value, 3)
    (True, 3, 1.0)
    """
    distribution = score_distribution(responses, cut=cut, level=level)
    relative = reliability.alpha(responses, level=level)
    absolute = reliability.stratified_binomial(responses, level=level)
    return ExamAnalysis(
        is_fixed_form=responses.is_fixed_form,
        scores=distribution,
        kr20=reliability.kr20(responses),
        kr21=reliability.kr21(responses),
        alpha=relative,
        stratified_binomial=absolute,
        sem=_sem(responses, distribution.sd, relative),
        sem_absolute=_sem(responses, distribution.sd, absolute),
        csem_at_cut=_csem_at_cut(responses, cut),
    )


def _sem(responses: Responses, sd: float | None, coefficient: Estimate) -> Estimate:
    variant = f"raw score; {coefficient.variant}"
    if sd is None or coefficient.value is None:
        return no_estimate(coefficient.reason or Reason.TOO_FEW_PERSONS, coefficient.n_used, variant=variant)
    if not _one_length(responses):  # the coefficient is of proportions then, and no raw score has its error
        return no_estimate(Reason.FORM_LENGTHS_DIFFER, coefficient.n_used, variant=variant)
    value = reliability.sem(sd=sd, reliability=coefficient.value)
    return Estimate(value=value, n_used=coefficient.n_used, variant=variant)


def _csem_at_cut(responses: Responses, cut: float) -> Estimate:
    variant = "Lord, at the cut"
    n, length = len(responses.present), int(responses.form_length.max(initial=0))
    reason = None
    if n == 0:
        reason = Reason.TOO_FEW_PERSONS
    elif not _one_length(responses):
        reason = Reason.FORM_LENGTHS_DIFFER
    elif length < 2:  # the binomial variance needs two items
        reason = Reason.TOO_FEW_ITEMS
    elif cut > length:
        reason = Reason.CUT_UNREACHABLE
    if reason is not None:
        return no_estimate(reason, n, variant=variant)
    return Estimate(value=float(reliability.csem_lord(cut, n_items=length)), n_used=n, variant=variant)


def _one_length(responses: Responses) -> bool:
    lengths = responses.form_length[responses.present]
    return not np.any(lengths != lengths[:1])
