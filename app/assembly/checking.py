"""Whether a form keeps its rules: in whole numbers, by counting, without the solver."""

from __future__ import annotations

from collections.abc import Collection

from app.assembly.constraints import UNIT, Constraints, rule_of


def broken_rules(constraints: Constraints, form: Collection[int]) -> list[str]:
    """The rules that a form (places in the pool) breaks, by name; none where it is sound."""
    taken = set(form)
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
    return broken
