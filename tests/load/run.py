"""One level from its fresh database to its figures: generate, watch, then ask the database what is true."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.bench.installation import ROOT
from tests.load.levels import APART_SECONDS, HOLD_SECONDS, Level, Seating, Size
from tests.load.report import board_figures, figures_of, reason, sustained
from tests.load.site import EFFECTS, LATEST_CLOSE, STUCK, Site
from tests.load.watch import Watch, held, watching

HEAD_START_SECONDS = 2.0  # the generator reads its job and draws its timetables
LEAK_PATIENCE_SECONDS = 10.0
LAST_LOOK_SECONDS = 2.5  # after the last hand-in the proctors wait for the board to show it


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
        return reason(self.watch, self.seen["connections"])


async def run(site: Site, level: Level, name: str, size: Size, seed: int) -> Outcome:
    seats = await site.begin(level)
    job = {"level": name, "size": asdict(size), "seed": seed, "origin": site.installation.url, "seats": seats}
    url = site.installation.database.superuser_url
    async with AsyncExitStack() as children:
        generator = await children.enter_async_context(_child("tests.load.generator"))
        processes = site.processes | {"generator": generator.pid}
        if level.proctors:
            proctors = await children.enter_async_context(_child("tests.load.proctors"))
            processes["proctors"] = proctors.pid
        async with watching(site.installation.port, processes, url) as watch:
            began_at = time.monotonic() + HEAD_START_SECONDS + level.candidates / 5_000 + level.proctors * APART_SECONDS
            if level.seating is Seating.RUNNING:
                await site.start_all(level, began_at)
            if level.proctors:
                await _tell(proctors, site.watching | {"began_at": began_at})
            happens = asyncio.create_task(_happen(site, level, watch, began_at))
            seen = await _said(generator, job | {"began_at": began_at})
            await happens
            if level.proctors:
                await asyncio.sleep(LAST_LOOK_SECONDS)
                seen["board"] = await _said(proctors, "enough")
    for name_of_child, said in (("generator", seen), ("proctors", seen.get("board"))):
        if said:
            watch.shares[name_of_child] = said["cpu"] / watch.capacity_seconds
    return await _checked(site, level, name, seed, seen, watch)


@asynccontextmanager
async def _child(module: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of its own, so that its share of the processors can be named."""
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdin=pipe, stdout=pipe, cwd=ROOT)
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _tell(child: asyncio.subprocess.Process, job: Any) -> None:
    assert child.stdin
    child.stdin.write(f"{json.dumps(job)}\n".encode())
    await child.stdin.drain()


async def _said(child: asyncio.subprocess.Process, job: Any) -> dict[str, Any]:
    """What it answers to this, which is its last word."""
    said, _ = await child.communicate(f"{json.dumps(job)}\n".encode())
    if child.returncode:
        raise RuntimeError("a generating process failed; what it said stands above")
    answer: dict[str, Any] = json.loads(said)
    return answer


async def _happen(site: Site, level: Level, watch: Watch, began_at: float) -> None:
    """The beginning of the level, and what happens to all of them in its middle."""
    await asyncio.sleep(began_at - time.monotonic())
    watch.level_begins()
    if level.message_at is not None:
        await site.send_message(began_at + level.message_at)
    if level.hold_at is not None:
        await asyncio.sleep(began_at + level.hold_at - time.monotonic())
        await site.hold_answers(HOLD_SECONDS)


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
        "acknowledged once": await site.acknowledged_once(seen["read"]),
    }
    if level.proctors:
        figures |= board_figures(seen, watch)
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
