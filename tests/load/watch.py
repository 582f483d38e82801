"""What the machine does while a level runs: who uses the processors, how much memory, and what waits where."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from tests.bench.cpu import seconds_of, tree

EVERY_SECONDS = 0.5
LISTEN, HELD = "0A", ("01", "08")  # as /proc/net/tcp says it; 08 is closed by the other side alone
WAITS = """
    SELECT coalesce(wait_event, 'CPU') FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid()
"""


@dataclass
class Watch:
    """Shares are of all cores together; `peaks` are of one core, in the busiest interval."""

    port: int
    processes: dict[str, int]
    shares: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)
    memory_mb: list[float] = field(default_factory=list)
    most_in_accept_queue: int = 0
    waits: Counter[str] = field(default_factory=Counter)
    samples: int = 0
    capacity_seconds: float = 0.0  # of all cores together
    before_level: dict[str, float] = field(default_factory=dict)
    level_cpu: dict[str, float] = field(default_factory=dict)  # seconds since the level began, without what prepared it

    async def sample(self, url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            before, at = self.cpu(), time.monotonic()
            while True:
                await asyncio.sleep(EVERY_SECONDS)
                now, cpu = time.monotonic(), self.cpu()
                for name, seconds in cpu.items():
                    self.peaks[name] = max(self.peaks.get(name, 0.0), (seconds - before[name]) / (now - at))
                before, at = cpu, now
                self.memory_mb.append(memory_mb(self.processes["server"]))
                self.most_in_accept_queue = max(self.most_in_accept_queue, accept_queue(self.port))
                self.waits.update(row[0] for row in await connection.fetch(WAITS))
                self.samples += 1
        finally:
            await connection.close()

    def level_begins(self) -> None:
        self.before_level = self.cpu()

    def cpu(self) -> dict[str, float]:
        return {name: seconds_of([pid]) for name, pid in self.processes.items()}


@asynccontextmanager
async def watching(port: int, processes: dict[str, int], url: str) -> AsyncIterator[Watch]:
    watch = Watch(port, processes)
    before, began = watch.cpu(), time.monotonic()
    sampling = asyncio.create_task(watch.sample(url))
    try:
        yield watch
    finally:
        sampling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sampling
        watch.capacity_seconds = (time.monotonic() - began) * (os.cpu_count() or 1)
        watch.level_cpu = {name: cpu - watch.before_level.get(name, cpu) for name, cpu in watch.cpu().items()}
        watch.shares = {name: (cpu - before[name]) / watch.capacity_seconds for name, cpu in watch.cpu().items()}


def memory_mb(root: int) -> float:
    """Memory that these processes hold in RAM, in megabytes."""
    return sum(_resident_kb(pid) for pid in tree(root)) / 1024


def _resident_kb(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def accept_queue(port: int) -> int:
    """Connections that are open but that the server has not taken yet. The kernel lists those who listen first."""
    listening = itertools.takewhile(lambda fields: fields[3] == LISTEN, _sockets())
    return sum(int(fields[4].partition(":")[2], 16) for fields in listening if _port(fields) == port)


def held(port: int) -> int:
    """Connections that the server has not closed."""
    return sum(fields[3] in HELD and _port(fields) == port for fields in _sockets())


def _sockets() -> Iterator[list[str]]:
    with Path("/proc/net/tcp").open() as lines:
        next(lines)
        yield from map(str.split, lines)


def _port(fields: list[str]) -> int:
    return int(fields[1].partition(":")[2], 16)
