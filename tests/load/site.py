"""What a level runs against: a durable cluster on disk, the real server and worker as processes, a fresh database for each level."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app import delivery, identity
from app.core.access import Role
from app.delivery.devices import device_hash
from app.identity import IssuedCard
from tests.bench.installation import SEATS, cookies_of
from tests.databases import as_superuser, copy_database
from tests.factories import PASSWORD, open_database
from tests.faults.servers import Installation
from tests.load.candidate import Seat
from tests.load.levels import EXAM_SECONDS, Level, Seating

DATABASE, PREPARED = "sahih", "sahih_prepared"
MESSAGE = "Listrik gedung diperiksa sebentar lagi. Teruskan mengerjakan; jawaban Anda tersimpan."
AGREED = "UPDATE roster SET agreed_at = clock_timestamp(), agreed_version = '1' WHERE number = ANY($1)"
# What claiming and starting leave behind, for numbers and device hashes.
CLAIMED = """
    WITH held AS (
        UPDATE attempts a SET epoch = 1, rev = a.rev + 1, device_sha256 = d.device
        FROM roster r, unnest($1::text[], $2::bytea[]) AS d (number, device)
        WHERE r.number = d.number AND a.sitting_id = r.sitting_id AND a.roster_id = r.id
        RETURNING a.sitting_id, a.id, a.device_sha256)
    INSERT INTO attempt_devices (sitting_id, attempt_id, epoch, device_sha256) SELECT sitting_id, id, 1, device_sha256 FROM held
"""
# $2: seconds until the shown clock ends, for each.
STARTED = """
    WITH started AS (
        UPDATE attempts a SET state = 'running', admitted_at = start.at, started_at = start.at, rev = a.rev + 1,
            closes_at = start.at + make_interval(secs => s.duration_seconds + (SELECT sum(g.seconds) FROM time_grants g
                WHERE g.sitting_id = a.sitting_id AND g.attempt_id = a.id))
        FROM roster r, sittings s, unnest($1::text[], $2::float8[]) AS b (number, left_seconds),
             LATERAL (SELECT now() + make_interval(secs => b.left_seconds - s.duration_seconds) AS at) AS start
        WHERE r.number = b.number AND a.sitting_id = r.sitting_id AND a.roster_id = r.id AND s.id = a.sitting_id
        RETURNING a.sitting_id, a.id)
    INSERT INTO journal (action, subject, subject_id, sitting_id) SELECT 'attempt.started', 'attempt', id::text, sitting_id FROM started
"""
OVERDUE = "SELECT count(*) FROM attempts WHERE state = 'running' AND closes_at < clock_timestamp()"
LATEST_CLOSE = (
    "SELECT coalesce(extract(epoch FROM max(submitted_at - closes_at)), 0) FROM attempts WHERE submit_reason = 'time'"
)
EFFECTS = "SELECT count(*) - count(DISTINCT (attempt_id, position, epoch, seq)) FROM answer_events WHERE NOT late"
# $2: when the first click of each was answered. What a later click acknowledged anew has a later time.
ACKNOWLEDGED_ONCE = """
    SELECT count(*) FROM message_copies c
    JOIN attempts a ON a.sitting_id = c.sitting_id AND a.id = c.attempt_id
    JOIN roster r ON r.sitting_id = a.sitting_id AND r.id = a.roster_id
    JOIN unnest($1::text[], $2::float8[]) AS first (number, at) ON first.number = r.number
    WHERE c.acknowledged_at <= to_timestamp(first.at)
