"""What a sitting found out about its items goes into the bank once its results are released."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from uuid import UUID

from app import delivery, itembank
from app.core.db import Database
from app.psychometrics import item_analysis
from app.review.snapshot import record_reading, take_snapshot
from app.review.statistics import LEAST_N_ITEM

RECORD_JOB: Final = "review.record-items"


async def record_items(database: Database, payload: dict[str, Any]) -> None:
    """Of each item version: how many had it, the share that was right, and its discrimination where n suffices. Once."""
    async with database.staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, UUID(payload["sitting_id"]))
        snapshot = await take_snapshot(session, sitting)
        await record_reading(session, snapshot, "statistik butir ke bank / item statistics into the bank")
    analysed = await asyncio.to_thread(item_analysis, snapshot.responses, verdict_n=LEAST_N_ITEM)
    source = f"{sitting.code} · {snapshot.sha256[:12]}"
    async with database.staff() as session, session.begin():
        if await itembank.has_statistics(session, source):
            return
        for item, keyed in zip(analysed, snapshot.items, strict=True):
            found = {"p": item.difficulty.value, "d": item.d27.value if item.n_suffices else None}
            await itembank.record_statistics(session, keyed.version_id, source=source, n=item.n, statistics=found)
