"""The panel."""

from __future__ import annotations

from typing import Any

from app.review.data.types import ReviewData
from app.review.exam_panel.decisions import decisions
from app.review.exam_panel.pace import pace_of
from app.review.exam_panel.precision import precision
from app.review.exam_panel.scores import scores
from app.review.method.types import ReviewMethod
from app.review.shown import Panel


def exam_panel(data: ReviewData, method: ReviewMethod) -> Panel:
    if not data.sittings:
        return Panel({})
    period, window = data.of_period(0), data.of_period()
    pace = pace_of(data, method)
    precise, low = precision(data, method, period, window, pace)
    exam: dict[str, Any] = {
        "n": int(period.sum()),
        "n_window": int(window.sum()),
        "scores": scores(data, period, window),
        "precision": precise,
        "decisions": decisions(data, method, period, window, pace),
    }
    return Panel({"exam": exam}, low, {"low-reliability": method.rate})
