"""Daring and luring side by side, where both were used."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from app.psychometrics import proportion
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask, Said, said, scores_of
from app.review.exam_panel.means import mean_of, welch
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, counted, figure, missing

NAMES: Final = {"daring": ("daring", "online"), "luring": ("luring", "offline")}


def modes(data: ReviewData, method: ReviewMethod, window: Mask) -> dict[str, Any] | None:
    """Over the window; None where there was one mode only."""
    mode_of = np.array([data.sittings[person.sitting].mode for person in data.persons])
    found = {str(mode): window & (mode_of == mode) for mode in np.unique(mode_of[window])}
    if len(found) < 2:
        return None
    by_size = sorted(found, key=lambda mode: -int(found[mode].sum()))
    largest, next_one = (scores_of(data, found[mode]) for mode in by_size[:2])
    difference = _difference(largest, next_one, method)
    return {
        **_lead(by_size, difference),
        "modes": [_mode(data, mode, found[mode]) for mode in by_size],
        "difference": difference,
    }


def _mode(data: ReviewData, mode: str, persons: Mask) -> dict[str, Any]:
    values = scores_of(data, persons)
    label_id, label_en = NAMES.get(mode, (mode, mode))
    return {
        "label_id": label_id,
        "label_en": label_en,
        "n": counted("n", len(values)),
        "mean": figure("exam_mean", mean_of(values)),
        "pass_rate": figure("exam_pass_rate", proportion(int((values >= data.pass_mark).sum()), len(values))),
    }


def _difference(
    first: np.ndarray[Any, np.dtype[np.float64]], second: np.ndarray[Any, np.dtype[np.float64]], method: ReviewMethod
) -> Figure:
    smaller = min(len(first), len(second))
    if smaller < method.least_n_exam or first.std() + second.std() == 0.0:
        return missing("mode_difference", smaller, method.least_n_exam)
    return figure("mode_difference", welch(first, second)[0])


def _lead(by_size: list[str], difference: Figure) -> Said:
    (first_id, first_en), (second_id, second_en) = (NAMES.get(mode, (mode, mode)) for mode in by_size[:2])
    if difference["low"] is None or difference["high"] is None:
        return said(
            f"Ujian {first_id} dan {second_id} belum dapat dibandingkan: {difference['reason_id']}.",
            f"{first_en.capitalize()} and {second_en} exams cannot be compared yet: {difference['reason_en']}.",
        )
    apart = difference["low"] > 0 or difference["high"] < 0
    return said(
        f"Rerata ujian {first_id} berbeda {difference['text_id']} angka dari ujian {second_id} ({difference['range_id']})"
        f"{'' if apart else ': tidak dapat dibedakan dari kebetulan'}. Pesertanya tidak diundi, jadi beda dapat juga berasal dari"
        " pesertanya.",
        f"The mean of {first_en} exams differs by {difference['text_en']} points from that of {second_en} ones"
        f" ({difference['range_en']}){'' if apart else ': it cannot be told from chance'}. Candidates were not allotted at random,"
        " so a difference may also come from the candidates.",
    )
