"""Which items differ for groups of equal ability: found by the exam panel's rule, told here item by item. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import by_chance
from app.review.exam_panel.dif import dif
from app.review.exam_panel.groups import groups_of
from app.review.exam_panel.pace import pace_of
from app.review.method.types import ReviewMethod
from app.review.shown import Lead


@dataclass(frozen=True, slots=True)
class GroupDifferences:
    """`contrasts` as the exam panel shows them; `leads` by lineage, raised there; `chance` would raise so many at most."""

    contrasts: tuple[dict[str, Any], ...]
    leads: dict[str, Lead]
    chance: float

    def of_item(self, lineage: str) -> list[dict[str, Any]]:
        """One entry per contrast; `item` is None where the item was not tested, or the difference is of no weight."""
        return [
            {name: contrast[name] for name in ("attribute", "reference", "focal", "verdict", "text_id", "text_en")}
            | {"item": next((item for item in contrast["items"] if item["lineage_id"] == lineage), None)}
            for contrast in self.contrasts
        ]


def group_differences(data: ReviewData, method: ReviewMethod) -> GroupDifferences:
    window = data.of_period()
    contrasts, leads, tested = dif(data, method, window, groups_of(data, window), pace_of(data, method))
    chance = by_chance(method.rate, leads) if tested else 0.0
    return GroupDifferences(tuple(contrasts), {lead.subject.ref: lead for lead in leads}, chance)
