"""How large a pool the expected candidates can carry, and how comparable its forms would be. Pure; the seed repeats it.

What follows from counting is computed, not simulated (`pool_sizes`). Comparability is not a matter of counting, so one plan is made
in earnest, of the pool that is recommended or asked about.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.assembly.certificate.comparability import at_the_cut, grade_of
from app.assembly.certificate.tally import tally
from app.assembly.errors import CannotPlan
from app.assembly.foundations.standards import count_sources
from app.assembly.planning.forms import plan_forms
from app.assembly.planning.proposal import propose_settings
from app.assembly.simulation.advice import Advice, recommend
from app.assembly.simulation.pool_sizes import PoolFigures, choose_pool, pools_of
from app.assembly.types import Blueprint, PlanSettings, PoolItem, Shortfall, Source, Target

MOST_FORMS: Final = 10  # of the plan that is made to see how comparable forms are: more show the same, later

FORMS_OF_AN_ITEM: Final = (
    2  # where exposure is capped: so many forms may hold an item, or there is nothing to choose from
)


@dataclass(frozen=True, slots=True)
class Demand:
    """Who is expected in a year, and in how many sittings."""

    candidates: int
    sittings: int

    @property
    def per_sitting(self) -> int:
        return math.ceil(self.candidates / self.sittings)


@dataclass(frozen=True, slots=True)
class Wish:
    """What whoever asks has settled already."""

    forms: int | None = None
    exposure_cap: float | None = None
    pool_size: int | None = None


@dataclass(frozen=True, slots=True)
class Comparability:
    """Of the forms of one plan: their expected scores at the cut, and how far two may lie apart at 95 %."""

    forms: int
    expected_min: float
    expected_max: float
    pair_95_max: float
    evidence: Source


@dataclass(frozen=True, slots=True)
class Simulation:
    """`planned`: the size of the pool whose forms were planned. `comparability` is None where `shortfalls` say why."""

    pools: tuple[PoolFigures, ...]
    recommended: Advice
    forms: int
    planned: int
    comparability: Comparability | None
    shortfalls: tuple[Shortfall, ...]


def simulate(
    items: Sequence[PoolItem],
    blueprint: Blueprint,
    target: Target,
    demand: Demand,
    seed: bytes,
    wish: Wish | None = None,
) -> Simulation:
    """The bank holds enough for one form. Raises ValueError otherwise."""
    wish = wish or Wish()
    pools = pools_of(items, blueprint, target, demand.candidates, wish.pool_size)
    advised = recommend(pools, blueprint.items, demand.candidates, wish.exposure_cap)
    size = wish.pool_size or advised.size
    pool = choose_pool(items, blueprint, size, seed)
    settings = _settings(pool, blueprint, demand, wish)
    found, shortfalls = _compare(pool, blueprint, target, settings, seed)
    return Simulation(pools, advised, settings.forms, len(pool), found, shortfalls)


def _settings(pool: Sequence[PoolItem], blueprint: Blueprint, demand: Demand, wish: Wish) -> PlanSettings:
    """As proposed. The caps proposed for one number of forms do not fit another, so a wish for that lifts them."""
    proposed = propose_settings(pool, blueprint, demand.per_sitting)
    if wish.forms is None and wish.exposure_cap is None:
        return proposed
    cap = wish.exposure_cap or 1.0
    forms = wish.forms or max(proposed.forms, math.ceil(FORMS_OF_AN_ITEM / cap))
    return _uncapped(proposed, forms, cap, blueprint)


def _uncapped(settings: PlanSettings, forms: int, exposure_cap: float, blueprint: Blueprint) -> PlanSettings:
    least = settings.overlap_least if forms > 1 else 0
    return PlanSettings(forms, exposure_cap, overlap_cap=blueprint.items, overlap_least=least)


def _compare(
    pool: Sequence[PoolItem], blueprint: Blueprint, target: Target, settings: PlanSettings, seed: bytes
) -> tuple[Comparability | None, tuple[Shortfall, ...]]:
    few = settings if settings.forms <= MOST_FORMS else _uncapped(settings, MOST_FORMS, 1.0, blueprint)
    try:
        plan = plan_forms(pool, blueprint, target, few, seed)
    except CannotPlan as refusal:
        return None, refusal.shortfalls
    table = tally(plan, pool)
    at_cut = at_the_cut(table, target.theta)
    used = [item for item, is_used in zip(table.items, table.used, strict=True) if is_used]
    found = Comparability(
        forms=len(plan.forms),
        expected_min=float(at_cut.expected.min()),
        expected_max=float(at_cut.expected.max()),
        pair_95_max=float(at_cut.pair_95.max()),
        evidence=grade_of(count_sources([item.source for item in used])),
    )
    return found, ()
