"""Published-package figures for two simulated exams: one fixed form, one bank with random forms.

`*_expected.json` holds, per statistic, the value, the tolerance and the R package or formula that
produced it.
"""

import csv
import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import psychometrics as ps

HERE = Path(__file__).parent
LETTERS = "ABCD"


def rows_of(name: str) -> list[dict[str, str]]:
    path = HERE / name
    text = gzip.decompress(path.read_bytes()).decode() if name.endswith(".gz") else path.read_text()
    return list(csv.DictReader(text.splitlines()))


@cache
def expected(dataset: str) -> dict[str, dict[str, Any]]:
    content = json.loads((HERE / f"{dataset}_expected.json").read_text())
    return {value["id"]: value for value in content["values"]}


def cut(dataset: str) -> float:
    return float(expected(dataset)["dec.cut"]["value"])


@cache
def sim2pl() -> ps.Responses:
    items = rows_of("sim2pl_items.csv")
    people = rows_of("sim2pl_choices.csv.gz")
    return ps.Responses.from_choices(
        [[LETTERS.find(letter) for letter in row["choices"]] for row in people],
        key=[LETTERS.index(row["key"]) for row in items],
        items=[row["item"] for row in items],
        strata=[row["unit"] for row in items],
        n_options=[len(LETTERS)] * len(items),
    )


@cache
def loft() -> ps.Responses:
    bank = rows_of("loft_small_bank.csv")
    return ps.Responses.from_rows(
        (
            (
                row["candidate"],
                row["item"],
                LETTERS.index(row["option"]),
                int(row["score"]),
                float(row["rt_s"]),
            )
            for row in rows_of("loft_small_long.csv.gz")
        ),
        items=[row["item"] for row in bank],
        strata={row["item"]: row["unit"] for row in bank},
        key={row["item"]: LETTERS.index(row["key"]) for row in bank},
    )


def option_table(item: ps.ItemAnalysis) -> dict[str, dict[str, float | None]]:
    return {
        LETTERS[option.option]: {
            "n": option.n,
            "prop": option.proportion.value,
            "pbis_total": option.option_total,
            "pbis_rest": option.option_rest.value,
            "mean_total": option.mean_total,
            "D27": option.d27,
        }
        for option in item.options
    }


@cache
def exam(dataset: str) -> ps.ExamAnalysis:
    return ps.exam_analysis(DATA[dataset](), cut=cut(dataset))


@cache
def items(dataset: str) -> tuple[ps.ItemAnalysis, ...]:
    return ps.item_analysis(DATA[dataset]())


def overlap(dataset: str) -> float:
    responses = DATA[dataset]()
    pairs = responses.administered * (responses.administered - 1)
    return float(pairs.sum() / (responses.n_persons * (responses.n_persons - 1)))


def keats(dataset: str) -> list[float]:
    result = exam(dataset)
    length = len(result.scores.histogram) - 1
    return ps.csem_keats(
        range(length + 1),
        n_items=length,
        kr20=result.kr20.value or 0.0,
        kr21=result.kr21.value or 0.0,
    ).tolist()


DATA: dict[str, Callable[[], ps.Responses]] = {"sim2pl": sim2pl, "loft_small": loft}

PRODUCED: dict[str, Callable[[str], object]] = {
    "csem.keats": keats,
    "csem.lord_binomial": lambda _: ps.csem_lord(range(101), n_items=100).tolist(),
    "csem.stratified_binomial_first20": lambda d: ps.csem_stratified(DATA[d]())[:20],
    "dec.cut": lambda d: exam(d).scores.cut,
    "dec.pass_rate": lambda d: exam(d).scores.pass_rate.value,
    "distractor": lambda d: {item.item: option_table(item) for item in items(d)},
    "form.mean_pairwise_overlap": overlap,
    "item.D27_fractional": lambda d: [item.d27.value for item in items(d)],
    "item.n": lambda d: [item.n for item in items(d)],
    "item.p": lambda d: [item.difficulty.value for item in items(d)],
    "item.pbis_rest": lambda d: [item.item_rest.value for item in items(d)],
    "item.pbis_restadj": lambda d: [item.item_rest.value for item in items(d)],
    "item.pbis_restraw": lambda d: [r.value for r in ps.item_rest_raw(DATA[d]())],
    "rel.alpha": lambda d: exam(d).alpha.value,
    "rel.alpha_ase_duhachek": lambda d: exam(d).alpha.se,
    "rel.alpha_ci95_feldt": lambda d: [exam(d).alpha.low, exam(d).alpha.high],
    "rel.horst1949": lambda d: ps.horst(DATA[d]()).value,
    "rel.kr20": lambda d: exam(d).kr20.value,
    "rel.kr21": lambda d: exam(d).kr21.value,
    "rel.stratified_binomial": lambda d: exam(d).stratified_binomial.value,
    "sem.stratified_binomial": lambda d: exam(d).sem_absolute.value,
    "sem.total": lambda d: exam(d).sem.value,
    "total.frequencies": lambda d: exam(d).scores.histogram,
    "total.mean": lambda d: exam(d).scores.mean.value,
    "total.median": lambda d: exam(d).scores.median,
    "total.sd_sample": lambda d: exam(d).scores.sd,
    "total.var_pop": lambda d: float(np.var(DATA[d]().total)),
}

CASES = [(dataset, name) for dataset in DATA for name in expected(dataset)]


@pytest.mark.parametrize(("dataset", "name"), CASES)
def test_agrees_with_reference(dataset: str, name: str) -> None:
    reference = expected(dataset)[name]
    compare(PRODUCED[name](dataset), reference["value"], reference["tol_abs"], name)


def compare(got: Any, wanted: Any, tolerance: float, where: str) -> None:
    if isinstance(wanted, dict):
        assert set(got) == set(wanted), where
        for key, value in wanted.items():
            compare(got[key], value, tolerance, f"{where}.{key}")
    elif isinstance(wanted, list):
        assert len(got) == len(wanted), where
        for index, value in enumerate(wanted):
            compare(got[index], value, tolerance, f"{where}[{index}]")
    elif wanted is None:
        assert got is None, where
    else:
        assert got == pytest.approx(wanted, rel=0.0, abs=tolerance), where


def test_random_forms_have_no_fixed_form_coefficient() -> None:
    result = exam("loft_small")
    assert not result.is_fixed_form
    assert (result.alpha.value, result.alpha.reason) == (None, ps.Reason.FORMS_DIFFER)
    assert (result.kr20.value, result.kr20.reason) == (None, ps.Reason.FORMS_DIFFER)


def test_the_adjusted_criterion_finds_more_than_the_raw_one_on_random_forms() -> None:
    adjusted = [r.value or 0.0 for r in ps.item_rest_adjusted(loft())]
    raw = [r.value or 0.0 for r in ps.item_rest_raw(loft())]
    assert np.mean(adjusted) > np.mean(raw)
