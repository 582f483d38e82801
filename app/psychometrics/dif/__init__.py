"""Differential item functioning: does an item favour one of two groups of equal ability?

Signs: a `delta` and a `p_dif` below 0, a group effect below 0, a `beta` above 0 and an odds ratio
`alpha` above 1 all say that the item is harder for the focal group than for equally able candidates
of the reference group.
"""

from .homogeneity import BreslowDay, breslow_day
from .logistic import (
    JODOIN_GIERL,
    ZUMBO_THOMAS,
    LikelihoodRatio,
    LogisticDif,
    logistic_regression,
    r2_class,
)
from .mantel_haenszel import MantelHaenszel, ets_class, mantel_haenszel
from .matching import AdjustedMatch, Match, Matched, ScoreMatch, TotalMatch, natural_match
from .power import (
    delta_of_shift,
    detectable_delta,
    information_mantel_haenszel,
    least_candidates,
    power_mantel_haenszel,
)
from .purification import Purified, purify
from .sibtest import Sibtest, sibtest
from .standardization import Standardization, standardization
from .tables import ETS_ASSEMBLY, Floor

__all__ = [
    "ETS_ASSEMBLY",
    "JODOIN_GIERL",
    "ZUMBO_THOMAS",
    "AdjustedMatch",
    "BreslowDay",
    "Floor",
    "LikelihoodRatio",
    "LogisticDif",
    "MantelHaenszel",
    "Match",
    "Matched",
    "Purified",
    "ScoreMatch",
    "Sibtest",
    "Standardization",
    "TotalMatch",
    "breslow_day",
    "delta_of_shift",
    "detectable_delta",
    "ets_class",
    "information_mantel_haenszel",
    "least_candidates",
    "logistic_regression",
    "mantel_haenszel",
    "natural_match",
    "power_mantel_haenszel",
    "purify",
    "r2_class",
    "sibtest",
    "standardization",
]
