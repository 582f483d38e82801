"""How often would another form decide alike, and how often is the decision right."""

from .beta_binomial import BetaDecision, LawPath, hanson_brennan, livingston_lewis
from .binomial import HuynhDecision, huynh, peng_subkoviak, subkoviak
from .coefficients import livingston_k2, phi_lambda_brennan_kane
from .cuts import raw_cut, theta_at_score
from .decision import Decision, DecisionTable, Replication
from .latent import OwnFormDecision, lee_irt, lee_own_form, rudner
from .true_score import BetaLaw

__all__ = [
    "BetaDecision",
    "BetaLaw",
    "Decision",
    "DecisionTable",
    "HuynhDecision",
    "LawPath",
    "OwnFormDecision",
    "Replication",
    "hanson_brennan",
    "huynh",
    "lee_irt",
    "lee_own_form",
    "livingston_k2",
    "livingston_lewis",
    "peng_subkoviak",
    "phi_lambda_brennan_kane",
    "raw_cut",
    "rudner",
    "subkoviak",
    "theta_at_score",
]
