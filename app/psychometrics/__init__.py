"""Psychometrics of multiple-choice exams: numpy and the standard library, nothing of ours.

Input is `Responses`, long form with three states: *answered*, *omitted* (administered, score 0) and
*not administered* (no row). Every statistic takes it, so that everything works on random forms,
where each candidate answers another part of the bank, as on one fixed form.

A result is a frozen value with the number of candidates used and the variant of the statistic: an
`Estimate`, or a class of its own where a statistic has more than one figure. Malformed input raises
``ValueError`` naming the argument. Data that cannot carry a statistic gives ``value=None`` and a
`Reason`; no result holds NaN. Nothing here reads, writes, logs or keeps state, and what needs chance
takes a seed.

Families: `ctt` items and scores; `reliability`; `classification` of pass and fail; `irt` models and
abilities, and their `fit`; `dif` fairness; `equating` of forms; `form_equity`; `standard_setting`;
`forensics`; `bootstrap` of anything. `item_analysis` and `exam_analysis` do the usual in one pass.
`selection` of items for forms, and `programme` under it, are imported by themselves: they alone need a solver.

A word means one thing in every family: `level` is the confidence of an interval, `significance` that
of a test, `cut` the score from which on a candidate passes, `group` one code per candidate,
`parameters` one set per item, `theta` an ability, `draws` and `seed` what chance is asked for.

It is *not* a verdict: which figures call for a review is a matter of the committee's rules.
"""

from . import (
    bootstrap,
    classification,
    ctt,
    dif,
    equating,
    fit,
    forensics,
    form_equity,
    irt,
    numerics,
    reliability,
    standard_setting,
)
from .analysis import VERDICT_N, ExamAnalysis, ItemAnalysis, exam_analysis, item_analysis
from .estimate import Estimate, Reason, correlation, proportion
from .long_form import KEY_UNKNOWN, OMITTED, UNRECORDED, ItemRows, PersonRows
from .responses import Responses

__all__ = [
    "KEY_UNKNOWN",
    "OMITTED",
    "UNRECORDED",
    "VERDICT_N",
    "Estimate",
    "ExamAnalysis",
    "ItemAnalysis",
    "ItemRows",
    "PersonRows",
    "Reason",
    "Responses",
    "bootstrap",
    "classification",
    "correlation",
    "ctt",
    "dif",
    "equating",
    "exam_analysis",
    "fit",
    "forensics",
    "form_equity",
    "irt",
    "item_analysis",
    "numerics",
    "proportion",
    "reliability",
    "standard_setting",
]
