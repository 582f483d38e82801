"""What sittings found out about their items goes into the bank once their results are released."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, grading, itembank, schemes
from app.assembly import ReferenceStandard
from app.core import jobs
from app.core.db import Database
from app.delivery import AttemptState, Sitting
from app.grading import corrections
from app.psychometrics import item_analysis
from app.review.calibration import LEAST_N, LinkedCalibration, calibrate
from app.review.pooling import Pooled, Sat, pool
from app.review.snapshot import record_reading, take_snapshot
from app.review.statistics import LEAST_N_ITEM

RECORD_JOB: Final = "review.record-items"
CALIBRATE_JOB: Final = "review.calibrate-items"
WINDOW: Final = timedelta(days=365 * assembly.WINDOW_YEARS)


async def record_items(database: Database, payload: dict[str, Any]) -> None:
    """Of each item version: how many had it, the share that was right, and its discrimination where n suffices. Once, and again after
    a correction: by which keys, the source says."""
    async with database.staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, UUID(payload["sitting_id"]))
        known = await corrections.list_touching(session, [sitting.id])
        snapshot = await take_snapshot(session, sitting)
        await record_reading(session, snapshot, "statistik butir ke bank / item statistics into the bank")
    analysed = await asyncio.to_thread(item_analysis, snapshot.responses, verdict_n=LEAST_N_ITEM)
    source = f"{sitting.code} · {snapshot.sha256[:12]}"
    async with database.staff() as session, session.begin():
        await grading.share_scoring(session)
        if await corrections.list_touching(session, [sitting.id]) != known:
            return  # applying it asked for newer figures, which these must not come after
        if await itembank.newest_source(session, snapshot.scheme.code, sitting.code) == source:
            return
        for item, keyed in zip(analysed, snapshot.items, strict=True):
            found = {"p": item.difficulty.value, "d": item.d27.value if item.n_suffices else None}
            await itembank.record_statistics(session, keyed.version_id, source=source, n=item.n, statistics=found)


async def record_calibration(database: Database, payload: dict[str, Any]) -> None:
    """Of each item with enough answers in the released sittings of its scheme: its difficulty on the standard's scale. Once."""
    async with database.staff() as session:
        released = await delivery.get_sitting(session, UUID(payload["sitting_id"]))
        scheme = await schemes.get_scheme_version(session, released.scheme_version_id)
        standard = await assembly.find_standard(session, scheme)
        sittings = await _released_in_window(session, released, scheme.code)
    if standard is not None and sittings:
        await calibrate_sittings(database, [await _take(database, sitting) for sitting in sittings], standard)


async def record_again(session: AsyncSession, scheme_code: str, sitting_ids: Collection[UUID]) -> None:
    """A correction counted these released sittings of a scheme anew: so are their items, and the scale of the newest of all."""
    for sitting_id in sorted(sitting_ids):
        await jobs.enqueue(session, RECORD_JOB, {"sitting_id": str(sitting_id)})
    released = [one for one, _ in await delivery.list_sittings(session) if one.results_released_at]
    codes = {one.id: (await schemes.get_scheme_version(session, one.scheme_version_id)).code for one in released}
    of_scheme = [one for one in released if codes[one.id] == scheme_code]
    if of_scheme:
        newest = max(of_scheme, key=lambda one: (one.results_released_at, one.id))
        await jobs.enqueue(session, CALIBRATE_JOB, {"sitting_id": str(newest.id)})


async def calibrate_sittings(database: Database, sittings: Sequence[Sat], standard: ReferenceStandard) -> None:
    """The oldest sitting first. Nothing is written where they do not carry a scale, or where they were calibrated before."""
    pooled = pool(sittings, standard)
    found = await asyncio.to_thread(calibrate, pooled.responses, pooled.standard)
    if found is not None:
        await _write(database, pooled, found, standard, sittings[0].snapshot.scheme.code)


async def _released_in_window(session: AsyncSession, newest: Sitting, scheme_code: str) -> list[Sitting]:
    """The oldest first; none where there are fewer candidates in all than an item needs answers: then no key is opened."""
    until = newest.results_released_at
    if until is None:
        return []
    found = []
    for sitting, _ in await delivery.list_sittings(session):
        at = sitting.results_released_at
        scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
        if at is not None and until - WINDOW <= at <= until and scheme.code == scheme_code:
            found.append(sitting)
    submitted = [(await delivery.count_states(session, sitting.id)).get(AttemptState.SUBMITTED, 0) for sitting in found]
    return sorted(found, key=lambda one: (one.opens_at, one.code)) if sum(submitted) >= LEAST_N else []


async def _take(database: Database, sitting: Sitting) -> Sat:
    async with database.staff() as session, session.begin():
        snapshot = await take_snapshot(session, sitting)
        await record_reading(session, snapshot, "kalibrasi butir / calibration of items")
        return Sat(snapshot, await itembank.lineages_of(session, (item.version_id for item in snapshot.items)))


async def _write(
    database: Database, pooled: Pooled, found: LinkedCalibration, standard: ReferenceStandard, scheme_code: str
) -> None:
    source = f"{assembly.CALIBRATION} · {_named(pooled.sha256s, standard.sha256)}"
    async with database.staff() as session, session.begin():
        if await itembank.newest_source(session, scheme_code, assembly.CALIBRATION) == source:
            return
        for lineage, item in found.items.items():
            statistics = {
                "b": item.b,
                "se_b": item.se_b,
                "model": "rasch",
                "se_link": found.link.shift.se,
                "anchors": found.link.n_used,
                "p": item.p,
                "d": item.d,
            }
            version = pooled.newest[lineage]
            await itembank.record_statistics(session, version, source=source, n=item.n, statistics=statistics)


def _named(snapshots: Sequence[str], standard: str) -> str:
    return hashlib.sha256("\n".join([*snapshots, standard]).encode()).hexdigest()[:12]
