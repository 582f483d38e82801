"""What a bank holds of each criterion, and what it lacks: pure over the items of its index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.itembank.search import Difficulty, FoundItem
from app.schemes import SchemeVersion

BLUEPRINTS: Final = 2  # a bank holds what this many forms without a common item need
USABLE: Final = frozenset({"active", "approved"})


@dataclass(frozen=True, slots=True)
class Covered:
    """A criterion. `wanted` items that are active or approved; `difficulties` counts those, `states` every item once."""

    kuk: str
    text: str
    wanted: int
    states: Mapping[str, int]
    difficulties: Mapping[Difficulty, int]

    @property
    def missing(self) -> int:
        return max(0, self.wanted - sum(self.states.get(state, 0) for state in USABLE))


def coverage_of(items: Sequence[FoundItem], scheme: SchemeVersion) -> list[Covered]:
    """In the order of the scheme. An item counts by the version in use, not by the one on its way."""
    states = Counter((item.shown.kuk, item.shown.state) for item in items)
    difficulties = Counter((item.shown.kuk, item.difficulty) for item in items if item.shown.state in USABLE)
    known_states = sorted({state for _, state in states})
    return [
        Covered(
            criterion.kuk,
            criterion.text,
            BLUEPRINTS * scheme.items_per_kuk.get(criterion.kuk, 0),
            {state: states[criterion.kuk, state] for state in known_states if states[criterion.kuk, state]},
            {difficulty: difficulties[criterion.kuk, difficulty] for difficulty in Difficulty},
        )
        for unit in scheme.units
        for criterion in unit.criteria
    ]
