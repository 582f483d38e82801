"""The panel."""

from __future__ import annotations

from app.review.data.types import ReviewData
from app.review.method.types import ReviewMethod
from app.review.shown import Panel


def exam_panel(data: ReviewData, method: ReviewMethod) -> Panel:
    return Panel({})
