"""Who sees which part of a sitting: proctors their rooms, head proctors all of it; and whether anybody watches a room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from app import delivery, identity
from app.core.access import Role
from app.proctoring.watchers import note_watchers
from tests.databases import TestDatabase, alter
from tests.factories import PASSWORD, World, client_of, make_settings, make_world, running_app


@dataclass
class Sitting:
    """Three candidates: one in each of two rooms, one without a room; a proctor in each room, and a head proctor."""

    app: FastAPI
    database: TestDatabase
    world: World
    rooms: list[UUID]
    attempts: list[str]
    people: dict[str, UUID]
    clients: dict[str, httpx.AsyncClient]

    async def get(self, who: str, path: str) -> httpx.Response:
        return await self.clients[who].get(f"/api/staff/sittings/{self.world.sitting_id}/{path}")

    async def post(self, who: str, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.clients[who].post(f"/api/staff/sittings/{self.world.sitting_id}/{path}", json=body)

    async def board(self, who: str) -> dict[str, Any]:
        answer = await self.get(who, "board")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def seen(self, who: str) -> list[str]:
        return sorted(self.attempts.index(one["attempt_id"]) for one in (await self.board(who))["candidates"])


@asynccontextmanager
async def sitting(database: TestDatabase) -> AsyncIterator[Sitting]:
    async with (
        running_app(make_settings(database)) as app,
        client_of(app) as proctor,
        client_of(app) as other,
        client_of(app) as head,
        client_of(app) as office,
    ):
        world = await make_world(app.state.database, candidates=3, with_passwords=True)
        clients = {"proctor": proctor, "other": other, "head": head, "office": office}
        people = dict(world.staff)
        async with app.state.database.staff() as session, session.begin():
            for name in ("other", "head"):
                people[name] = await identity.add_staff(session, name=name, username=name, roles=[Role.PROCTOR])
                await identity.set_password(session, people[name], PASSWORD)
                await identity.undertakings.sign_all_needed(session, people[name], frozenset({Role.PROCTOR}))
                await delivery.assign_staff(session, world.sitting_id, people[name])
            rooms = [await delivery.create_room(session, world.sitting_id, name) for name in ("Lab A", "Lab B")]
            for room, name in zip(rooms, ("proctor", "other"), strict=True):
                await delivery.assign_room(session, world.sitting_id, room, people[name])
            rows = await session.execute(
                text("SELECT a.id, r.id FROM attempts a JOIN roster r ON r.id = a.roster_id ORDER BY r.number")
            )
            entries = list(rows)
            for room, (_, roster_id) in zip(rooms, entries, strict=False):
                await delivery.seat_candidate(session, world.sitting_id, roster_id, room_id=room, seat="1")
        await alter(database, "UPDATE sitting_staff SET head = true WHERE person_id = $1", people["head"])
        for name, client in clients.items():
            await world.log_in(client, name)
        attempts = [str(attempt_id) for attempt_id, _ in entries]
        yield Sitting(app, database, world, rooms, attempts, people, clients)


async def test_each_sees_their_rooms_and_whoever_has_none(database: TestDatabase) -> None:
    async with sitting(database) as world:
        assert await world.seen("proctor") == [0, 2]
        assert await world.seen("other") == [1, 2]
        assert await world.seen("head") == [0, 1, 2]
        assert await world.seen("office") == [0, 1, 2]
        assert [room["name"] for room in (await world.board("other"))["rooms"]] == ["Lab B"]


async def test_what_concerns_another_room_is_not_there(database: TestDatabase) -> None:
    async with sitting(database) as world:
        theirs = world.attempts[1]
        for path in (f"attempts/{theirs}/admit", f"attempts/{theirs}/close"):
            answer = await world.post(
                "proctor", path, {} if path.endswith("admit") else {"number": "x", "reason": "sakit"}
            )
            assert answer.status_code == 404, path
        assert (await world.get("proctor", f"attempts/{theirs}/timeline")).status_code == 404
        body = {"attempt_ids": [theirs], "category": "candidate", "code": "illness", "note": "pusing"}
        assert (await world.post("proctor", "incidents", body)).status_code == 404
        opened = await world.post("other", "incidents", body)
        assert opened.status_code == 201
        assert (await world.board("proctor"))["incidents"] == []
        assert len((await world.board("head"))["incidents"]) == 1
        close = f"incidents/{opened.json()['id']}/close"
        assert (await world.post("proctor", close, {"note": "selesai"})).status_code == 404
        frozen = await world.post("other", "freezes", {"room_id": str(world.rooms[1]), "reason": "listrik padam"})
        assert frozen.status_code == 201
        assert ((await world.board("proctor"))["freezes"], len((await world.board("other"))["freezes"])) == ([], 1)
        assert (await world.board("proctor"))["incidents"] == []


async def test_a_room_is_unattended_while_none_of_its_proctors_watches(database: TestDatabase) -> None:
    async with sitting(database) as world:

        async def unattended() -> list[str]:
            return [room["name"] for room in (await world.board("office"))["rooms"] if room["unattended"]]

        assert await unattended() == ["Lab A", "Lab B"]
        async with world.app.state.database.staff() as session, session.begin():
            await note_watchers(session, world.world.sitting_id, {world.people["proctor"], world.people["head"]})
        assert await unattended() == ["Lab B"], "a head proctor elsewhere does not watch Lab B"
        await alter(database, "UPDATE watchers SET seen_at = seen_at - interval '31 seconds'")
        assert await unattended() == ["Lab A", "Lab B"]


async def test_a_proctor_hands_over_what_is_theirs_and_a_head_proctor_anything(database: TestDatabase) -> None:
    async with sitting(database) as world:
        lab_a, lab_b = (f"rooms/{room}/hand-over" for room in world.rooms)
        ids = {name: str(person) for name, person in world.people.items()}
        theirs = {"giver_id": ids["other"], "taker_id": ids["proctor"], "note": "ganti giliran"}
        assert (await world.post("proctor", lab_b, theirs)).status_code == 404
        assert (await world.post("proctor", lab_b, {"taker_id": ids["proctor"], "note": "ganti"})).status_code == 404
        mine = {"giver_id": ids["proctor"], "taker_id": ids["other"], "note": "ganti giliran"}
        assert (await world.post("proctor", lab_a, mine)).status_code == 204
        assert (await world.seen("proctor"), await world.seen("other")) == ([2], [0, 1, 2])
        back = {"giver_id": ids["other"], "taker_id": ids["proctor"], "note": "kembali"}
        assert (await world.post("head", lab_a, back)).status_code == 204
        assert await world.seen("proctor") == [0, 2]


async def test_thresholds_are_set_for_all_by_a_head_proctor_or_the_office(database: TestDatabase) -> None:
    async with sitting(database) as world:
        values = {"silent_seconds": 60, "unsaved_minutes": 5, "late_minutes": 10, "low_percent": 50, "low_minutes": 20}
        assert (await world.post("proctor", "board/thresholds", values)).status_code == 404
        for who, silent in (("head", 60), ("office", 90)):
            assert (await world.post(who, "board/thresholds", values | {"silent_seconds": silent})).status_code == 204
            limits = (await world.board("proctor"))["thresholds"]
            assert limits.pop("signals")["focus-lost"] == 3
            assert limits == values | {"silent_seconds": silent}
        refused = await world.post("head", "board/thresholds", values | {"low_percent": 101})
        assert refused.status_code == 422
