"""How long the review of a large exam takes, from its stored snapshot to its stored parts, and to read one of them over HTTP.

    python -m tests.bench.review [CANDIDATES]

100 items, all of the candidates in one period, a durable cluster on disk. One JSON line: the seconds from the stored snapshot to the stored
parts, all processes in it, when each panel begins, the slowest GET of each large part, sizes, and the load of the machine (one minute)
before and after, and how soon the pages can be read in a browser.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from app.core.db import Database
from app.review.data.computing import compute_apart, find_snapshot, keep_snapshot
from app.review.data.freeze import pack, sha256_of, to_bytes
from app.review.data.parts import parts_key, write_parts
from app.review.method.content import method_content
from app.review.method.types import ReviewMethod
from tests.bench.review_pages import open_pages
from tests.computed_reviews import add_review
from tests.factories import PASSWORD, World, open_database
from tests.faults.servers import Installation
from tests.review_data import make_review_data

ITEMS = 100
LARGE = ["exam", "items", "integrity", "leads"]
TIMES = 3


async def bench(candidates: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="sahih-bench-") as folder:
        Path(folder).chmod(0o755)
        installation = Installation(Path(folder))
        try:
            world = await installation.create(1, with_passwords=True)
            database = open_database(installation.database, pool_size=3)
            frozen = to_bytes(make_review_data(candidates, bank=ITEMS, items=ITEMS, periods=(0,), forms=2))
            figures, review_id = await computed(database, world, pack(frozen), sha256_of(frozen))
            await database.close()
            await installation.serve()
            return (
                figures | await read_parts(installation.url, review_id) | await open_pages(installation.url, review_id)
            )
        finally:
            installation.kill_server()
            installation.cluster.stop("immediate")


async def computed(database: Database, world: World, packed: bytes, sha256: str) -> tuple[dict[str, Any], UUID]:
    begun = time.monotonic()
    async with database.staff() as session, session.begin():
        await keep_snapshot(session, sha256, packed)
        review_id, method_sha256 = await add_review(session, world, sha256)
    stored = time.monotonic()
    async with database.staff() as session:
        kept = await find_snapshot(session, sha256)
    assert kept == packed
    steps: dict[str, float] = {}

    async def tell(step: str, done: int, total: int) -> None:
        steps[step] = round(time.monotonic() - stored, 1)

    parts = await compute_apart(kept, method_content(ReviewMethod()), tell)
    done = time.monotonic()
    async with database.staff() as session, session.begin():
        await write_parts(session, parts_key(sha256, method_sha256), parts)
    ready = time.monotonic()
    figures = {
        "snapshot_mb": round(len(packed) / 1e6, 1),
        "store_snapshot_s": round(stored - begun, 1),
        "panel_begins_at_s": steps,
        "store_parts_s": round(ready - done, 1),
        "snapshot_to_parts_s": round(ready - stored, 1),
        "parts": len(parts),
    }
    return figures, review_id


async def read_parts(url: str, review_id: UUID) -> dict[str, Any]:
    """Over HTTP, by a member of the committee: the large parts, each several times."""
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=30) as client:
        answer = await client.post("/api/staff/login", json={"username": "committee", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        seconds: dict[str, float] = {}
        sizes: dict[str, int] = {}
        for name in LARGE * TIMES:
            begun = time.monotonic()
            answer = await client.get(f"/api/staff/reviews/{review_id}/parts/{name}")
            assert answer.status_code == 200, answer.text
            seconds[name] = max(seconds.get(name, 0.0), round(time.monotonic() - begun, 3))
            sizes[name] = len(answer.content)
    return {"slowest_get_s": seconds, "bytes": sizes}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.review", description=__doc__)
    parser.add_argument("candidates", nargs="?", type=int, default=100_000)
    candidates = parser.parse_args().candidates
    before = os.getloadavg()[0]
    found = asyncio.run(bench(candidates))
    print(json.dumps({"candidates": candidates, "items": ITEMS} | found | {"load": [before, os.getloadavg()[0]]}))


if __name__ == "__main__":
    main()
