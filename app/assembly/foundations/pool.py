"""The pool: the active items of a scheme with all that a plan of forms depends on. No text and no key."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank
from app.assembly.foundations.parameters import JUDGED_SD, Difficulty, Evidence, difficulties, read_findings, read_panel
from app.assembly.foundations.standards import rounded
from app.assembly.types import PoolItem, ReferenceItem, ReferenceStandard
from app.itembank import BankItem, KnownItem
from app.schemes import SchemeVersion


async def read_pool(session: AsyncSession, scheme: SchemeVersion, standard: ReferenceStandard | None) -> list[PoolItem]:
    """By code. Difficulties are on the scale of the standard; without one, on that of the judges."""
    known = await itembank.list_statistics(session, scheme.code)
    found = difficulties([_evidence(item, standard) for item in known])
    by_version = {item.version_id: difficulty for item, difficulty in zip(known, found, strict=True)}
    active = await itembank.list_active(session, scheme.code)
    unit_of = scheme.unit_of
    items = [
        _pool_item(item, unit_of[item.kuk].code, by_version)
        for item in active
        if item.kuk in unit_of  # the scheme may have dropped a criterion since
    ]
    return sorted(items, key=lambda item: item.code)


def _evidence(item: KnownItem, standard: ReferenceStandard | None) -> Evidence:
    sittings, calibration = read_findings(item.findings)
    anchor, settled = None, frozenset[str]()
    if standard and (reference := standard.items.get(item.lineage_id)):
        anchor, settled = _anchor(reference), standard.settled
    calibrated = calibration[1] if calibration and calibration[0] not in settled else None
    expected_p, judged_sd = read_panel(item.findings) or (item.expected_p, JUDGED_SD)
    return Evidence(expected_p, sittings, calibrated, anchor, settled, judged_sd)


def _anchor(item: ReferenceItem) -> Difficulty:
    return Difficulty(item.a, item.b, item.se, item.source, item.n)


def _pool_item(item: BankItem, unit: str, by_version: Mapping[UUID, Difficulty]) -> PoolItem:
    difficulty = by_version[item.version_id]
    return PoolItem(
        version_id=item.version_id,
        code=item.code,
        kuk=item.kuk,
        unit=unit,
        level=item.level,
        picture=item.picture,
        case=item.stimulus,
        enemies=item.enemies,
        fixed=item.fixed_order,
        content_hash=item.content_hash,
        b=rounded(difficulty.b),
        se=rounded(difficulty.se),
        source=difficulty.source,
        n=difficulty.n,
        a=rounded(difficulty.a),
    )
