"""Reference values of items, options and scores."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from app import psychometrics as ps

from .data import LETTERS, DataSet


def scores(data: DataSet) -> ps.ctt.ScoreDistribution:
    return ps.ctt.score_distribution(data.responses, cut=data.cut)


def option_table(data: DataSet) -> dict[str, dict[str, dict[str, float | None]]]:
    tables = ps.ctt.option_analysis(data.responses)
    return {
        str(item): {
            LETTERS[option.option]: {
                "n": option.n,
                "prop": option.proportion.value,
                "pbis_total": option.option_total,
                "pbis_rest": option.option_rest.value,
                "mean_total": option.mean_total,
                "D27": option.d27,
            }
            for option in options
            if option.option >= 0
        }
        for item, options in zip(data.responses.items, tables, strict=True)
    }


def ability(data: DataSet) -> list[float]:
    theta = {str(person["candidate"]): float(person["theta"]) for person in data.truth["persons"]}
    return [theta[str(person)] for person in data.responses.persons]


def values(estimates: Iterable[ps.Estimate]) -> list[float | None]:
    return [estimate.value for estimate in estimates]


def units(data: DataSet) -> ps.ctt.UnitScores:
    return ps.ctt.unit_scores(data.responses)


def in_order(data: DataSet, row: Sequence[Any]) -> list[Any]:
    """One entry per unit, by the number of the unit."""
    labels = [str(unit) for unit in units(data).units]
    return [value for _, value in sorted(zip(labels, row, strict=True), key=lambda pair: (len(pair[0]), pair[0]))]


PRODUCERS: dict[str, Callable[[DataSet], Any]] = {
    "dec.cut": lambda data: data.cut,
    "dec.pass_rate": lambda data: scores(data).pass_rate.value,
    "distractor": option_table,
    "form.mean_pairwise_overlap": lambda data: ps.ctt.mean_form_overlap(data.responses).value,
    "item.D27_fractional": lambda data: values(ps.ctt.upper_lower_27(data.responses)),
    "item.alpha_if_deleted": lambda data: values(ps.ctt.alpha_if_deleted(data.responses)),
    "item.bis_rest": lambda data: values(ps.ctt.biserial_rest(data.responses)),
    "item.bis_rest_ml": lambda data: values(ps.ctt.biserial_ml(data.responses)),
    "item.bis_total": lambda data: values(ps.ctt.biserial_total(data.responses)),
    "item.brogden_total": lambda data: values(ps.ctt.bounded_biserial(data.responses)),
    "item.n": lambda data: data.responses.administered.tolist(),
    "item.p": lambda data: values(ps.ctt.difficulty(data.responses)),
    "item.pbis_rest": lambda data: values(ps.ctt.item_rest_raw(data.responses)),
    "item.pbis_restadj": lambda data: values(ps.ctt.item_rest_adjusted(data.responses)),
    "item.pbis_restraw": lambda data: values(ps.ctt.item_rest_raw(data.responses)),
    "item.pbis_total": lambda data: values(ps.ctt.item_total(data.responses)),
    "item.reliability_index": lambda data: values(ps.ctt.reliability_index(data.responses)),
    "item.var_pop": lambda data: values(ps.ctt.item_variance(data.responses)),
    "total.frequencies": lambda data: list(scores(data).histogram),
    "total.kurtosis_G2": lambda data: scores(data).kurtosis_unbiased,
    "total.kurtosis_g2": lambda data: scores(data).kurtosis,
    "total.mean": lambda data: scores(data).mean.value,
    "total.median": lambda data: scores(data).median,
    "total.sd_sample": lambda data: scores(data).sd,
    "total.skewness_G1": lambda data: scores(data).skewness_unbiased,
    "total.skewness_g1": lambda data: scores(data).skewness,
    "total.var_pop": lambda data: scores(data).variance,
    "truth.cor_total_theta_sq": lambda data: ps.ctt.criterion_validity(data.responses, ability(data)).determination,
    "unit.mean_sd": lambda data: [in_order(data, units(data).mean), in_order(data, units(data).sd)],
    "unit.score_cor": lambda data: [in_order(data, row) for row in in_order(data, units(data).correlation)],
}
