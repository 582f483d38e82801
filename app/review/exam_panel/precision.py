"""How far a score can be trusted: reliability with its verdict, errors of measurement, and the scores near the pass mark."""

from __future__ import annotations

from typing import Any, Final

from app.psychometrics import Estimate
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask, released, row, said, scores_of
from app.review.exam_panel.pace import Pace
from app.review.exam_panel.reliability import Precision, precision_of, shown
from app.review.exam_panel.reliability_verdict import judged
from app.review.method.types import ReviewMethod
from app.review.shown import Lead, counted

NAMES: Final = (
    "exam_reliability_fixed",
    "exam_reliability_random",
    "exam_phi",
    "exam_phi_cut",
    "exam_sem",
    "exam_csem",
)


def precision(
    data: ReviewData, method: ReviewMethod, period: Mask, window: Mask, pace: Pace
) -> tuple[dict[str, Any], list[Lead]]:
    now, all_of_it = (precision_of(released(data, mask), data, method) for mask in (period, window))
    verdict, lead, leads = judged(now, all_of_it, method, pace)
    rows = [
        row(shown(name, now, method), shown(name, all_of_it, method, pace))
        for name in NAMES
        if name not in _other_kind(now, all_of_it)
    ]
    grey = _grey_zone(data, now.csem, period, window)
    return {**lead, "verdict": verdict, "rows": rows, "grey": grey}, leads


def _other_kind(now: Precision, window: Precision) -> set[str]:
    """The coefficient that fits neither group."""
    unfit = set()
    if not (now.fixed or window.fixed):
        unfit.add("exam_reliability_fixed")
    if now.fixed and window.fixed:
        unfit.add("exam_reliability_random")
    return unfit


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
