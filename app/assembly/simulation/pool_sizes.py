"""What follows from the size of a pool by counting alone, and which items make a pool of that size. Pure.

Of each criterion a form takes k of the B items in the pool: so many candidates see each of them, so many answer it, so many does one
form share with another by chance.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.assembly.curves import probabilities
from app.assembly.foundations.blueprints import items_per_kuk
from app.assembly.randomness import Stream
from app.assembly.types import Blueprint, PoolItem, Target

# Pools that are looked at, in forms: a pool of 1 form has it all in every form.
LADDER: Final = (1.0, 1.2, 1.4, 1.6, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5, 10.0, 15.0, 20.0)
RASCH_N: Final = 200  # answers to an item that a Rasch calibration wants
TWO_PL_N: Final = 500  # and one with slopes
_STEPS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """Of a pool of `size` items. `exposure`: the share of the candidates who see an item, on average and at most; `overlap_mean`:
    items that two forms share; `n_per_item`: answers in a year; `se_p`: of the share right after that year."""

    size: int
    exposure: float
    exposure_most: float
    overlap_mean: float
    n_per_item: float
    se_p: float
    years_to_rasch: float
    years_to_2pl: float


def pools_of(
    items: Sequence[PoolItem], blueprint: Blueprint, target: Target, candidates: int, asked: int | None = None
) -> tuple[PoolFigures, ...]:
    """Pools of rising size, from one form to the whole bank, with the size that was asked for among them.

    Raises ValueError for a bank that cannot fill one form.
    """
    chances = probabilities(items, target.theta)
    spread = float(np.mean(chances * (1 - chances)))
    sizes = {*(round(step * blueprint.items) for step in LADDER), len(items), *([asked] if asked else [])}
    shares = (_shares(items, blueprint, size) for size in sizes)
    # A bank without spare items in a criterion gives less than was asked for, so that two sizes may be one.
    by_size = {sum(each.values()): each for each in shares}
    return tuple(figures_of(by_size[size], blueprint, spread, candidates) for size in sorted(by_size))


def choose_pool(items: Sequence[PoolItem], blueprint: Blueprint, size: int, seed: bytes) -> list[PoolItem]:
    """About `size` items: of each criterion its share, spread over the range of difficulty, so that the pool is like its bank."""
    wanted = _shares(items, blueprint, size)
    chosen = []
    for kuk, known in _by_kuk(items).items():
        ranked = sorted(known, key=lambda item: (item.b, item.code))
        start = Stream(seed, f"pool {kuk}").below(_STEPS) / _STEPS
        count = wanted.get(kuk, 0)
        chosen += [ranked[int((step + start) * len(ranked) / count)] for step in range(count)]
    return sorted(chosen, key=lambda item: item.code)


def figures_of(shares: Mapping[str, int], blueprint: Blueprint, spread: float, candidates: int) -> PoolFigures:
    """`shares`: of each criterion so many items. `spread`: mean of p (1 - p) over the items."""
    wanted = items_per_kuk(blueprint)
    size = sum(shares.values())
    n_per_item = candidates * blueprint.items / size
    return PoolFigures(
        size=size,
        exposure=blueprint.items / size,
        exposure_most=max(count / shares[kuk] for kuk, count in wanted.items() if count),
        overlap_mean=sum(count**2 / shares[kuk] for kuk, count in wanted.items() if count),
        n_per_item=n_per_item,
        se_p=math.sqrt(spread / n_per_item),
        years_to_rasch=RASCH_N / n_per_item,
        years_to_2pl=TWO_PL_N / n_per_item,
    )


def _shares(items: Sequence[PoolItem], blueprint: Blueprint, size: int) -> dict[str, int]:
    """Of each criterion as many as its share of the blueprint, at least what a form takes, at most what there is."""
    held = _by_kuk(items)
    ratio = max(size / blueprint.items, 1.0)
    wanted = {kuk: count for kuk, count in items_per_kuk(blueprint).items() if count}
    lacking = sorted(kuk for kuk, count in wanted.items() if len(held.get(kuk, ())) < count)
    if lacking:
        raise ValueError(f"items: too few of {', '.join(lacking)} for one form")
    return {kuk: min(len(held[kuk]), int(count * ratio + 0.5)) for kuk, count in wanted.items()}


def _by_kuk(items: Sequence[PoolItem]) -> dict[str, list[PoolItem]]:
    found: dict[str, list[PoolItem]] = defaultdict(list)
    for item in items:
        found[item.kuk].append(item)
    return found
