"""What the benchmarks run against: a durable cluster on disk, the real server and worker, and seats ready to save."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from app.identity import IssuedCard, tokens
from app.identity.types import Realm
from tests.factories import SECRET
from tests.faults.servers import Installation

ROOT = Path(__file__).parents[2]


SEATS = """
    SELECT r.number, a.id::text AS attempt_id, '/papers/' || p.name AS paper, f.shown_sha256
    FROM roster r JOIN attempts a ON a.roster_id = r.id JOIN papers p ON p.attempt_id = a.id
    JOIN forms f ON f.sitting_id = a.sitting_id AND f.id = a.form_id
"""


async def seated(installation: Installation, cards: Sequence[IssuedCard], *, logged_in: int) -> list[dict[str, Any]]:
    """What a client needs to act as these candidates; the first `logged_in` of them have a session, and made the pledge."""
    owner = await asyncpg.connect(installation.database.superuser_url)
    cookies = await cookies_of(owner, cards[:logged_in])
    numbers = [card.number for card in cards[:logged_in]]
    await owner.execute(
        "UPDATE roster SET agreed_at = now(), agreed_version = '1' WHERE number = ANY($1::text[])", numbers
    )
    await owner.execute("VACUUM ANALYZE")
    await owner.execute("CHECKPOINT")
    known = {row["number"]: dict(row) for row in await owner.fetch(SEATS)}
    await owner.close()
    return [
        known[card.number] | {"pin": card.pin, "device": secrets.token_hex(16), "cookie": cookies.get(card.number, "")}
        for card in cards
    ]


async def cookies_of(owner: asyncpg.Connection, cards: Sequence[IssuedCard]) -> dict[str, str]:
    """Log these candidates in without the server; the `Cookie` header for each number."""
    sessions = [(uuid4(), card.person_id, card.number) for card in cards]
    await owner.executemany(
        "INSERT INTO sessions (id, person_id, realm, candidate_number, expires_at) "
        "VALUES ($1, $2, 'exam', $3, now() + interval '10 hours')",
        sessions,
    )
    return {number: f"sahih={_token(person, session)}" for session, person, number in sessions}


def _token(person_id: UUID, session_id: UUID) -> str:
    return tokens.issue(
        SECRET.encode(), realm=Realm.EXAM, person_id=person_id, session_id=session_id, life_seconds=8 * 3600
    )


def generate(
    work: str,
    *,
    url: str,
    seats: list[dict[str, Any]],
    clients: int,
    seconds: float,
    first_seq: int = 0,
    transport: str = "http",
    keep: bool = False,
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
        "keep": keep,
    }
    with tempfile.NamedTemporaryFile() as seen:
        subprocess.run(
            [sys.executable, "-m", "tests.bench.load", seen.name],
            input=json.dumps(job),
            text=True,
            check=True,
            timeout=seconds + 60,
            cwd=ROOT,
        )
        return json.load(seen)


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
