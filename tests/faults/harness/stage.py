"""An installation under load, with every place where a fault can be put: what a scenario gets to break."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from app.core.db import Database
from app.core.postgres.processes import children
from app.core.postgres.roles import APP, EXAM, stored_passwords
from tests.factories import BANK_RING, violations
from tests.faults.harness.candidates import Proctor, VirtualCandidate
from tests.faults.harness.ledger import ALLOWED, Ledger
from tests.faults.harness.proxy import Ends, Proxy
from tests.faults.servers import Installation

CANDIDATES = 32
LATECOMERS = 40  # for scenarios that need somebody who has not started yet
TRACE = re.compile(r"^Traceback \(most recent call last\):\n(?: .*\n)*(\S.*)$", re.MULTILINE)
PATIENCE = 60.0  # seconds after which saves that do not flow again are taken to never flow


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from a fault until the server acknowledged whatever it was asked, and until the last candidate had asked again."""

    server: float
    everybody: float

    def __str__(self) -> str:
        return f"recovered after {self.server:.1f} s, everybody saved again after {self.everybody:.1f} s"


class Proxied(Installation):
    """The server reaches its database by an address that the harness chooses."""

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(home, settings)
        self.database_at: list[int] = []  # ports, in the order in which they are tried
        self.changes: dict[str, str] = {}

    def environment(self) -> dict[str, str]:
        passwords = stored_passwords(self.cluster.home)
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.database_at)
        primary = "&target_session_attrs=read-write" if len(self.database_at) > 1 else ""
        urls = {
            name: f"postgresql://{role}:{passwords[role]}@{hosts}/sahih?sslmode=disable{primary}"
            for name, role in (("DATABASE_URL", APP), ("SAHIH_EXAM_URL", EXAM))
        }
        # A restart shall cost what it costs in production, where compiled modules lie ready.
        compiled = {"PYTHONPYCACHEPREFIX": str(self.cluster.home.parent / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
        return super().environment() | urls | compiled | self.changes


class Stage:
    """`line` stands between candidates and server, `wire` between server and database."""

    def __init__(self, folder: Path, *, seed: int, settings: Mapping[str, str] | None = None) -> None:
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        self.folder, self.rng = folder, random.Random(seed)
        self.installation = Proxied(folder, settings)
        self.log = folder / "server.log"
        self.ledger = Ledger()
        self.candidates: list[VirtualCandidate] = []
        self.proctor: Proctor | None = None
        self._everybody: list[VirtualCandidate] = []
        self.line = Proxy(self._server, self.rng)
        self.wire = Proxy(self._database, self.rng)
        self.workers = 2
        self._moved_to = ""

    @property
    def cluster(self) -> Any:
        return self.installation.cluster

    @property
    def superuser_url(self) -> str:
        return self._moved_to or self.installation.database.superuser_url

    def moved_to(self, superuser_url: str) -> None:
        """The answers are on another server from now on."""
        self._moved_to = superuser_url

    async def _server(self) -> Ends:
        return await asyncio.open_connection("127.0.0.1", self.installation.port, limit=1 << 18)

    async def _database(self) -> Ends:
        return await postgres_at(self.superuser_url)

    async def open(self, candidates: int = CANDIDATES, latecomers: int = LATECOMERS) -> None:
        """Everything up, everybody started."""
        self.world = await self.installation.create(candidates + latecomers, with_passwords=True)
        self._cards = iter(self.world.cards)
        await self.line.start()
        await self.wire.start()
        self.installation.database_at = [self.wire.port]
        self.installation.output = self.log.open("ab")
        await self.serve()
        self.candidates = self.latecomers(candidates)
        await asyncio.gather(*(candidate.enter() for candidate in self.candidates))
        self.proctor = Proctor(self.installation.url, self.line.port, self.world.sitting_id, self.ledger)
        await self.proctor.enter()

    def latecomers(self, count: int) -> list[VirtualCandidate]:
        """The next candidates of the sitting, who have not logged in yet; every other one saves over a WebSocket."""
        origin, port = self.installation.url, self.line.port
        came = [
            VirtualCandidate(origin, port, card, self.ledger, random.Random(self.rng.random()), socket=bool(number % 2))
            for number, card in enumerate(itertools.islice(self._cards, count))
        ]
        self._everybody += came
        return came

    async def serve(self) -> None:
        await self.installation.serve(workers=self.workers)

    async def close(self) -> None:
        for candidate in self._everybody:
            await candidate.close()
        if self.proctor:
            await self.proctor.client.aclose()
        await self.line.close()
        await self.wire.close()
        self.installation.close()
        if self.installation.output:
            self.installation.output.close()

    @asynccontextmanager
    async def load(self) -> AsyncIterator[None]:
        """Candidates save and the proctor watches inside the block; afterwards every outbox is emptied."""
        stop = asyncio.Event()
        assert self.proctor, "the stage is open"
        people = [*self.candidates, self.proctor]
        running = [asyncio.create_task(person.run(stop)) for person in people]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*running)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(candidate.settle() for candidate in self.candidates))

    async def recovered(self, since: float, candidates: list[VirtualCandidate] | None = None) -> Recovery:
        """Wait until each candidate has something acknowledged that it sent after `since`."""
        waiting = {candidate.card.number for candidate in candidates or self.candidates}
        while time.monotonic() - since < PATIENCE:
            waiting = {number for number in waiting if self.ledger.newest.get(number, 0.0) < since}
            if not waiting:
                return Recovery(self.ledger.errors_ended(since), time.monotonic() - since)
            await asyncio.sleep(0.02)
        raise TimeoutError(f"{len(waiting)} candidates could not save within {PATIENCE:.0f} s")

    async def ask(self, query: str, *values: Any) -> Any:
        """One value from the database, as the superuser."""
        connection = await asyncpg.connect(self.superuser_url)
        try:
            return await connection.fetchval(query, *values)
        finally:
            await connection.close()

    def server_processes(self) -> list[int]:
        """The processes that serve; their parent only watches over them."""
        assert self.installation.server
        found = children(self.installation.server.pid)
        return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    async def complaints(self, since: float, allowed: Sequence[str] = ()) -> list[str]:
        """What no fault excuses: broken invariants, and answers other than a 503 or a connection that ended."""
        heard = self.ledger.heard_since(since)
        rude = [f"{count} clients heard: {kind}" for kind, count in heard.items() if kind not in (*ALLOWED, *allowed)]
        return rude + await self._violations() + self._incidents()

    async def _violations(self) -> list[str]:
        database = Database(self.superuser_url, self.superuser_url, BANK_RING, pool_size=1)
        found = await violations(database)
        await database.close()
        return found

    def _incidents(self) -> list[str]:
        """Faults of ours that the server logged since the last look: the last line of each trace, with how often it came."""
        said = self.log.read_text(errors="replace")
        os.truncate(self.log, 0)
        ends = Counter(trace.group(1) for trace in TRACE.finditer(said))
        return [f"the server logged {count} times: {end[:200]}" for end, count in ends.items()]

    def heard(self, since: float) -> Counter[str]:
        return self.ledger.heard_since(since)


async def postgres_at(url: str) -> Ends:
    """A raw connection to the server of this address, by its socket where it has one."""
    parts = urlsplit(url)
    values = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    if "host" in values:
        folder = values["host"].replace("%2F", "/")
        return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{values['port']}", limit=1 << 18)
    return await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 18)
