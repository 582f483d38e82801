"""What a plan of forms depends on, as JSON: kept with the plan, hashed, and read again to repeat it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from app.assembly.foundations.blueprints import canonical_sha256
from app.assembly.types import PlanSettings, PoolItem, Shortfall, Source

Earlier = Mapping[UUID, frozenset[str]]


def pool_out(items: Iterable[PoolItem]) -> list[dict[str, Any]]:
    return [
        asdict(item)
        | {"version_id": str(item.version_id), "enemies": list(item.enemies), "source": item.source.value}
        | {name: getattr(item, name) + 0.0 for name in ("a", "b", "se")}  # the database keeps no negative zero
        for item in items
    ]


def pool_sha256(items: Iterable[PoolItem]) -> str:
    return canonical_sha256(pool_out(items))


def pool_in(stored: Iterable[Mapping[str, Any]]) -> tuple[PoolItem, ...]:
    return tuple(
        replace(
            PoolItem(**one),
            version_id=UUID(one["version_id"]),
            enemies=tuple(one["enemies"]),
            source=Source(one["source"]),
        )
        for one in stored
    )


def earlier_out(earlier: Earlier) -> dict[str, list[str]]:
    return {str(person): sorted(codes) for person, codes in sorted(earlier.items())}


def earlier_in(stored: Mapping[str, Sequence[str]]) -> dict[UUID, frozenset[str]]:
    return {UUID(person): frozenset(codes) for person, codes in stored.items()}


def settings_out(settings: PlanSettings) -> dict[str, Any]:
    return asdict(settings)


def settings_in(stored: Mapping[str, Any]) -> PlanSettings:
    return PlanSettings(**stored)


def shortfall_out(one: Shortfall) -> dict[str, Any]:
    return asdict(one)
