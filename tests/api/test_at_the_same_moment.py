"""Two people press at the same moment: each is told what happened, and neither waits for the other for ever."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import httpx

from tests.api.test_meeting_clocks import in_rooms
from tests.api.test_time import REASON, add_proctor, exam
from tests.databases import TestDatabase
from tests.factories import client_of
from tests.faults.test_save_and_submit import outside

# Whose statement waits for a lock that somebody else holds.
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def told(answers: list[httpx.Response]) -> Counter[str]:
    return Counter(answer.json()["code"] if answer.status_code >= 400 else "done" for answer in answers)


async def test_rooms_are_arranged_by_two(database: TestDatabase) -> None:
    async with exam(database) as room, client_of(room.app) as head:
        here, _ = await in_rooms(room, "R-1", "R-2")
        await add_proctor(room, "head", head)
        person_id = str((await head.get("/api/staff/me")).json()["id"])

        async def both(path: str, body: dict[str, Any]) -> Counter[str]:
            presses = [room.press(path, body, client) for client in (room.proctor, head) * 2]
            return told(await asyncio.gather(*presses))

        assert await both("rooms", {"name": "R-3", "places": None}) == {"done": 1, "room-taken": 3}
        rooms = (await room.proctor.get(f"/api/staff/sittings/{room.world.sitting_id}/rooms")).json()["rooms"]
        empty = next(one["id"] for one in rooms if one["name"] == "R-3")
        assert await both("freezes", {"reason": REASON, "room_id": empty}) == {"done": 1, "frozen-already": 3}
        handed = {"giver_id": None, "taker_id": person_id, "note": "bergantian"}
        assert await both(f"rooms/{here}/hand-over", handed) == {"done": 4}
        assert await both("proctors", {"person_id": person_id, "head": True, "rooms": [empty]}) == {"done": 4}


async def test_a_message_to_many_does_not_hold_whom_a_pause_waits_for(database: TestDatabase) -> None:
    """The pause of both has the first one, and comes for the second: a message that waits for the first must not have it."""
    async with exam(database) as room, outside(database) as pause, outside(database) as watcher:
        first, second = sorted(map(UUID, room.attempts))
        lock = "SELECT 1 FROM attempts WHERE id = $1 FOR UPDATE"
        held = pause.transaction()
        await held.start()
        await pause.execute(lock, first)
        to = [str(second), str(first)]
        message = asyncio.create_task(room.press("messages", {"attempt_ids": to, "text": "Tetap tenang."}))
        while not await watcher.fetchval(BLOCKED):  # a transaction would go on seeing what it saw first
            await asyncio.sleep(0.01)
        await pause.execute("SET LOCAL lock_timeout = '100ms'")
        await pause.execute(lock, second)
        await held.rollback()
        assert (await message).status_code == 201
