"""Reference values of reliability and standard errors."""

from collections.abc import Callable
from typing import Any

from app import psychometrics as ps

from .data import DataSet

rel = ps.reliability


def every_score(data: DataSet) -> list[int]:
    """0..k: as many as the histogram of the scores has cells."""
    return list(range(len(ps.ctt.score_distribution(data.responses).histogram)))


def keats(data: DataSet) -> list[float]:
    kr20, kr21 = rel.kr20(data.responses).value, rel.kr21(data.responses).value
    return rel.csem_keats(every_score(data), n_items=data.form_length, kr20=kr20 or 0.0, kr21=kr21 or 0.0).tolist()


def sem(data: DataSet, coefficient: ps.Estimate) -> float:
    sd = ps.ctt.score_distribution(data.responses, cut=data.cut).sd
    return rel.sem(sd=sd or 0.0, reliability=coefficient.value or 0.0)


def person_item_residual(components: rel.VarianceComponents) -> list[float | None]:
    return [components.person, components.item, components.residual]


def nested(data: DataSet) -> list[float | None]:
    components = rel.components_one_way(data.responses)
    return [components.person, components.residual]


def stratified_reml(data: DataSet) -> list[float | None]:
    c = rel.components_reml(data.responses, stratified=True)
    return [c.person, c.person_stratum, c.item, c.residual]


def pairwise(data: DataSet) -> list[float | None]:
    pairs = rel.pairwise_covariance(data.responses)
    return [pairs.mean_variance, pairs.mean_covariance]


def by_unit(data: DataSet) -> list[float | None]:
    """In the order asked for, where a unit is named with the word before it."""
    alphas = {f"unit{label}": alpha.value for label, alpha in rel.alpha_by_unit(data.responses).items()}
    return [alphas[unit] for unit in data.order["rel.alpha_by_unit"] or alphas]


def interval(estimate: ps.Estimate) -> list[float | None]:
    return [estimate.low, estimate.high]


PRODUCERS: dict[str, Callable[[DataSet], Any]] = {
    "csem.keats": keats,
    "csem.lord_binomial": lambda data: rel.csem_lord(every_score(data), n_items=data.form_length).tolist(),
    "csem.stratified_binomial_first20": lambda data: list(rel.csem_stratified(data.responses)[:20]),
    "rel.alpha": lambda data: rel.alpha(data.responses).value,
    "rel.alpha_ase_duhachek": lambda data: rel.alpha(data.responses).se,
    "rel.alpha_by_unit": by_unit,
    "rel.alpha_ci95_feldt": lambda data: interval(rel.alpha(data.responses)),
    # the package's quantile of F differs from the exact one above 400,000 degrees of freedom; ours does not
    "rel.alpha_ci95_feldt_Rqf": lambda data: interval(rel.alpha(data.responses)),
    "rel.alpha_pairwise_bank": lambda data: rel.alpha_pairwise(data.responses, n_items=data.responses.n_items).value,
    "rel.alpha_pairwise_form": lambda data: rel.alpha_pairwise(data.responses).value,
    "rel.alpha_std": lambda data: rel.alpha_standardized(data.responses).value,
    "rel.guttman_l1": lambda data: rel.guttman_lambda1(data.responses).value,
    "rel.guttman_l2": lambda data: rel.guttman_lambda2(data.responses).value,
    "rel.guttman_l2_cor": lambda data: rel.guttman_lambda2(data.responses, standardized=True).value,
    "rel.guttman_l4_atleast": lambda data: rel.guttman_lambda4(data.responses).value,
    "rel.guttman_l4_max": lambda data: rel.guttman_lambda4(data.responses).value,
    "rel.guttman_l6_cor": lambda data: rel.guttman_lambda6(data.responses).value,
    "rel.horst1949": lambda data: rel.horst(data.responses).value,
    "rel.i_nested_p.Phi": lambda data: rel.generalizability_one_way(data.responses).absolute.value,
    "rel.i_nested_p.components": nested,
    "rel.kr20": lambda data: rel.kr20(data.responses).value,
    "rel.kr21": lambda data: rel.kr21(data.responses).value,
    "rel.omega_categorical_greenyang": lambda data: rel.omega_categorical(data.responses).value,
    "rel.omega_total_1f_cor_ml": lambda data: rel.omega_linear(data.responses, standardized=True).value,
    "rel.omega_total_1f_cov": lambda data: rel.omega_linear(data.responses).value,
    "rel.pairwise_mean_var_cov": pairwise,
    "rel.pairwise_min_n": lambda data: rel.pairwise_covariance(data.responses).least_n,
    "rel.pxi_henderson1.Erho2": lambda data: rel.generalizability_henderson(data.responses).relative.value,
    "rel.pxi_henderson1.Phi": lambda data: rel.generalizability_henderson(data.responses).absolute.value,
    "rel.pxi_henderson1.components": lambda data: person_item_residual(rel.components_henderson(data.responses)),
    "rel.pxi_reml.Erho2": lambda data: rel.generalizability_reml(data.responses).relative.value,
    "rel.pxi_reml.Phi": lambda data: rel.generalizability_reml(data.responses).absolute.value,
    "rel.pxi_reml.components": lambda data: person_item_residual(rel.components_reml(data.responses)),
    "rel.pxi_strata_reml.components": stratified_reml,
    "rel.splithalf_max_half": lambda data: rel.split_half_all(data.responses).greatest,
    "rel.splithalf_mean": lambda data: rel.split_half_all(data.responses).mean,
    "rel.splithalf_min": lambda data: rel.split_half_all(data.responses).least,
    "rel.splithalf_oddeven_guttman": lambda data: rel.split_half(data.responses).guttman.value,
    "rel.splithalf_oddeven_r": lambda data: rel.split_half(data.responses).correlation.value,
    "rel.splithalf_oddeven_sb": lambda data: rel.split_half(data.responses).spearman_brown.value,
    "rel.stratified_alpha": lambda data: rel.stratified_alpha(data.responses).value,
    "rel.stratified_binomial": lambda data: rel.stratified_binomial(data.responses).value,
    "sem.stratified_binomial": lambda data: sem(data, rel.stratified_binomial(data.responses)),
    "sem.total": lambda data: sem(data, rel.alpha(data.responses)),
    "unit.score_cor_disattenuated": lambda data: [
        list(row) for row in rel.unit_correlations(data.responses).disattenuated
    ],
}
