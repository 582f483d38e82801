"""A bank that nobody has written yet, for planning: as hard in every criterion as judges say that items are. Pure."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final
from uuid import UUID

from app.assembly.foundations.parameters import judged
from app.assembly.types import PoolItem
from app.schemes import SchemeVersion

SHARES: Final = NormalDist(0.67, 0.12)  # of right answers at the cut


def synthetic_bank(scheme: SchemeVersion, size: int) -> list[PoolItem]:
    """About `size` items, each criterion with its share of the blueprint, and at least one form."""
    wanted = scheme.items_per_kuk
    ratio = max(size / sum(wanted.values()), 1.0)
    return [
        _item(scheme, kuk, number, round(count * ratio))
        for kuk, count in wanted.items()
        for number in range(round(count * ratio))
    ]


def _item(scheme: SchemeVersion, kuk: str, number: int, of: int) -> PoolItem:
    difficulty = judged(SHARES.inv_cdf((number + 0.5) / of))
    return PoolItem(
        version_id=UUID(int=0),
        code=f"{kuk}-{number + 1:04d}",
        kuk=kuk,
        unit=scheme.unit_of[kuk].code,
        level="apply",
        picture=False,
        case=None,
        enemies=(),
        fixed=False,
        content_hash="",
        b=difficulty.b,
        se=difficulty.se,
        source=difficulty.source,
    )
