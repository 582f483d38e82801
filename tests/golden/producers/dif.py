"""Reference values of differential item functioning."""

from collections.abc import Callable
from typing import Any

from app import psychometrics as ps

from .data import DataSet

THICK = 3  # points per stratum where forms are random and candidates few


def mantel_haenszel(data: DataSet) -> tuple[ps.dif.MantelHaenszel, ...]:
    match = ps.dif.TotalMatch() if data.fixed_form else ps.dif.TotalMatch(width=THICK)
    return ps.dif.mantel_haenszel(data.responses, data.group, match=match)


def purified(data: DataSet) -> ps.dif.Purified[ps.dif.MantelHaenszel]:
    return ps.dif.purify(
        lambda anchor: ps.dif.mantel_haenszel(data.responses, data.group, anchor=anchor),
        n_items=data.responses.n_items,
    )


def logistic(data: DataSet) -> tuple[ps.dif.LogisticDif, ...]:
    """As R prints it, its reference values included that have no bound or are lost to underflow."""
    return ps.dif.logistic_regression(data.responses, data.group, as_r=True)


def logistic_of_theta(data: DataSet) -> tuple[ps.dif.LogisticDif, ...]:
    theta = ps.dif.ScoreMatch([person["theta"] for person in data.truth["persons"]])
    return ps.dif.logistic_regression(data.responses, data.group, match=theta, as_r=True)


def sibtest(data: DataSet) -> tuple[ps.dif.Sibtest, ...]:
    return ps.dif.sibtest(data.responses, data.group, as_mirt=True)


def printed(value: float | None) -> float | None:
    """The figure with the four decimals that difR keeps of it."""
    return None if value is None else float(f"{value:.4f}")


PRODUCERS: dict[str, Callable[[DataSet], Any]] = {
    "dif.breslow_day": lambda data: [printed(e.chi2) for e in ps.dif.breslow_day(data.responses, data.group)],
    "dif.ets_official": lambda data: [e.ets for e in mantel_haenszel(data)],
    "dif.logistic_dR2_both": lambda data: [e.both.delta_r2 for e in logistic(data)],
    "dif.logistic_dR2_nudif": lambda data: [e.nonuniform.delta_r2 for e in logistic(data)],
    "dif.logistic_dR2_udif": lambda data: [e.uniform.delta_r2 for e in logistic(data)],
    "dif.logistic_group_coef": lambda data: [e.group_effect.value for e in logistic_of_theta(data)],
    "dif.logistic_lrt_both": lambda data: [e.both.chi2 for e in logistic(data)],
    "dif.logistic_lrt_nudif": lambda data: [e.nonuniform.chi2 for e in logistic(data)],
    "dif.logistic_lrt_nudif_truetheta": lambda data: [e.nonuniform.chi2 for e in logistic_of_theta(data)],
    "dif.logistic_lrt_udif": lambda data: [e.uniform.chi2 for e in logistic(data)],
    "dif.logistic_lrt_udif_truetheta": lambda data: [e.uniform.chi2 for e in logistic_of_theta(data)],
    "dif.mh_alpha": lambda data: [e.alpha for e in mantel_haenszel(data)],
    "dif.mh_chisq": lambda data: [e.chi2 for e in mantel_haenszel(data)],
    "dif.mh_chisq_cc": lambda data: [e.chi2_corrected for e in mantel_haenszel(data)],
    "dif.mh_delta": lambda data: [e.delta.value for e in mantel_haenszel(data)],
    "dif.mh_delta_se": lambda data: [e.delta.se for e in mantel_haenszel(data)],
    "dif.mh_purified_delta": lambda data: [e.delta.value for e in purified(data).items],
    "dif.mh_purified_flagged": lambda data: [data.responses.items[index] for index in purified(data).flagged],
    "dif.sibtest_beta": lambda data: [e.beta.value for e in sibtest(data)],
    "dif.sibtest_x2": lambda data: [e.chi2 for e in sibtest(data)],
    "dif.std_pdif": lambda data: [e.p_dif.value for e in ps.dif.standardization(data.responses, data.group)],
}
