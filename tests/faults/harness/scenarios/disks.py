"""Disks that are full: of the data, of the write-ahead log."""

from __future__ import annotations

import asyncio
import contextlib
import time

import asyncpg

from app.core.postgres import PostgresError
from tests.faults.harness.load import under_load
from tests.faults.harness.registry import Outcome, Run, Seen, fault_alone
from tests.faults.harness.small_disk import SmallDisk, data_disk, log_disk
from tests.faults.harness.stage import Stage

FULL_SECONDS = 12.0


@fault_alone("F-10", "the disk of the data is full", bound=10.0, words="503, reads go on; ≤ 10 s after there is room")
async def data_full(run: Run) -> Outcome:
    async with data_disk(run) as (stage, disk):
        return await under_load(stage, _fill_data(stage, disk))


async def _fill_data(stage: Stage, disk: SmallDisk) -> Seen:
    reader, began = stage.candidates[0], time.monotonic()
    disk.fill()
    await asyncio.sleep(FULL_SECONDS)
    read = await reader.page.read("attempt")
    disk.free()
    freed = time.monotonic()
    refused = stage.heard(began)["503"]
    recovery = await stage.recovered(freed)
    seen = Seen(
        recovery.server, f"{refused} x 503 while full, a read was answered {read.status_code}; {recovery} of room"
    )
    seen.expect(refused > 0, "the disk was never full")
    seen.expect(read.status_code == 200, "reads did not go on")
    return seen


@fault_alone("F-11", "the disk of the write-ahead log is full", bound=10.0, words="0 lost; ≤ 10 s after there is room")
async def log_full(run: Run) -> Outcome:
    async with log_disk(run) as (stage, disk):
        return await under_load(stage, _fill_log(stage, disk))


async def _fill_log(stage: Stage, disk: SmallDisk) -> Seen:
    """PostgreSQL panics and ends; something starts it again every second, as systemd would, until there is room."""
    deadline = time.monotonic() + 60
    while stage.cluster.is_running() and time.monotonic() < deadline:
        disk.fill()
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await stage.ask("SELECT pg_switch_wal()")  # into the next segment, for which there is no room
    ended = not stage.cluster.is_running()
    tried = await _start_again(stage)
    disk.free()
    freed = time.monotonic()
    await _start_again(stage)
    recovery = await stage.recovered(freed)
    seen = Seen(
        recovery.server, f"the database ended{'' if tried else ', and could not start while full'}; {recovery} of room"
    )
    seen.expect(ended, "the log never filled its disk")
    return seen


async def _start_again(stage: Stage) -> bool:
    for _ in range(3):
        try:
            await asyncio.to_thread(stage.cluster.start)
        except PostgresError:
            await asyncio.sleep(1.0)
        else:
            return True
    return False
