"""Would the same candidates pass if they were tested again, and do those pass who should?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from app.psychometrics import Estimate, Reason, Responses
from app.psychometrics.classification import BetaDecision, LawPath, Replication, huynh, livingston_lewis
from app.psychometrics.reliability.absolute import jackknife_estimate
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask, Said, released, row, said
from app.review.exam_panel.pace import Pace, lacking
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, figure, missing

GROUPS: Final = 50  # of candidates that are left out in turn
SEED: Final = 68
LEVEL: Final = 0.95
NAMES: Final = ("exam_consistency", "exam_consistency_huynh", "exam_accuracy")

PATHS: Final = {
    LawPath.FOUR_MOMENTS: ("hukum beta dengan empat momen", "a beta law of four moments"),
    LawPath.TWO_MOMENTS: ("hukum beta dengan dua momen", "a beta law of two moments"),
    LawPath.SUBKOVIAK: (
        "tanpa hukum beta: binomial di nilai yang ditarik ke rata-rata (Subkoviak)",
        "no beta law: binomial at the regressed score (Subkoviak)",
    ),
}


@dataclass(frozen=True, slots=True)
class Decisions:
    n: int
    figures: dict[str, Estimate]
    path: LawPath | None
    again: Replication


def decisions(data: ReviewData, method: ReviewMethod, period: Mask, window: Mask, pace: Pace) -> dict[str, Any]:
    now, all_of_it = (_decisions(released(data, mask), data.pass_mark, method) for mask in (period, window))
    return {
        **_lead(data, now, method),
        "rows": [
            row(_shown(name, now, method), _shown(name, all_of_it, method, pace))
            for name in NAMES
            if name in now.figures
        ],
        "path": _path(now),
    }


def _decisions(responses: Responses, cut: int, method: ReviewMethod) -> Decisions:
    found = livingston_lewis(responses, cut=cut)
    n = len(responses.present)
    without = _without_each(responses, cut) if n >= method.least_n_exam else []
    figures = {
        "exam_consistency": _with_interval(found.consistency, [one.consistency for one in without], n),
        "exam_accuracy": _with_interval(found.accuracy, [one.accuracy for one in without], n),
    }
    if found.replication is Replication.RANDOM_FORM:
        figures["exam_consistency_huynh"] = _estimate(huynh(responses, cut=cut).consistency, n)
    return Decisions(n, figures, found.path, found.replication)


def _without_each(responses: Responses, cut: int) -> list[BetaDecision]:
    """The decisions without each group of candidates in turn, drawn once and for all."""
    n = len(responses.present)
    group = np.random.default_rng(SEED).permutation(n) % min(n, GROUPS)
    return [
        livingston_lewis(responses.with_persons(responses.present[group != left]), cut=cut)
        for left in range(group.max() + 1)
    ]


def _with_interval(value: float | None, without: list[float | None], n: int) -> Estimate:
    """The interval speaks of other candidates: a jackknife of log(1 - P), which stays below 1. Of 150 samples of 60 candidates
    142 held the figure of all 6,000 from whom they were drawn."""
    known = [one for one in without if one is not None]
    if value is None or len(known) < len(without) or not known:
        return _estimate(value, n)
    variant = "Livingston & Lewis; jackknife over groups of candidates"
    return replace(jackknife_estimate(value, np.array(known), level=LEVEL, variant=variant), n_used=n)


def _estimate(value: float | None, n: int) -> Estimate:
    return Estimate(value, n, reason=Reason.NO_VALUE if value is None else None)


def _shown(name: str, of: Decisions, method: ReviewMethod, pace: Pace | None = None) -> Figure:
    if of.n < method.least_n_exam:
        return (
            missing(name, of.n, method.least_n_exam) if pace is None else lacking(name, of.n, method.least_n_exam, pace)
        )
    if of.figures.get(name) is None or of.figures[name].value is None:
        return figure(
            name,
            None,
            n=of.n,
            reason=("tidak dapat dihitung dari nilai-nilai ini", "cannot be computed from these scores"),
        )
    return figure(name, of.figures[name])


def _lead(data: ReviewData, of: Decisions, method: ReviewMethod) -> Said:
    value = of.figures["exam_consistency"].value
    if of.n < method.least_n_exam or value is None:
        return said(
            f"Keajekan keputusan belum dihitung (n = {of.n}, perlu {method.least_n_exam}).",
            f"The consistency of decisions is not computed yet (n = {of.n}, {method.least_n_exam} needed).",
        )
    same = round(100 * value)
    by_id, by_en = (
        ("paket lain", "another form")
        if of.again is Replication.RANDOM_FORM
        else ("paket yang sama sulitnya", "an equally hard form")
    )
    return said(
        f"Bila diuji lagi dengan {by_id}, {same} dari 100 peserta mendapat hasil sama; yang dekat {data.pass_mark} paling tidak"
        " pasti.",
        f"If tested again with {by_en}, {same} of 100 candidates would get the same result; those near {data.pass_mark} are the"
        " least certain.",
    )


def _path(of: Decisions) -> Said | None:
    if of.path is None:
        return None
    path_id, path_en = PATHS[of.path]
    return said(f"Livingston & Lewis, {path_id}.", f"Livingston & Lewis, {path_en}.")
