"""What synthetic candidates answer, and how long they take: the two-parameter model with plants. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.assembly import PoolItem

SLOPE_SPREAD: Final = 0.15  # of ln a
MISJUDGED: Final = 0.15  # logits by which a difficulty is really another than it was taken for
ABOVE_THE_CUT: Final = 0.15
ABILITY_SD: Final = 0.75
MEAN_SECONDS: Final = 38.0
BLANK: Final = 0.003
# The plants.
DIF_LOGITS: Final = 1.0
LEAKED: Final = 0.25
HARDER: Final = 0.35
COPIED_ITEMS, COPIED_SHARE, COPIERS_ABILITY = 40, 0.9, -0.8

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of the items of a pool, whatever the bank takes them for. `dif`: their place, where one is planted."""

    versions: tuple[UUID, ...]
    a: Floats
    b: Floats
    right: Ints  # the option that is right, in stored order
    wrong: Floats  # (items, options - 1) how the options after the right one attract who does not know
    pace: Floats  # mean seconds
    dif: int | None = None

    @property
    def place(self) -> dict[UUID, int]:
        return {version: index for index, version in enumerate(self.versions)}


@dataclass(frozen=True, slots=True)
class Sat:
    """Who sat on what: `items` (candidates, positions) are places in the pool in the order of each one's form."""

    items: Ints
    theta: Floats
    focal: NDArray[np.bool_]  # of the group for which the planted item is harder
    harder: NDArray[np.bool_]  # on the form that is
    leaked: int | None = None
    pair: tuple[int, int] | None = None  # source, copier


@dataclass(frozen=True, slots=True)
class Answered:
    """(candidates, positions): the option in stored order, -1 for a blank, and the seconds that it took."""

    option: Ints
    seconds: Floats


def make_truth(
    pool: Sequence[PoolItem],
    keys: Mapping[UUID, int],
    options: int,
    seed: int,
    *,
    mis_key: int | None = None,
    dif: int | None = None,
) -> Truth:
    """`keys`: the bank's, in stored order. An item is the same in every period: its chance hangs on its code."""
    chance = [np.random.default_rng([seed, crc32(item.code.encode())]) for item in pool]
    right = np.array([keys[item.version_id] for item in pool])
    if mis_key is not None:
        right[mis_key] = (right[mis_key] + 1) % options
    return Truth(
        versions=tuple(item.version_id for item in pool),
        a=np.array([np.exp(rng.normal(0, SLOPE_SPREAD)) for rng in chance]),
        b=np.array([item.b + rng.normal(0, MISJUDGED) for item, rng in zip(pool, chance, strict=True)]),
        right=right,
        wrong=np.array([np.sort(rng.dirichlet([4.0] * (options - 1)))[::-1] for rng in chance]),
        pace=np.array([MEAN_SECONDS * np.exp(rng.normal(0, 0.25)) for rng in chance]),
        dif=dif,
    )


def draw_abilities(rng: np.random.Generator, cut: float, n: int) -> Floats:
    return rng.normal(cut + ABOVE_THE_CUT, ABILITY_SD, n)


def answer(rng: np.random.Generator, truth: Truth, sat: Sat, duration: float) -> Answered:
    """What lies behind the bell stays blank."""
    knows = _knows(rng, truth, sat)
    option = np.where(knows, truth.right[sat.items], _misled(rng, truth, sat.items))
    option[rng.random(option.shape) < BLANK] = -1
    own_pace = np.exp(rng.normal(0, 0.25, len(sat.theta)))[:, None]
    seconds = truth.pace[sat.items] * own_pace * np.exp(rng.normal(0, 0.45, option.shape))
    option[seconds.cumsum(axis=1) >= duration] = -1
    if sat.pair is not None:
        _copy(rng, sat.items, option, *sat.pair)
    return Answered(option, seconds)


def _knows(rng: np.random.Generator, truth: Truth, sat: Sat) -> NDArray[np.bool_]:
    items = sat.items
    logit = truth.a[items] * (sat.theta[:, None] - truth.b[items])
    logit -= HARDER * sat.harder[:, None]
    if truth.dif is not None:
        logit -= DIF_LOGITS * ((items == truth.dif) & sat.focal[:, None])
    knows: NDArray[np.bool_] = rng.random(items.shape) < 1 / (1 + np.exp(-logit))
    if sat.leaked is not None:
        lost = (items == sat.leaked) & ~knows
        wanted = LEAKED * int((items == sat.leaked).sum())
        knows |= lost & (rng.random(items.shape) < min(1.0, wanted / max(1, int(lost.sum()))))
    return knows


def _misled(rng: np.random.Generator, truth: Truth, items: Ints) -> Ints:
    """A wrong option: one after the right one, around the end."""
    edges = truth.wrong.cumsum(axis=1)[items][..., :-1]
    beyond = 1 + (rng.random(items.shape)[..., None] > edges).sum(axis=-1)
    return np.asarray((truth.right[items] + beyond) % (truth.wrong.shape[1] + 1))


def _copy(rng: np.random.Generator, items: Ints, option: Ints, source: int, copier: int) -> None:
    shared, theirs, own = np.intersect1d(items[source], items[copier], return_indices=True)
    some = rng.permutation(len(shared))[: round(COPIED_SHARE * COPIED_ITEMS)]
    option[copier, own[some]] = option[source, theirs[some]]