"""
STUCK = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()"


class Site:
    def __init__(self, folder: Path, *, workers: int = 1) -> None:
        self.installation = Installation(folder)
        self.installation.output = (folder / "server.log").open("ab")
        self.workers = workers
        self.cards: list[IssuedCard] = []
        self.sitting_id: UUID | None = None
        self.proctors: list[str] = []  # their user names; there is always one
        self.worker: subprocess.Popen[bytes] | None = None

    async def prepare(self, candidates: int) -> None:
        """One sitting with this many candidates, kept aside: every level begins with a copy of it."""
        world = await self.installation.create(candidates)
        self.cards, self.sitting_id = world.cards, world.sitting_id
        await as_superuser(self.installation.cluster, f"ALTER DATABASE {DATABASE} RENAME TO {PREPARED}")

    async def begin(self, level: Level) -> list[dict[str, Any]]:
        """A fresh database, server and worker, and the candidates as far as this level wants them."""
        await self.end()
        await as_superuser(self.installation.cluster, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        await copy_database(self.installation.cluster, PREPARED, DATABASE)
        seats = await self._seats(level)
        self.proctors = await self._appoint(max(1, level.proctors))
        command = [sys.executable, "-m", "app.cli", "worker"]
        self.worker = subprocess.Popen(
            command, env=self.installation.environment(), start_new_session=True, stderr=self.installation.output
        )
        await self.installation.serve(workers=self.workers)
        return [asdict(seat) for seat in seats]

    async def _appoint(self, count: int) -> list[str]:
        """This many proctors for the sitting; their user names."""
        assert self.sitting_id
        names = [f"pengawas-{number}" for number in range(1, count + 1)]
        database = open_database(self.installation.database)
        async with database.staff() as session, session.begin():
            for name in names:
                person_id = await identity.add_staff(session, name=name, username=name, roles=[Role.PROCTOR])
                await identity.undertakings.sign_all_needed(session, person_id, frozenset({Role.PROCTOR}))
                await identity.set_password(session, person_id, PASSWORD)
                await delivery.assign_staff(session, self.sitting_id, person_id)
        await database.close()
        return names

    async def _seats(self, level: Level) -> list[Seat]:
        cards = self.cards[: level.candidates]
        seats = [Seat(card.number, card.pin, secrets.token_hex(16)) for card in cards]
        owner = await asyncpg.connect(self.installation.database.superuser_url)
        if level.seating is not Seating.CARD:
            numbers = [seat.number for seat in seats]
            await owner.execute(AGREED, numbers)
            cookies = await cookies_of(owner, cards)
            papers = {row["number"]: row["paper"] for row in await owner.fetch(SEATS)}
            for seat in seats:
                seat.cookie, seat.paper = cookies[seat.number], papers[seat.number]
            if level.seating is Seating.RUNNING:
                await owner.execute(CLAIMED, numbers, [device_hash(seat.device) for seat in seats])
                for seat in seats:
                    seat.epoch = 1
        await owner.execute("VACUUM ANALYZE")
        await owner.execute("CHECKPOINT")
        await owner.close()
        return seats

    async def start_all(self, level: Level, began_at: float) -> None:
        """Let the clocks of all run, each so that its bell rings when the level says."""
        gone = began_at - time.monotonic()
        left = [EXAM_SECONDS if level.bell is None else gone + level.bell(place) for place in range(level.candidates)]
        await self.ask(STARTED, [card.number for card in self.cards[: level.candidates]], left)

    async def send_message(self, at: float) -> None:
        """A proctor, logged in beforehand, tells everybody something at this moment."""
        origin = self.installation.url
        async with httpx.AsyncClient(base_url=origin, headers={"Origin": origin}) as client:
            secret = {"username": self.proctors[0], "password": PASSWORD}
            (await client.post("/api/staff/login", json=secret)).raise_for_status()
            await asyncio.sleep(at - time.monotonic())
            sent = await client.post(f"/api/staff/sittings/{self.sitting_id}/messages", json={"text": MESSAGE})
            sent.raise_for_status()

    async def hold_answers(self, seconds: float) -> None:
        """For this long no save can commit, as on a disk that hangs."""
        owner = await asyncpg.connect(self.installation.database.superuser_url)
        async with owner.transaction():
            await owner.execute("LOCK TABLE answers IN EXCLUSIVE MODE")
            await asyncio.sleep(seconds)
        await owner.close()

    async def ask(self, query: str, *values: Any) -> Any:
        owner = await asyncpg.connect(self.installation.database.superuser_url)
        try:
            return await owner.fetchval(query, *values)
        finally:
            await owner.close()

    async def settled(self, patience: float = 45.0) -> int:
        """Wait until the sweep has closed what is overdue; returns how many it has not."""
        deadline = time.monotonic() + patience
        while left := await self.ask(OVERDUE):
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
        return int(left)

    async def lost(self, ledger: dict[str, list[list[int]]]) -> list[str]:
        """Acknowledged answers that are not in the database, nor followed there by a newer one."""
        stored = await self.installation.stored()
        missing = []
        for number, known in ledger.items():
            for position, epoch, seq, option in known:
                held = stored.get((number, position))
                if held is None or held[:2] < (epoch, seq) or (held[:2] == (epoch, seq) and held[2] != option):
                    missing.append(f"{number} position {position}: acknowledged {(epoch, seq, option)}, stored {held}")
        return missing

    async def acknowledged_once(self, read: dict[str, float]) -> int:
        """How many have acknowledged the message, by their first click and no later one."""
        return int(await self.ask(ACKNOWLEDGED_ONCE, list(read), list(read.values())))

    @property
    def watching(self) -> dict[str, Any]:
        """Which board the proctors of this level hold open, and as whom."""
        who = {"usernames": self.proctors, "password": PASSWORD}
        return {"origin": self.installation.url, "sitting_id": str(self.sitting_id), **who}

    @property
    def processes(self) -> dict[str, int]:
        assert self.installation.server
        assert self.worker
        return {
            "server": self.installation.server.pid,
            "postgres": self.installation.cluster.process_ids()[0],
            "worker": self.worker.pid,
        }

    async def end(self) -> None:
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait()
            self.worker = None
        self.installation.kill_server()

    async def close(self) -> None:
        await self.end()
        self.installation.close()
