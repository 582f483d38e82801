"""How long a bank of 5,000 items takes to answer searches, over HTTP, from a server process of its own.

    python -m tests.bench.bank [ITEMS]

One JSON line: the first search, which opens every text; 200 mixed ones (p50, p95); the searches after one item changed and after a review found
new figures for all of them; a preview; the CPU of server and PostgreSQL; and the load of the machine (one minute) before and after.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from app import itembank
from app.core.db import Database
from app.itembank import Answer, DraftItem, ItemContent
from app.itembank.richtext import escape, plain
from tests.bench.cpu import measured
from tests.factories import PASSWORD, kuks, open_database
from tests.faults.servers import Installation

SEARCHES = 200
MMU = Path(__file__).parents[2] / "itembank" / "mmu" / "items"
SCHEMA = MMU.parents[1] / "schema" / "items.schema.json"
FILTERS: tuple[dict[str, str], ...] = (
    {}, {"kuk": "3.2"}, {"unit": "MM 4"}, {"state": "active"}, {"level": "apply"}, {"difficulty": "hard"}, {"exposure": "never"},
    {"discrimination": "low"},
)  # fmt: skip


def vocabulary() -> list[str]:
    """Every word of the sample bank's stems, as often as it stands there."""
    stems = (plain(draft.content.stem) for draft in itembank.read_bank(MMU, SCHEMA).drafts)
    return [word.strip("?:.,") for stem in stems for word in stem.split()]


def synthetic_items(count: int, words: list[str], rng: random.Random) -> list[DraftItem]:
    """Of the length that real ones have, in their words; one in eight shows a table."""

    def phrase(least: int, most: int) -> str:
        return escape(" ".join(rng.choices(words, k=rng.randint(least, most))))

    table = "<table><tbody><tr><td>Retak</td><td>12</td></tr><tr><td>Gores</td><td>7</td></tr></tbody></table>"
    return [
        DraftItem(
            code=f"BEN-{number:05d}",
            kuk=kuks()[number % len(kuks())],
            lang="id",
            content=ItemContent(
                (f"<p>{phrase(15, 35)}:</p>{table}" if number % 8 == 0 else f"{phrase(15, 35)}:"),
                tuple(f"{phrase(4, 12)} {letter}" for letter in "abcd"),
                phrase(40, 80) if number % 10 == 0 else "",
            ),
            answer=Answer(number % 4, phrase(10, 20), "sumber", "apply", round(rng.uniform(0.2, 0.9), 2)),
            enemies=(),
            file="bench.yaml",
            line=number,
        )
        for number in range(count)
    ]


def mixed_queries(words: list[str], rng: random.Random) -> list[dict[str, str]]:
    queries = []
    for number in range(SEARCHES):
        texts = ("", rng.choice(words), " ".join(rng.sample(words, 3)), f'"{" ".join(rng.sample(words, 2))}"')
        queries.append({"scheme": "MMu", "text": texts[number % 4], **FILTERS[number % len(FILTERS)]})
    return queries


async def _fill(database: Database, drafts: list[DraftItem]) -> None:
    """As a bank looks that was in use, with figures of each item."""
    async with database.staff() as session, session.begin():
        await itembank.load_items(session, "MMu", drafts)
    await _find_figures(database)


async def _find_figures(database: Database) -> None:
    async with database.staff() as session, session.begin():
        await session.execute(
            text(
                "INSERT INTO item_statistics (id, item_version_id, source, n, statistics) SELECT gen_random_uuid(), id, 'bench', "
                "20 + version_no * 90, jsonb_build_object('p', 0.6, 'd', 0.15) FROM item_versions"
            )
        )


async def _timed(ask: Callable[[], Awaitable[httpx.Response]]) -> float:
    began = time.perf_counter()
    answer = await ask()
    assert answer.status_code == 200, answer.text
    return (time.perf_counter() - began) * 1e3


async def _measure(
    client: httpx.AsyncClient, database: Database, changed: list[DraftItem], words: list[str], roots: list[int]
) -> dict[str, Any]:
    async def search(**query: str) -> httpx.Response:
        return await client.get("/api/staff/bank/items", params={"scheme": "MMu", **query})

    queries = mixed_queries(words, random.Random(6))
    with measured(roots) as opening:
        first = await _timed(search)
    with measured(roots) as searching:
        times = [await _timed(lambda query=query: search(**query)) for query in queries]
    async with database.staff() as session, session.begin():
        await itembank.load_items(session, "MMu", changed)
    with measured(roots) as following:
        after = await _timed(search)
    await _find_figures(database)
    with measured(roots) as learning:
        after_figures = await _timed(search)
    body = {"content": {"stem": f"{changed[7].content.stem} baru", "options": ["a", "b", "c", "d"]}, "scheme": "MMu"}
    previews = [await _timed(lambda: client.post("/api/staff/bank/preview", json=body)) for _ in range(5)]
    return {
        "items": len(changed),
        "first_ms": round(first),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "after_a_change_ms": round(after, 1),
        "after_new_figures_ms": round(after_figures, 1),
        "preview_ms": round(statistics.median(previews), 1),
        "cpu_ms": {
            "first": round(opening.cpu * 1e3),
            "search": round(searching.cpu * 1e3 / len(queries), 1),
            "after_a_change": round(following.cpu * 1e3),
            "after_new_figures": round(learning.cpu * 1e3),
        },
    }


async def bench(count: int) -> dict[str, Any]:
    words = vocabulary()
    drafts = synthetic_items(count, words, random.Random(5))
    with tempfile.TemporaryDirectory(prefix="sahih-bank-") as folder:
        Path(folder).chmod(0o755)
        installation = Installation(Path(folder))
        try:
            await installation.create(1, with_passwords=True)
            database = open_database(installation.database, pool_size=2)
            await _fill(database, drafts)
            await installation.serve()
            headers = {"Origin": installation.url}
            async with httpx.AsyncClient(base_url=installation.url, headers=headers, timeout=60) as client:
                body = {"username": "committee", "password": PASSWORD}
                assert (await client.post("/api/staff/login", json=body)).status_code == 200
                assert installation.server
                roots = [installation.server.pid, installation.cluster.process_ids()[0]]
                result = await _measure(client, database, [_edited(drafts[0]), *drafts[1:]], words, roots)
            await database.close()
            return result
        finally:
            installation.kill_server()
            installation.cluster.stop("immediate")


def _edited(draft: DraftItem) -> DraftItem:
    return replace(draft, content=replace(draft.content, stem=draft.content.stem + " sekarang:"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bank", description=__doc__)
    parser.add_argument("items", nargs="?", type=int, default=5000)
    count = parser.parse_args().items
    before = os.getloadavg()[0]
    print(json.dumps(asyncio.run(bench(count)) | {"load": [before, os.getloadavg()[0]]}))


if __name__ == "__main__":
    main()
