"""What numpy lacks: distributions, quadrature and optimisation. Nothing here knows of exams."""

from .adaptive import integrate_adaptive
from .beta_quadrature import beta_nodes
from .bivariate import bivariate_normal_cdf, normal_dependence
from .dennis_schnabel import dennis_schnabel
from .discrete import binomial_pmf, binomial_upper, sum_score_distribution
from .distributions import (
    beta_cdf,
    beta_quantile,
    chi2_cdf,
    chi2_quantile,
    chi2_upper,
    f_cdf,
    f_quantile,
    normal_cdf,
    normal_quantile,
    normal_upper,
    t_quantile,
)
from .fixed_point import FixedPoint, accelerated_ascent
from .multiplicity import false_discovery, false_discovery_where_tested, false_on_average
from .optimise import Minimum, central_difference, minimise, root
from .quadrature import gauss_legendre, normal_gauss_hermite, normal_grid
from .robust import robust_z
from .roots import bracketed_roots
from .symmetric import SymmetricFunctions, symmetric_functions
from .tetrachoric import tetrachoric_correlation
from .trinomial import trinomial_distribution

__all__ = [
    "FixedPoint",
    "Minimum",
    "SymmetricFunctions",
    "accelerated_ascent",
    "beta_cdf",
    "beta_nodes",
    "beta_quantile",
    "binomial_pmf",
    "binomial_upper",
    "bivariate_normal_cdf",
    "bracketed_roots",
    "central_difference",
    "chi2_cdf",
    "chi2_quantile",
    "chi2_upper",
    "dennis_schnabel",
    "f_cdf",
    "f_quantile",
    "false_discovery",
    "false_discovery_where_tested",
    "false_on_average",
    "gauss_legendre",
    "integrate_adaptive",
    "minimise",
    "normal_cdf",
    "normal_dependence",
    "normal_gauss_hermite",
    "normal_grid",
    "normal_quantile",
    "normal_upper",
    "robust_z",
    "root",
    "sum_score_distribution",
    "symmetric_functions",
    "t_quantile",
    "tetrachoric_correlation",
    "trinomial_distribution",
]
