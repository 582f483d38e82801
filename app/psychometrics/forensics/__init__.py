"""Response similarity, person fit and response-time effort: what deserves a second look, never a verdict."""

from .answer_model import AnswerModel, NominalParameters, OptionShares
from .copying import gbt_copying, omega_copying
from .k_family import KIndices, k_indices
from .pairs import LEAST_COMMON, PairStatistics, pairs_within
from .person_fit import PersonStatistic, guttman_errors, lz, lz_nominal, lz_star
from .power import copying_power
from .response_time import rapid_thresholds_nt10, response_time_effort
from .screening import SimilarityScreen, similarity_screen
from .similarity import gbt_similarity, m4_similarity, omega_similarity, weighted_omega_similarity

__all__ = [
    "LEAST_COMMON",
    "AnswerModel",
    "KIndices",
    "NominalParameters",
    "OptionShares",
    "PairStatistics",
    "PersonStatistic",
    "SimilarityScreen",
    "copying_power",
    "gbt_copying",
    "gbt_similarity",
    "guttman_errors",
    "k_indices",
    "lz",
    "lz_nominal",
    "lz_star",
    "m4_similarity",
    "omega_copying",
    "omega_similarity",
    "pairs_within",
    "rapid_thresholds_nt10",
    "response_time_effort",
    "similarity_screen",
    "weighted_omega_similarity",
]
