"""Whether a form keeps its rules: in whole numbers, by counting, without the solver."""

from __future__ import annotations

from collections.abc import Sequence

from app.assembly.planning.constraints import UNIT, Constraints, Indices, rule_of
from app.assembly.planning.exposure import budget_of
from app.assembly.types import PlanSettings


def broken_rules(
    constraints: Constraints, settings: PlanSettings, form: Indices, earlier: Sequence[Indices]
) -> list[str]:
    """The rules that a form (places in the pool) breaks after the earlier ones, by name; none where it is sound."""
    taken = set(form.tolist())
    broken = [] if len(taken) == len(form) == constraints.blueprint.items else ["items"]
    for limit, places in zip(constraints.blueprint.limits, constraints.of_limit, strict=True):
        if not limit.least <= len(taken.intersection(places.tolist())) <= limit.most:
            broken.append(rule_of(limit))
    if any(one in taken and other in taken for one, other in constraints.enemies):
        broken.append("enemies")
    target = constraints.target
    expected = sum(int(constraints.chance[place]) for place in taken)
    if abs(expected - round(target.score * UNIT)) > round(target.tolerance * UNIT):
        broken.append("score")
    return broken + _broken_caps(settings, taken, earlier)


def _broken_caps(settings: PlanSettings, taken: set[int], earlier: Sequence[Indices]) -> list[str]:
    broken, used = [], dict.fromkeys(taken, 1)
    shared = []
    for form in earlier:
        common = taken.intersection(form.tolist())
        shared.append(len(common))
        for place in common:
            used[place] += 1
    forms = 1 + len(earlier)
    if max(used.values(), default=0) > budget_of(settings, max(settings.forms, forms)):
        broken.append("exposure")
    too_few = shared and forms <= settings.forms and shared[-1] < settings.overlap_least
    if too_few or any(count > settings.overlap_cap for count in shared):
        broken.append("overlap")
    return broken
