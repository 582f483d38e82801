"""Reference standards as data: which ability the pass mark asks for, on which items, with which parameters. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, Protocol
from uuid import UUID

from app.assembly.errors import BankTooSmall
from app.assembly.foundations.blueprints import canonical_sha256, items_per_kuk
from app.assembly.types import Blueprint, PoolItem, ReferenceItem, Source

ABILITIES: Final = (-8.0, 8.0)
NEAR_ENOUGH: Final = 1e-12
DECIMALS: Final = 6  # of what is stored, and so of what theta_cut is computed from


class Rated(Protocol):
    """An item with its parameters."""

    @property
    def kuk(self) -> str: ...
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...


def blueprint_score(items: Collection[Rated], blueprint: Blueprint, theta: float) -> float:
    """Of a candidate with this ability, on a form drawn at random as the blueprint asks: per criterion its number of items
    times the mean chance of a right answer. Each criterion of the blueprint has an item."""
    chances: dict[str, list[float]] = defaultdict(list)
    for item in items:
        chances[item.kuk].append(1 / (1 + math.exp(-item.a * (theta - item.b))))
    wanted = items_per_kuk(blueprint)
    return math.fsum(count * math.fsum(chances[kuk]) / len(chances[kuk]) for kuk, count in wanted.items() if count)


def cut_ability(items: Collection[Rated], blueprint: Blueprint, score: float) -> float:
    """The ability of which `score` is expected. The expected score rises with ability."""
    low, high = ABILITIES
    while high - low > NEAR_ENOUGH:
        middle = (low + high) / 2
        low, high = (middle, high) if blueprint_score(items, blueprint, middle) < score else (low, middle)
    return rounded(high)


def require_one_form(items: Collection[Rated], blueprint: Blueprint) -> None:
    """What cannot fill a single form says nothing about a form's score."""
    held = Counter(item.kuk for item in items)
    for kuk, wanted in items_per_kuk(blueprint).items():
        if held[kuk] < wanted:
            raise BankTooSmall(kuk=kuk, wanted=wanted, available=held[kuk])


def reference_item(item: PoolItem, lineage_id: UUID) -> ReferenceItem:
    return ReferenceItem(
        lineage_id,
        item.code,
        item.content_hash,
        item.kuk,
        rounded(item.a),
        rounded(item.b),
        rounded(item.se),
        item.source,
        item.n,
    )


def standard_content(
    items: Sequence[ReferenceItem],
    blueprint: Blueprint,
    *,
    blueprint_sha256: str,
    score: float,
    settled: Collection[str],
) -> dict[str, Any]:
    return {
        "target": score,
        "theta_cut": cut_ability(items, blueprint, score),
        "blueprint_sha256": blueprint_sha256,
        "settled": sorted(settled),
        "items": [asdict(item) | {"lineage_id": str(item.lineage_id)} for item in items],
    }


def read_items(content: Mapping[str, Any]) -> tuple[ReferenceItem, ...]:
    return tuple(
        ReferenceItem(**item | {"lineage_id": UUID(item["lineage_id"]), "source": Source(item["source"])})
        for item in content["items"]
    )


def contradictions(content: Mapping[str, Any], sha256: str, blueprint: Blueprint, blueprint_sha256: str) -> list[str]:
    """What a stored standard says otherwise than it computes now."""
    found = []
    if canonical_sha256(content) != sha256:
        found.append("its content has another hash")
    if content["blueprint_sha256"] != blueprint_sha256:
        found.append("it names another blueprint")
    theta = cut_ability(read_items(content), blueprint, content["target"])
    if abs(theta - content["theta_cut"]) > 10**-DECIMALS:
        found.append(f"theta_cut is {content['theta_cut']}, computed {theta}")
    return found


def count_sources(sources: Sequence[Source]) -> dict[str, int]:
    held = Counter(sources)
    return {source.value: held[source] for source in Source}


def rounded(value: float) -> float:
    """As parameters are kept."""
    return round(value, DECIMALS) + 0.0  # no negative zero: JSONB does not keep it
