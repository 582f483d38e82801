"""Reference values of the family classification."""

from collections.abc import Callable
from functools import cache
from typing import Any

from app import psychometrics as ps

from .data import DataSet

PACKAGE_TOLERANCE = 0.0001220703125  # 2**-13, of the integrals of R


def subkoviak(data: DataSet) -> ps.classification.Decision:
    return ps.classification.subkoviak(data.responses, cut=data.cut)


def huynh(data: DataSet) -> ps.classification.HuynhDecision:
    return ps.classification.huynh(data.responses, cut=data.cut)


def huynh_law(data: DataSet) -> list[float | None]:
    law = huynh(data).law
    return [None, None] if law is None else [law.alpha, law.beta]


def peng(data: DataSet) -> ps.classification.Decision:
    return ps.classification.peng_subkoviak(data.responses, cut=data.cut)


def livingston_lewis(data: DataSet) -> ps.classification.BetaDecision:
    return ps.classification.livingston_lewis(data.responses, cut=data.cut)


@cache
def hanson_brennan(data: DataSet) -> ps.classification.BetaDecision:
    return ps.classification.hanson_brennan(data.responses, cut=data.cut, tolerance=PACKAGE_TOLERANCE)


def law(decision: ps.classification.BetaDecision) -> list[float] | None:
    found = decision.law
    return None if found is None else [found.low, found.high, found.alpha, found.beta]


def table(decision: ps.classification.BetaDecision) -> list[float] | None:
    shares = decision.table
    if shares is None:
        return None
    return [shares.true_negative, shares.false_negative, shares.false_positive, shares.true_positive]


def lee_irt(data: DataSet) -> list[float | None]:
    decision = ps.classification.lee_irt(data.two_pl.parameters, cut=data.cut)
    return [decision.accuracy, decision.consistency]


def theta_cut(data: DataSet) -> float | None:
    return ps.classification.theta_at_score(data.two_pl.parameters, score=data.cut, step=0.001)


def rudner(data: DataSet) -> list[float | None]:
    parameters = data.two_pl.parameters
    eap = ps.irt.eap(data.responses, parameters)
    decision = ps.classification.rudner(eap.theta, eap.se, theta_cut=theta_cut(data) or 0.0)
    return [decision.accuracy, decision.consistency]


def lee_own_form(data: DataSet) -> ps.classification.OwnFormDecision:
    known = {item["item"]: item for item in data.truth["items"]}
    bank = [known[item] for item in data.responses.items]
    parameters = ps.irt.ItemParameters.from_difficulty(
        [item["b"] for item in bank], slope=[item["a"] for item in bank], guess=[item["g"] for item in bank]
    )
    ability = {person["candidate"]: person["theta"] for person in data.truth["persons"]}
    theta = [ability[person] for person in data.responses.persons]
    return ps.classification.lee_own_form(data.responses, parameters, theta, cut=data.cut)


PRODUCERS: dict[str, Callable[[DataSet], Any]] = {
    "dec.hb_accuracy": lambda data: hanson_brennan(data).accuracy,
    "dec.hb_consistency": lambda data: hanson_brennan(data).consistency,
    "dec.hb_kappa": lambda data: hanson_brennan(data).kappa,
    "dec.hb_lords_k": lambda data: hanson_brennan(data).lords_k,
    "dec.hb_params": lambda data: law(hanson_brennan(data)),
    "dec.huynh_alpha_beta": huynh_law,
    "dec.huynh_kappa": lambda data: huynh(data).kappa,
    "dec.huynh_p": lambda data: huynh(data).consistency,
    "dec.lee_irt": lee_irt,
    "dec.lee_ownform_truepar.accuracy": lambda data: lee_own_form(data).accuracy,
    "dec.lee_ownform_truepar.consistency": lambda data: lee_own_form(data).consistency,
    "dec.lee_ownform_truepar.pass_prob_first20": lambda data: list(lee_own_form(data).pass_probability[:20]),
    "dec.livingston_k2": lambda data: ps.classification.livingston_k2(data.responses, cut=data.cut).value,
    "dec.ll_accuracy": lambda data: livingston_lewis(data).accuracy,
    "dec.ll_consistency": lambda data: livingston_lewis(data).consistency,
    "dec.ll_cut_effective": lambda data: livingston_lewis(data).cut_effective,
    "dec.ll_etl": lambda data: livingston_lewis(data).test_length,
    "dec.ll_kappa": lambda data: livingston_lewis(data).kappa,
    "dec.ll_package_accuracy": lambda data: livingston_lewis(data).accuracy,
    "dec.ll_params": lambda data: law(livingston_lewis(data)),
    "dec.ll_tn_fn_fp_tp": lambda data: table(livingston_lewis(data)),
    "dec.peng_subkoviak_kappa": lambda data: peng(data).kappa,
    "dec.peng_subkoviak_p": lambda data: peng(data).consistency,
    "dec.phi_lambda_brennan_kane": lambda data: (
        ps.classification.phi_lambda_brennan_kane(data.responses, cut=data.cut).value
    ),
    "dec.rudner_irt_eap": rudner,
    "dec.subkoviak_kappa": lambda data: subkoviak(data).kappa,
    "dec.subkoviak_p": lambda data: subkoviak(data).consistency,
    "dec.theta_cut": theta_cut,
}
