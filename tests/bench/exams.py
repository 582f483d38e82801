"""B5: whole exams, from log-in to result, as the page goes through them."""

from __future__ import annotations

import asyncio
import time
from itertools import product
from typing import Any

from app import grading
from app.core.access import Actor, Role
from tests.bench.cpu import measured
from tests.bench.ground import Ground
from tests.bench.installation import generate
from tests.bench.report import row
from tests.factories import open_database

# What grows with each attempt; sessions and sealed papers go away again.
GROWING = ("answers", "answer_events", "attempts", "attempt_devices", "contacts", "time_grants", "scores", "journal")
# How many are at it at once: the more, the more of them share a commit.
COMPANIES = (64, 250)
BYTES = "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest($1::text[]) AS name"


def exams(ground: Ground) -> list[dict[str, Any]]:
    """Rooms of candidates in turn, each way and in each company; then the committee releases, and all read their results."""
    ways = list(product(COMPANIES, ("http", "ws")))
    rows = [_taken(ground, ground.room(number), *ways[number % len(ways)]) for number in range(len(ways) * ground.runs)]
    asyncio.run(_release(ground))
    with measured(ground.roots) as spent:
        seen = generate("results", url=ground.url, seats=ground.exam_seats, clients=COMPANIES[0], seconds=60)
    for result in rows:
        result["cpu_us_per_op"] = round(result["cpu_us_per_op"] + spent.cpu / len(ground.exam_seats) * 1e6, 1)
        if seen["statuses"] != {"200": len(ground.exam_seats)}:
            result["gate"] = f"{seen['statuses']} for the results"
    return rows


def _taken(ground: Ground, seats: list[dict[str, Any]], company: int, transport: str) -> dict[str, Any]:
    """A room takes the exam, so many at once. The cost per candidate counts server, worker and database."""
    before = ground.value(BYTES, GROWING)
    with measured(ground.roots) as spent:
        with measured(ground.roots) as busy:
            seen = generate("exams", url=ground.url, seats=seats, clients=company, seconds=600, transport=transport)
        _wait_for_scores(ground)
    for seat in seats:
        seat["cookie"] = seen["cookies"][seat["number"]]
    grown = ground.value(BYTES, GROWING) - before
    result = row(f"B5-{company}", spent.cpu / len(seats) * 1e6, busy, seen, len(seats)) | {"transport": transport}
    result |= {"bytes_per_attempt": round(grown / len(seats)), "rss_mb": ground.rss_mb()}
    if set(seen["statuses"]) != {"200"}:
        result["gate"] = f"{seen['statuses']} during the exams"
    return result


def _wait_for_scores(ground: Ground) -> None:
    unscored = "SELECT count(*) FROM attempts a WHERE state = 'submitted' AND NOT EXISTS (SELECT FROM scores WHERE attempt_id = a.id)"
    give_up = time.monotonic() + 60
    while ground.value(unscored) and time.monotonic() < give_up:
        time.sleep(0.2)


async def _release(ground: Ground) -> None:
    addresses, committee = ground.installation.database, ground.world.staff["committee"]
    database = open_database(addresses)
    async with database.staff() as session, session.begin():
        actor = Actor(committee, committee, "K", frozenset({Role.COMMITTEE}))
        await grading.release(session, ground.world.sitting_id, actor=actor)
    await database.close()
