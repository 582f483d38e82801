"""One level from its fresh database to its figures: generate, watch, then ask the database what is true."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.bench.installation import ROOT
from tests.load.levels import Level, Seating, Size
from tests.load.report import figures_of, reason, sustained
from tests.load.site import EFFECTS, LATEST_CLOSE, STUCK, Site
from tests.load.watch import Watch, held, watching

HEAD_START_SECONDS = 2.0  # the generator reads its job and draws its timetables
LEAK_PATIENCE_SECONDS = 10.0


@dataclass
class Outcome:
    level: Level
    name: str
    seed: int
    seen: dict[str, Any]
    watch: Watch
    figures: dict[str, float]
    lost: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        """What does not hold, in words; nothing where the level is passed."""
        figures = self.figures
        must_be_none = ["lost", "violations", "errors", "leaked", "unanswered"]
        if not self.level.may_be_unavailable:
            must_be_none.append("unavailable")
        failed = [f"{name}: {figures[name]:g}" for name in must_be_none if figures[name]]
        if figures["started %"] < 100:
            failed.append(f"started: {figures['started %']:.1f} %")
        for name, bound in self.level.most.items():
            if figures[name] > bound:
                failed.append(f"{name}: {figures[name]:.4g} > {bound:g}")
        for name, bound in self.level.least.items():
            if figures[name] < bound:
                failed.append(f"{name}: {figures[name]:.4g} < {bound:g}")
        return failed

    @property
    def reason(self) -> str:
        return reason(self.watch)


async def run(site: Site, level: Level, name: str, size: Size, seed: int) -> Outcome:
    seats = await site.begin(level)
    job = {"level": name, "size": asdict(size), "seed": seed, "origin": site.installation.url, "seats": seats}
    generator = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.load.generator",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        processes = site.processes | {"generator": generator.pid}
        async with watching(site.installation.port, processes, site.installation.database.superuser_url) as watch:
            began_at = time.monotonic() + HEAD_START_SECONDS + level.candidates / 5_000
            if level.seating is Seating.RUNNING:
                await site.start_all(level, began_at)
            happens = asyncio.create_task(_happen(site, level, began_at))
            said, _ = await generator.communicate(json.dumps(job | {"began_at": began_at}).encode())
            await happens
    finally:
        if generator.returncode is None:
            generator.kill()
            await generator.wait()
    if generator.returncode:
        raise RuntimeError("the generator failed; what it said stands above")
    seen = json.loads(said)
    watch.shares["generator"] = seen["cpu"] / watch.capacity_seconds
    return await _checked(site, level, name, seed, seen, watch)


async def _happen(site: Site, level: Level, began_at: float) -> None:
    """What happens to all of them in the middle of the level."""
    if level.rev_at is not None:
        await asyncio.sleep(began_at + level.rev_at - time.monotonic())
        await site.raise_rev()


async def _checked(site: Site, level: Level, name: str, seed: int, seen: dict[str, Any], watch: Watch) -> Outcome:
    overdue = await site.settled()
    lost, violations = await site.lost(seen["ledger"]), await site.installation.violations()
    figures = figures_of(level, seen, watch) | {
        "lost": len(lost),
        "violations": len(violations),
        "leaked": await _leaked(site),
        "not closed": overdue,
        "closed after the deadline s": float(await site.ask(LATEST_CLOSE)),
        "effects besides one": await site.ask(EFFECTS),
    }
    if level.rates:
        figures["saves/s"] = sustained(level, seen)
    return Outcome(level, name, seed, seen, watch, figures, lost, violations)


async def _leaked(site: Site) -> int:
    """Connections that nobody needs any more: of clients that are gone, and in the database in a forgotten transaction."""
    deadline = time.monotonic() + LEAK_PATIENCE_SECONDS
    while True:
        leaked = held(site.installation.port) + int(await site.ask(STUCK))
        if not leaked or time.monotonic() > deadline:
            return leaked
        await asyncio.sleep(0.5)
