"""A primary and its standby, as two local clusters: made with pg_basebackup, promoted with a signal."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from app.core.postgres import Cluster
from app.core.postgres.processes import children
from tests.databases import send
from tests.faults.harness.proxy import Proxy
from tests.faults.harness.registry import Run
from tests.faults.harness.stage import Stage, postgres_at

NAME = "spare"


class Standby:
    """The second server; it follows the stage's first one, and what it has can be reached through `wire`."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.home = stage.folder / NAME
        self.home.mkdir()
        self.home.chmod(0o755)
        for secret in ("logins.json", "superuser.password"):  # a copy of the data has the same log-ins
            shutil.copy(stage.folder / secret, self.home / secret)
        self.cluster = Cluster(self.home)
        self.wire = Proxy(self._database, stage.rng)

    async def _database(self) -> Any:
        return await postgres_at(self.cluster.superuser_url("sahih"))

    async def follow(self, *, synchronous: bool) -> None:
        """Copy the primary, start behind it, and let its commits wait for us where that is asked for."""
        await asyncio.to_thread(self._copy)
        await asyncio.to_thread(self.cluster.start)
        if synchronous:
            await self.stage.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
            await self.stage.ask("SELECT pg_reload_conf()")
        state = "sync" if synchronous else "async"
        await until(self.stage, "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'", state)
        await self.wire.start()

    def _copy(self) -> None:
        primary = self.stage.cluster
        host = f"host={primary.folder.sockets} port={primary._port} user=sahih_super password={primary.folder.password}"
        self.cluster.folder.find()
        data, sockets = self.cluster.folder.data, self.cluster.folder.sockets
        for folder in (data.parent, sockets):
            folder.mkdir(exist_ok=True, mode=0o700)
            self.cluster.folder.account.own(folder)
        self.cluster.folder.run(
            str(primary.folder.bindir / "pg_basebackup"), "-D", str(data), "-d", host, "-X", "stream", "-c", "fast", "-R", "--no-sync"
        )  # fmt: skip
        settings = f"primary_conninfo = '{host} application_name={NAME}'\nsynchronous_standby_names = ''\n"
        self.cluster.folder.run("/bin/sh", "-c", 'cat >> "$1"/postgresql.auto.conf', "sh", str(data), given=settings)

    def receiver(self) -> int:
        """The process that takes what the primary sends."""
        found = [pid for pid in children(self.cluster.process_ids()[0]) if b"walreceiver" in _title(pid)]
        assert found, "the standby receives nothing"
        return found[0]

    def freeze(self) -> None:
        send(signal.SIGSTOP, [self.receiver()])

    def thaw(self) -> None:
        send(signal.SIGCONT, self.cluster.process_ids())

    async def promote(self) -> float:
        """Make it the primary; seconds until it takes writes."""
        began = time.monotonic()
        connection = await asyncpg.connect(self.cluster.superuser_url())
        await connection.fetchval("SELECT pg_promote(true, 60)")
        await connection.close()
        return time.monotonic() - began

    async def close(self) -> None:
        self.thaw()
        if self.wire.port:
            await self.wire.close()
        self.cluster.stop("immediate")


@asynccontextmanager
async def pair(run: Run, name: str, *, synchronous: bool) -> AsyncIterator[tuple[Stage, Standby]]:
    """A stage whose database has a standby; the server knows the addresses of both and wants the one that takes writes."""
    stage = Stage(run.folder / name, seed=run.seed)
    standby: Standby | None = None
    try:
        await stage.open()
        standby = Standby(stage)
        await standby.follow(synchronous=synchronous)
        stage.installation.kill_server()
        stage.installation.database_at = [stage.wire.port, standby.wire.port]
        await stage.serve()
        yield stage, standby
    finally:
        if standby:
            await standby.close()
        await stage.close()


async def until(stage: Stage, query: str, wanted: Any, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while (found := await stage.ask(query)) != wanted:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{query}: {found!r}, expected {wanted!r}")
        await asyncio.sleep(0.05)


def _title(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
