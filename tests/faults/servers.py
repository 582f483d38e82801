"""A cluster on disk with everything durable, and the real server as a process: both can be killed and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import asyncpg
import httpx

from app.cli.environment import BANK_KEYS_FILE
from app.core.migrate import upgrade
from app.core.postgres import Cluster, create_database
from app.core.postgres.files import write_private
from app.core.postgres.roles import stored_passwords
from tests.databases import TestDatabase, addresses
from tests.e2e.conftest import free_port
from tests.factories import BANK_KEYS, SECRET, World, make_world, open_database, violations


class Installation:
    """One cluster, one database, one server on one port."""

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        self.cluster = Cluster(home, settings=settings)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: subprocess.Popen[bytes] | None = None
        self.output: IO[bytes] | None = None  # where the server writes; None is this process's own

    @property
    def database(self) -> TestDatabase:
        return addresses(self.cluster, "sahih")

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database.app_url,
            "SAHIH_EXAM_URL": self.database.exam_url,
            "SAHIH_MIGRATE_URL": self.database.owner_url,
            "SAHIH_PUBLIC_URL": self.url,
            "SAHIH_ALLOW_HTTP": "1",
            "SAHIH_SECRETS": SECRET,
            "SAHIH_BANK_KEYS": BANK_KEYS,
        }

    async def create(self, candidates: int, **world_options: Any) -> World:
        self.cluster.start()
        await create_database(self.cluster.superuser_url(), stored_passwords(self.cluster.home))
        await upgrade(self.database.owner_url)
        write_private(self.cluster.home / BANK_KEYS_FILE, BANK_KEYS)  # for commands on the embedded database
        database = open_database(self.database, pool_size=2)
        world = await make_world(database, candidates=candidates, **world_options)
        await database.close()
        # What was set up here shall survive on any cluster: only the saves are on trial.
        connection = await asyncpg.connect(self.database.superuser_url)
        await connection.execute("CHECKPOINT")
        await connection.close()
        return world

    async def serve(self, *, checked: bool = True, workers: int = 1) -> None:
        """Start the server; `checked=False` goes around the checks, which would refuse an unsafe cluster."""
        command = ["-m", "app.cli", "serve", "--port", str(self.port), "--workers", str(workers)]
        if not checked:
            factory = "tests.factories:unwatched_app"
            command = ["-m", "uvicorn", factory, "--factory", "--port", str(self.port), "--log-level", "error"]
        self.server = subprocess.Popen(
            [sys.executable, *command],
            env=self.environment(),
            start_new_session=True,
            stdout=self.output,
            stderr=self.output,
        )
        deadline = time.monotonic() + 90  # with other programs on the machine
        async with httpx.AsyncClient() as client:
            while time.monotonic() < deadline:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.05)
        raise RuntimeError("the server did not become ready")

    def kill_server(self) -> None:
        if self.server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None

    def kill_everything(self) -> None:
        """SIGKILL for the server and for every PostgreSQL process, postmaster first so that it cannot tidy up."""
        doomed = self.cluster.process_ids()
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.kill_server()
        self.cluster.stop("immediate")

    async def stored(self) -> dict[tuple[str, int], tuple[int, int, int | None]]:
        """(number, position) → (epoch, seq, option), straight from the table."""
        connection = await asyncpg.connect(self.database.superuser_url)
        rows = await connection.fetch(
            "SELECT r.number, w.position, w.epoch, w.seq, w.option FROM answers w "
            "JOIN attempts a ON a.id = w.attempt_id JOIN roster r ON r.id = a.roster_id"
        )
        await connection.close()
        return {(row["number"], row["position"]): (row["epoch"], row["seq"], row["option"]) for row in rows}

    async def violations(self) -> list[str]:
        database = open_database(self.database)
        found = await violations(database)
        await database.close()
        return found

    def close(self) -> None:
        self.kill_server()
        self.cluster.stop("immediate")
