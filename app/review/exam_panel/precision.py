"""How far a score can be trusted: reliability of the right kind, errors of measurement, and the scores near the pass mark."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from app.psychometrics import Estimate, Responses, exam_analysis
from app.psychometrics.reliability import alpha, generalizability_henderson, stratified_binomial
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask, Said, both, released, row, said, scores_of
from app.review.exam_panel.pace import Pace, lacking
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, Kind, Lead, Strength, Subject, SubjectKind, counted, figure, missing

NAMES = ("exam_reliability_fixed", "exam_reliability_random", "exam_phi", "exam_phi_cut", "exam_sem", "exam_csem")


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


def precision(
    data: ReviewData, method: ReviewMethod, period: Mask, window: Mask, pace: Pace
) -> tuple[dict[str, Any], list[Lead]]:
    now, all_of_it = (_precision(released(data, mask), data, method) for mask in (period, window))
    verdict, lead, leads = _judged(now, all_of_it, method, pace)
    rows = [
        row(_shown(name, now, method), _shown(name, all_of_it, method, pace))
        for name in NAMES
        if name not in _other_kind(now, all_of_it)
    ]
    grey = _grey_zone(data, now.csem, period, window)
    return {**lead, "verdict": verdict, "rows": rows, "grey": grey}, leads


def reliability_of(responses: Responses, data: ReviewData, method: ReviewMethod) -> Figure:
    """Of the kind that fits how these forms were given."""
    of = _precision(responses, data, method)
    return _shown(_name(of), of, method)


def _precision(responses: Responses, data: ReviewData, method: ReviewMethod) -> Precision:
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


def _other_kind(now: Precision, window: Precision) -> set[str]:
    """The coefficient that fits neither group."""
    unfit = set()
    if not (now.fixed or window.fixed):
        unfit.add("exam_reliability_fixed")
    if now.fixed and window.fixed:
        unfit.add("exam_reliability_random")
    return unfit


def _shown(name: str, of: Precision, method: ReviewMethod, pace: Pace | None = None) -> Figure:
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


def _judged(of: Precision, window: Precision, method: ReviewMethod, pace: Pace) -> tuple[str, Said, list[Lead]]:
    """The lower end of the interval must reach the least. Below it only an interval that lies below raises a lead, so that
    chance raises one in no more than `rate` of the exams that are just good enough."""
    value, low = of.reliability.value, of.reliability.low
    least, least_en = both(method.reliability_least, Kind.COEFFICIENT)
    if of.n < method.least_n_exam or value is None or low is None:
        return "few", _too_few(of, window, method, pace), []
    shown = _shown(_name(of), of, method)
    text_id, text_en = shown["text_id"], shown["text_en"]
    of_id, of_en = shown["range_id"], shown["range_en"]
    if low >= method.reliability_least:
        return (
            "none",
            said(
                f"Nilai dapat diandalkan: keandalan {text_id} ({of_id}), seluruh selangnya tidak di bawah {least}.",
                f"Scores can be relied upon: reliability {text_en} ({of_en}), all of its interval at {least_en} or above.",
            ),
            [],
        )
    if of.surely_below is None or of.surely_below >= method.reliability_least:
        n = _enough(value, low, method.reliability_least, of.n)
        more_id = f"; perlu sekitar {n} peserta untuk memastikannya" if n else ""
        more_en = f"; about {n} candidates are needed to be sure" if n else ""
        return (
            "few",
            said(
                f"Keandalan {text_id} ({of_id}): belum dapat dipastikan di atas atau di bawah {least} (n = {of.n}{more_id}).",
                f"Reliability {text_en} ({of_en}): it cannot be told yet whether {least_en} is reached (n = {of.n}{more_en}).",
            ),
            [],
        )
    lead = said(
        f"Keandalan {text_id} ({of_id}) di bawah {least}: hasil banyak peserta bergantung pada kebetulan soal yang diterima.",
        f"Reliability {text_en} ({of_en}) is below {least_en}: many results depend on which items a candidate happened to get.",
    )
    high = of.reliability.high
    strength = Strength.STRONG if high is not None and high < method.reliability_least else Strength.EXPERT
    subject = Subject(SubjectKind.EXAM, "", "Ujian")
    return strength, lead, [Lead("low-reliability", subject, strength, lead["text_id"], lead["text_en"], [shown])]


def _too_few(now: Precision, window: Precision, method: ReviewMethod, pace: Pace) -> Said:
    if now.n >= method.least_n_exam:
        return said(
            "Keandalan tidak dapat dihitung dari nilai-nilai ini.", "Reliability cannot be computed from these scores."
        )
    least = method.least_n_exam
    if window.n < least:
        beside_id, beside_en = pace.when(window.n, least)
    else:
        pooled = _shown(_name(window), window, method)
        beside_id = f"untuk seluruh jendela {pooled['text_id']} ({pooled['range_id']})"
        beside_en = f"over the whole window it is {pooled['text_en']} ({pooled['range_en']})"
    return said(
        f"Keandalan periode ini belum dihitung (n = {now.n}, perlu {least}); {beside_id}.",
        f"The reliability of this period is not computed yet (n = {now.n}, {least} needed); {beside_en}.",
    )


def _name(of: Precision) -> str:
    return "exam_reliability_fixed" if of.fixed else "exam_reliability_random"


def _enough(value: float, low: float, least: float, n: int) -> int | None:
    """How many candidates make the interval so narrow that it lies above the least; None where the value itself does not."""
    if value <= least:
        return None
    wide, allowed = math.log((1 - low) / (1 - value)), math.log((1 - least) / (1 - value))
    return math.ceil(n * (wide / allowed) ** 2 / 10) * 10


def _grey_zone(data: ReviewData, csem: Estimate, period: Mask, window: Mask) -> dict[str, Any] | None:
    """Scores within one standard error of the pass mark: there luck and knowledge cannot be told apart."""
    if csem.value is None:
        return None
    low, high = round(data.pass_mark - csem.value), round(data.pass_mark + csem.value)
    inside = [int(((one >= low) & (one <= high)).sum()) for one in (scores_of(data, period), scores_of(data, window))]
    text = said(
        f"Peserta bernilai {low}–{high} berada di daerah ragu: {inside[0]} orang dalam periode ini. Batas {data.pass_mark} tetap"
        " berlaku bagi semua.",
        f"Candidates who score {low}–{high} are in the zone of doubt: {inside[0]} of this period. The pass mark of"
        f" {data.pass_mark} holds for everybody all the same.",
    )
    return {
        **text,
        "low": low,
        "high": high,
        "rows": [row(counted("exam_in_grey", inside[0]), counted("exam_in_grey", inside[1]))],
    }
