"""Reference values of the family forensics."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from app import psychometrics as ps

from .data import DataSet, Row

forensics = ps.forensics
DIGITS = "1234567890"  # options of the nominal set are numbered from 1
PARAMETERS = "_nrm_params.csv"


class NominalSet:
    """Choices, nominal parameters and abilities of one set; persons are numbered from 1 in file order."""

    def __init__(self, data: DataSet) -> None:
        answers, bank = data.rows("_responses.csv"), data.rows(PARAMETERS)
        items = [row["item"] for row in bank]
        self.responses = ps.Responses.from_choices(
            [[DIGITS.find(row[item] or "?") for item in items] for row in answers],
            key=[DIGITS.index(row["key"]) for row in bank],
            items=items,
        )
        self.model = forensics.NominalParameters.from_columns(
            slope=numbers(bank, "lambda"), intercept=numbers(bank, "zeta")
        )
        self.theta = data.column("_persons.csv", "eta")
        self.numbers = [str(number) for number, _ in enumerate(answers, start=1)]

    def pairs(self, labels: list[str]) -> list[list[int]]:
        return [[self.numbers.index(person) for person in label.split("-")] for label in labels]

    def labels(self, result: ps.forensics.PairStatistics) -> list[str]:
        return [f"{self.numbers[first]}-{self.numbers[second]}" for first, second in result.pairs.tolist()]


@cache
def nominal(data: DataSet) -> NominalSet:
    return NominalSet(data)


def numbers(rows: list[Row], prefix: str) -> list[list[float]]:
    names = [name for name in rows[0] if name.startswith(prefix)]
    return [[float(row[name] or "nan") if row[name] != "NA" else float("nan") for name in names] for row in rows]


def similarity(
    statistic: Callable[..., ps.forensics.PairStatistics], id_: str, data: DataSet
) -> ps.forensics.PairStatistics:
    own = nominal(data)
    return statistic(own.responses, own.model, own.theta, pairs=own.pairs(data.order[id_] or []), min_common=1)


def copying(statistic: Callable[..., ps.forensics.PairStatistics], id_: str, data: DataSet) -> list[float]:
    """The ids name the source first."""
    own = nominal(data)
    pairs = [[copier, source] for source, copier in own.pairs(data.order[id_] or [])]
    return statistic(own.responses, own.model, own.theta, pairs=pairs, min_common=1).statistic.tolist()


def most_extreme(statistic: Callable[..., ps.forensics.PairStatistics], data: DataSet) -> list[str]:
    own = nominal(data)
    return own.labels(statistic(own.responses, own.model, own.theta).most_extreme(5))


def k_family(copier: str, source: str, data: DataSet) -> list[float | None]:
    own = nominal(data)
    indices = forensics.k_indices(
        own.responses, copier=own.numbers.index(copier), source=own.numbers.index(source), identical="score"
    )
    return [e.value for e in (indices.k, indices.k1, indices.k2, indices.s1, indices.s2)]


SIMILARITY = {
    "OMG_R": forensics.omega_similarity,
    "WOMG_R": forensics.weighted_omega_similarity,
    "GBT_R": forensics.gbt_similarity,
    "M4_R": forensics.m4_similarity,
}
COPYING = {"OMG_R": forensics.omega_copying, "GBT_R": forensics.gbt_copying}


def similarity_statistic(name: str, data: DataSet) -> list[float]:
    return similarity(SIMILARITY[name], f"as.stat.{name}", data).statistic.tolist()


def similarity_p(name: str, data: DataSet) -> list[float]:
    return similarity(SIMILARITY[name], f"as.p.{name}", data).p_value.tolist()


def person_fit(data: DataSet) -> list[float | None]:
    own = nominal(data)
    return [e.value for e in forensics.lz_nominal(own.responses, own.model, own.theta)]


PRODUCERS: dict[str, Callable[[DataSet], Any]] = {
    **{f"as.stat.{name}": partial(similarity_statistic, name) for name in SIMILARITY},
    **{f"as.p.{name}": partial(similarity_p, name) for name in SIMILARITY},
    **{f"as.min5pairs.{name}": partial(most_extreme, function) for name, function in SIMILARITY.items()},
    **{f"ac.stat.{name}": partial(copying, function, f"ac.stat.{name}") for name, function in COPYING.items()},
    "personfit.L_R": person_fit,
    "rt.nt10_threshold": lambda data: [e.value for e in forensics.rapid_thresholds_nt10(data.responses)],
    "rt.rte": lambda data: [e.value for e in forensics.response_time_effort(data.responses)],
}

PATTERNED: dict[str, Callable[..., Any]] = {r"k_family_(\d+)_from_(\d+)": k_family}
