"""Classical statistics: items, their options, and the raw scores of a group."""

from .biserial import Biserial, biserial_ml, biserial_rest, biserial_total, bounded_biserial
from .blanks import not_reached_rate, omit_rate
from .items import (
    alpha_if_deleted,
    difficulty,
    item_rest_adjusted,
    item_rest_raw,
    item_total,
    item_variance,
    reliability_index,
    upper_lower_27,
)
from .options import CURVE_GROUPS, MISKEY_SHARE, MiskeyCheck, OptionStatistics, miskey_check, option_analysis
from .scores import CriterionValidity, ScoreDistribution, criterion_validity, mean_form_overlap, score_distribution
from .units import UnitScores, unit_scores

__all__ = [
    "CURVE_GROUPS",
    "MISKEY_SHARE",
    "Biserial",
    "CriterionValidity",
    "MiskeyCheck",
    "OptionStatistics",
    "ScoreDistribution",
    "UnitScores",
    "alpha_if_deleted",
    "biserial_ml",
    "biserial_rest",
    "biserial_total",
    "bounded_biserial",
    "criterion_validity",
    "difficulty",
    "item_rest_adjusted",
    "item_rest_raw",
    "item_total",
    "item_variance",
    "mean_form_overlap",
    "miskey_check",
    "not_reached_rate",
    "omit_rate",
    "option_analysis",
    "reliability_index",
    "score_distribution",
    "unit_scores",
    "upper_lower_27",
]
