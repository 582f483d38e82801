"""From period to period. Two points a year say little: limits come only with many periods."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from app.psychometrics import proportion
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Said, both, released, said, scores_of
from app.review.exam_panel.means import mean_of, welch
from app.review.exam_panel.reliability import reliability_of
from app.review.method.types import ReviewMethod
from app.review.shown import Kind, counted, figure, missing

MOVING: Final = 2.66  # 3 / d2 of two values: limits of a chart of single values from its mean moving range


def trends(data: ReviewData, method: ReviewMethod) -> dict[str, Any]:
    """The oldest period first."""
    numbers = sorted({sitting.period for sitting in data.sittings})
    periods = [_period(data, method, number) for number in numbers]
    means = [one["mean"]["value"] for one in periods if one["mean"]["value"] is not None]
    return {**_lead(data), "periods": periods, "limits": _limits(means, method), "least_periods": method.least_periods}


def _period(data: ReviewData, method: ReviewMethod, number: int) -> dict[str, Any]:
    persons = data.of_period(number)
    values = scores_of(data, persons)
    n, passed = len(values), int((values >= data.pass_mark).sum())
    return {
        "label": _label(data, number),
        "n": counted("n", n),
        "mean": figure("exam_mean", mean_of(values)) if n else missing("exam_mean", 0, 1),
        "pass_rate": figure("exam_pass_rate", proportion(passed, n)) if n else missing("exam_pass_rate", 0, 1),
        "reliability": reliability_of(released(data, persons), data, method),
    }


def _label(data: ReviewData, number: int) -> str:
    """The months of its first and of its last sitting: 03/2026–06/2026."""
    held = [sitting.held_on for sitting in data.sittings if sitting.period == number]
    ends = [f"{day.month:02d}/{day.year}" for day in (min(held), max(held))]
    return "–".join(dict.fromkeys(ends))


def _lead(data: ReviewData) -> Said:
    now, before = (scores_of(data, data.of_period(number)) for number in (0, -1))
    if min(len(now), len(before)) < 2 or now.std() + before.std() == 0.0:  # no spread in one candidate
        return said(
            "Belum ada periode sebelumnya untuk dibandingkan.", "There is no earlier period to compare with yet."
        )
    found, _ = welch(now, before)
    difference = found.value or 0.0
    noise = (found.high or 0.0) - difference
    (size, size_en), (least, least_en) = both(abs(difference), Kind.SCORE), both(noise, Kind.SCORE)
    way_id, way_en = ("naik", "rose") if difference >= 0 else ("turun", "fell")
    inside = abs(difference) < noise
    return said(
        f"Rerata nilai {way_id} {size} angka dari periode sebelumnya. Beda < {least} angka tidak dapat dibedakan dari kebetulan"
        f"{', jadi beda ini belum berarti apa-apa' if inside else '; beda ini lebih besar, dan sebabnya perlu dicari'}.",
        f"The mean score {way_en} by {size_en} points from the period before. A difference of < {least_en} points cannot be told from"
        f" chance{', so this one means nothing yet' if inside else '; this one is larger, and its cause should be looked for'}.",
    )


def _limits(means: list[float], method: ReviewMethod) -> dict[str, float] | None:
    """Of a chart of single values; from few periods they would be read as more than they are."""
    if len(means) < method.least_periods:
        return None
    centre = float(np.mean(means))
    reach = MOVING * float(np.mean(np.abs(np.diff(means))))
    return {"centre": centre, "low": centre - reach, "high": centre + reach}
