"""F-20: the database's clock jumps. Answers are taken, nothing closes, and every deadline comes out right.

The clock cannot be moved here, so everything else is: the guard reads the clock as it was before the jump, and what was written
before it moves to where that clock would have put it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, worker
from app.core.clock import read_clock
from app.core.db import Database
from app.delivery import ClockGuard
from tests.commands import installed, refused, sahih
from tests.databases import TestDatabase
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app, violations
from tests.faults.test_save_and_submit import outside

pytestmark = pytest.mark.invariant("I-10")
REASON = "dicocokkan dengan dua sumber waktu"
NEVER_DURABLE = ("I-45",)  # of the tests' own cluster


@dataclass
class Room:
    """An exam under way with one candidate, and a guard whose clock can be told how far off it is."""

    app: Any
    world: World
    candidate: Candidate
    superuser: asyncpg.Connection
    offset: float = 0.0
    guard: ClockGuard = field(init=False)

    def __post_init__(self) -> None:
        self.guard = self.new_guard()

    @property
    def database(self) -> Database:
        return self.app.state.database

    def new_guard(self, **clocks: Any) -> ClockGuard:
        return ClockGuard(self.database, read=self.read, **clocks)

    async def read(self, session: AsyncSession) -> datetime:
        return await read_clock(session) + timedelta(seconds=self.offset)

    async def leave(self, seconds: float) -> None:
        """So much time is left to every attempt."""
        await self.superuser.execute(
            "UPDATE attempts SET started_at = started_at + moved, closes_at = closes_at + moved FROM "
            "(SELECT id, clock_timestamp() + make_interval(secs => $1) - closes_at AS moved FROM attempts) AS m "
            "WHERE m.id = attempts.id AND closes_at IS NOT NULL",
            seconds,
        )
        await self.superuser.execute("UPDATE answers SET saved_at = clock_timestamp() - interval '10 minutes'")
        await self.superuser.execute("UPDATE answer_events SET at = clock_timestamp() - interval '10 minutes'")

    async def jump(self, seconds: float) -> None:
        """The clock is `seconds` ahead of what it showed until now: every stored instant is that much further back."""
        self.offset -= seconds
        for table, columns in JUMPED.items():
            moved = ", ".join(f"{column} = {column} - make_interval(secs => $1)" for column in columns)
            await self.superuser.execute(f"UPDATE {table} SET {moved}", seconds)

    async def guarded(self) -> None:
        """The guard looks at the clock as it is now: the jump lies between this reading and the one before."""
        self.offset = 0.0
        await self.guard.tick()

    async def closes_at(self) -> datetime:
        """The deadline of the one running attempt."""
        deadline: datetime = await self.superuser.fetchval("SELECT closes_at FROM attempts WHERE state = 'running'")
        return deadline

    async def clear(self, **changes: Any) -> int:
        async with self.database.staff() as session, session.begin():
            return await delivery.clear_clock(session, reason=REASON, **changes)

    async def save(self, option: int) -> None:
        answer = await self.candidate.save({1: option})
        assert answer.status_code == 200, answer.text
        assert answer.json()["phase"] == "running", "no page locks itself while the clock is in doubt"

    async def actions(self) -> list[str]:
        rows = await self.superuser.fetch("SELECT action FROM journal WHERE subject = 'clock' ORDER BY id")
        return [row["action"] for row in rows]


JUMPED = {
    "attempts": ("started_at", "closes_at", "submitted_at"),
    "answers": ("saved_at",),
    "answer_events": ("at",),
    "clock_guard": ("beat_at", "read_at"),
    "clock_holds": ("from_at", "until_at"),
}


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[Room]:
    async with running_app(make_settings(database)) as app, client_of(app) as client, outside(database) as superuser:
        world = await make_world(app.state.database, candidates=2)
        candidate = Candidate(client, world.cards[0])
        assert (await candidate.enter()).status_code == 200
        assert (await candidate.save({1: 0})).status_code == 200
        yield Room(app, world, candidate, superuser)


@asynccontextmanager
async def second_candidate(room: Room) -> AsyncIterator[Candidate]:
    async with client_of(room.app) as client:
        candidate = Candidate(client, room.world.cards[1])
        assert (await candidate.enter()).status_code == 200
        yield candidate


@pytest.mark.parametrize("noticed", [False, True], ids=["before the guard looked", "after the guard looked"])
async def test_a_clock_that_jumps_ahead_closes_nothing(room: Room, noticed: bool) -> None:
    await room.leave(60)
    await room.guard.tick()
    await room.jump(300)
    if noticed:
        await room.guarded()
    await room.save(1)
    bell = await room.candidate.submit()
    assert (bell.status_code, bell.json()["code"]) == (503, "clock-suspect")
    assert bell.json()["retryable"] is True
    assert await delivery.sweep_overdue(room.database) == 0
    me = (await room.candidate.read("attempt")).json()
    assert me["phase"] == "running", me
    async with room.database.staff() as session:
        sitting = await delivery.get_sitting(session, room.world.sitting_id)
        (row,) = [row for row in await delivery.list_board(session, sitting) if row.started_at]
        assert delivery.phase(row.clock, await read_clock(session)).phase == "running"


@pytest.mark.invariant("I-07")
@pytest.mark.invariant("I-08")
@pytest.mark.parametrize("jump", [300.0, -300.0, 1.7, -30.4])
async def test_when_an_operator_clears_the_clock_each_deadline_is_corrected(room: Room, jump: float) -> None:
    """None early; late by less than the second to which time is granted, and what the two looks took."""
    await room.leave(400)
    before = await room.closes_at()
    await room.guard.tick()
    await room.jump(jump)
    await room.guarded()
    await room.save(2)
    assert await room.clear() == 1
    assert -0.05 < (await room.closes_at() - before).total_seconds() < 1.25
    assert await room.actions() == ["clock.suspected", "clock.cleared"]
    granted = await room.superuser.fetchrow("SELECT seconds, reason FROM time_grants WHERE kind = 'clock'")
    assert abs(granted["seconds"] - jump) <= 1.1
    assert granted["reason"] == REASON
    assert await violations(room.database, but=NEVER_DURABLE) == []


async def test_time_that_ran_out_meanwhile_ends_once_the_clock_is_cleared(room: Room) -> None:
    await room.leave(60)
    await room.guard.tick()
    await room.jump(300)
    await room.guarded()
    await room.leave(-330)  # the true end passed 30 s ago
    await room.save(3)
    assert await delivery.sweep_overdue(room.database) == 0
    await room.clear()
    await room.guard.tick()
    assert await delivery.sweep_overdue(room.database) == 1
    assert (await room.candidate.save({2: 0})).json()["code"] == "attempt-closed"
    kept = await room.superuser.fetchval("SELECT option FROM answers WHERE position = 1")
    assert kept == 3, "an answer that was acknowledged counts"
    assert await violations(room.database, but=NEVER_DURABLE) == []


async def test_there_and_back_owes_nobody_anything(room: Room) -> None:
    await room.leave(400)
    await room.guard.tick()
    await room.jump(300)
    await room.guarded()
    before = await room.superuser.fetchval("SELECT seconds FROM clock_debts")
    await room.jump(-300)
    await room.guarded()
    after = await room.superuser.fetchval("SELECT seconds FROM clock_debts")
    assert 299 < before < 301
    assert -0.5 < after < 0.5
    await room.clear()
    assert (
        0
        <= await room.superuser.fetchval("SELECT coalesce(sum(seconds), 0) FROM time_grants WHERE kind = 'clock'")
        <= 1
    )


@pytest.mark.parametrize("jump", [300.0, -300.0])
async def test_who_started_after_the_jump_is_owed_nothing(room: Room, jump: float) -> None:
    await room.guard.tick()
    await room.jump(jump)
    async with second_candidate(room):  # by the new clock, before the guard has seen it
        await room.guarded()
    owed = await room.superuser.fetch(
        "SELECT r.number FROM clock_debts d JOIN attempts a ON a.id = d.attempt_id JOIN roster r ON r.id = a.roster_id"
    )
    assert [row["number"] for row in owed] == [room.world.cards[0].number]


async def test_a_hand_in_before_the_bell_is_the_candidates_own(room: Room) -> None:
    """A candidate who is done need not wait for an operator."""
    await room.guard.tick()
    await room.jump(300)
    await room.guarded()
    assert (await room.candidate.submit()).json()["receipt"]["reason"] == "candidate"
    assert await room.clear() == 0, "a closed attempt stays as it is"


async def silence(room: Room, seconds: float) -> None:
    """The guard says nothing for so long; both clocks go on."""
    await room.jump(seconds)
    await room.superuser.execute("UPDATE clock_guard SET asked = asked - $1, answered = answered - $1", seconds)
    room.offset = 0.0


async def test_while_nobody_guards_nothing_closes(room: Room) -> None:
    await room.leave(3)
    await room.guard.tick()
    await silence(room, 6)
    await room.save(1)
    assert (await room.candidate.submit()).json()["code"] == "clock-suspect"
    assert await delivery.sweep_overdue(room.database) == 0


async def test_a_guard_that_comes_back_and_finds_the_clocks_agreed_ends_the_hold(room: Room) -> None:
    """Another worker process on the same computer: a restart needs nobody in the middle of the night."""
    await room.leave(3)
    await room.guard.tick()
    await silence(room, 6)
    await room.save(1)
    room.guard = room.new_guard()
    await room.guarded()
    assert await room.actions() == ["clock.unguarded"]
    assert await delivery.sweep_overdue(room.database) == 1
    assert await violations(room.database, but=NEVER_DURABLE) == []


async def test_a_guard_with_nothing_to_compare_asks_a_person(room: Room) -> None:
    """After a restart of the computer, or on another one, only an operator knows whether the clock stepped."""
    await room.leave(100)
    await room.guard.tick()
    await silence(room, 60)
    before = await room.closes_at()
    room.guard = room.new_guard(boot="another")
    await room.guarded()
    assert await room.actions() == ["clock.suspected"]
    assert await room.clear(step_seconds=30.0) == 1
    assert await room.closes_at() - before == timedelta(seconds=30)


async def test_an_empty_house_needs_nobody(room: Room) -> None:
    await room.candidate.submit()
    await room.guard.tick()
    await silence(room, 3600)
    room.guard = room.new_guard(boot="another")
    await room.guarded()
    assert await room.actions() == []


async def test_of_two_guards_one_writes_and_either_can_take_over(room: Room) -> None:
    """On two computers: the one that waits has looked all the time, so it can tell what happened when the other went."""
    other = room.new_guard(boot="another")
    room.offset = -300.0  # what both read before the jump
    for guard in (room.guard, other):
        await guard.tick()
    room.offset = 0.0
    await room.superuser.execute("UPDATE clock_guard SET beat_at = beat_at - interval '300 seconds'")
    await other.tick()
    await room.guard.tick()
    assert await room.actions() == ["clock.suspected"], "the same jump counts once"
    assert 299 < await room.superuser.fetchval("SELECT seconds FROM clock_debts") < 301


async def test_a_second_is_no_step_and_a_slow_answer_no_reading(room: Room) -> None:
    await room.guard.tick()
    await room.jump(0.9)
    await room.guarded()
    assert await room.actions() == []
    before = await room.superuser.fetchval("SELECT beat_at FROM clock_guard")
    ticking = iter([1000.0, 1002.0])
    await room.new_guard(own=lambda: next(ticking)).tick()
    assert await room.superuser.fetchval("SELECT beat_at FROM clock_guard") == before


async def test_the_worker_guards_the_clock(room: Room) -> None:
    stop = asyncio.Event()
    working = asyncio.create_task(worker.run(room.database, stop))
    try:
        while await room.superuser.fetchval("SELECT beat_at FROM clock_guard") is None:
            await asyncio.sleep(0.05)
    finally:
        stop.set()
        await working


async def test_no_paper_is_opened_while_the_clock_is_suspect(room: Room) -> None:
    await room.superuser.execute("UPDATE clock_guard SET suspect = true, beat_at = clock_timestamp()")
    async with client_of(room.app) as client:
        waiting = Candidate(client, room.world.cards[1])
        answer = await waiting.enter()
        assert (answer.status_code, answer.json()["code"]) == (503, "clock-suspect")
        await room.superuser.execute("UPDATE clock_guard SET suspect = false, beat_at = clock_timestamp()")
        assert (await waiting.start()).status_code == 200


async def test_an_operator_sees_and_clears_the_clock_at_the_terminal(room: Room, database: TestDatabase) -> None:
    values = installed(database)
    assert "belum pernah" in (await sahih(values, "clock", "show")).out
    assert "tidak diragukan" in await refused(values, "clock", "clear", "--reason", REASON)
    await room.guard.tick()
    await room.jump(300)
    await room.guarded()
    assert "SUSPECT" in (await sahih(values, "clock", "show")).out
    await refused(values, "clock", "clear", "--reason", "ok")
    done = await sahih(values, "clock", "clear", "--reason", REASON)
    assert (done.code, "Dikoreksi / corrected: 1" in done.out) == (0, True), done.out + done.err
    assert await room.superuser.fetchval("SELECT reason FROM journal WHERE action = 'clock.cleared'") == REASON
    await room.guard.tick()
    assert "trusted" in (await sahih(values, "clock", "show")).out
