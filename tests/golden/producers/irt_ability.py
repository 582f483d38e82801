"""Reference values of abilities, information, conditional Rasch estimation and item fit."""

from collections.abc import Callable
from typing import Any

from app import psychometrics as ps

from .data import DataSet

ABILITIES = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)


def rasch_eap(data: DataSet) -> ps.irt.Abilities:
    return ps.irt.eap(data.responses, data.rasch.parameters, variance=data.rasch.variance)


def two_pl_eap(data: DataSet) -> ps.irt.Abilities:
    return ps.irt.eap(data.responses, data.two_pl.parameters)


def two_pl_wle(data: DataSet) -> ps.irt.Abilities:
    return ps.irt.wle(data.responses, data.two_pl.parameters)


def rasch_fit(data: DataSet) -> tuple[ps.fit.ItemFit, ...]:
    return ps.fit.infit_outfit(data.responses, data.rasch.parameters, rasch_eap(data))


def s_x2(data: DataSet) -> tuple[ps.fit.ItemChiSquare, ...]:
    return ps.fit.s_x2(data.responses, data.two_pl.parameters)


def conditional(data: DataSet) -> tuple[ps.irt.ConditionalRasch, ps.Responses]:
    """The conditional estimates where eRm stops, and the responses to the items that have one."""
    rasch = ps.irt.cml_rasch(data.responses, as_erm=True)
    return rasch, data.responses.with_items(rasch.estimated)


def conditional_abilities(data: DataSet) -> ps.irt.Abilities:
    rasch, responses = conditional(data)
    return ps.irt.ml(responses, rasch.parameters)


def conditional_fit(data: DataSet) -> tuple[ps.fit.ItemFit, ...]:
    rasch, responses = conditional(data)
    return ps.fit.infit_outfit(responses, rasch.parameters, ps.irt.ml(responses, rasch.parameters))


ABILITY: dict[str, Callable[[DataSet], Any]] = {
    "irt.2pl.S_X2": lambda data: [item.statistic for item in s_x2(data)],
    "irt.2pl.S_X2_df": lambda data: [item.df for item in s_x2(data)],
    "irt.2pl.eap_first20": lambda data: two_pl_eap(data).theta[:20].tolist(),
    "irt.2pl.eap_se_first20": lambda data: two_pl_eap(data).se[:20].tolist(),
    "irt.2pl.empirical_rxx_eap": lambda data: ps.irt.empirical_reliability(two_pl_eap(data)).value,
    "irt.2pl.expected_total": lambda data: ps.irt.expected_score(data.two_pl.parameters, ABILITIES).tolist(),
    "irt.2pl.marginal_rxx": lambda data: ps.irt.marginal_reliability(data.two_pl.parameters).value,
    "irt.2pl.testinfo": lambda data: ps.irt.test_information(data.two_pl.parameters, ABILITIES).tolist(),
    "irt.2pl.wle_first20": lambda data: two_pl_wle(data).theta[:20].tolist(),
    "irt.lord_wingersky_theta0": lambda data: ps.numerics.sum_score_distribution(
        data.two_pl.parameters.probability(0.0)
    ).tolist(),
    "irt.rasch_cml.b": lambda data: [item.value for item in conditional(data)[0].difficulty],
    "irt.rasch_cml.cond_logLik": lambda data: conditional(data)[0].log_likelihood,
    "irt.rasch_cml.infit_msq": lambda data: [item.infit.value for item in conditional_fit(data)],
    "irt.rasch_cml.outfit_msq": lambda data: [item.outfit.value for item in conditional_fit(data)],
    "irt.rasch_cml.se": lambda data: [item.se for item in conditional(data)[0].difficulty],
    "irt.rasch_cml.sep_rel": lambda data: ps.irt.separation_reliability(conditional_abilities(data)).value,
    "irt.rasch_mml.eap_first20": lambda data: rasch_eap(data).theta[:20].tolist(),
    "irt.rasch_mml.empirical_rxx_eap": lambda data: ps.irt.empirical_reliability(rasch_eap(data)).value,
    "irt.rasch_mml.infit_eap": lambda data: [item.infit.value for item in rasch_fit(data)],
    "irt.rasch_mml.outfit_eap": lambda data: [item.outfit.value for item in rasch_fit(data)],
    "irt.rasch_mml.tam_WLE_rel": lambda data: (
        ps.irt.separation_reliability(ps.irt.wle(data.responses, data.rasch.parameters)).value
    ),
}
