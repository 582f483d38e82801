"""The bank: what is true of its items, and what the review is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.review.data.types import ReviewItem
from tests.factories import kuks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
OPTIONS = 4
MEAN_SECONDS = 38.0  # per item: few candidates are still at work when the bell rings


@dataclass(frozen=True, slots=True)
class Bank:
    """What is true of the items; the review sees `items` alone."""

    a: Floats
    b: Floats
    key: Ints
    wrong: Floats  # (items, 3) how the wrong options attract, in the order after the key
    pace: Floats  # mean seconds
    items: tuple[ReviewItem, ...]
    by_kuk: Ints  # (kuks, items of each)

    def drawn(self, rng: np.random.Generator, items: int) -> Ints:
        """A form: as many items of each KUK."""
        each = items // len(self.by_kuk)
        return np.concatenate([rng.permutation(members)[:each] for members in self.by_kuk])

    def theta_at(self, share: float) -> float:
        """The ability at which the bank as a whole gives this share of its points."""
        grid = np.linspace(-3, 3, 1201)
        curve = (1 / (1 + np.exp(-self.a * (grid[:, None] - self.b)))).mean(axis=1)
        return float(grid[np.searchsorted(curve, share)])


def make_bank(rng: np.random.Generator, size: int, standard: bool) -> Bank:
    a = np.exp(rng.normal(0.0, 0.2, size))
    # No sound item is answered by nearly all, or by hardly anybody.
    b = np.clip(rng.normal(-0.95, 0.75, size), -2.6, 0.6)
    key = rng.integers(0, OPTIONS, size)
    wrong = np.sort(rng.dirichlet([4.0, 4.0, 4.0], size), axis=1)[:, ::-1]
    judged = np.clip(1 / (1 + np.exp(0.85 * b)) + rng.normal(0, 0.08, size), 0.2, 0.97)
    planned = b + rng.normal(0, 0.15, size)
    items = list(_judged_items(key.tolist(), judged.tolist(), uuids(rng, size), uuids(rng, size)))
    if standard:
        for i, at in enumerate(planned.tolist()):
            items[i] = replace(items[i], b=round(at, 4), se=0.15, in_standard=True)
    pace = MEAN_SECONDS * np.exp(rng.normal(0, 0.25, size))
    return Bank(a, b, key, wrong, pace, tuple(items), np.arange(size).reshape(len(kuks()), -1))


def _judged_items(
    keys: list[int], judged: list[float], lineages: list[UUID], versions: list[UUID]
) -> Iterator[ReviewItem]:
    """The items, as many of each KUK, with what judges expect; no plan knows them yet."""
    each = len(keys) // len(kuks())
    for i, (key, expected, lineage, version) in enumerate(zip(keys, judged, lineages, versions, strict=True)):
        kuk = kuks()[i // each]
        yield ReviewItem(
            lineage_id=lineage,
            version_id=version,
            code=f"MMU-{kuk}-{i % each + 1:02d}",
            kuk=kuk,
            unit=f"MM {kuk.split('.')[0]}",
            n_options=OPTIONS,
            key=key,
            void=False,
            state="active",
            versions=((1, version),),
            expected_p=round(expected, 2),
        )


def uuids(rng: np.random.Generator, n: int) -> list[UUID]:
    raw = rng.bytes(16 * n)
    return [UUID(bytes=raw[16 * i : 16 * i + 16], version=4) for i in range(n)]
