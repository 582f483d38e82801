"""Everything at once: the item analysis and the exam analysis of one set of responses."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from . import ctt, reliability
from .criterion import criterion_adjusted, item_slices
from .estimate import Estimate, Reason, check_level, no_estimate, proportion
from .options import MiskeyCheck, OptionStatistics, miskey_check, slice_options
from .responses import OMITTED, Responses
from .scores import ScoreDistribution, score_distribution

VERDICT_N = 100
"""Candidates an item needs before its discrimination may be judged."""


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """The classical statistics of one item.

    item, stratum: labels; `stratum` is ``None`` without strata.
    n, n_omitted:  candidates who received the item, and who left it without an answer.
    difficulty:    proportion right, Wilson interval.
    item_rest:     correlation with the rest of the own form, adjusted for form difficulty.
    d27:           upper-lower index, 27 %, fractional ties.
    options:       per option, omitted last; empty when options are not recorded.
    miskey:        does the data point at a wrong key?
    n_suffices:    are there enough candidates to judge the discrimination?
    """

    item: Hashable
    stratum: Hashable | None
    n: int
    n_omitted: int
    difficulty: Estimate
    item_rest: Estimate
    d27: Estimate
    options: tuple[OptionStatistics, ...]
    miskey: MiskeyCheck
    n_suffices: bool


@dataclass(frozen=True, slots=True)
class ExamAnalysis:
    """Scores and reliability of one exam.

    is_fixed_form: did everybody answer the same items? Only then have `kr20` and `alpha` a value.
    stratified_binomial: the absolute reliability, for random forms and a fixed raw cut.
    sem:           raw-score standard error that belongs to `alpha`.
    sem_absolute:  the one that belongs to `stratified_binomial`.
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


def item_analysis(responses: Responses, *, level: float = 0.95, verdict_n: int = VERDICT_N) -> tuple[ItemAnalysis, ...]:
    """Difficulty, item-rest correlation, D27, options and key check of every item, in one pass.

    level:     confidence level of all intervals, (0, 1).
    verdict_n: >= 1, the n from which on `n_suffices` holds.

    Returns one `ItemAnalysis` per item, in item order; each figure equals that of its own function
    in `ctt` and `options`, where definition, assumptions and source are.

    >>> r = Responses.from_choices([[0, 1], [0, 0], [1, 1], [2, 0]], key=[0, 1])
    >>> [a.difficulty.value for a in item_analysis(r)]
    [0.5, 0.5]
    """
    check_level(level)
    if verdict_n < 1:
        raise ValueError(f"verdict_n must be at least 1, got {verdict_n!r}")
    results = []
    for index, rows in enumerate(item_slices(responses, criterion_adjusted(responses))):
        entries = slice_options(responses, index, rows, level=level)
        results.append(
            ItemAnalysis(
                item=responses.items[index],
                stratum=None if responses.strata is None else responses.strata[index],
                n=rows.n,
                n_omitted=int(np.count_nonzero(rows.option == OMITTED)),
                difficulty=proportion(int(np.count_nonzero(rows.score)), rows.n, level=level),
                item_rest=ctt.slice_item_rest(rows, level=level),
                d27=ctt.slice_upper_lower(rows),
                options=entries,
                miskey=miskey_check(entries),
                n_suffices=rows.n >= verdict_n,
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
        sem=_sem(distribution.sd, relative),
        sem_absolute=_sem(distribution.sd, absolute),
        csem_at_cut=_csem_at_cut(responses, cut),
    )


def _sem(sd: float | None, coefficient: Estimate) -> Estimate:
    if sd is None or coefficient.value is None:
        return no_estimate(coefficient.reason or Reason.TOO_FEW_PERSONS, coefficient.n_used)
    value = reliability.sem(sd=sd, reliability=coefficient.value)
    return Estimate(value=value, n_used=coefficient.n_used)


def _csem_at_cut(responses: Responses, cut: float) -> Estimate:
    lengths = responses.form_length[responses.present]
    n = len(lengths)
    if n == 0:
        return no_estimate(Reason.TOO_FEW_PERSONS)
    if lengths.min() != lengths.max():
        return no_estimate(Reason.FORM_LENGTHS_DIFFER, n)
    length = int(lengths[0])
    if length < 2:  # the binomial variance needs two items
        return no_estimate(Reason.TOO_FEW_ITEMS, n)
    if cut > length:
        return no_estimate(Reason.CUT_UNREACHABLE, n)
    return Estimate(value=float(reliability.csem_lord(cut, n_items=length)), n_used=n)
