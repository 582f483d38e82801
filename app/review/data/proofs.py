"""For `sahih verify`: the newest review of each scheme, computed again from the data that were frozen for it."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.invariants import Invariant
from app.core.keyring import SealBroken
from app.review.compute import PROGRAM, compute
from app.review.data.computing import find_snapshot
from app.review.data.freeze import from_bytes, sha256_of, unpack
from app.review.data.parts import encoded, parts_key, read_all
from app.review.method.queries import get_method
from app.review.method.types import ReviewMethod
from app.review.reviews.queries import Computed, newest_computed


async def computed_otherwise(session: AsyncSession) -> list[str]:
    """Reviews whose data have another hash, or give other parts than those that were kept."""
    try:
        found = [await _faults(session, one) for one in await newest_computed(session)]
    except SealBroken as error:
        return [str(error)]
    return [fault for faults in found for fault in faults]


async def not_computed_again(session: AsyncSession) -> list[str]:
    """Reviews of another edition of this program: their figures are not those of today's."""
    return [f"{one.title}: {one.program}" for one in await newest_computed(session) if one.program != PROGRAM]


async def _faults(session: AsyncSession, review: Computed) -> list[str]:
    method = await get_method(session, review.method_id)
    packed = await find_snapshot(session, review.snapshot_sha256)
    frozen = unpack(packed) if packed else b""
    if sha256_of(frozen) != review.snapshot_sha256:
        return [f"{review.title}: its data are lost, or have another hash"]
    if review.program != PROGRAM:
        return []
    kept = await read_all(session, parts_key(review.snapshot_sha256, method.sha256))
    return await asyncio.to_thread(lambda: list(_differing(review.title, frozen, method.method, kept)))


def _differing(title: str, frozen: bytes, method: ReviewMethod, kept: dict[str, bytes]) -> Iterator[str]:
    now = {name: json.loads(encoded(content)) for name, content in compute(from_bytes(frozen), method)}
    for name in sorted(now.keys() | kept.keys()):
        if name not in kept or not _same(now.get(name), json.loads(kept[name])):
            yield f"{title}: part {name} is computed otherwise"


def _same(now: Any, then: Any) -> bool:
    """Texts to the letter, numbers to nine digits: in the last ones processors differ, by the order in which they add."""
    if isinstance(now, dict) and isinstance(then, dict):
        return now.keys() == then.keys() and all(_same(now[name], then[name]) for name in now)
    if isinstance(now, list) and isinstance(then, list):
        return len(now) == len(then) and all(_same(*pair) for pair in zip(now, then, strict=True))
    if isinstance(now, float) and isinstance(then, float):
        return math.isclose(now, then, rel_tol=1e-9, abs_tol=1e-12)
    return bool(now == then)


INVARIANTS: Final = (
    Invariant(
        "I-48",
        "Hasil kajian validitas ujian terbaru sama bila dihitung ulang dari data bekunya.",
        "What was computed for the newest validity review is the same when it is computed again from its frozen data.",
        computed_otherwise,
        not_computed_again,
    ),
)
