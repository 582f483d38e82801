"""How long the review of a large exam takes, from its stored snapshot to its stored parts, and to read one of them over HTTP.

    python -m tests.bench.review [CANDIDATES]

100 items, all of the candidates in one period, in a durable cluster on disk. One JSON line: the seconds of storing the snapshot, of
reading it, of computing (the whole process, with what it is sent and what it sends back) and of storing the parts; the slowest and the
median GET of a part; sizes; and the load of the machine (one minute) before and after.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from app.core.db import Database
from app.review.data.computing import compute_apart, find_snapshot, keep_snapshot
from app.review.data.freeze import pack, sha256_of, to_bytes
from app.review.data.parts import list_parts, parts_key, write_parts
from app.review.method.content import method_content
from app.review.method.types import ReviewMethod
from tests.computed_reviews import add_review
from tests.factories import PASSWORD, World, make_world, open_database
from tests.faults.servers import Installation
from tests.review_data import make_review_data

ITEMS = 100
READ = 30  # parts


async def measure(installation: Installation, candidates: int) -> dict[str, Any]:
    database = open_database(installation.database, pool_size=3)
    try:
        world = await make_world(database, candidates=1, with_passwords=True)
        frozen = to_bytes(make_review_data(candidates, bank=ITEMS, items=ITEMS, periods=(0,), forms=2))
        packed, sha256 = pack(frozen), sha256_of(frozen)
        figures, steps = await compute(database, packed, sha256)
        review_id, key = await review_of(database, world, sha256)
        begun = time.monotonic()
        async with database.staff() as session, session.begin():
            await write_parts(session, key, figures.pop("parts"))
        figures["store_parts_s"] = round(time.monotonic() - begun, 2)
        async with database.staff() as session:
            names = await list_parts(session, key)
    finally:
        await database.close()
    return figures | {"steps_s": steps} | await read_parts(installation, review_id, names)


async def compute(database: Database, packed: bytes, sha256: str) -> tuple[dict[str, Any], dict[str, float]]:
    begun = time.monotonic()
    async with database.staff() as session, session.begin():
        await keep_snapshot(session, sha256, packed)
    stored = time.monotonic()
    async with database.staff() as session:
        again = await find_snapshot(session, sha256)
    assert again == packed
    read = time.monotonic()
    steps: dict[str, float] = {}

    async def tell(step: str, done: int, total: int) -> None:
        steps[step] = round(time.monotonic() - read, 1)

    parts = await compute_apart(packed, method_content(ReviewMethod()), tell)
    computed = time.monotonic()
    return {
        "snapshot_mb": round(len(packed) / 1e6, 1),
        "store_snapshot_s": round(stored - begun, 2),
        "read_snapshot_s": round(read - stored, 2),
        "compute_s": round(computed - read, 2),
        "parts": parts,
    }, steps


async def review_of(database: Database, world: World, sha256: str) -> tuple[UUID, str]:
    async with database.staff() as session, session.begin():
        review_id, method_sha256 = await add_review(session, world, sha256)
    return review_id, parts_key(sha256, method_sha256)


async def read_parts(installation: Installation, review_id: UUID, names: list[str]) -> Mapping[str, Any]:
    """Over HTTP, by a member of the committee: the large parts first, then cards."""
    with installation.serving() as server:
        async with httpx.AsyncClient(base_url=server.url, headers={"Origin": server.url}, timeout=30) as client:
            answer = await client.post("/api/staff/login", json={"username": "committee", "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            large = ["exam", "items", "integrity", "leads"]
            seconds, sizes = {}, {}
            for name in [*large, *(one for one in names if one not in large)][:READ]:
                begun = time.monotonic()
                answer = await client.get(f"/api/staff/reviews/{review_id}/parts/{name}")
                assert answer.status_code == 200, answer.text
                seconds[name], sizes[name] = time.monotonic() - begun, len(answer.content)
    slowest = max(seconds, key=seconds.__getitem__)
    return {
        "parts": len(names),
        "slowest_get": {slowest: round(seconds[slowest], 3)},
        "median_get_s": round(statistics.median(seconds.values()), 3),
        "largest_part_kb": round(max(sizes.values()) / 1000),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.review")
    parser.add_argument("candidates", nargs="?", type=int, default=100_000)
    candidates = parser.parse_args().candidates
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sahih-bench-") as folder:
        Path(folder).chmod(0o755)
        with Installation(Path(folder)) as installation:
            found = asyncio.run(measure(installation, candidates))
    loads = {"load_before": round(before, 2), "load_after": round(os.getloadavg()[0], 2)}
    print(json.dumps({"candidates": candidates, "items": ITEMS} | found | loads))  # noqa: T201


if __name__ == "__main__":
    main()
