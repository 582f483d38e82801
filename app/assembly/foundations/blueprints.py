"""Blueprints as data: from JSON and back, the default of a scheme, and what is wrong with one. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.assembly.types import Blueprint, Dimension, Limit, PoolItem
from app.itembank import LEVELS
from app.schemes import SchemeVersion

YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class BlueprintFault:
    """What is wrong with one field of a blueprint, and what to do, in both languages."""

    field: str
    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A limit, and how many items of the pool it can be kept with."""

    limit: Limit
    available: int


def parse_blueprint(content: Mapping[str, Any]) -> Blueprint:
    limits = (
        Limit(Dimension(limit["dimension"]), limit["value"], limit["least"], limit["most"])
        for limit in content["limits"]
    )
    return Blueprint(content["items"], tuple(limits))


def blueprint_content(blueprint: Blueprint) -> dict[str, Any]:
    return {"items": blueprint.items, "limits": [asdict(limit) for limit in blueprint.limits]}


def canonical_sha256(content: Mapping[str, Any] | Sequence[Any]) -> str:
    """Of the canonical JSON, so that it can be computed again from what is stored."""
    encoded = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def default_blueprint(scheme: SchemeVersion) -> Blueprint:
    """What the scheme's file proposes: a first draft until the committee has approved one."""
    limits = (Limit(Dimension.KUK, kuk, count, count) for kuk, count in scheme.items_per_kuk.items())
    return Blueprint(sum(scheme.items_per_kuk.values()), tuple(limits))


def items_per_kuk(blueprint: Blueprint) -> dict[str, int]:
    return {limit.value: limit.least for limit in blueprint.limits if limit.dimension is Dimension.KUK}


def value_of(item: PoolItem, dimension: Dimension) -> str:
    """By which value of a dimension an item counts; "" where it does not."""
    match dimension:
        case Dimension.KUK:
            return item.kuk
        case Dimension.UNIT:
            return item.unit
        case Dimension.LEVEL:
            return item.level
        case Dimension.PICTURE:
            return YES if item.picture else ""
        case Dimension.CASE:
            return YES if item.case else ""
        case Dimension.FIXED:
            return YES if item.fixed else ""


def cells_of(items: Iterable[PoolItem], blueprint: Blueprint) -> list[Cell]:
    held = Counter((dimension, value_of(item, dimension)) for item in items for dimension in Dimension)
    return [Cell(limit, held[limit.dimension, limit.value]) for limit in blueprint.limits]


def faults_of(blueprint: Blueprint, scheme: SchemeVersion) -> list[BlueprintFault]:
    """Why this cannot be a blueprint of the scheme, whatever the bank holds."""
    return [
        *_total(blueprint, scheme),
        *_limits(blueprint, _known_values(scheme)),
        *_criteria(blueprint, scheme),
        *_sums(blueprint, scheme),
    ]


def _known_values(scheme: SchemeVersion) -> dict[Dimension, set[str]]:
    return {
        Dimension.KUK: set(scheme.unit_of),
        Dimension.UNIT: {unit.code for unit in scheme.units},
        Dimension.LEVEL: set(LEVELS),
    }


def _total(blueprint: Blueprint, scheme: SchemeVersion) -> Iterator[BlueprintFault]:
    if scheme.exam and blueprint.items != scheme.exam.items:
        wanted = scheme.exam.items
        yield BlueprintFault(
            "items",
            f"tertulis {blueprint.items} soal; ujian skema ini {wanted} soal",
            f"says {blueprint.items} items; the exam of this scheme has {wanted}",
        )


def _limits(blueprint: Blueprint, known: Mapping[Dimension, set[str]]) -> Iterator[BlueprintFault]:
    """Each limit by itself."""
    seen = Counter((limit.dimension, limit.value) for limit in blueprint.limits)
    for limit in blueprint.limits:
        field, allowed = _field(limit), known.get(limit.dimension, {YES})
        if limit.value not in allowed:
            listed = ", ".join(sorted(allowed))
            yield BlueprintFault(
                field, f"tidak dikenal; pilih salah satu: {listed}", f"unknown; choose one of: {listed}"
            )
        if not 0 <= limit.least <= limit.most <= blueprint.items:
            yield BlueprintFault(
                field,
                f"tertulis {limit.least}–{limit.most}; harus naik dan di antara 0 dan {blueprint.items}",
                f"says {limit.least} to {limit.most}; it must rise and lie between 0 and {blueprint.items}",
            )
        if seen[limit.dimension, limit.value] > 1:
            yield BlueprintFault(field, "tertulis dua kali; hapus salah satu", "stands here twice; delete one")


def _criteria(blueprint: Blueprint, scheme: SchemeVersion) -> Iterator[BlueprintFault]:
    """Each criterion has a number of its own."""
    given = {limit.value: limit for limit in blueprint.limits if limit.dimension is Dimension.KUK}
    for kuk in scheme.unit_of:
        limit = given.get(kuk)
        if limit is None:
            yield BlueprintFault(f"kuk {kuk}", "belum ada jumlah soalnya; isi", "has no number of items; fill it in")
        elif limit.least != limit.most:
            yield BlueprintFault(
                f"kuk {kuk}",
                f"tertulis {limit.least}–{limit.most}; isi satu jumlah tetap",
                f"says {limit.least} to {limit.most}; give one exact number",
            )


def _sums(blueprint: Blueprint, scheme: SchemeVersion) -> Iterator[BlueprintFault]:
    """What the limits say together."""
    per_kuk = Counter(items_per_kuk(blueprint))
    if per_kuk.total() != blueprint.items:
        yield BlueprintFault(
            "kuk",
            f"semua KUK berjumlah {per_kuk.total()} soal, harus {blueprint.items}; ubah jumlah KUK",
            f"all criteria add up to {per_kuk.total()} items, it must be {blueprint.items}; change some of them",
        )
    per_unit = Counter({unit.code: 0 for unit in scheme.units})
    for kuk, count in per_kuk.items():
        if kuk in scheme.unit_of:
            per_unit[scheme.unit_of[kuk].code] += count
    for limit in blueprint.limits:
        if limit.dimension is Dimension.UNIT and not limit.least <= per_unit[limit.value] <= limit.most:
            held = per_unit[limit.value]
            yield BlueprintFault(
                _field(limit),
                f"KUK unit ini berjumlah {held}, batasnya {limit.least}–{limit.most}; samakan",
                f"its criteria add up to {held}, the limit says {limit.least} to {limit.most}; make them agree",
            )
    yield from _levels(blueprint)


def _levels(blueprint: Blueprint) -> Iterator[BlueprintFault]:
    """Every item has one level, so limits of all levels have to leave room for all items."""
    limits = [limit for limit in blueprint.limits if limit.dimension is Dimension.LEVEL]
    least, most = sum(limit.least for limit in limits), sum(limit.most for limit in limits)
    if least > blueprint.items or ({limit.value for limit in limits} >= set(LEVELS) and most < blueprint.items):
        yield BlueprintFault(
            "level",
            f"semua tingkat bersama memberi {least}–{most} soal, harus memuat {blueprint.items}; ubah batasnya",
            f"all levels together allow {least} to {most} items, {blueprint.items} must fit; change the limits",
        )


def _field(limit: Limit) -> str:
    return f"{limit.dimension} {limit.value}"
