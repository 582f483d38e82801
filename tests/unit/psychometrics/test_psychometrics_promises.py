"""What every statistic promises: the order of the data does not matter, nor its shape; poor data give a reason.

A statistic is a public function that takes `Responses`. `STATISTICS` names all of them, with what
each needs besides: a new one that is not there fails the first test.
"""

import dataclasses
import inspect
import json
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from app.cli.stats.figures import plain
from app.psychometrics import Responses, classification, ctt, dif, equating, fit, forensics, irt, reliability
from tests.alike import assert_same

Array = NDArray[np.float64]
EXACT, SEARCHED = 1e-11, 1e-5
"""Figures agree so far: in closed form but for rounding, or as the end of a search."""
OPTIONS = 4


@dataclass(frozen=True, eq=False)
class Exam:
    """Answers as a (persons, items) matrix, and all that goes with a person, an item or an option.

    option_name: (options,) how each option code was called at first.
    """

    choices: Array
    key: NDArray[np.int16]
    seconds: Array
    position: NDArray[np.int64]
    persons: tuple[str, ...]
    items: tuple[str, ...]
    strata: tuple[str, ...]
    theta: Array
    group: NDArray[np.int64]
    parameters: irt.ItemParameters
    nominal: forensics.NominalParameters
    option_name: tuple[int, ...]

    @property
    def responses(self) -> Responses:
        person, item = np.nonzero(~np.isnan(self.choices))
        option = self.choices[person, item].astype(np.int16)
        return Responses.from_arrays(
            person,
            item,
            option,
            (option == self.key[item]).astype(np.int8),
            persons=self.persons,
            items=self.items,
            seconds=self.seconds[person, item],
            position=self.position[person, item],
            strata=self.strata,
            n_options=[OPTIONS] * len(self.items),
            key=self.key,
        )

    @property
    def abilities(self) -> irt.Abilities:
        return irt.eap(self.responses, self.parameters)

    @property
    def shares(self) -> forensics.OptionShares:
        return forensics.OptionShares.from_responses(self.responses, self.parameters)

    def person(self, label: str) -> int:
        return self.persons.index(label)

    def taken(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> "Exam":
        """These persons and items, in this order; everything goes with its label."""
        cells = np.ix_(rows, columns)
        return dataclasses.replace(
            self,
            choices=self.choices[cells],
            key=self.key[columns],
            seconds=self.seconds[cells],
            position=self.position[cells],
            persons=tuple(self.persons[row] for row in rows),
            items=tuple(self.items[column] for column in columns),
            strata=tuple(self.strata[column] for column in columns),
            theta=self.theta[rows],
            group=self.group[rows],
            parameters=self.parameters.of_items(columns),
            nominal=forensics.NominalParameters(self.nominal.slope[columns], self.nominal.intercept[columns]),
        )

    def with_options(self, codes: list[int]) -> "Exam":
        """Option c is now called ``codes[c]``."""
        new = np.array(codes)
        old = np.argsort(new)
        answered = self.choices >= 0.0
        choices = self.choices.copy()
        choices[answered] = new[self.choices[answered].astype(np.int64)]
        return dataclasses.replace(
            self,
            choices=choices,
            key=new[self.key].astype(np.int16),
            nominal=forensics.NominalParameters(self.nominal.slope[:, old], self.nominal.intercept[:, old]),
            option_name=tuple(old.tolist()),
        )

    def without(self, cells: NDArray[np.bool_]) -> "Exam":
        """Without the answers in these cells: never administered."""
        return dataclasses.replace(self, choices=np.where(cells, np.nan, self.choices))


def simulated(persons: int, items: int, form: int, seed: int) -> Exam:
    """Forms of `form` items drawn at random, 3 strata, some answers omitted."""
    rng = np.random.default_rng(seed)
    key = rng.integers(0, OPTIONS, items).astype(np.int16)
    theta, hardness = rng.normal(size=persons), rng.normal(-0.3, 0.8, items)
    slope = rng.uniform(0.8, 1.6, items)
    right = rng.random((persons, items)) < 1.0 / (1.0 + np.exp(slope * (hardness - theta[:, None])))
    choices = np.where(right, key, (key + rng.integers(1, OPTIONS, (persons, items))) % OPTIONS).astype(np.float64)
    choices[rng.random((persons, items)) < 0.03] = -1.0
    choices[np.argsort(rng.random((persons, items)), axis=1) >= form] = np.nan
    lean = np.where(np.arange(OPTIONS) == key[:, None], 1.0, 0.0)
    return Exam(
        choices=choices,
        key=key,
        seconds=rng.lognormal(3.0, 0.8, (persons, items)),
        position=np.argsort(rng.random((persons, items)), axis=1),
        persons=tuple(f"p{index:03d}" for index in range(persons)),
        items=tuple(f"q{index:02d}" for index in range(items)),
        strata=tuple("abc"[index % 3] for index in range(items)),
        theta=theta,
        group=(rng.random(persons) < 0.45).astype(np.int64),
        parameters=irt.ItemParameters.from_difficulty(hardness, slope=slope),
        nominal=forensics.NominalParameters(slope[:, None] * lean, lean + rng.normal(0.0, 0.2, (items, OPTIONS))),
        option_name=tuple(range(OPTIONS)),
    )


@cache
def fixed() -> Exam:
    return simulated(persons=61, items=13, form=13, seed=1)


@cache
def random_forms() -> Exam:
    return simulated(persons=89, items=19, form=12, seed=2)


@dataclass(frozen=True)
class Statistic:
    """How to compute it, and what is true of it beyond the rule.

    tolerance: relative, of two ways to the same figure.
    alone:     one more candidate, with items of their own, changes no figure of the others.
    """

    of: Callable[[Exam], Any]
    tolerance: float = EXACT
    alone: bool = False


def plainly(function: Callable[..., Any], **options: Any) -> Callable[[Exam], Any]:
    """Of the responses alone."""
    return lambda exam: function(exam.responses, **options)


def scored(function: Callable[..., Any], **options: Any) -> Callable[[Exam], Any]:
    """Of the responses and the parameters of their items."""
    return lambda exam: function(exam.responses, exam.parameters, **options)


def placed(function: Callable[..., Any], model: str = "parameters", **options: Any) -> Callable[[Exam], Any]:
    """Of the responses, a model and abilities."""
    return lambda exam: function(exam.responses, getattr(exam, model), exam.theta, **options)


def grouped(function: Callable[..., Any], **options: Any) -> Callable[[Exam], Any]:
    """Of the responses and two groups of candidates."""
    return lambda exam: function(exam.responses, exam.group, **options)


def paired(function: Callable[..., Any], model: str, *, ordered: bool = False) -> Callable[[Exam], Any]:
    """Of pairs of candidates, each named by its labels."""

    def compute(exam: Exam) -> Any:
        result = placed(function, model, min_common=3)(exam)
        rows = {}
        for row in result.rows():
            names = [exam.persons[index] for index in row.pop("pairs")]
            rows["-".join(names if ordered else sorted(names))] = row
        whole = {"n_compared": result.n_compared, "n_used": result.n_used, "reason": result.reason}
        return whole | {"variant": result.variant, "pairs": rows}

    return compute


def k_of_a_pair(exam: Exam) -> Any:
    if len(exam.persons) < 2:
        return None
    source, copier = sorted(exam.persons)[:2]
    return forensics.k_indices(exam.responses, copier=exam.person(copier), source=exam.person(source))


def named(exam: Exam, indices: Any) -> str:
    return " ".join(sorted(exam.items[index] for index in indices))


def by_cml(exam: Exam) -> Any:
    result = irt.cml_rasch(exam.responses)
    entries = ("difficulty", "log_likelihood", "n_used", "converged", "variant")
    return {name: getattr(result, name) for name in entries} | {"estimated": named(exam, result.estimated)}


def by_andersen(exam: Exam) -> Any:
    result = fit.andersen_lr(exam.responses)
    return plain(result) | {"items": named(exam, result.items)}


def by_unit(function: Callable[[Responses], Any]) -> Callable[[Exam], Any]:
    """Units stand in the order of the items: name them."""

    def compute(exam: Exam) -> Any:
        found = plain(function(exam.responses))
        units = found.pop("units")
        whole = {name: value for name, value in found.items() if not isinstance(value, list)}
        lists = {name: value for name, value in found.items() if isinstance(value, list) and value}
        for name, value in lists.items():
            square = isinstance(value[0], list)
            whole[name] = {
                u: dict(zip(units, x, strict=True)) if square else x for u, x in zip(units, value, strict=True)
            }
        return whole

    return compute


def of_sums(function: Callable[[Responses], Any]) -> Callable[[Exam], Any]:
    """Sums over candidates, as the figure that they lead to."""

    def compute(exam: Exam) -> Any:
        sums = function(exam.responses)
        return sums if isinstance(sums, ps.Estimate) else {"value": sums.value(), "variant": sums.variant}

    return compute


def of_forms(exam: Exam) -> Any:
    """Forms stand in the order of the candidates: name them by what they expect."""
    cut = max(1, int(exam.responses.form_length.max(initial=0)) // 2)
    found = plain(ps.form_equity.form_equity_of_responses(exam.responses, exam.parameters, cut=cut))
    return found | {"forms": {f"{form['expected']:.9f}": form for form in found["forms"]}}


def of_shares(exam: Exam) -> Any:
    by_option = zip(exam.option_name, exam.shares.share.T, strict=False)
    return {str(name): share for name, share in by_option}


def first_half(exam: Exam) -> list[int]:
    return [index for index, stratum in enumerate(exam.strata) if stratum == "a"]


def outside(exam: Exam) -> Array:
    return exam.theta + 1.0


def resampled(exam: Exam) -> Any:
    return ps.bootstrap.bootstrap(exam.responses, reliability.horst, seed=3, draws=100)


TOTAL = dif.TotalMatch()
CUT = 7
STATISTICS: dict[str, Statistic] = {
    "item_analysis": Statistic(plainly(ps.item_analysis)),
    "exam_analysis": Statistic(plainly(ps.exam_analysis, cut=CUT)),
    "bootstrap.bootstrap": Statistic(resampled),
    "classification.hanson_brennan": Statistic(plainly(classification.hanson_brennan, cut=CUT), tolerance=1e-8),
    "classification.huynh": Statistic(plainly(classification.huynh, cut=CUT)),
    "classification.lee_own_form": Statistic(placed(classification.lee_own_form, cut=CUT)),
    "classification.livingston_k2": Statistic(plainly(classification.livingston_k2, cut=CUT)),
    "classification.livingston_lewis": Statistic(plainly(classification.livingston_lewis, cut=CUT), tolerance=1e-8),
    "classification.peng_subkoviak": Statistic(plainly(classification.peng_subkoviak, cut=CUT)),
    "classification.phi_lambda_brennan_kane": Statistic(plainly(classification.phi_lambda_brennan_kane, cut=CUT)),
    "classification.subkoviak": Statistic(plainly(classification.subkoviak, cut=CUT)),
    "ctt.alpha_if_deleted": Statistic(plainly(ctt.alpha_if_deleted)),
    "ctt.biserial_ml": Statistic(plainly(ctt.biserial_ml), tolerance=1e-8, alone=True),
    "ctt.biserial_rest": Statistic(plainly(ctt.biserial_rest), alone=True),
    "ctt.biserial_total": Statistic(plainly(ctt.biserial_total), alone=True),
    "ctt.bounded_biserial": Statistic(plainly(ctt.bounded_biserial), alone=True),
    "ctt.criterion_validity": Statistic(lambda exam: ctt.criterion_validity(exam.responses, outside(exam))),
    "ctt.difficulty": Statistic(plainly(ctt.difficulty), alone=True),
    "ctt.item_rest_adjusted": Statistic(plainly(ctt.item_rest_adjusted), alone=True),
    "ctt.item_rest_raw": Statistic(plainly(ctt.item_rest_raw), alone=True),
    "ctt.item_total": Statistic(plainly(ctt.item_total), alone=True),
    "ctt.item_variance": Statistic(plainly(ctt.item_variance), alone=True),
    "ctt.mean_form_overlap": Statistic(plainly(ctt.mean_form_overlap)),
    "ctt.not_reached_rate": Statistic(plainly(ctt.not_reached_rate), alone=True),
    "ctt.omit_rate": Statistic(plainly(ctt.omit_rate), alone=True),
    "ctt.option_analysis": Statistic(plainly(ctt.option_analysis), alone=True),
    "ctt.reliability_index": Statistic(plainly(ctt.reliability_index), alone=True),
    "ctt.score_distribution": Statistic(plainly(ctt.score_distribution, cut=CUT)),
    "ctt.unit_scores": Statistic(by_unit(ctt.unit_scores)),
    "ctt.upper_lower_27": Statistic(plainly(ctt.upper_lower_27), alone=True),
    "dif.breslow_day": Statistic(grouped(dif.breslow_day, match=TOTAL), tolerance=1e-8, alone=True),
    "dif.logistic_regression": Statistic(grouped(dif.logistic_regression, match=TOTAL), tolerance=1e-7, alone=True),
    "dif.mantel_haenszel": Statistic(grouped(dif.mantel_haenszel, match=TOTAL), alone=True),
    "dif.natural_match": Statistic(plainly(dif.natural_match)),
    "dif.sibtest": Statistic(grouped(dif.sibtest, min_cell=2)),
    "dif.standardization": Statistic(grouped(dif.standardization, match=TOTAL), alone=True),
    "equating.FormScores.from_responses": Statistic(plainly(equating.FormScores.from_responses)),
    "fit.andersen_lr": Statistic(by_andersen, tolerance=1e-8, alone=True),
    "fit.infit_outfit": Statistic(
        lambda exam: fit.infit_outfit(exam.responses, exam.parameters, exam.abilities), alone=True
    ),
    "fit.s_x2": Statistic(scored(fit.s_x2)),
    "forensics.OptionShares.from_responses": Statistic(of_shares, alone=True),
    "forensics.gbt_copying": Statistic(paired(forensics.gbt_copying, "nominal", ordered=True), alone=True),
    "forensics.gbt_similarity": Statistic(paired(forensics.gbt_similarity, "parameters"), alone=True),
    "forensics.guttman_errors": Statistic(plainly(forensics.guttman_errors), alone=True),
    "forensics.k_indices": Statistic(k_of_a_pair, tolerance=1e-8),
    "forensics.lz": Statistic(placed(forensics.lz), alone=True),
    "forensics.lz_nominal": Statistic(placed(forensics.lz_nominal, "nominal"), alone=True),
    "forensics.lz_star": Statistic(placed(forensics.lz_star), alone=True),
    "forensics.m4_similarity": Statistic(paired(forensics.m4_similarity, "shares"), alone=True),
    "forensics.omega_copying": Statistic(paired(forensics.omega_copying, "nominal", ordered=True), alone=True),
    "forensics.omega_similarity": Statistic(paired(forensics.omega_similarity, "nominal"), alone=True),
    "forensics.rapid_thresholds_nt10": Statistic(plainly(forensics.rapid_thresholds_nt10), alone=True),
    "forensics.response_time_effort": Statistic(plainly(forensics.response_time_effort), alone=True),
    "forensics.similarity_screen": Statistic(paired(forensics.similarity_screen, "shares"), alone=True),
    "forensics.weighted_omega_similarity": Statistic(paired(forensics.weighted_omega_similarity, "shares"), alone=True),
    "form_equity.form_equity_of_responses": Statistic(of_forms),
    "irt.cml_rasch": Statistic(by_cml, tolerance=1e-8, alone=True),
    "irt.connected_items": Statistic(lambda exam: named(exam, irt.connected_items(exam.responses)), alone=True),
    "irt.eap": Statistic(scored(irt.eap), alone=True),
    "irt.form_expected_score": Statistic(
        lambda exam: irt.form_expected_score(exam.responses, exam.parameters, [0.0, 1.0])
    ),
    "irt.form_information": Statistic(lambda exam: irt.form_information(exam.responses, exam.parameters, [0.0, 1.0])),
    "irt.form_marginal_reliability": Statistic(scored(irt.form_marginal_reliability)),
    "irt.marginal_log_likelihood": Statistic(scored(irt.marginal_log_likelihood)),
    "irt.ml": Statistic(scored(irt.ml), tolerance=1e-8, alone=True),
    "irt.mml_1pl": Statistic(plainly(irt.mml_1pl), tolerance=SEARCHED, alone=True),
    "irt.mml_2pl": Statistic(plainly(irt.mml_2pl), tolerance=SEARCHED, alone=True),
    "irt.mml_3pl": Statistic(plainly(irt.mml_3pl), tolerance=SEARCHED, alone=True),
    "irt.mml_rasch": Statistic(plainly(irt.mml_rasch), tolerance=SEARCHED, alone=True),
    "irt.wle": Statistic(scored(irt.wle), tolerance=1e-8, alone=True),
    "reliability.alpha": Statistic(plainly(reliability.alpha)),
    "reliability.alpha_by_unit": Statistic(plainly(reliability.alpha_by_unit)),
    "reliability.alpha_pairwise": Statistic(plainly(reliability.alpha_pairwise)),
    "reliability.alpha_standardized": Statistic(plainly(reliability.alpha_standardized)),
    "reliability.components_henderson": Statistic(plainly(reliability.components_henderson)),
    "reliability.components_one_way": Statistic(plainly(reliability.components_one_way)),
    "reliability.components_reml": Statistic(plainly(reliability.components_reml, stratified=True), tolerance=SEARCHED),
    "reliability.csem_stratified": Statistic(plainly(reliability.csem_stratified), alone=True),
    "reliability.generalizability_henderson": Statistic(plainly(reliability.generalizability_henderson, cut=0.6)),
    "reliability.generalizability_one_way": Statistic(plainly(reliability.generalizability_one_way, cut=0.6)),
    "reliability.generalizability_reml": Statistic(
        plainly(reliability.generalizability_reml, stratified=True), tolerance=SEARCHED
    ),
    "reliability.guttman_lambda1": Statistic(plainly(reliability.guttman_lambda1)),
    "reliability.guttman_lambda2": Statistic(plainly(reliability.guttman_lambda2)),
    "reliability.guttman_lambda4": Statistic(plainly(reliability.guttman_lambda4)),
    "reliability.guttman_lambda6": Statistic(plainly(reliability.guttman_lambda6)),
    "reliability.horst": Statistic(plainly(reliability.horst)),
    "reliability.kr20": Statistic(plainly(reliability.kr20)),
    "reliability.kr21": Statistic(plainly(reliability.kr21)),
    "reliability.omega_categorical": Statistic(plainly(reliability.omega_categorical), tolerance=SEARCHED),
    "reliability.omega_linear": Statistic(plainly(reliability.omega_linear), tolerance=SEARCHED),
    "reliability.pairwise_covariance": Statistic(plainly(reliability.pairwise_covariance)),
    "reliability.split_half": Statistic(lambda exam: reliability.split_half(exam.responses, first=first_half(exam))),
    "reliability.split_half_all": Statistic(plainly(reliability.split_half_all)),
    "reliability.stratified_alpha": Statistic(plainly(reliability.stratified_alpha)),
    "reliability.stratified_binomial": Statistic(plainly(reliability.stratified_binomial)),
    "reliability.sums_alpha": Statistic(of_sums(reliability.sums_alpha)),
    "reliability.sums_horst": Statistic(of_sums(reliability.sums_horst)),
    "reliability.sums_phi_henderson": Statistic(of_sums(reliability.sums_phi_henderson)),
    "reliability.sums_stratified_binomial": Statistic(of_sums(reliability.sums_stratified_binomial)),
    "reliability.unit_correlations": Statistic(by_unit(reliability.unit_correlations)),
}
NAMES = sorted(STATISTICS)


def takes_responses(function: Callable[..., Any]) -> bool:
    return any("Responses" in str(entry.annotation) for entry in inspect.signature(function).parameters.values())


def public_statistics() -> Iterator[str]:
    """Public functions of all families, and the public ways to make something of responses."""
    modules = [ps]
    for module in modules:
        prefix = "" if module is ps else f"{module.__name__.removeprefix(ps.__name__ + '.')}."
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, ModuleType):
                modules.append(value)
            elif inspect.isfunction(value) and takes_responses(value):
                yield prefix + name
            elif inspect.isclass(value):
                makers = [maker for maker, entry in vars(value).items() if isinstance(entry, classmethod)]
                yield from (f"{prefix}{name}.{maker}" for maker in makers if takes_responses(getattr(value, maker)))


def by_label(value: Any, exam: Exam) -> Any:
    """Plain figures, with what stands per person, per item or per option under the name of it."""
    if isinstance(value, dict):
        kept = {name: by_label(part, exam) for name, part in value.items()}
        if isinstance(value.get("option"), int) and value["option"] >= 0:
            kept["option"] = exam.option_name[value["option"]]
        return kept
    if not isinstance(value, list):
        return value
    entries = [by_label(part, exam) for part in value]
    for labels in (exam.persons, exam.items):
        if len(entries) == len(labels):
            return dict(zip(labels, entries, strict=True))
    if entries and isinstance(entries[0], dict) and "option" in entries[0]:
        return {str(entry["option"]): entry for entry in entries}
    return entries


def figures(name: str, exam: Exam) -> Any:
    return by_label(plain(STATISTICS[name].of(exam)), exam)


@cache
def of_fixed(name: str) -> Any:
    return figures(name, fixed())


@cache
def of_random(name: str) -> Any:
    return figures(name, random_forms())


def test_every_statistic_is_here() -> None:
    assert sorted(public_statistics()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_persons_and_items_does_not_matter(name: str) -> None:
    rng = np.random.default_rng(4)
    for exam, straight in ((fixed(), of_fixed(name)), (random_forms(), of_random(name))):
        shuffled = exam.taken(rng.permutation(len(exam.persons)), rng.permutation(len(exam.items)))
        assert_same(straight, figures(name, shuffled), STATISTICS[name].tolerance, name)


@pytest.mark.parametrize("name", NAMES)
def test_the_names_of_the_options_do_not_matter(name: str) -> None:
    renamed = random_forms().with_options([2, 0, 3, 1])
    assert_same(of_random(name), figures(name, renamed), EXACT, name)


class Long(Exam):
    """The same answers as rows with labels, in any order."""

    @property
    def responses(self) -> Responses:
        person, item = np.nonzero(~np.isnan(self.choices))
        rows = [
            (
                self.persons[i],
                self.items[j],
                None if self.choices[i, j] < 0 else int(self.choices[i, j]),
                int(self.choices[i, j] == self.key[j]),
                float(self.seconds[i, j]),
                int(self.position[i, j]),
            )
            for i, j in zip(person.tolist(), item.tolist(), strict=True)
        ]
        np.random.default_rng(5).shuffle(rows)
        return Responses.from_rows(
            rows,
            persons=self.persons,
            items=self.items,
            strata=dict(zip(self.items, self.strata, strict=True)),
            n_options=dict.fromkeys(self.items, OPTIONS),
            key=dict(zip(self.items, self.key.tolist(), strict=True)),
        )


@pytest.mark.parametrize("name", NAMES)
def test_rows_in_any_order_give_what_the_matrix_gives(name: str) -> None:
    exam = fixed()
    long = Long(**{entry.name: getattr(exam, entry.name) for entry in dataclasses.fields(exam)})
    assert figures(name, long) == of_fixed(name)


def with_a_stranger(exam: Exam) -> Exam:
    """One more candidate, in neither group, with one right and one wrong answer to two items nobody else has."""
    n, k = exam.choices.shape
    wide = exam.taken(np.append(np.arange(n), 0), np.append(np.arange(k), [0, 1]))
    choices = np.full((n + 1, k + 2), np.nan)
    choices[:n, :k] = exam.choices
    choices[n, k:] = [wide.key[k], (wide.key[k + 1] + 1) % OPTIONS]
    return dataclasses.replace(
        wide,
        choices=choices,
        persons=(*exam.persons, "stranger"),
        items=(*exam.items, "own 1", "own 2"),
        group=np.append(exam.group, -1),
    )


def assert_within(part: Any, whole: Any, tolerance: float, where: str) -> None:
    """The figures of `part` stand in `whole`; the counts of all and the name of the score may differ."""
    if isinstance(part, dict) and isinstance(whole, dict):
        for name in part.keys() - {"variant", "n_used", "n_compared", "n_parameters", "aic", "bic"}:
            assert_within(part[name], whole[name], tolerance, f"{where}.{name}")
    else:
        assert_same(part, whole, tolerance, where)


@pytest.mark.parametrize("name", [name for name in NAMES if STATISTICS[name].alone])
def test_a_candidate_with_items_of_their_own_changes_nothing_for_the_others(name: str) -> None:
    """The data become sparse by it, so that the sparse formulas meet the dense ones."""
    tolerance = max(STATISTICS[name].tolerance, 1e-10)
    assert_within(of_fixed(name), figures(name, with_a_stranger(fixed())), tolerance, name)


def poor_exams() -> dict[str, Exam]:
    whole = simulated(persons=12, items=5, form=5, seed=6)
    rows, columns = np.arange(12), np.arange(5)
    right, wrong = whole.key.astype(np.float64), (whole.key + 1.0) % OPTIONS
    all_items, half = np.ones((12, 5), dtype=bool), np.arange(5) < 3

    def answered(matrix: Any) -> Exam:
        return dataclasses.replace(whole, choices=np.broadcast_to(np.asarray(matrix, dtype=np.float64), (12, 5)).copy())

    return {
        "nobody": whole.taken(rows[:0], columns),
        "no items": whole.taken(rows, columns[:0]),
        "nothing administered": whole.without(all_items),
        "one candidate": whole.taken(rows[:1], columns),
        "two candidates": whole.taken(rows[:2], columns),
        "three candidates": whole.taken(rows[:3], columns),
        "one item": whole.taken(rows, columns[:1]),
        "two items": whole.taken(rows, columns[:2]),
        "all right": answered(right),
        "all wrong": answered(wrong),
        "all omitted": answered(-1.0),
        "one pattern": answered(np.where(half, right, wrong)),
        "two opposite patterns": answered(np.where(half == (rows[:, None] % 2 == 0), right, wrong)),
        "half all right, half all wrong": answered(np.where(rows[:, None] % 2 == 0, right, wrong)),
        "items nobody received": whole.without(np.broadcast_to(~half, (12, 5))),
        "candidates without items": whole.without(np.broadcast_to(rows[:, None] % 3 == 0, (12, 5))),
        "forms without a common item": whole.without(half == (rows[:, None] % 2 == 0)),
        "an item each": whole.without(columns != rows[:, None] % 5),
        "forms of unequal length": whole.without(columns > rows[:, None] % 5),
    }


POOR = poor_exams()


def every_part(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from every_part(part)


@pytest.mark.parametrize("data", list(POOR))
def test_poor_data_give_a_reason_and_never_an_exception_a_warning_or_nan(data: str) -> None:
    for name, statistic in STATISTICS.items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = plain(statistic.of(POOR[data]))
        json.dumps(found, allow_nan=False)
        for part in every_part(found):
            if isinstance(part, dict) and {"value", "reason"} <= part.keys():
                assert (part["value"] is None) == (part["reason"] is not None), name
