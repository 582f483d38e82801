"""Forms for people who saw items before and whom no general form spares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from app.assembly.planning.constraints import Constraints, Indices
from app.assembly.planning.exposure import AIM, score_range
from app.assembly.planning.feasibility import shortfalls_of
from app.assembly.planning.sequence import Sequential

_BELOW_ONE_ITEM = 0.5
_NOTHING: Indices = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class History:
    """People, and the places of all items that any of them saw."""

    seen: frozenset[int]
    people: tuple[UUID, ...]

    def __or__(self, other: History) -> History:
        return History(self.seen | other.seen, (*self.people, *other.people))


Reserved = tuple[int, tuple[UUID, ...]]
"""The number of a form, and who gets it."""


def histories_to_spare(making: Sequential, avoiding: Mapping[UUID, frozenset[str]]) -> list[History]:
    """Those who saw items of every form, who saw the same together; the largest groups first."""
    groups: dict[frozenset[int], list[UUID]] = {}
    for person in sorted(avoiding):
        place = making.constraints.place
        seen = frozenset(place[code] for code in avoiding[person] if code in place)
        if all(not seen.isdisjoint(form.places.tolist()) for form in making.forms):
            groups.setdefault(seen, []).append(person)
    histories = [History(seen, tuple(people)) for seen, people in groups.items()]
    return sorted(histories, key=lambda each: (-len(each.people), each.people))


def sharing_a_form(constraints: Constraints, histories: Sequence[History]) -> list[list[History]]:
    """Histories together as long as the pool without all that they saw still makes a form."""
    together: list[list[History]] = []
    for history in histories:
        for others in together:
            if _can_be_avoided(constraints, _union([*others, history])):
                others.append(history)
                break
        else:
            together.append([history])
    return together


def add_reserved(making: Sequential, histories: Sequence[History]) -> list[Reserved]:
    """One form for all of them if one spares them all, else one for each. A form of `making` where there is no room."""
    union = _union(histories)
    if making.add_extra(making.noise(), barred=_places(union)):
        return [(len(making.forms), union.people)]
    if len(histories) == 1:
        return [(_nearest(making, union), union.people)]
    return [reserved for history in histories for reserved in add_reserved(making, [history])]


def _nearest(making: Sequential, history: History) -> int:
    """The number of a form that holds as few of the items seen as possible: a new one, where the caps leave room for it."""
    cost = making.noise() * _BELOW_ONE_ITEM / len(making.constraints.items)
    cost[_places(history)] += 1.0
    gap = _BELOW_ONE_ITEM / making.constraints.blueprint.items
    if making.add_extra(cost, barred=_NOTHING, gap=gap):
        return len(making.forms)
    shared = [len(history.seen.intersection(form.places.tolist())) for form in making.forms]
    return 1 + shared.index(min(shared))


def _can_be_avoided(constraints: Constraints, history: History) -> bool:
    left = np.ones(len(constraints.items), dtype=np.bool_)
    left[_places(history)] = False
    counted = zip(constraints.blueprint.limits, constraints.of_limit, strict=True)
    if any(np.count_nonzero(left[places]) < limit.least for limit, places in counted):
        return False  # what `shortfalls_of` would say, at once: there may be many histories
    rest = [item for item, stays in zip(constraints.items, left, strict=True) if stays]
    if shortfalls_of(rest, constraints.blueprint):
        return False
    low, high = score_range(replace(constraints, items=rest))
    target = constraints.target
    return low <= target.score + AIM * target.tolerance and high >= target.score - AIM * target.tolerance


def _places(history: History) -> Indices:
    return np.array(sorted(history.seen), dtype=np.intp)


def _union(histories: Sequence[History]) -> History:
    whole = histories[0]
    for history in histories[1:]:
        whole |= history
    return whole
