"""The panel."""

from __future__ import annotations

from typing import Any

from app.psychometrics.numerics import false_on_average
from app.review.data.types import ReviewData
from app.review.exam_panel.decisions import decisions
from app.review.exam_panel.fairness import fairness
from app.review.exam_panel.forms import forms
from app.review.exam_panel.modes import modes
from app.review.exam_panel.pace import pace_of
from app.review.exam_panel.precision import precision
from app.review.exam_panel.scores import scores
from app.review.exam_panel.speed import speed
from app.review.exam_panel.trends import trends
from app.review.exam_panel.units import units
from app.review.method.types import ReviewMethod
from app.review.shown import Panel


def exam_panel(data: ReviewData, method: ReviewMethod) -> Panel:
    if not data.sittings:
        return Panel({})
    period, window = data.of_period(0), data.of_period()
    pace = pace_of(data, method)
    precise, unreliable = precision(data, method, period, window, pace)
    side_by_side, harder = forms(data, method)
    in_time, speeded = speed(data, method, period, window)
    fair, unfair, chance = fairness(data, method, window, pace)
    exam: dict[str, Any] = {
        "n": int(period.sum()),
        "n_window": int(window.sum()),
        "scores": scores(data, period, window),
        "precision": precise,
        "decisions": decisions(data, method, period, window, pace),
        "forms": side_by_side,
        "speed": in_time,
        "units": units(data, method, period, window),
        "trends": trends(data, method),
        "modes": modes(data, method, window),
        "fairness": fair,
    }
    by_rule = {
        "low-reliability": method.rate,
        "speeded": method.rate,
        "harder-form": false_on_average(len(harder), method.rate),
    }
    return Panel({"exam": exam}, [*unreliable, *harder, *speeded, *unfair], by_rule | chance)
