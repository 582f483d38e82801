"""What the benchmarks run against: a durable cluster on disk, the real server and worker, and seats ready to save."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from app.delivery.devices import device_hash
from app.identity import tokens
from app.identity.types import Realm
from tests.factories import SECRET
from tests.faults.servers import Installation

ROOT = Path(__file__).parents[2]


async def seated(installation: Installation, count: int) -> list[dict[str, Any]]:
    """Let `count` attempts run on a device each, with a session each; what a client needs to write in their name."""
    world = await installation.create(count)
    owner = await asyncpg.connect(installation.database.superuser_url)
    seats = []
    devices = [secrets.token_hex(16) for _ in world.cards]
    sessions = [uuid4() for _ in world.cards]
    await owner.executemany(
        "UPDATE attempts a SET state = 'running', started_at = now(), closes_at = now() + interval '3 hours', epoch = 1, "
        "device_sha256 = $2 FROM roster r WHERE r.id = a.roster_id AND r.number = $1",
        [(card.number, device_hash(device)) for card, device in zip(world.cards, devices, strict=True)],
    )
    await owner.executemany(
        "INSERT INTO attempt_devices (sitting_id, attempt_id, epoch, device_sha256) SELECT a.sitting_id, a.id, 1, $2 "
        "FROM attempts a JOIN roster r ON r.id = a.roster_id WHERE r.number = $1",
        [(card.number, device_hash(device)) for card, device in zip(world.cards, devices, strict=True)],
    )
    await owner.executemany(
        "INSERT INTO sessions (id, person_id, realm, candidate_number, expires_at) "
        "VALUES ($1, $2, 'exam', $3, now() + interval '10 hours')",
        [(session, card.person_id, card.number) for session, card in zip(sessions, world.cards, strict=True)],
    )
    await owner.execute("VACUUM ANALYZE")
    await owner.execute("CHECKPOINT")
    await owner.close()
    for card, device, session in zip(world.cards, devices, sessions, strict=True):
        token = tokens.issue(
            SECRET.encode(), realm=Realm.EXAM, person_id=card.person_id, session_id=session, life_seconds=8 * 3600
        )
        seats.append({"device": device, "cookie": f"sahih={token}"})
    return seats


def generate(
    work: str,
    *,
    url: str,
    seats: list[dict[str, Any]],
    clients: int,
    seconds: float,
    first_seq: int = 0,
    transport: str = "http",
) -> Any:
    """Run the load generator and return what it saw."""
    job = {
        "work": work,
        "transport": transport,
        "origin": url,
        "seats": seats,
        "clients": min(clients, len(seats) or clients),
        "seconds": seconds,
        "first_seq": first_seq,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
        cwd=ROOT,
    )
    return json.loads(done.stdout)


@contextmanager
def bare_server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = ["-m", "uvicorn", "tests.bench.reference:hello", "--port", str(port), "--log-level", "error"]
    server = subprocess.Popen([sys.executable, *command, "--no-access-log"], cwd=ROOT, env=os.environ)
    time.sleep(1.0)
    try:
        yield server
    finally:
        server.kill()
        server.wait()


def fsync_us(folder: Path, rounds: int = 50) -> float:
    """The median time of one fdatasync in this folder, in microseconds."""
    times = []
    with (folder / "fsync-probe").open("wb") as file:
        for _ in range(rounds):
            file.write(b"x" * 8192)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    (folder / "fsync-probe").unlink()
    return sorted(times)[rounds // 2] * 1e6
