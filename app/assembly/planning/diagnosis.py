"""Why no next form was found: the programme again, with each cap and the score as elastic as they must be."""

from __future__ import annotations

from math import ceil

import numpy as np

from app.assembly.planning import shortfalls
from app.assembly.planning.constraints import UNIT
from app.assembly.planning.exposure import mean_overlap
from app.assembly.planning.sequence import NODES, Sequential
from app.assembly.types import Shortfall
from app.psychometrics.programme import Programme, Status

_TOLERANCE = 1e-6


def reasons(making: Sequential, *, given_up: bool) -> list[Shortfall]:
    """Which caps the next form would break, and by how much at least (as far as the nodes allow to tell).

    given_up: the work was over before all was tried, which is said first.
    """
    settings, constraints = making.settings, making.constraints
    n, form_no = len(constraints.items), len(making.forms) + 1
    above, below, off = n, n + 1, n + 2  # items shared beyond the cap, items shared too few, points off the score
    used_up = making.left() == 0
    cost = np.concatenate([used_up.astype(np.float64), [1.0, 1.0, 1.0 / constraints.target.tolerance]])
    programme = Programme(cost, np.append(np.ones(n), np.full(3, np.inf)), whole=np.arange(n + 3) < n)
    constraints.add_to(programme)
    chance, everything = constraints.chance / UNIT, np.arange(n)
    for sign in (1.0, -1.0):
        room = sign * constraints.target.score + constraints.target.tolerance
        programme.row(np.append(everything, off), np.append(sign * chance, -1.0), high=room)
    for form in making.forms:
        values = np.append(np.ones(len(form.places)), -1.0)
        programme.row(np.append(form.places, above), values, high=settings.overlap_cap)
    if making.forms and settings.overlap_least:
        programme.row(np.append(making.forms[-1].places, below), low=settings.overlap_least)
    found = programme.solve(nodes=NODES)
    searched = found.values is not None and found.status is Status.OPTIMAL and found.objective > _TOLERANCE
    least_shared = ceil(mean_overlap(constraints, settings.forms) - _TOLERANCE)
    stopped = shortfalls.gave_up(form_no, settings, making.nodes + found.nodes, least_shared)
    named = [] if searched and not given_up else [stopped]
    if found.values is None:
        return named
    if spent := int(used_up[found.values[:n] > 0].sum()):
        named.append(shortfalls.used_up(form_no, settings, spent))
    if found.values[above] > _TOLERANCE:
        shared = settings.overlap_cap + ceil(found.values[above] - _TOLERANCE)
        named.append(shortfalls.shares_too_much(form_no, settings, shared))
    if found.values[below] > _TOLERANCE:
        named.append(shortfalls.too_unlike(settings, settings.overlap_least - ceil(found.values[below] - _TOLERANCE)))
    if found.values[off] > _TOLERANCE:
        named.append(shortfalls.off_target(constraints.target, float(found.values[off])))
    return named
