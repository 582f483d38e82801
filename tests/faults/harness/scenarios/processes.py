"""Processes that die: of the server, of the database, of everything."""

from __future__ import annotations

import asyncio
import os
import signal
import time

from tests.databases import kill
from tests.faults.harness.registry import Run, Seen, fault
from tests.faults.harness.stage import Stage


@fault("F-01", "a server process is killed", bound=1.0, words="≤ 1 s of errors")
async def server_process(stage: Stage, run: Run) -> Seen:
    began = time.monotonic()
    victim = stage.rng.choice(stage.server_processes())
    os.kill(victim, signal.SIGKILL)
    recovery = await stage.recovered(began)
    errors = stage.ledger.last_trouble(began)
    await _all_processes_back(stage, victim)
    return Seen(errors, f"last error after {errors:.2f} s, everybody saved again after {recovery.everybody:.1f} s")


async def _all_processes_back(stage: Stage, victim: int) -> None:
    async with asyncio.timeout(30):
        while len(now := stage.server_processes()) < stage.workers or victim in now:
            await asyncio.sleep(0.05)


@fault("F-02", "the whole server is killed and started again", bound=10.0)
async def whole_server(stage: Stage, run: Run) -> Seen:
    deadlines = await _deadlines(stage)
    began = time.monotonic()
    stage.installation.kill_server()
    await stage.serve()
    seen = await _recovered(stage, began)
    seen.expect(await _deadlines(stage) == deadlines, "a deadline moved")
    return seen  # a session that did not survive would show as a 401


async def _deadlines(stage: Stage) -> str:
    return str(await stage.ask("SELECT md5(string_agg(id::text || closes_at, ',' ORDER BY id)) FROM attempts"))


@fault("F-03", "a database backend is killed", bound=5.0)
async def backend(stage: Stage, run: Run) -> Seen:
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'sahih-hot' ORDER BY random() LIMIT 1"
    victim = await stage.ask(query)
    began = time.monotonic()
    os.kill(victim, signal.SIGKILL)
    return await _recovered(stage, began)


@fault("F-04", "the whole database is killed and started again", bound=10.0)
async def whole_database(stage: Stage, run: Run) -> Seen:
    began = time.monotonic()
    await asyncio.to_thread(kill, stage.cluster)
    await asyncio.to_thread(stage.cluster.start)
    return await _recovered(stage, began)


@fault("F-05", "the database is stopped at once", bound=10.0)
async def immediate_stop(stage: Stage, run: Run) -> Seen:
    began = time.monotonic()
    await asyncio.to_thread(stage.cluster.stop, "immediate")
    await asyncio.to_thread(stage.cluster.start)
    return await _recovered(stage, began)


@fault("F-31", "everything is killed at once", bound=60.0)
async def everything(stage: Stage, run: Run) -> Seen:
    times = 1 if run.gentle else 3 if run.short else 50
    slowest = 0.0
    for _ in range(times):
        await asyncio.sleep(stage.rng.uniform(0.5, 2.0))
        began = time.monotonic()
        await asyncio.to_thread(stage.installation.kill_everything)
        await asyncio.to_thread(stage.cluster.start)
        await stage.serve()
        slowest = max(slowest, (await stage.recovered(began)).everybody)
    return Seen(slowest, f"{times} times, everybody saved again after at most {slowest:.1f} s")


async def _recovered(stage: Stage, began: float) -> Seen:
    recovery = await stage.recovered(began)
    return Seen(recovery.server, str(recovery))
