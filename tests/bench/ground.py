"""What every measurement stands on: one installation, its seats, and the process trees whose time counts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg

from tests.bench.cpu import resident_kb, seconds_of, tree
from tests.bench.installation import fsync_us, seated
from tests.factories import World
from tests.faults.servers import Installation

ROOMS = 4  # take whole exams in each run: two ways, in two companies
IDLE_SECONDS = 0.05  # of CPU in a second of waiting


class Ground:
    """For whole exams, which some rooms take in each run; else for all that a herd of candidates does at once."""

    def __init__(self, folder: Path, *, short: bool, exams: bool) -> None:
        self.installation = Installation(folder)
        self.runs = 2 if short else 5
        self.seconds = 2.0 if short else 6.0
        self.room_size = 20 if short else 250
        self.exams = ROOMS * self.runs * self.room_size if exams else 0
        self.herd = 0 if exams else 100 if short else 1_000
        self.fsync_us = fsync_us(folder)
        self.seats: list[dict[str, Any]] = []
        self.world: World
        self.worker: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.installation.url

    @property
    def postgres(self) -> list[int]:
        return [self.installation.cluster.process_ids()[0]]

    @property
    def roots(self) -> list[int]:
        assert self.installation.server
        assert self.worker
        return [self.installation.server.pid, self.worker.pid, *self.postgres]

    async def prepare(self) -> None:
        self.world = await self.installation.create(self.runs * self.herd + self.exams)
        self.seats = await seated(self.installation, self.world.cards, logged_in=self.runs * self.herd)
        await self.installation.serve()
        environment = self.installation.environment()
        self.worker = subprocess.Popen([sys.executable, "-m", "app.worker"], env=environment)
        self._await_rest()

    def _await_rest(self) -> None:
        """Importing is two seconds of CPU, and no part of what is measured."""
        used, before = seconds_of(self.roots), -1.0
        while used - before > IDLE_SECONDS:
            time.sleep(1.0)
            used, before = seconds_of(self.roots), used

    def herd_of(self, run: int) -> list[dict[str, Any]]:
        return self.seats[run * self.herd : (run + 1) * self.herd]

    @property
    def exam_seats(self) -> list[dict[str, Any]]:
        return self.seats[self.runs * self.herd :]

    def room(self, number: int) -> list[dict[str, Any]]:
        """The candidates of one whole exam."""
        return self.exam_seats[number * self.room_size : (number + 1) * self.room_size]

    @asynccontextmanager
    async def superuser(self) -> Any:
        connection = await asyncpg.connect(self.installation.database.superuser_url)
        try:
            yield connection
        finally:
            await connection.close()

    def value(self, query: str, *arguments: Any) -> Any:
        """One value, as the superuser."""

        async def ask() -> Any:
            async with self.superuser() as connection:
                return await connection.fetchval(query, *arguments)

        return asyncio.run(ask())

    def rss_mb(self) -> int:
        """Resident memory of the server's processes."""
        assert self.installation.server
        return round(sum(resident_kb(pid) for pid in tree(self.installation.server.pid)) / 1024)

    def close(self) -> None:
        if self.worker:
            self.worker.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.worker.wait(10)
        self.installation.close()
