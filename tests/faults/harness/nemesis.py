"""A long run under faults in random order: a million acknowledged saves, and each of them is looked for."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter

from tests.faults.harness.registry import FAULTS, Fault, Outcome, Run, Seen
from tests.faults.harness.stage import Stage

CROWD = 160
CHANGES_AT_ONCE = 40
PACE = 0.8
SAVES_PER_FAULT = 50_000  # so that the saves do not all fall between two faults
SCHEDULE = ("F-01", "F-01", "F-02", "F-03", "F-03", "F-04", "F-05", "F-16", "F-18", "F-21", "F-31")
NEMESIS = Fault("nemesis", "these faults in random order", None, "0 lost")


async def nemesis(run: Run, saves: int) -> Outcome:
    """Let faults happen, one after the other, until this many saves were acknowledged."""
    stage = Stage(run.folder / "nemesis", seed=run.seed)
    try:
        await stage.open(CROWD)
        for candidate in stage.candidates:
            candidate.changes_at_once, candidate.pace = CHANGES_AT_ONCE, PACE
        return await _suffer(stage, Run(run.folder, run.seed, short=True, gentle=True), saves)
    finally:
        await stage.close()


async def _suffer(stage: Stage, run: Run, saves: int) -> Outcome:
    began, checked, happened, lost = time.monotonic(), 0, Counter[str](), list[str]()
    seen = Seen(allowed=("not our server",))
    async with stage.load():
        while stage.ledger.acknowledged < saves or happened.total() < saves // SAVES_PER_FAULT:
            await asyncio.sleep(stage.rng.uniform(1.0, 4.0))
            name = stage.rng.choice(SCHEDULE)
            work = FAULTS[name].on_stage
            assert work
            seen.complaints += (await work(stage, run)).complaints
            happened[name] += 1
            already = stage.ledger.acknowledged
            lost += await stage.ledger.lost(stage.superuser_url, first=checked)
            checked = already
            print(f"     {name}: {already:,} saved, {len(lost)} lost", file=sys.stderr)
    seen.complaints += await stage.complaints(began, seen.allowed)
    lost += await stage.ledger.lost(stage.superuser_url)
    minutes = (time.monotonic() - began) / 60
    what = ", ".join(f"{count} x {name}" for name, count in sorted(happened.items()))
    seen.words = f"{happened.total()} faults in {minutes:.0f} minutes: {what}"
    return Outcome(seen, stage.ledger.acknowledged, lost)
