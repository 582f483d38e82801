"""Messages of proctors and calls for help: who hears what, and how far it came."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app import delivery, identity
from app.core.access import Role
from app.delivery import Admission
from tests.databases import TestDatabase, alter
from tests.factories import PASSWORD, Candidate, World, client_of, make_settings, make_world, running_app

ROOM_OF = "UPDATE roster SET room_id = $1 WHERE sitting_id = $2 AND number = $3"


@dataclass
class Hall:
    """A running server with a sitting, its proctor, and candidates who have started."""

    app: FastAPI
    world: World
    desk: httpx.AsyncClient
    candidates: list[Candidate]
    attempts: list[str]
    rooms: list[UUID] = field(default_factory=list)

    async def send(self, text: str = "Sepuluh menit lagi.", **address: Any) -> httpx.Response:
        return await self.desk.post(f"{self.place}/messages", json={"text": text, **address})

    async def answer(self, call_id: UUID, client: httpx.AsyncClient | None = None) -> httpx.Response:
        return await (client or self.desk).post(f"{self.place}/help/{call_id}/answer", json={})

    async def end(self, call_id: UUID) -> httpx.Response:
        return await self.desk.post(f"{self.place}/help/{call_id}/end", json={})

    async def open_calls(self) -> list[delivery.talk.HelpCall]:
        async with self.app.state.database.staff() as session:
            return await delivery.talk.list_open_calls(session, self.world.sitting_id)

    @property
    def place(self) -> str:
        return f"/api/staff/sittings/{self.world.sitting_id}"


@asynccontextmanager
async def hall_of(database: TestDatabase, *, candidates: int = 2, in_rooms: bool = False) -> AsyncIterator[Hall]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, candidates=candidates, with_passwords=True)
        desk = await stack.enter_async_context(client_of(app))
        await world.log_in(desk, "proctor")
        people = [Candidate(await stack.enter_async_context(client_of(app)), card) for card in world.cards]
        for candidate in people:
            await candidate.enter()
        attempts = [(await one.read("me")).json()["attempt"]["id"] for one in people]
        hall = Hall(app, world, desk, people, attempts)
        if in_rooms:
            await seat_in_rooms(hall, database)
        yield hall


async def seat_in_rooms(hall: Hall, database: TestDatabase) -> None:
    """A room for each candidate; the proctor watches the first one."""
    async with hall.app.state.database.staff() as session, session.begin():
        for number, card in enumerate(hall.world.cards, 1):
            room = await delivery.create_room(session, hall.world.sitting_id, f"Ruang {number}")
            hall.rooms.append(room)
        await delivery.assign_room(session, hall.world.sitting_id, hall.rooms[0], hall.world.staff["proctor"])
    for room, card in zip(hall.rooms, hall.world.cards, strict=True):
        await alter(database, ROOM_OF, room, hall.world.sitting_id, card.number)


async def told(candidate: Candidate) -> list[str]:
    return [one["text"] for one in (await candidate.read("messages")).json()["messages"]]


async def rev_of(candidate: Candidate) -> int:
    return int((await candidate.post("heartbeat", candidate.write())).json()["rev"])


async def test_a_message_that_is_sent_again_without_an_answer_is_shown_once(database: TestDatabase) -> None:
    async with hall_of(database) as room:
        sent = [await room.send(key=str(key)) for key in [uuid4()] * 2]
        assert [answer.status_code for answer in sent] == [201, 201]
        assert sent[0].json() == sent[1].json()
        assert len((await room.desk.get(f"{room.place}/messages")).json()["messages"]) == 1


async def test_a_message_to_one_reaches_that_one_and_shows_how_far_it_came(database: TestDatabase) -> None:
    async with hall_of(database) as hall:
        first, second = hall.candidates
        before = await rev_of(first), await rev_of(second)
        sent = await hall.send("Silakan pindah ke kursi 4.", attempt_ids=[hall.attempts[0]])
        assert (sent.status_code, sent.json()["outcomes"]) == (201, {hall.attempts[0]: "done"})
        assert (await rev_of(first), await rev_of(second)) == (before[0] + 1, before[1]), "the page is told to look"
        assert await told(first) == ["Silakan pindah ke kursi 4."]
        assert await told(second) == []

        async def counts() -> tuple[int, int, int]:
            (one,) = (await hall.desk.get(f"{hall.place}/messages")).json()["messages"]
            assert (one["text"], one["sent_by"]) == ("Silakan pindah ke kursi 4.", "Petugas proctor")
            return one["copies"], one["shown"], one["acknowledged"]

        message = sent.json()["message_id"]
        assert await counts() == (1, 0, 0)
        assert (await first.post(f"messages/{message}/shown", {})).status_code == 204
        assert await counts() == (1, 1, 0)
        assert await told(first) == ["Silakan pindah ke kursi 4."], (
            "shown is not read: after a reload it is there again"
        )
        for _ in range(2):
            assert (await first.post(f"messages/{message}/read", {})).status_code == 204
        assert await counts() == (1, 1, 1)
        assert await told(first) == []
        assert (await second.post(f"messages/{message}/read", {})).status_code == 404, "not theirs"
        assert (await second.post("messages/{message_id}/read", {})).status_code == 404, "no message at all"


async def test_without_an_address_a_message_goes_to_all_who_are_not_finished(database: TestDatabase) -> None:
    async with hall_of(database, candidates=3) as hall:
        await hall.candidates[2].submit()
        outcomes = (await hall.send()).json()["outcomes"]
        assert outcomes == dict(zip(hall.attempts, ["done", "done", "over"], strict=True))
        assert [await told(one) for one in hall.candidates[:2]] == [["Sepuluh menit lagi."]] * 2


@pytest.mark.parametrize(
    ("address", "reached"),
    [({}, ["done", None]), ({"room": 0}, ["done", None]), ({"room": 1}, 404), ({"both": True}, ["done", "not-found"])],
)
async def test_a_proctor_reaches_the_candidates_of_their_rooms(
    database: TestDatabase, address: dict[str, Any], reached: Any
) -> None:
    async with hall_of(database, in_rooms=True) as hall:
        body: dict[str, Any] = {}
        if "room" in address:
            body["room_id"] = str(hall.rooms[address["room"]])
        if "both" in address:
            body["attempt_ids"] = hall.attempts
        sent = await hall.send(**body)
        if reached == 404:
            assert sent.status_code == 404
            return
        outcomes = sent.json()["outcomes"]
        assert [outcomes.get(attempt) for attempt in hall.attempts] == reached
        assert [len(await told(one)) for one in hall.candidates] == [1, 0]
        (listed,) = (await hall.desk.get(f"{hall.place}/messages")).json()["messages"]
        assert listed["copies"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "   "},
        {"text": "x" * 501},
        {"text": "x", "attempt_ids": []},
        {"text": "x", "attempt_ids": [str(uuid4())], "room_id": str(uuid4())},
        {"text": "x", "to": "all"},
    ],
)
async def test_a_message_that_makes_no_sense_is_refused(database: TestDatabase, body: dict[str, Any]) -> None:
    async with hall_of(database, candidates=1) as hall:
        assert (await hall.desk.post(f"{hall.place}/messages", json=body)).status_code == 422
        assert await told(hall.candidates[0]) == []


async def test_a_candidate_in_the_waiting_room_hears_and_calls_too(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as desk:
        world = await make_world(app.state.database, admission=Admission.PROCTOR, with_passwords=True)
        await world.log_in(desk, "proctor")
        candidate = Candidate(client, world.cards[0])
        await candidate.log_in()
        before = (await candidate.post("lobby", {"nonce": "n" * 12})).json()["rev"]
        await desk.post(f"/api/staff/sittings/{world.sitting_id}/messages", json={"text": "Siapkan kartu identitas."})
        assert (await candidate.post("lobby", {"nonce": "n" * 12})).json()["rev"] == before + 1
        assert await told(candidate) == ["Siapkan kartu identitas."]
        assert (await candidate.post("help", {"need": "computer"})).json()["need"] == "computer"


async def test_a_call_is_one_until_it_ends_and_the_page_is_told_that_somebody_comes(database: TestDatabase) -> None:
    async with hall_of(database) as hall:
        candidate = hall.candidates[0]
        called = (await candidate.post("help", {"need": "network"})).json()
        assert (called["need"], called["answered_at"]) == ("network", None)
        assert (await candidate.post("help", {"need": "health"})).json() == called, "who waits goes on waiting"
        (call,) = await hall.open_calls()
        before = await rev_of(candidate)
        assert (await hall.answer(call.id)).status_code == 204
        assert await rev_of(candidate) == before + 1
        assert (await candidate.read("messages")).json()["help"]["answered_at"] is not None
        again = await hall.answer(call.id)
        assert (again.status_code, again.json()["code"]) == (409, "help-answered")
        assert (await hall.end(call.id)).status_code == 204
        assert (await candidate.read("messages")).json()["help"] is None
        assert (await hall.end(call.id)).json()["code"] == "help-ended"
        assert (await candidate.post("help", {"need": "other"})).json()["need"] == "other", "a new call"


async def test_a_call_that_was_taken_back_needs_nobody(database: TestDatabase) -> None:
    async with hall_of(database) as hall:
        candidate = hall.candidates[0]
        await candidate.post("help", {"need": "other"})
        (call,) = await hall.open_calls()
        for _ in range(2):
            assert (await candidate.post("help/cancel", {})).status_code == 204
        assert await hall.open_calls() == []
        assert (await hall.answer(call.id)).json()["code"] == "help-ended"


async def test_a_call_from_another_room_does_not_exist(database: TestDatabase) -> None:
    async with hall_of(database, in_rooms=True) as hall:
        for candidate in hall.candidates:
            await candidate.post("help", {"need": "question"})
        calls = {str(call.attempt_id): call.id for call in await hall.open_calls()}
        assert (await hall.answer(calls[hall.attempts[1]])).status_code == 404
        assert (await hall.answer(calls[hall.attempts[0]])).status_code == 204


async def test_a_proctor_of_another_sitting_finds_nothing(database: TestDatabase) -> None:
    async with hall_of(database) as hall, client_of(hall.app) as other:
        async with hall.app.state.database.staff() as session, session.begin():
            person = await identity.add_staff(session, name="Lain", username="lain", roles=[Role.PROCTOR])
            await identity.undertakings.sign_all_needed(session, person, frozenset({Role.PROCTOR}))
            await identity.set_password(session, person, PASSWORD)
            await identity.undertakings.sign_all_needed(session, person, frozenset({Role.PROCTOR}))
        await other.post("/api/staff/login", json={"username": "lain", "password": PASSWORD})
        await hall.candidates[0].post("help", {"need": "question"})
        (call,) = await hall.open_calls()
        assert (await hall.answer(call.id, other)).status_code == 404


async def test_the_journal_tells_of_every_step(database: TestDatabase) -> None:
    async with hall_of(database, candidates=1) as hall:
        await hall.send()
        await hall.candidates[0].post("help", {"need": "network"})
        (call,) = await hall.open_calls()
        await hall.answer(call.id)
        await hall.end(call.id)
    connection = await asyncpg.connect(database.superuser_url)
    rows = await connection.fetch("SELECT action FROM journal WHERE action ~ '^(message|help)' ORDER BY id")
    await connection.close()
    assert [row["action"] for row in rows] == ["message.sent", "help.called", "help.answered", "help.ended"]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO messages (sitting_id, id, text, sent_by) SELECT gen_random_uuid(), gen_random_uuid(), 'x', gen_random_uuid()",
        "UPDATE messages SET text = 'x'",
        "INSERT INTO message_copies SELECT * FROM message_copies",
        "UPDATE message_copies SET attempt_id = gen_random_uuid()",
        "UPDATE help_calls SET answered_at = now()",
        "DELETE FROM help_calls",
        "UPDATE signals SET kind = 'copy'",
        "DELETE FROM signal_counts",
    ],
)
async def test_the_candidates_log_in_cannot_speak_for_a_proctor_or_take_anything_back(
    database: TestDatabase, statement: str
) -> None:
    connection = await asyncpg.connect(database.exam_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()
