"""How far a raw score can be trusted: reliability coefficients and standard errors of measurement.

KR-20, alpha, lambda and omega speak of *one fixed form*. A fixed raw cut on random forms asks for
an *absolute* coefficient, in which drawing an easy form is error too: `stratified_binomial`,
`horst`, `kr21`, and Phi of `generalizability_henderson`.
"""

from .absolute import horst, stratified_binomial
from .components import VarianceComponents, components_henderson, components_one_way
from .error import csem_keats, csem_lord, csem_stratified, sem
from .fixed import alpha, alpha_standardized, kr20, kr21
from .generalizability import (
    Generalizability,
    generalizability_henderson,
    generalizability_one_way,
    generalizability_reml,
)
from .guttman import guttman_lambda1, guttman_lambda2, guttman_lambda4, guttman_lambda6
from .omega import omega_categorical, omega_linear
from .pairwise import PairwiseCovariance, alpha_pairwise, pairwise_covariance
from .reml import components_reml
from .split_half import SplitHalf, SplitHalves, spearman_brown, split_half, split_half_all
from .sums import sums_alpha, sums_horst, sums_phi_henderson, sums_stratified_binomial
from .units import UnitCorrelations, alpha_by_unit, stratified_alpha, unit_correlations

__all__ = [
    "Generalizability",
    "PairwiseCovariance",
    "SplitHalf",
    "SplitHalves",
    "UnitCorrelations",
    "VarianceComponents",
    "alpha",
    "alpha_by_unit",
    "alpha_pairwise",
    "alpha_standardized",
    "components_henderson",
    "components_one_way",
    "components_reml",
    "csem_keats",
    "csem_lord",
    "csem_stratified",
    "generalizability_henderson",
    "generalizability_one_way",
    "generalizability_reml",
    "guttman_lambda1",
    "guttman_lambda2",
    "guttman_lambda4",
    "guttman_lambda6",
    "horst",
    "kr20",
    "kr21",
    "omega_categorical",
    "omega_linear",
    "pairwise_covariance",
    "sem",
    "spearman_brown",
    "split_half",
    "split_half_all",
    "stratified_alpha",
    "stratified_binomial",
    "sums_alpha",
    "sums_horst",
    "sums_phi_henderson",
    "sums_stratified_binomial",
    "unit_correlations",
]
