"""How often each item may and should be used: the plan on average, as a linear programme, before any form is made.

The rates that it finds are as even as blueprint, enemies, caps and the score at the cut allow. Where it finds none, no set
of forms keeps the rules, and the rule that binds is named.
"""

from __future__ import annotations

from math import ceil, floor, inf

import numpy as np

from app.assembly.errors import CannotPlan
from app.assembly.planning import shortfalls
from app.assembly.planning.constraints import UNIT, Constraints
from app.assembly.types import Dimension, PlanSettings
from app.psychometrics.programme import Array, Programme

# Forms are first sought within this share of the tolerance.
AIM = 0.2
_HAIR = 1e-9
_PARTS = 10_000


def budget_of(settings: PlanSettings, forms: int) -> int:
    """In how many of so many forms one item may stand."""
    return floor(settings.exposure_cap * forms + _HAIR)


def cap_for(uses: int, forms: int) -> float:
    """The cap that allows so many uses in so many forms, as people write it: in hundredths of a per cent, rounded up."""
    return ceil(min(1.0, uses / forms) * _PARTS - _HAIR) / _PARTS


def exposure_rates(constraints: Constraints, settings: PlanSettings) -> Array:
    """(items,): the share of the forms in which each item is to stand. Raises CannotPlan naming what binds."""
    allowed = budget_of(settings, settings.forms) / settings.forms
    for within in (AIM, 1.0):
        rates = _evenest(constraints, allowed, within * constraints.target.tolerance)
        if rates is not None:
            _require_room(constraints, settings)
            return rates
    least = least_cap(constraints)
    if least > allowed + _HAIR:
        cells = zip(constraints.blueprint.limits, map(len, constraints.of_limit), strict=True)
        narrowest = max(cells, key=lambda cell: cell[0].least / max(1, cell[1]), default=None)
        cap = cap_for(ceil(least * settings.forms - _HAIR), settings.forms)
        raise CannotPlan([shortfalls.too_exposed(settings, cap, narrowest)])
    low, high = score_range(constraints, allowed)
    raise CannotPlan([shortfalls.out_of_reach(constraints.target, low, high)])


def least_cap(constraints: Constraints) -> float:
    """The smallest share of the forms that suffices, on average, for the item that is needed most; `inf` where none does."""
    n = len(constraints.items)
    programme = Programme(np.append(np.zeros(n), 1.0), whole=False)
    constraints.add_to(programme)
    for place in range(n):
        programme.row([place, n], [1.0, -1.0], high=0.0)
    found = programme.solve()
    return inf if found.values is None else float(found.values[n])


def score_range(constraints: Constraints, allowed: float = 1.0) -> tuple[float, float]:
    """The least and the largest expected score at the cut, on average over forms, that the other rules leave."""
    ends = []
    for sign in (1.0, -1.0):
        programme = Programme(sign * constraints.chance / UNIT, allowed, whole=False)
        constraints.add_to(programme)
        found = programme.solve()
        ends.append(sign * found.objective if found.values is not None else sign * inf)
    return ends[0], ends[1]


def mean_overlap(constraints: Constraints, forms: int) -> float:
    """No set of so many forms shares fewer items, on average over its pairs: each criterion spread evenly over its items."""
    shares = 0
    for uses, items in _uses(constraints, forms):
        each, more = divmod(uses, items)
        shares += more * _pairs(each + 1) + (items - more) * _pairs(each)
    return shares / _pairs(forms) if forms > 1 else 0.0


def even_rates(constraints: Constraints) -> Array:
    """(items,): where nothing but the number of items of each criterion counts."""
    n = len(constraints.items)
    rates = np.full(n, min(1.0, constraints.blueprint.items / max(1, n)))
    for limit, places in zip(constraints.blueprint.limits, constraints.of_limit, strict=True):
        if limit.dimension is Dimension.KUK and len(places):
            rates[places] = min(1.0, limit.least / len(places))
    return rates


def _evenest(constraints: Constraints, allowed: float, within: float) -> Array | None:
    """The rates whose largest distance from even ones is least."""
    n, even = len(constraints.items), even_rates(constraints)
    programme = Programme(np.append(np.zeros(n), 1.0), np.append(np.full(n, allowed), 1.0), whole=False)
    constraints.add_to(programme)
    constraints.add_score_to(programme, within)
    for place in range(n):
        programme.row([place, n], [1.0, -1.0], high=float(even[place]))
        programme.row([place, n], [1.0, 1.0], low=float(even[place]))
    found = programme.solve()
    return None if found.values is None else found.values[:n]


def _require_room(constraints: Constraints, settings: PlanSettings) -> None:
    least = ceil(mean_overlap(constraints, settings.forms) - _HAIR)
    if least > settings.overlap_cap:
        raise CannotPlan([shortfalls.too_alike(settings, least)])


def _uses(constraints: Constraints, forms: int) -> list[tuple[int, int]]:
    """How often items are used in all, over how many items: by criterion, where the blueprint counts criteria."""
    limits = zip(constraints.blueprint.limits, constraints.of_limit, strict=True)
    by_kuk = [(forms * limit.least, len(places)) for limit, places in limits if limit.dimension is Dimension.KUK]
    by_kuk = [(uses, items) for uses, items in by_kuk if uses]
    return by_kuk or [(forms * constraints.blueprint.items, len(constraints.items))]


def _pairs(n: int) -> int:
    return n * (n - 1) // 2
