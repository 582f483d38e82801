"""B1, B2: one answer per request, acknowledged after its commit. B8: the bare request that they are compared with."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tests.bench import reference
from tests.bench.cpu import measured
from tests.bench.ground import Ground
from tests.bench.installation import bare_server, generate
from tests.bench.report import row
from tests.e2e.conftest import free_port

SLOW_DISK_US = 10_000
SEQS_PER_RUN = 1_000_000


def bare(ground: Ground, _: int) -> list[dict[str, Any]]:
    """B8: a bare request, and beside it one row of a batched upsert."""
    port = free_port()
    with bare_server(port) as server:
        url = f"http://127.0.0.1:{port}"
        generate("hellos", url=url, seats=[], clients=64, seconds=0.5)
        with measured([server.pid]) as spent:
            seen = generate("hellos", url=url, seats=[], clients=64, seconds=ground.seconds / 2)
    hellos = sum(seen["statuses"].values())
    with measured(ground.postgres) as stored:
        rows = asyncio.run(_upserts(ground, ground.seconds / 2))
    return [row("B8", spent.cpu / hellos * 1e6 + stored.cpu / rows * 1e6, spent, seen, hellos)]


async def _upserts(ground: Ground, seconds: float) -> int:
    async with ground.superuser() as connection:
        for statement in reference.TABLE:
            await connection.execute(statement)
        ids, rows, stop_at = list(range(reference.ROWS_PER_BATCH)), 0, time.monotonic() + seconds
        while time.monotonic() < stop_at:
            rows += len(ids)
            await connection.execute(reference.UPSERT, ids, [rows] * len(ids))
    return rows


def over_http(ground: Ground, run: int) -> list[dict[str, Any]]:
    return [saves(ground, run * 3 + 1, clients=64, transport="http")]


def over_sockets(ground: Ground, run: int) -> list[dict[str, Any]]:
    return [saves(ground, run * 3 + 2, clients=64, transport="ws") | {"transport": "ws"}]


def slow_disk(ground: Ground, run: int) -> list[dict[str, Any]]:
    """B2: B1 with 512 in flight while every commit waits 10 ms for the disk (`commit_delay`, with no sibling needed)."""
    asyncio.run(_set(ground, {"commit_delay": SLOW_DISK_US, "commit_siblings": 0}))
    try:
        return [saves(ground, run * 3 + 3, clients=512, transport="http") | {"id": "B2"}]
    finally:
        asyncio.run(_set(ground, {"commit_delay": 0, "commit_siblings": 5}))


def saves(ground: Ground, turn: int, *, clients: int, transport: str) -> dict[str, Any]:
    """The gate: as many changed rows as acknowledgements. `turn` keeps the sequence numbers of runs apart."""
    before = ground.value("SELECT count(*) FROM answer_events")
    running = ground.seats[: min(2 * ground.herd, ground.runs * ground.herd)]
    with measured(ground.roots) as spent:
        seen = generate(
            "saves",
            url=ground.url,
            seats=running,
            clients=clients,
            seconds=ground.seconds,
            first_seq=turn * SEQS_PER_RUN,
            transport=transport,
        )
    acked = seen["statuses"].pop("200", 0)
    changed = ground.value("SELECT count(*) FROM answer_events") - before
    result = row("B1", spent.cpu / acked * 1e6, spent, seen, acked)
    if changed != acked or seen["statuses"]:
        result["gate"] = f"{changed} rows for {acked} acknowledgements, besides {seen['statuses']}"
    return result


async def _set(ground: Ground, settings: dict[str, int]) -> None:
    async with ground.superuser() as connection:
        for name, value in settings.items():
            await connection.execute(f"ALTER SYSTEM SET {name} = {value}")
        await connection.execute("SELECT pg_reload_conf()")
    await asyncio.sleep(0.5)
