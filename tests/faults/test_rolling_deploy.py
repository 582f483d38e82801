"""F-24: a new release comes in the middle of an exam, one server after the other, with a migration before them.

Two servers on one database; thirty candidates go to either, two thirds by HTTP and one third by WebSocket, and send what got no
answer again, as their pages do. Nothing that was acknowledged is lost, and no save ends in an error of the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from app import identity
from app.core.migrate import newest_revision
from app.identity import IssuedCard
from tests.e2e.conftest import free_port
from tests.factories import PASSWORD, PUBLIC_URL, Candidate, World, open_database
from tests.faults.servers import Installation
from tests.faults.test_crash import Ledger, lost

CANDIDATES = 30
REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 30  # for one save, over all its repetitions
STOP_AT_MOST_SECONDS = 30
SERVICE_RESTART = 1012

# Adds a column to the busiest table and leaves a note: when it asked for the lock, and how long it would have waited.
EXPAND = f"""
from alembic import op

revision = "next"
down_revision = "{newest_revision()}"
compatible_since = "0001"

def upgrade():
    op.execute("CREATE TABLE deploy_note AS SELECT clock_timestamp() AS asked_at, current_setting('lock_timeout') AS patience")
    op.execute("ALTER TABLE attempts ADD COLUMN remark text")
"""


def new_release(folder: Path) -> Path:
    """This release with one more migration, as a tree of its own."""
    for part in ("app", "migrations"):
        shutil.copytree(REPOSITORY / part, folder / part)  # with what is compiled: it takes longer than all the rest
    (folder / "app" / "__init__.py").write_text('__version__ = "next"\n')
    (folder / "migrations" / "versions" / "next_expand.py").write_text(EXPAND)
    return folder


class Server:
    """One server process of some release on a port of its own; what it says goes to a file."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment, self.log = environment, log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self, release: Path) -> None:
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=release, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        async with httpx.AsyncClient() as client:
            while time.monotonic() < deadline:
                assert self.process.poll() is None, self.log.read_text()
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.05)
        raise AssertionError("the server did not become ready")

    async def stop(self) -> float:
        """SIGTERM, as systemd and docker send it; returns how long the server took to end."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(self.process.wait, STOP_AT_MOST_SECONDS)
        assert code in (0, -signal.SIGTERM)
        return time.monotonic() - began

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Wanderer:
    """A candidate's page behind a balancer without sticky sessions: each save goes to the next server, until one answers."""

    def __init__(self, card: IssuedCard, servers: list[Server], ledger: Ledger, rng: random.Random) -> None:
        self.card, self.ledger, self.rng = card, ledger, rng
        self.servers: Iterator[Server] = itertools.cycle(rng.sample(servers, len(servers)))
        self.client = httpx.AsyncClient(base_url=servers[0].url, headers={"Origin": PUBLIC_URL}, timeout=10)
        self.candidate = Candidate(self.client, card)
        self.acknowledged = 0
        self.again = 0
        self.faults: list[str] = []
        self.slowest = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            body = self.candidate.batch({self.rng.randint(1, 100): self.rng.randint(0, 3)})
            began = time.monotonic()
            if not await self.saved(body):
                return
            self.slowest = max(self.slowest, time.monotonic() - began)
            change = body["changes"][0]
            self.ledger[self.card.number, change["position"]] = (self.candidate.epoch, change["seq"], change["option"])
            self.acknowledged += 1
            await asyncio.sleep(self.rng.uniform(0.02, 0.08))

    async def saved(self, body: dict[str, Any]) -> bool:
        """Send the same batch until it is acknowledged; anything but a lost line or a 503 with Retry-After is a fault."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            status, answer = await self.sent(body)
            if status == 200:
                assert answer["acked"] == [body["changes"][0]["seq"]]
                return True
            if status:
                self.faults.append(f"{self.card.number}: {status} {answer}")
                return False
            self.again += 1
            await asyncio.sleep(0.05)
        self.faults.append(f"{self.card.number}: no answer for {PATIENCE_SECONDS} s")
        return False

    async def sent(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and body of the reply; status 0 where the page would send again."""
        try:
            answer = await self.client.post(f"{next(self.servers).url}/api/exam/answers", json=body)
        except httpx.TransportError:
            return 0, None
        if answer.status_code == 503 and "retry-after" in answer.headers:
            return 0, None
        return answer.status_code, answer.json()

    async def close(self) -> None:
        await self.client.aclose()


class SocketWanderer(Wanderer):
    """The same over a WebSocket, which goes to the next server when it is closed."""

    line: ClientConnection | None = None
    closed_with: set[int]

    async def sent(self, body: dict[str, Any]) -> tuple[int, Any]:
        try:
            if self.line is None:
                self.line = await self.opened()
            await self.line.send(f"answers {json.dumps(body)}")
            status, _, answer = str(await asyncio.wait_for(self.line.recv(), 10)).partition(" ")
        except (WebSocketException, OSError, TimeoutError):
            if self.line is not None:
                self.closed_with = {*getattr(self, "closed_with", ()), self.line.close_code or 0}
            self.line = None
            return 0, None
        return (0, None) if status == "503" else (int(status), json.loads(answer))

    async def opened(self) -> ClientConnection:
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        url = f"{next(self.servers).url.replace('http', 'ws', 1)}/api/exam/socket"
        line = await connect(url, origin=PUBLIC_URL, additional_headers={"Cookie": cookies}, proxy=None)  # type: ignore[arg-type]
        assert not line.protocol.extensions, "nothing is compressed: a browser's frames go the short way"
        return line

    async def close(self) -> None:
        if self.line is not None:
            await self.line.close()
        await super().close()


