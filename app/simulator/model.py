"""Who answers what: the two-parameter logistic model. Pure."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cache

SLOPE = 0.9
GRID = [-6 + 0.1 * step for step in range(121)]


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the bank file has it. `key` is the index of the right option; `expected_p` its planted proportion right."""

    options: tuple[str, ...]
    key: int
    expected_p: float


def probability(ability: float, difficulty: float) -> float:
    return 1 / (1 + math.exp(-SLOPE * (ability - difficulty)))


@cache
def difficulty_of(expected_p: float) -> float:
    """The b at which a N(0, 1) population answers the item right with this proportion, by bisection."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if population_p(middle) > expected_p else (low, middle)
    return (low + high) / 2


def population_p(difficulty: float) -> float:
    weights = [math.exp(-ability * ability / 2) for ability in GRID]
    right = sum(w * probability(ability, difficulty) for w, ability in zip(weights, GRID, strict=True))
    return right / sum(weights)


def choose(item: Item, shown: list[str], ability: float, rng: random.Random) -> int:
    """The place, as shown, of the option this candidate picks: right by the model, else one distractor at random."""
    key = shown.index(item.options[item.key])
    if rng.random() < probability(ability, difficulty_of(item.expected_p)):
        return key
    return rng.choice([place for place in range(len(shown)) if place != key])
