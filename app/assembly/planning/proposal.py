"""How many forms, and how much they may share: what is proposed before anybody changes it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

from app.assembly.planning.constraints import Constraints, checked
from app.assembly.planning.exposure import cap_for, even_rates, least_cap
from app.assembly.types import Blueprint, PlanSettings, PoolItem, Source

EQUATED_FROM = 100  # candidates of a form, from which on its difficulty can be checked by its scores
_NEIGHBOURS = ((1, 1), (30, 2), (100, 3))  # up to so many candidates, so many forms; beyond:
_MANY_NEIGHBOURS = 4  # whoever sits beside, before or diagonally has another form
_FORMS_PER_SPARE_BANK = 10
_HEADROOM = 1.5  # over the exposure that the bank cannot do without
_SHARED = 0.2  # the least length of an anchor that equating is known to work with (Kolen & Brennan 2014, ch. 8)
_SHARED_IF_JUDGED = 0.4
_ABOVE_SHARED = 0.1
_ABOVE_CHANCE = 0.05


def propose_settings(items: Sequence[PoolItem], blueprint: Blueprint, candidates: int) -> PlanSettings:
    """Settings that this pool can keep, for so many candidates.

    Forms: so many that neighbours differ (two up to 30 candidates, three up to 100, then four: the diagonal, too); more
    once each gets `EQUATED_FROM` candidates, since only then can a form be checked by its scores; but no more than the bank
    carries: ten for each form's worth of items beyond the first, so that forms stay different from one another.
    Shared blocks: where a form gets fewer candidates than that, each shares a fifth of its items with the one before, so that
    small groups can be compared; two fifths where most difficulties are only judged, since items in common cancel out of
    the difference of two forms, and the error of judging with them.
    Exposure: half as much again as the most needed item cannot do without, room for the choice to stay unpredictable.
    Overlap: a twentieth of a form above what two forms drawn at random share, or a tenth above the shared block; tighter
    caps can be kept, but then forms for people who saw items before may find no room.
    """
    if candidates < 1:
        raise ValueError(f"candidates: at least one is needed, got {candidates}")
    pool = checked(items, blueprint)
    constraints = Constraints(pool, blueprint)
    needed = min(1.0, least_cap(constraints)) if pool else 1.0
    forms = min(_forms_wanted(candidates), 1 + floor(_FORMS_PER_SPARE_BANK * (1.0 / needed - 1.0)))
    shared = _shared_items(pool, blueprint.items) if forms > 1 and candidates < EQUATED_FROM * forms else 0
    uses = max(ceil(_HEADROOM * needed * forms), 2 if shared else 1)
    by_chance = float((even_rates(constraints) ** 2).sum())
    overlap = ceil(max(by_chance + _ABOVE_CHANCE * blueprint.items, shared + _ABOVE_SHARED * blueprint.items))
    return PlanSettings(
        forms=forms,
        exposure_cap=cap_for(uses, forms),
        overlap_cap=min(blueprint.items, overlap),
        overlap_least=shared,
    )


def _forms_wanted(candidates: int) -> int:
    neighbours = next((forms for most, forms in _NEIGHBOURS if candidates <= most), _MANY_NEIGHBOURS)
    return max(neighbours, candidates // EQUATED_FROM)


def _shared_items(items: Sequence[PoolItem], length: int) -> int:
    judged = sum(item.source is Source.JUDGED for item in items)
    return ceil((_SHARED_IF_JUDGED if 2 * judged > len(items) else _SHARED) * length)
