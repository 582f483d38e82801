"""A fault under load, and the questions afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable

from tests.faults.harness.crowd import Crowd
from tests.faults.harness.registry import Outcome, Seen
from tests.faults.harness.stage import Stage

WARM_UP = 1.0


async def under_load(stage: Stage, work: Awaitable[Seen], *, database: str = "", judge: bool = True) -> Outcome:
    """Let a fault happen while everybody saves; then compare what was promised with what is stored.

    `database` is where the answers are by then, if not where they were; without `judge` the work has judged by itself.
    """
    first, began, crowd = stage.ledger.acknowledged, time.monotonic(), Crowd()
    async with stage.load():
        await asyncio.sleep(WARM_UP)
        seen = await work
    seen.crowded = crowd.factor()
    if database:
        stage.moved_to(database)
    if judge:
        seen.complaints += await stage.complaints(began, seen.allowed)
    heard = ", ".join(f"{count} x {kind}" for kind, count in sorted(stage.heard(began).items()))
    seen.words += f"; {heard}" if heard else ""
    lost = await stage.ledger.lost(stage.superuser_url, first=first) if judge else []
    return Outcome(seen, stage.ledger.acknowledged - first, lost)
