"""Whether a pool can fill a blueprint at all, and if not, which rule lacks how much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.assembly.planning import shortfalls
from app.assembly.planning.constraints import Constraints, checked
from app.assembly.types import Blueprint, Dimension, PoolItem, Shortfall
from app.psychometrics.programme import Programme

_NODES = 500
# What is named first where several rules could give way: that limits do not add up, then other limits than those of criteria.
_WEIGHT_OF_ITEMS, _WEIGHT, _WEIGHT_OF_KUK = 0.5, 1.0, 3.0


def shortfalls_of(items: Sequence[PoolItem], blueprint: Blueprint) -> tuple[Shortfall, ...]:
    """What stands against one single form from these items; () where a form can be made.

    First each limit by itself; then, by an integer programme that breaks the limits as little as it must, the limits
    together; then the limits and the enemies. Raises ValueError for a malformed blueprint.
    """
    constraints = Constraints(checked(items, blueprint), blueprint)
    counted = zip(blueprint.limits, constraints.of_limit, strict=True)
    alone = [shortfalls.too_few(limit, len(places)) for limit, places in counted if len(places) < limit.least]
    if not alone and len(items) < blueprint.items:
        alone = [shortfalls.too_small(blueprint.items, len(items))]
    return tuple(alone or _of_limits(constraints) or _of_enemies(constraints))


def _of_limits(constraints: Constraints) -> list[Shortfall]:
    total, limits = _violations(constraints, [])
    found = [
        shortfalls.against_others(limit, by)
        for limit, by in zip(constraints.blueprint.limits, limits, strict=True)
        if by
    ]
    return found + ([shortfalls.does_not_add_up(constraints.blueprint.items, total)] if total else [])


def _of_enemies(constraints: Constraints) -> list[Shortfall]:
    if not constraints.enemies:
        return []
    total, limits = _violations(constraints, constraints.enemies)
    found = [
        shortfalls.too_many_enemies(limit, by)
        for limit, by in zip(constraints.blueprint.limits, limits, strict=True)
        if by
    ]
    if total and not found:
        found = [shortfalls.enemies_leave_too_few(constraints.blueprint.items, total)]
    return found


def _violations(constraints: Constraints, enemies: list[tuple[int, int]]) -> tuple[int, list[int]]:
    """By how many items the total and each limit are missed, as little as possible; zeros where nothing is proven."""
    sizes, of_item = _alike(constraints, {place for pair in enemies for place in pair})
    limits = constraints.blueprint.limits
    n, rows = len(sizes), 1 + len(limits)
    weights = [_WEIGHT_OF_KUK if limit.dimension is Dimension.KUK else _WEIGHT for limit in limits]
    weights.insert(0, _WEIGHT_OF_ITEMS)
    programme = Programme(
        np.concatenate([np.zeros(n), weights, weights]),
        np.concatenate([sizes, np.full(2 * rows, np.inf)]),
    )
    kinds = [np.arange(n), *(np.unique(of_item[places]) for places in constraints.of_limit)]
    bounds = [(constraints.blueprint.items,) * 2, *((limit.least, limit.most) for limit in limits)]
    for row, (columns, (low, high)) in enumerate(zip(kinds, bounds, strict=True)):
        values = np.concatenate([np.ones(len(columns)), [1.0, -1.0]])
        programme.row(np.append(columns, [n + row, n + rows + row]), values, low=low, high=high)
    for one, other in enemies:
        programme.row([of_item[one], of_item[other]], high=1.0)
    found = programme.solve(nodes=_NODES)
    if found.values is None or found.bound < _WEIGHT_OF_ITEMS / 2:
        return 0, [0] * len(limits)
    missed = (found.values[n : n + rows] + found.values[n + rows :]).astype(int).tolist()
    return missed[0], missed[1:]


def _alike(constraints: Constraints, apart: set[int]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Items that count for the same limits are one kind, but for those to keep `apart`: (kinds,) sizes, (items,) kind."""
    counted = np.zeros((len(constraints.items), len(constraints.of_limit) + 1), dtype=np.int32)
    for column, places in enumerate(constraints.of_limit):
        counted[places, column] = 1
    for place in apart:
        counted[place, -1] = place + 1
    _, kind, sizes = np.unique(counted, axis=0, return_inverse=True, return_counts=True)
    return sizes.astype(np.int64), kind.reshape(-1)
