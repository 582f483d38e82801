"""Everything that the report of a file shows, computed once: the families of `app.psychometrics` in the order of the page."""

from __future__ import annotations

import dataclasses
import enum
import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app import review
from app.cli.refusals import Refused
from app.cli.stats.responses import Exam
from app.psychometrics import (
    Estimate,
    ExamAnalysis,
    ItemAnalysis,
    Reason,
    Responses,
    classification,
    dif,
    exam_analysis,
    fit,
    forensics,
    form_equity,
    irt,
    item_analysis,
    reliability,
)

RASCH_N: Final = 200  # answers an item needs for a Rasch difficulty worth reading, as a rule of thumb
LOW_EFFORT: Final = 0.9  # below this share of items answered with effort, a score says little (Wise & Kong 2005)
FEWEST_ITEMS: Final = 3
LARGE_DIF: Final = 1.5  # delta points, where ETS class C begins
EVEN_CHANCE: Final = 0.5  # a test that would miss a large DIF more often than find it says nothing of an item


@dataclass(frozen=True, slots=True)
class Model:
    """The Rasch calibration, how well items follow it, and how equal the forms are at the pass mark.

    typical_n: answers of the middle item.  reason: why there is no model; then the others are ``None``.
    """

    typical_n: int
    reason: Reason | None
    calibration: irt.Calibration | None = None
    fit: tuple[fit.ItemFit, ...] | None = None
    theta_cut: float | None = None
    equity: form_equity.FormEquity | None = None


@dataclass(frozen=True, slots=True)
class Fairness:
    """Does an item favour one group? The larger group is the reference."""

    reference: str
    focal: str
    n_reference: int
    n_focal: int
    items: tuple[dif.MantelHaenszel, ...]

    def shown_class(self, item: int) -> str | None:
        """The ETS class, where so many candidates would show a large DIF at all."""
        found = self.items[item]
        power = dif.power_mantel_haenszel(found.information, delta=LARGE_DIF)
        return found.ets if power >= EVEN_CHANCE else None


@dataclass(frozen=True, slots=True)
class Effort:
    """Candidates who answered many items faster than anybody can read them."""

    low: tuple[tuple[Hashable, float], ...]
    n: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The statistics of one file of responses.

    lengths:         items of the shortest and of the longest form.
    flags, verdicts: one entry per item, as the committee's rules of `app.review` say.
    reliability:     coefficients by name, the one that fits a fixed cut first.
    decisions:       consistency and accuracy by method; empty below `review.LEAST_N_EXAM` candidates.
    fairness, effort: ``None`` where groups or times are not in the files.
    """

    exam: ExamAnalysis
    items: tuple[ItemAnalysis, ...]
    marks: tuple[str, ...]
    cut: int
    pass_mark: float
    n_persons: int
    lengths: tuple[int, int]
    flags: tuple[tuple[str, ...], ...]
    verdicts: tuple[str, ...]
    reliability: Mapping[str, Estimate]
    decisions: Mapping[str, classification.Decision]
    model: Model
    fairness: Fairness | None
    effort: Effort | None


def figures_of(exam: Exam, pass_mark: float) -> Figures:
    """Compute what the report shows. The raw cut is that of the longest form."""
    responses = exam.responses
    lengths = responses.form_length[responses.present]
    shortest, longest = int(lengths.min()), int(lengths.max())
    cut = classification.raw_cut(pass_mark, n_items=longest)
    items = item_analysis(responses)
    raised = tuple(tuple(review.flags(item)) for item in items)
    return Figures(
        exam=exam_analysis(responses, cut=cut),
        items=items,
        marks=exam.marks,
        cut=cut,
        pass_mark=pass_mark,
        n_persons=len(responses.present),
        lengths=(shortest, longest),
        flags=raised,
        verdicts=tuple(review.verdict(item, flags) for item, flags in zip(items, raised, strict=True)),
        reliability=_reliability(responses, pass_mark),
        decisions=_decisions(responses, cut),
        model=_model(responses, cut),
        fairness=None if exam.groups is None else _fairness(responses, exam.groups),
        effort=None if responses.seconds is None else _effort(responses),
    )


def _reliability(responses: Responses, pass_mark: float) -> dict[str, Estimate]:
    theory = reliability.generalizability_henderson(responses, cut=pass_mark / 100.0)
    found: dict[str, Estimate] = {
        "stratified-binomial": reliability.stratified_binomial(responses),
        "phi": theory.absolute,
        "horst": reliability.horst(responses),
        "relative": theory.relative,
        "alpha": reliability.alpha(responses),
        "lambda2": reliability.guttman_lambda2(responses),
        "stratified-alpha": reliability.stratified_alpha(responses),
    }
    if theory.at_cut is not None:
        found["phi-lambda"] = theory.at_cut
    n = len(responses.present)
    if n >= review.LEAST_N_EXAM:
        return found
    return {name: Estimate(value=None, n_used=n, reason=Reason.TOO_FEW_PERSONS) for name in found}


def _decisions(responses: Responses, cut: int) -> dict[str, classification.Decision]:
    if len(responses.present) < review.LEAST_N_EXAM:
        return {}
    return {
        "livingston-lewis": classification.livingston_lewis(responses, cut=cut),
        "huynh": classification.huynh(responses, cut=cut),
    }


def _model(responses: Responses, cut: int) -> Model:
    given = responses.administered[responses.administered > 0]
    typical = int(np.median(given)) if len(given) else 0
    if typical < RASCH_N:
        return Model(typical, Reason.TOO_FEW_PERSONS)
    found = irt.mml_rasch(responses)
    if found.reason is not None:
        return Model(typical, found.reason)
    abilities = irt.eap(responses, found.parameters, variance=found.variance)
    lengths = responses.form_length[responses.present]
    one_length = int(lengths.min()) == int(lengths.max())
    equity = (
        form_equity.form_equity_of_responses(responses, found.parameters, cut=cut)
        if one_length and not responses.is_fixed_form and bool(np.all(found.estimated))
        else None
    )
    share = cut / int(lengths.max())
    return Model(
        typical_n=typical,
        reason=None,
        calibration=found,
        fit=fit.infit_outfit(responses, found.parameters, abilities),
        theta_cut=classification.theta_at_score(found.parameters, score=share * int(found.estimated.sum())),
        equity=equity,
    )


def _fairness(responses: Responses, groups: tuple[str | None, ...]) -> Fairness:
    labels = sorted({label for label in groups if label is not None}, key=lambda label: (-groups.count(label), label))
    if len(labels) != 2:  # one to compare with the other
        raise Refused(
            f"--groups: perlu tepat dua kelompok, ada {len(labels)}: {', '.join(labels[:5])}; samakan nama, atau kosongkan yang lain",
            f"--groups: needs exactly two groups, found {len(labels)}; name them alike, or leave the others empty",
        )
    codes = [labels.index(label) if label in labels else -1 for label in groups]
    return Fairness(labels[0], labels[1], codes.count(0), codes.count(1), dif.mantel_haenszel(responses, codes))


def _effort(responses: Responses) -> Effort:
    found = forensics.response_time_effort(responses)
    low = [
        (label, one.value)
        for label, one in zip(responses.persons, found, strict=True)
        if one.value is not None and one.value < LOW_EFFORT and one.n_used >= FEWEST_ITEMS
    ]
    return Effort(tuple(sorted(low, key=lambda entry: entry[1])), len(responses.present))


def plain(value: Any) -> Any:
    """Results as what JSON knows: dataclasses as objects, arrays as lists, reasons as words."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ArithmeticError("a result must be finite")
    return value
