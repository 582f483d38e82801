"""The order of events: a stage, load on it, a fault, and then the questions."""

from __future__ import annotations

import asyncio
import signal
import traceback
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.faults.harness import scenarios
from tests.faults.harness.load import under_load
from tests.faults.harness.nemesis import NEMESIS, nemesis
from tests.faults.harness.registry import FAULTS, Fault, Outcome, Run, Seen
from tests.faults.harness.report import Row, judged, say
from tests.faults.harness.stage import Stage

assert scenarios, "imported for the faults that it registers"


async def play(run: Run, ids: Sequence[str], *, saves: int = 0) -> list[Row]:
    """Run these faults: first those of the common stage, one after the other on one installation; then the others.

    With `saves`, random faults follow until that many are acknowledged.
    """
    me = asyncio.current_task()
    assert me
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)  # leave no process behind
    chosen = [FAULTS[name] for name in ids]
    rows: dict[str, Row] = {}
    common = [fault for fault in chosen if fault.on_stage]
    if common:
        async with opened(run) as stage:
            for fault in common:
                rows[fault.id] = _row(fault, await on_stage(fault, stage, run))
    for fault in chosen:
        if fault.alone:
            rows[fault.id] = _row(fault, await _guarded(fault.alone(run)))
    if saves:
        chosen.append(NEMESIS)
        rows[NEMESIS.id] = _row(NEMESIS, await _guarded(nemesis(run, saves)))
    return [rows[fault.id] for fault in chosen]


@asynccontextmanager
async def opened(run: Run, name: str = "common", **options: Any) -> AsyncIterator[Stage]:
    stage = Stage(run.folder / name, seed=run.seed, **options)
    try:
        await stage.open()
        yield stage
    finally:
        await stage.close()


async def on_stage(fault: Fault, stage: Stage, run: Run) -> Outcome:
    assert fault.on_stage
    return await _guarded(under_load(stage, fault.on_stage(stage, run)))


async def _guarded(work: Any) -> Outcome:
    """A scenario that breaks off is a fault that was not survived; the next one still runs."""
    try:
        outcome: Outcome = await work
    except Exception:
        return Outcome(Seen(complaints=[traceback.format_exc()]), 0, [])
    return outcome


def _row(fault: Fault, outcome: Outcome) -> Row:
    row = judged(fault, outcome)
    say(row)
    return row
