"""Everything that a review computes from its data: the panels, and the leads of all of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from app.review.data.types import ReviewData
from app.review.exam_panel.panel import exam_panel
from app.review.integrity.panel import integrity_panel
from app.review.item_panel.group_differences import group_differences
from app.review.item_panel.panel import item_panel
from app.review.method.types import RULES, ReviewMethod
from app.review.shown import Panel, figure

PROGRAM: Final = "kajian-3"  # rises whenever the same data would give other figures or leads: results are kept by it
PANELS: Final = ("exam", "items", "integrity")
Tell = Callable[[str], object]


def compute(data: ReviewData, method: ReviewMethod, tell: Tell = lambda _: None) -> Iterator[tuple[str, Any]]:
    """Part after part as it is ready, by name; the last one is "leads". `tell` hears which panel begins."""
    leads: list[dict[str, Any]] = []
    by_chance: dict[str, float] = {}
    for panel in _panels(data, method, tell):
        leads += [lead.as_json() for lead in panel.leads]
        by_chance |= panel.by_chance
        yield from panel.parts.items()
    rules = {rule: {"text_id": text_id, "text_en": text_en} for rule, (text_id, text_en) in RULES.items()}
    chance = {rule: figure("leads-by-chance", most) for rule, most in by_chance.items()}
    yield "leads", {"leads": leads, "by_chance": by_chance, "chance": chance, "rules": rules}


def _panels(data: ReviewData, method: ReviewMethod, tell: Tell) -> Iterator[Panel]:
    """Groups are compared once, by the exam panel: with many candidates that takes longest of all."""
    tell("exam")
    exam = exam_panel(data, method)
    yield exam
    tell("items")
    yield item_panel(data, method, group_differences(exam))
    tell("integrity")
    yield integrity_panel(data, method)
