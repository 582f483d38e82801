"""Clocks over HTTP: pauses, a frozen room, granted time, an exam that is ended. Every second is accounted for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import delivery, identity
from app.core.access import Role
from app.delivery import sweep_overdue
from tests.databases import TestDatabase, alter
from tests.factories import (
    PASSWORD,
    Candidate,
    World,
    client_of,
    make_settings,
    make_world,
    running_app,
    violations,
)

REASON = "listrik padam"


@dataclass
class Room:
    """An exam under way: two candidates, and the proctor in the room."""

    app: FastAPI
    database: TestDatabase
    world: World
    proctor: httpx.AsyncClient
    candidates: list[Candidate]
    attempts: list[str]

    async def press(self, path: str, body: dict[str, Any], client: httpx.AsyncClient | None = None) -> httpx.Response:
        return await (client or self.proctor).post(f"/api/staff/sittings/{self.world.sitting_id}/{path}", json=body)

    async def outcomes(self, path: str, body: dict[str, Any]) -> list[str]:
        answer = await self.press(path, body)
        assert answer.status_code < 300, answer.text
        told = answer.json()["outcomes"]
        return [told[attempt] for attempt in self.attempts if attempt in told]

    async def board(self, client: httpx.AsyncClient | None = None) -> dict[str, Any]:
        answer = await (client or self.proctor).get(f"/api/staff/sittings/{self.world.sitting_id}/board")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def row(self, number: int = 0) -> dict[str, Any]:
        (found,) = [one for one in (await self.board())["candidates"] if one["attempt_id"] == self.attempts[number]]
        return dict(found)

    async def grants(self, number: int = 0) -> list[tuple[str, int]]:
        async with self.app.state.database.staff() as session:
            rows = await session.execute(
                text("SELECT kind, seconds FROM time_grants WHERE attempt_id = :id ORDER BY granted_at"),
                {"id": UUID(self.attempts[number])},
            )
            return [(kind, seconds) for kind, seconds in rows]

    async def earlier(self, seconds: int, *, what: str = "paused_at") -> None:
        """Move what happened, not the clock."""
        await alter(self.database, f"UPDATE attempts SET {what} = {what} - make_interval(secs => $1)", float(seconds))

    async def broken(self) -> list[str]:
        return await violations(self.app.state.database, but=("I-45",))


@asynccontextmanager
async def exam(database: TestDatabase) -> AsyncIterator[Room]:
    async with (
        running_app(make_settings(database)) as app,
        client_of(app) as one,
        client_of(app) as two,
        client_of(app) as proctor,
    ):
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(proctor, "proctor")
        candidates = [Candidate(client, card) for client, card in zip((one, two), world.cards, strict=True)]
        attempts = []
        for candidate in candidates:
            assert (await candidate.enter()).status_code == 200
            attempts.append((await candidate.client.get("/api/exam/me")).json()["attempt"]["id"])
        yield Room(app, database, world, proctor, candidates, attempts)


def seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


@pytest.mark.invariant("I-07")
@pytest.mark.invariant("I-14")
async def test_a_pause_gives_every_second_back(database: TestDatabase) -> None:
    async with exam(database) as room:
        before = await room.row()
        assert await room.outcomes("pause", {"attempt_ids": room.attempts[:1], "reason": REASON}) == ["done"]
        paused = await room.row()
        assert (paused["phase"], paused["paused_for"]) == ("paused", REASON)
        assert (await room.row(1))["phase"] == "running"
        await room.earlier(300)
        assert await room.outcomes("resume", {"attempt_ids": room.attempts[:1], "in_seconds": 0}) == ["done"]
        after = await room.row()
        assert after["phase"] == "running"
        (_, (kind, given)) = await room.grants()
        assert kind == "pause"
        assert 300 <= given <= 320, "and what the presses took"
        assert seconds_between(before["closes_at"], after["closes_at"]) == given
        assert await room.broken() == []


async def test_answers_of_before_a_pause_are_taken_during_it_and_the_exam_stays_open(database: TestDatabase) -> None:
    async with exam(database) as room:
        await room.outcomes("pause", {"attempt_ids": room.attempts, "reason": REASON})
        assert (await room.candidates[0].save({1: 2})).status_code == 200
        refused = await room.candidates[0].submit()
        assert (refused.status_code, refused.json()["code"], refused.json()["retryable"]) == (
            409,
            "attempt-paused",
            True,
        )
        # The whole exam's time goes by: nothing closes while it is paused.
        await alter(
            room.database,
            "UPDATE attempts SET started_at = started_at - interval '3 hours', closes_at = closes_at - interval '3 hours', paused_at = paused_at - interval '2 hours'",
        )
        assert await sweep_overdue(room.app.state.database) == 0
        assert (await room.candidates[0].save({2: 1})).status_code == 200
        await room.outcomes("resume", {"attempt_ids": room.attempts, "in_seconds": 0})
        assert (await room.row())["answered"] == 2
        assert (await room.candidates[0].submit()).status_code == 200


async def test_who_resumes_together_goes_on_at_the_same_moment_and_is_told_before(database: TestDatabase) -> None:
    async with exam(database) as room:
        await room.outcomes("pause", {"attempt_ids": room.attempts, "reason": REASON})
        await room.outcomes("resume", {"attempt_ids": room.attempts, "in_seconds": 30})
        heard = [(await candidate.post("heartbeat", candidate.write())).json() for candidate in room.candidates]
        assert [envelope["phase"] for envelope in heard] == ["paused", "paused"]
        assert heard[0]["resumes_at"] == heard[1]["resumes_at"] is not None
        # Paused again before that moment: the time until then was given already, and is not given twice.
        await room.outcomes("pause", {"attempt_ids": room.attempts, "reason": REASON})
        await room.outcomes("resume", {"attempt_ids": room.attempts, "in_seconds": 0})
        given = dict(await room.grants())
        assert sum(seconds for kind, seconds in await room.grants() if kind == "pause") < 60, given
        assert await room.broken() == []


@pytest.mark.invariant("I-14")
async def test_a_frozen_room_stops_everybody_lets_nobody_start_and_goes_on_together(database: TestDatabase) -> None:
    async with exam(database) as room:
        answer = await room.press("freezes", {"reason": REASON})
        assert answer.status_code == 201, answer.text
        frozen = answer.json()
        assert set(frozen["outcomes"].values()) == {"done"}
        board = await room.board()
        assert [one["reason"] for one in board["freezes"]] == [REASON]
        assert [one["note"] for one in board["incidents"] if one["category"] == "technical"] == [REASON]
        assert (await room.press("freezes", {"reason": REASON})).json()["code"] == "frozen-already"
        await room.earlier(600)
        thawed = await room.press(f"freezes/{frozen['freeze_id']}/thaw", {"in_seconds": 10, "note": "menyala"})
        assert set(thawed.json()["outcomes"].values()) == {"done"}
        assert (await room.grants(0))[1] == (await room.grants(1))[1]
        assert (await room.grants())[1][0] == "outage"
        assert 610 <= (await room.grants())[1][1] <= 630
        board = await room.board()
        assert board["freezes"] == []
        assert {one["resumes_at"] for one in board["candidates"]} == {board["candidates"][0]["resumes_at"]}
        assert all(one["closed_at"] for one in board["incidents"])
        again = await room.press(f"freezes/{frozen['freeze_id']}/thaw", {"in_seconds": 0, "note": "menyala"})
        assert again.json()["code"] == "not-frozen"
        assert await room.broken() == []


async def test_nobody_starts_in_a_frozen_room_and_everybody_does_afterwards(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as proctor:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(proctor, "proctor")
        path = f"/api/staff/sittings/{world.sitting_id}/freezes"
        frozen = (await proctor.post(path, json={"reason": REASON})).json()
        late = Candidate(client, world.cards[0])
        refused = await late.enter()
        assert (refused.status_code, refused.json()["code"], refused.json()["retryable"]) == (409, "room-frozen", True)
        await proctor.post(f"{path}/{frozen['freeze_id']}/thaw", json={"in_seconds": 0, "note": "menyala"})
        assert (await late.start()).status_code == 200


@pytest.mark.parametrize(("minutes_ago", "status"), [(14, 201), (16, 422), (-1, 422)])
async def test_an_outage_is_dated_back_by_a_quarter_of_an_hour_at_most(
    database: TestDatabase, minutes_ago: int, status: int
) -> None:
    async with exam(database) as room:
        await room.earlier(1800, what="started_at")
        async with room.app.state.database.staff() as session:
            since = await session.scalar(
                text("SELECT clock_timestamp() - make_interval(mins => :ago)"), {"ago": minutes_ago}
            )
        answer = await room.press("freezes", {"reason": REASON, "since": since.isoformat()})
        assert answer.status_code == status, answer.text
        if status == 201:
            assert seconds_between((await room.row())["paused_at"], (await room.board())["server_time"]) >= 14 * 60


async def test_fifteen_minutes_alone_and_a_second_more_waits_for_a_second_person(database: TestDatabase) -> None:
    async with exam(database) as room, client_of(room.app) as head:
        one = {"attempt_ids": room.attempts[:1], "reason": REASON}
        assert await room.outcomes("time", one | {"seconds": 900}) == ["done"]
        assert await room.outcomes("time", one | {"seconds": 1}) == ["waits"]
        assert await room.outcomes("time", one | {"seconds": 1}) == ["waits-already"]
        (waiting,) = (await room.board())["time_requests"]
        decision = f"time-requests/{waiting['id']}/decision"
        own = await room.press(decision, {"approve": True, "reason": "benar"})
        assert own.json()["code"] == "second-person-needed"
        await add_proctor(room, "head", head)
        assert (await room.press(decision, {"approve": True, "reason": "benar"}, head)).status_code == 204
        again = await room.press(decision, {"approve": False, "reason": "salah"}, head)
        assert again.json()["code"] == "time-decided-before"
        assert (await room.grants())[1:] == [("extra", 900), ("approved", 1)]
        assert (await room.board())["time_requests"] == []
        assert await room.broken() == []


async def test_a_grant_that_is_sent_again_without_an_answer_is_given_once(database: TestDatabase) -> None:
    async with exam(database) as room:
        one = {"attempt_ids": room.attempts[:1], "reason": REASON}
        given, asked = (one | {"seconds": seconds, "key": str(uuid4())} for seconds in (600, 1200))
        assert [await room.outcomes("time", given) for _ in range(2)] == [["done"], ["done"]]
        assert [await room.outcomes("time", asked) for _ in range(2)] == [["waits"], ["waits"]]
        assert (await room.grants())[1:] == [("extra", 600)]
        assert len((await room.board())["time_requests"]) == 1
        assert await room.outcomes("time", given | {"key": str(uuid4()), "seconds": 60}) == ["done"]
        assert (await room.grants())[1:] == [("extra", 600), ("extra", 60)]
        assert await room.broken() == []


async def test_waiting_for_the_second_person_costs_no_time(database: TestDatabase) -> None:
    """The bell rings while it is waited for: nothing closes, and the minutes since are given on top."""
    async with exam(database) as room, client_of(room.app) as head:
        await add_proctor(room, "head", head)
        await room.outcomes("time", {"attempt_ids": room.attempts, "seconds": 2400, "reason": REASON})
        await room.earlier(7200 + 10 + 1200, what="started_at")
        await room.earlier(7200 + 10 + 1200, what="closes_at")
        assert await sweep_overdue(room.app.state.database) == 0
        assert await room.broken() == []
        refused = await room.candidates[0].submit()
        assert (refused.json()["code"], refused.json()["retryable"]) == ("time-requested", True)
        for waiting in (await room.board())["time_requests"]:
            decision = f"time-requests/{waiting['id']}/decision"
            assert (await room.press(decision, {"approve": True, "reason": "benar"}, head)).status_code == 204
        left = seconds_between((await room.board())["server_time"], (await room.row())["closes_at"])
        assert 2380 <= left <= 2401
        assert [kind for kind, _ in await room.grants()] == ["transmission", "waited", "approved"]
        assert await room.broken() == []


async def test_after_an_hour_without_a_word_the_bell_rings_after_all(database: TestDatabase) -> None:
    async with exam(database) as room:
        await room.outcomes("time", {"attempt_ids": room.attempts[:1], "seconds": 2400, "reason": REASON})
        await room.earlier(7200 + 10 + 3601, what="started_at")
        await room.earlier(7200 + 10 + 3601, what="closes_at")
        assert await sweep_overdue(room.app.state.database) == 2


async def test_time_is_granted_before_the_start_and_refused_after_the_end(database: TestDatabase) -> None:
    async with exam(database) as room:
        assert (await room.candidates[1].submit()).status_code == 200
        body = {
            "attempt_ids": [*room.attempts, "00000000-0000-4000-8000-000000000000"],
            "seconds": 60,
            "reason": REASON,
        }
        answer = (await room.press("time", body)).json()["outcomes"]
        assert list(answer.values()) == ["done", "over", "not-found"]


async def test_an_exam_is_ended_by_its_number_and_a_reason_also_from_a_pause(database: TestDatabase) -> None:
    async with exam(database) as room:
        await room.candidates[0].save({1: 3})
        await room.outcomes("pause", {"attempt_ids": room.attempts[:1], "reason": "sakit"})
        await room.earlier(120)
        path = f"attempts/{room.attempts[0]}/close"
        slip = await room.press(path, {"number": room.world.cards[1].number, "reason": "sakit"})
        assert slip.json()["code"] == "other-number"
        assert (await room.row())["phase"] == "paused"
        number = room.world.cards[0].number.lower()
        assert (await room.press(path, {"number": number, "reason": "sakit"})).status_code == 204
        record = (await room.candidates[0].read("attempt")).json()
        assert (record["receipt"]["reason"], record["receipt"]["answered"]) == ("proctor", 1)
        assert (await room.press(path, {"number": number, "reason": "sakit"})).json()["code"] == "not-running"
        assert await room.broken() == []


async def test_a_proctor_sees_and_moves_the_clocks_of_their_own_room_only(database: TestDatabase) -> None:
    async with exam(database) as room, client_of(room.app) as other:
        await add_proctor(room, "other", other, head=False)
        async with room.app.state.database.staff() as session, session.begin():
            rooms = [await delivery.create_room(session, room.world.sitting_id, name) for name in ("R-1", "R-2")]
            people = [room.world.staff["proctor"], await person(room, "other")]
            for room_id, person_id in zip(rooms, people, strict=True):
                await delivery.assign_room(session, room.world.sitting_id, room_id, person_id)
            roster = await session.execute(text("SELECT id FROM roster ORDER BY number"))
            for room_id, (roster_id,) in zip(rooms, roster.all(), strict=True):
                await delivery.seat_candidate(session, room.world.sitting_id, roster_id, room_id=room_id, seat="A1")
        both = {"attempt_ids": room.attempts, "reason": REASON}
        assert await room.outcomes("pause", both) == ["done", "not-found"]
        assert await room.outcomes("time", both | {"seconds": 60}) == ["done", "not-found"]
        number = room.world.cards[1].number
        closing = await room.press(f"attempts/{room.attempts[1]}/close", {"number": number, "reason": "sakit"})
        assert closing.status_code == 404
        assert (await room.press("freezes", {"reason": REASON})).status_code == 404, "the whole sitting is the head's"
        assert (await room.press("freezes", {"reason": REASON, "room_id": str(rooms[1])})).status_code == 404
        elsewhere = await room.press("freezes", {"reason": REASON, "room_id": str(rooms[1])}, other)
        assert elsewhere.status_code == 201
        assert list(elsewhere.json()["outcomes"]) == [room.attempts[1]]


async def add_proctor(room: Room, name: str, client: httpx.AsyncClient, *, head: bool = True) -> None:
    """One more proctor of the sitting, logged in."""
    async with room.app.state.database.staff() as session, session.begin():
        person_id = await identity.add_staff(session, name=name, username=name, roles=[Role.PROCTOR])
        await identity.set_password(session, person_id, PASSWORD)
        await identity.undertakings.sign_all_needed(session, person_id, frozenset({Role.PROCTOR}))
        await delivery.assign_staff(session, room.world.sitting_id, person_id, head=head)
    answer = await client.post("/api/staff/login", json={"username": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text


async def person(room: Room, username: str) -> UUID:
    async with room.app.state.database.staff() as session:
        found = await session.scalar(
            text("SELECT person_id FROM staff_accounts WHERE username = :name"), {"name": username}
        )
    return UUID(str(found))
