"""Equating and linking: scores and scales of different forms made comparable.

A form is equated through `FormScores`, the candidates counted by raw score (and anchor score), or
through the `ItemParameters` of its items. Every equating goes *from X to Y*: what a raw score of X
would have been on Y. Equating needs forms built to one blueprint and n >= `LEAST_N` on each; with
fewer candidates the error of the equating is larger than the difference that assembly leaves.
"""

from .anchor import (
    braun_holland,
    chained_equipercentile,
    chained_linear,
    frequency_estimation,
    levine,
    nominal_weights_mean,
    tucker,
)
from .item_response import TrueScoreEquating, observed_score_irt, true_score_irt
from .link import ScaleLink, link_haebara, link_mean_gmean, link_mean_mean, link_mean_sigma, link_stocking_lord
from .random_groups import (
    circle_arc_equating,
    equipercentile_equating,
    identity_equating,
    linear_equating,
    mean_equating,
)
from .rasch import RaschShift, link_rasch
from .resampling import bootstrap_errors
from .result import LEAST_N, Equating
from .scores import FormScores, ScoreMoments, percentile_ranks, score_at_rank, score_moments
from .smoothing import Smoothing, loglinear, loglinear_joint

__all__ = [
    "LEAST_N",
    "Equating",
    "FormScores",
    "RaschShift",
    "ScaleLink",
    "ScoreMoments",
    "Smoothing",
    "TrueScoreEquating",
    "bootstrap_errors",
    "braun_holland",
    "chained_equipercentile",
    "chained_linear",
    "circle_arc_equating",
    "equipercentile_equating",
    "frequency_estimation",
    "identity_equating",
    "levine",
    "linear_equating",
    "link_haebara",
    "link_mean_gmean",
    "link_mean_mean",
    "link_mean_sigma",
    "link_rasch",
    "link_stocking_lord",
    "loglinear",
    "loglinear_joint",
    "mean_equating",
    "nominal_weights_mean",
    "observed_score_irt",
    "percentile_ranks",
    "score_at_rank",
    "score_moments",
    "true_score_irt",
    "tucker",
]
