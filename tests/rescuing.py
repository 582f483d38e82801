"""A candidate whose line is dead at the bell, and the file that the exam page would have written."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text

from app import delivery, review
from app.core.access import Actor, Role
from app.core.db import Database
from app.delivery.rescue.digest import digest_words
from app.worker import work_once
from tests.databases import TestDatabase, alter
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app

# The deadline is now: what was saved was saved before it, and duration and grants still add up to it.
BELL = """
    UPDATE attempts SET started_at = started_at - (closes_at - now.at), closes_at = now.at
    FROM (SELECT clock_timestamp() AS at) now WHERE state = 'running'
"""
# The same exam, as long ago as this.
AGO = """
    UPDATE attempts SET started_at = started_at - $1::interval, closes_at = closes_at - $1::interval,
                        submitted_at = submitted_at - $1::interval
"""


async def ring(urls: TestDatabase, database: Database) -> None:
    """The time of everybody who is writing is over, and the sweep closes and scores what it finds."""
    await alter(urls, BELL)
    await work_once(database)


async def attempt_of(database: Database, candidate: Candidate) -> UUID:
    query = """
        SELECT a.id FROM attempts a JOIN roster r ON r.sitting_id = a.sitting_id AND r.id = a.roster_id
        WHERE r.number = :number
    """
    async with database.staff() as session:
        return UUID(str(await session.scalar(text(query), {"number": candidate.card.number})))


def rows(candidate: Candidate, sent: dict[int, int | None], unsent: dict[int, int | None]) -> list[dict[str, Any]]:
    """What the page knows: `sent` with the seqs of this candidate's first saves in order, `unsent` with the next ones."""
    answers = {}
    for seq, (position, option) in enumerate([*sent.items(), *unsent.items()], start=1):
        row = {"position": position, "option": option, "doubtful": False, "epoch": candidate.epoch, "seq": seq}
        answers[position] = {**row, "sent": position in sent and position not in unsent}
    return list(answers.values())


async def contents(
    database: Database, world: World, candidate: Candidate, answers: list[dict[str, Any]], **changes: Any
) -> str:
    file = {
        "format": "sahih-rescue-1",
        "sitting": "UJI-1",
        "participant": candidate.card.number,
        "attempt_id": str(await attempt_of(database, candidate)),
        "epoch": candidate.epoch,
        "device_secret": candidate.device,
        "created_at": "2026-11-21T04:00:00.000Z",
        "answers": answers,
    }
    return json.dumps(file | changes, separators=(",", ":"))


class Staff:
    """A member of staff at their own browser."""

    def __init__(self, client: httpx.AsyncClient, world: World) -> None:
        self.client = client
        self.path = f"/api/staff/sittings/{world.sitting_id}"

    async def note(self, attempt_id: UUID, words: str) -> httpx.Response:
        return await self.client.post(f"{self.path}/attempts/{attempt_id}/rescue-note", json={"words": words})

    async def upload(self, file: str) -> httpx.Response:
        return await self.client.post(f"{self.path}/rescues", json={"file": file})

    async def rescues(self) -> dict[str, Any]:
        answer = await self.client.get(f"{self.path}/rescues")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def decide(self, rescue_id: str, *, approve: bool = True) -> httpx.Response:
        body = {"approve": approve, "reason": "jaringan ruang 2 putus 10.40"}
        return await self.client.post(f"{self.path}/rescues/{rescue_id}/decision", json=body)


async def noted(staff: Staff, database: Database, candidate: Candidate, file: str) -> str:
    answer = await staff.note(await attempt_of(database, candidate), digest_words(file))
    assert answer.status_code == 200, answer.text
    return file


SENT: dict[int, int | None] = {1: 0, 2: 1, 3: 2}
UNSENT: dict[int, int | None] = {3: 3, 4: 1, 5: None}  # 5 was never answered: a blank adds nothing


@dataclass
class Room:
    """One candidate at work, and who may have to do with the file."""

    urls: TestDatabase
    database: Database
    world: World
    candidate: Candidate
    proctor: Staff
    committee: Staff
    office: Staff

    async def file(self, unsent: dict[int, int | None] | None = None, **changes: Any) -> str:
        answers = changes.pop("answers", rows(self.candidate, SENT, UNSENT if unsent is None else unsent))
        return await contents(self.database, self.world, self.candidate, answers, **changes)

    async def noted_file(self, unsent: dict[int, int | None] | None = None, **changes: Any) -> str:
        return await noted(self.proctor, self.database, self.candidate, await self.file(unsent, **changes))

    async def uploaded(self, by: Staff | None = None) -> str:
        answer = await (by or self.office).upload(await self.noted_file())
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def scores(self) -> list[tuple[int, str]]:
        async with self.database.staff() as session:
            found = await session.execute(text("SELECT run_no, answers_sha256 FROM scores ORDER BY run_no"))
        return [(row.run_no, row.answers_sha256) for row in found]


@asynccontextmanager
async def open_room(urls: TestDatabase) -> AsyncIterator[Room]:
    """An exam that runs, its first answers saved."""
    async with running_app(make_settings(urls)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        staff = []
        for role in ("proctor", "committee", "office"):
            client = await stack.enter_async_context(client_of(app))
            await world.log_in(client, role)
            staff.append(Staff(client, world))
        candidate = Candidate(await stack.enter_async_context(client_of(app)), world.cards[0])
        await candidate.enter()
        for position, option in SENT.items():
            assert (await candidate.save({position: option})).status_code == 200
        yield Room(urls, app.state.database, world, candidate, *staff)


async def release(room: Room) -> None:
    actor = Actor(room.world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))
    async with room.database.staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, room.world.sitting_id)
        await review.clear(session, sitting, "diperiksa", actor=actor)
        await review.release(session, sitting, actor=actor)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