async def migrate(release: Path, installation: Installation) -> None:
    """As the new release does it, while somebody holds the busiest table for longer than a migration may wait."""
    reader = await asyncpg.connect(installation.database.superuser_url)
    holding = reader.transaction()
    await holding.start()
    await reader.execute("LOCK TABLE attempts IN ROW SHARE MODE")
    command = [sys.executable, "-m", "app.cli", "migrate"]
    process = await asyncio.create_subprocess_exec(*command, cwd=release, env=installation.environment())
    try:
        while not await reader.fetchval(
            "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted"
        ):
            await asyncio.sleep(0.02)
        while await reader.fetchval("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted"):
            await asyncio.sleep(0.02)
        await holding.rollback()
        assert await asyncio.wait_for(process.wait(), 60) == 0
    finally:
        await reader.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def locked_seconds(installation: Installation) -> tuple[float, str]:
    """From the moment the migration asked for its lock until it was committed, and how long it would have waited."""
    connection = await asyncpg.connect(installation.database.superuser_url)
    try:
        row = await connection.fetchrow(
            "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - asked_at)::float8, patience FROM deploy_note"
        )
        return row[0], row[1]
    finally:
        await connection.close()


async def watch_the_board(servers: list[Server], world: World, installation: Installation, stop: asyncio.Event) -> int:
    """A proctor's page: one stream that never ends by itself. Returns how often it had to be opened."""
    database = open_database(installation.database)
    async with database.staff() as session, session.begin():
        await identity.set_password(session, world.staff["proctor"], PASSWORD)
    await database.close()
    opened = 0
    places = itertools.cycle(servers)
    async with httpx.AsyncClient(base_url=servers[0].url, headers={"Origin": PUBLIC_URL}, timeout=10) as client:
        await world.log_in(client, "proctor")
        while not stop.is_set():
            url = f"{next(places).url}/api/staff/sittings/{world.sitting_id}/board/stream"
            with contextlib.suppress(httpx.TransportError):
                async with client.stream("GET", url) as stream:
                    assert stream.status_code == 200
                    opened += 1
                    async for _ in stream.aiter_lines():
                        if stop.is_set():
                            break
            await asyncio.sleep(0.05)
    return opened


async def replaced(servers: list[Server], release: Path) -> list[float]:
    """One server after the other: stop, a moment with the other one alone, start the new release in its place."""
    stops = []
    for server in servers:
        stops.append(await server.stop())
        await asyncio.sleep(0.5)
        await server.start(release)
        await asyncio.sleep(1)
    return stops


@pytest.mark.timeout(300)
@pytest.mark.invariant("I-01")
async def test_a_release_in_the_middle_of_an_exam_loses_nothing() -> None:
    with tempfile.TemporaryDirectory(prefix="sahih-deploy-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        installation = Installation(folder / "home", {"track_commit_timestamp": "on"})
        world = await installation.create(CANDIDATES)
        environment = installation.environment() | {"SAHIH_PUBLIC_URL": PUBLIC_URL}
        servers = [Server(environment, folder / f"server-{number}.log") for number in (1, 2)]
        ledger: Ledger = {}
        kinds = (Wanderer, Wanderer, SocketWanderer)
        wanderers = [
            kinds[number % 3](card, servers, ledger, random.Random(number)) for number, card in enumerate(world.cards)
        ]
        stop = asyncio.Event()
        tasks: list[asyncio.Task[None]] = []
        try:
            for server in servers:
                await server.start(REPOSITORY)
            for wanderer in wanderers:
                assert (await wanderer.candidate.enter()).status_code == 200
            tasks = [asyncio.create_task(wanderer.run(stop)) for wanderer in wanderers]
            board = asyncio.create_task(watch_the_board(servers, world, installation, stop))
            await asyncio.sleep(1)
            release = new_release(folder / "next")
            await migrate(release, installation)
            stops = await replaced(servers, release)
            for server in servers:
                assert httpx.get(f"{server.url}/api/public/context").json()["version"] == "next"
            stop.set()
            await asyncio.gather(*tasks)
            assert await board > 1, "the board came back"
            seconds, patience = await locked_seconds(installation)
            acknowledged = sum(wanderer.acknowledged for wanderer in wanderers)
            print(
                f"{acknowledged} saves acknowledged, {sum(w.again for w in wanderers)} sent again, slowest "
                f"{max(w.slowest for w in wanderers):.2f} s; lock {seconds * 1000:.0f} ms of {patience}; "
                f"stops {', '.join(f'{took:.1f} s' for took in stops)}"
            )
            assert [fault for wanderer in wanderers for fault in wanderer.faults] == []
            assert lost(ledger, await installation.stored()) == []
            assert await installation.violations() == []
            assert min(wanderer.acknowledged for wanderer in wanderers) > 10, "everybody went on"
            assert patience == "800ms", "nobody waits a second for a migration, whether or not it gets its lock"
            assert seconds < 1
            said = "".join(server.log.read_text() for server in servers)
            assert "Traceback" not in said, said
            closings = {
                code for w in wanderers if isinstance(w, SocketWanderer) for code in getattr(w, "closed_with", ())
            }
            assert SERVICE_RESTART in closings, "an open line is told why it ends"
        finally:
            stop.set()
            await asyncio.gather(*tasks, return_exceptions=True)
            for wanderer in wanderers:
                with contextlib.suppress(RuntimeError):
                    await wanderer.close()
            for server in servers:
                server.kill()
            installation.close()
