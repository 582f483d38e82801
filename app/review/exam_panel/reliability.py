"""Reliability of the kind that fits how forms were given, and the errors of measurement that go with it."""

from __future__ import annotations

from dataclasses import dataclass

from app.psychometrics import Estimate, Responses, exam_analysis
from app.psychometrics.reliability import alpha, generalizability_henderson, stratified_binomial
from app.review.data.types import ReviewData
from app.review.exam_panel.pace import Pace, lacking
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, figure, missing


@dataclass(frozen=True, slots=True)
class Precision:
    """Of one group of candidates. `reliability`: of the kind that fits how its forms were given."""

    n: int
    fixed: bool
    reliability: Estimate
    surely_below: float | None  # the upper end of the one-sided interval at the method's rate
    phi: Estimate
    phi_cut: Estimate | None
    sem: Estimate
    csem: Estimate


def reliability_of(responses: Responses, data: ReviewData, method: ReviewMethod) -> Figure:
    """Of the kind that fits how these forms were given."""
    of = precision_of(responses, data, method)
    return shown(name_of(of), of, method)


def precision_of(responses: Responses, data: ReviewData, method: ReviewMethod) -> Precision:
    found = exam_analysis(responses, cut=data.pass_mark)
    general = generalizability_henderson(responses, cut=data.pass_mark / data.max_score)
    fixed = found.is_fixed_form and found.scores.n > 0
    narrower = (alpha if fixed else stratified_binomial)(responses, level=1.0 - 2.0 * method.rate)
    return Precision(
        n=found.scores.n,
        fixed=fixed,
        reliability=found.alpha if fixed else found.stratified_binomial,
        surely_below=narrower.high,
        phi=general.absolute,
        phi_cut=general.at_cut,
        sem=found.sem if fixed else found.sem_absolute,
        csem=found.csem_at_cut,
    )


def shown(name: str, of: Precision, method: ReviewMethod, pace: Pace | None = None) -> Figure:
    if of.n < method.least_n_exam and name != "exam_csem":
        return (
            missing(name, of.n, method.least_n_exam) if pace is None else lacking(name, of.n, method.least_n_exam, pace)
        )
    found = {
        "exam_reliability_fixed": of.reliability if of.fixed else None,
        "exam_reliability_random": None if of.fixed else of.reliability,
        "exam_phi": of.phi,
        "exam_phi_cut": of.phi_cut,
        "exam_sem": of.sem,
        "exam_csem": of.csem,
    }[name]
    if found is None:
        return figure(name, None, n=of.n, reason=("bukan ukuran yang sesuai di sini", "not the fitting figure here"))
    return figure(name, found)


def name_of(of: Precision) -> str:
    return "exam_reliability_fixed" if of.fixed else "exam_reliability_random"
