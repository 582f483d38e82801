"""Psychometrics of multiple-choice exams: numpy and the standard library, nothing of ours.

Input is `Responses`, long form with three states: *answered*, *omitted* (administered, score 0) and
*not administered* (no row). Every statistic takes it, so that everything works on random forms,
where each candidate answers another part of the bank, as on one fixed form.

A result is a frozen value: `Estimate` with value, standard error or interval, and the number of
candidates used. Malformed input raises ``ValueError`` naming the argument. Data that cannot carry a
statistic gives ``value=None`` and a `Reason`; no result holds NaN. Nothing here reads, writes, logs
or keeps state, and what needs chance takes a seed.

Modules by family: `responses` the data; `ctt` and `options` items; `scores` and `reliability`
exams; `analysis` all of it in one pass; `distributions` exact quantiles; `estimate` the results.

It is *not* a verdict: which figures call for a review is a matter of the committee's rules.
"""

from .analysis import VERDICT_N, ExamAnalysis, ItemAnalysis, exam_analysis, item_analysis
from .ctt import difficulty, item_rest_adjusted, item_rest_raw, upper_lower_27
from .estimate import Estimate, Reason, correlation, proportion
from .options import (
    MISKEY_SHARE,
    MiskeyCheck,
    OptionStatistics,
    miskey_check,
    option_analysis,
)
from .reliability import (
    alpha,
    csem_keats,
    csem_lord,
    csem_stratified,
    horst,
    kr20,
    kr21,
    sem,
    stratified_binomial,
)
from .responses import KEY_UNKNOWN, OMITTED, UNRECORDED, ItemRows, PersonRows, Responses
from .scores import ScoreDistribution, score_distribution

__all__ = [
    "KEY_UNKNOWN",
    "MISKEY_SHARE",
    "OMITTED",
    "UNRECORDED",
    "VERDICT_N",
    "Estimate",
    "ExamAnalysis",
    "ItemAnalysis",
    "ItemRows",
    "MiskeyCheck",
    "OptionStatistics",
    "PersonRows",
    "Reason",
    "Responses",
    "ScoreDistribution",
    "alpha",
    "correlation",
    "csem_keats",
    "csem_lord",
    "csem_stratified",
    "difficulty",
    "exam_analysis",
    "horst",
    "item_analysis",
    "item_rest_adjusted",
    "item_rest_raw",
    "kr20",
    "kr21",
    "miskey_check",
    "option_analysis",
    "proportion",
    "score_distribution",
    "sem",
    "stratified_binomial",
    "upper_lower_27",
]
