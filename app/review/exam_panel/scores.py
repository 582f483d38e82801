"""Who sat, who reached the pass mark, and how scores spread."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.psychometrics import proportion
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask, Said, both, row, said, scores_of
from app.review.exam_panel.means import mean_of
from app.review.shown import Figure, Kind, counted, figure, missing


def scores(data: ReviewData, period: Mask, window: Mask) -> dict[str, Any]:
    now, all_of_it = _figures(data, period, (0,)), _figures(data, window, ())
    return {
        **_lead(data, period),
        "rows": [row(now[name], all_of_it[name]) for name in now],
        "histogram": _histogram(data, period, window),
    }


def _lead(data: ReviewData, period: Mask) -> Said:
    values = scores_of(data, period)
    n, passed = len(values), int((values >= data.pass_mark).sum())
    if n == 0:
        return said(
            "Tidak ada peserta ujian pertama dalam periode ini.", "Nobody sat for the first time in this period."
        )
    share = proportion(passed, n)
    (value, value_en), (low, low_en), (high, high_en) = (
        both(one or 0.0, Kind.PERCENT) for one in (share.value, share.low, share.high)
    )
    return said(
        f"{passed} dari {n} peserta ({value}) mencapai {data.pass_mark}. Dengan peserta sebanyak ini, bagian sebenarnya dapat"
        f" terletak di antara {low} dan {high}.",
        f"{passed} of {n} candidates ({value_en}) reached {data.pass_mark}. With so many candidates the true share may lie"
        f" anywhere between {low_en} and {high_en}.",
    )


def _figures(data: ReviewData, persons: Mask, periods: tuple[int, ...]) -> dict[str, Figure]:
    values = scores_of(data, persons)
    n = len(values)
    sittings = [sitting for sitting in data.sittings if not periods or sitting.period in periods]
    again = sum(not one.first and (not periods or data.sittings[one.sitting].period in periods) for one in data.persons)
    passed = int((values >= data.pass_mark).sum())
    sd = figure("exam_sd", float(values.std(ddof=1)), n=n) if n > 1 else missing("exam_sd", n, 2)
    return {
        "exam_sittings": counted("exam_sittings", len(sittings)),
        "exam_sat": counted("exam_sat", n),
        "exam_repeaters": counted("exam_repeaters", again),
        "exam_absent": counted("exam_absent", sum(sitting.absent for sitting in sittings)),
        "exam_passed": counted("exam_passed", passed),
        "exam_pass_rate": figure("exam_pass_rate", proportion(passed, n)) if n else missing("exam_pass_rate", 0, 1),
        "exam_mean": figure("exam_mean", mean_of(values)) if n else missing("exam_mean", 0, 1),
        "exam_sd": sd,
    }


def _histogram(data: ReviewData, period: Mask, window: Mask) -> dict[str, Any]:
    now, all_of_it = (
        np.bincount(scores_of(data, persons).astype(int), minlength=data.max_score + 1) for persons in (period, window)
    )
    return {
        "max": data.max_score,
        "mark": data.pass_mark,
        "bars": [
            {"score": score, "count": int(now[score]), "window": int(all_of_it[score])}
            for score in np.flatnonzero(all_of_it).tolist()
        ],
    }
