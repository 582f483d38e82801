"""Which items differ for groups of equal ability: found by the exam panel, told here item by item. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.review.shown import Lead, Panel

DIF: Final = "dif"


@dataclass(frozen=True, slots=True)
class GroupDifferences:
    """`contrasts` as the exam panel shows them; `leads` by lineage, raised there; `chance` would raise so many at most."""

    contrasts: Sequence[Mapping[str, Any]] = ()
    leads: Mapping[str, Lead] = field(default_factory=dict)
    chance: float = 0.0

    def of_item(self, lineage: str) -> list[dict[str, Any]]:
        """One entry per contrast; `item` is None where the item was not tested, or the difference is of no weight."""
        return [
            {name: contrast[name] for name in ("attribute", "reference", "focal", "verdict", "text_id", "text_en")}
            | {"item": next((item for item in contrast["items"] if item["lineage_id"] == lineage), None)}
            for contrast in self.contrasts
        ]


def group_differences(exam: Panel) -> GroupDifferences:
    """Of a panel whose data held no sitting: none."""
    contrasts = exam.parts["exam"]["fairness"]["dif"] if exam.parts else ()
    leads = {lead.subject.ref: lead for lead in exam.leads if lead.rule == DIF}
    return GroupDifferences(contrasts, leads, exam.by_chance.get(DIF, 0.0))
