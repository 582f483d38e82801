"""Commands that meet on one clock: freezes within freezes, a seat that moves, a countdown that is stopped, a bell that rang."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app import delivery
from app.delivery import sweep_overdue
from tests.api.test_time import REASON, Room, add_proctor, exam, seconds_between
from tests.databases import TestDatabase, alter
from tests.factories import client_of

BELL = 7200 + 10  # duration and transmission, in seconds


async def in_rooms(room: Room, *names: str) -> list[str]:
    """A room for each candidate, watched by the head proctor."""
    made = []
    async with room.app.state.database.staff() as session, session.begin():
        await delivery.assign_staff(session, room.world.sitting_id, room.world.staff["proctor"], head=True)
        roster = (await session.scalars(text("SELECT id FROM roster ORDER BY number"))).all()
        for name, roster_id in zip(names, roster, strict=True):
            room_id = await delivery.create_room(session, room.world.sitting_id, name)
            await delivery.seat_candidate(session, room.world.sitting_id, roster_id, room_id=room_id, seat="A1")
            made.append(str(room_id))
    return made


async def frozen(room: Room, room_id: str | None) -> str:
    answer = await room.press("freezes", {"reason": REASON, "room_id": room_id})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["freeze_id"])


async def thawed(room: Room, freeze_id: str) -> list[str]:
    return await room.outcomes(f"freezes/{freeze_id}/thaw", {"in_seconds": 0, "note": "menyala"})


async def phases(room: Room) -> list[str]:
    return [(await room.row(number))["phase"] for number in (0, 1)]


@pytest.mark.invariant("I-14")
@pytest.mark.parametrize("room_first", [True, False])
@pytest.mark.parametrize("room_thaws_first", [True, False])
async def test_who_stands_in_two_freezes_goes_on_when_both_are_over(
    database: TestDatabase, room_first: bool, room_thaws_first: bool
) -> None:
    async with exam(database) as room:
        here, _ = await in_rooms(room, "R-1", "R-2")
        freezes = {}
        for place in [here, None] if room_first else [None, here]:
            freezes[place] = await frozen(room, place)
        assert await phases(room) == ["paused", "paused"]
        await room.earlier(300)
        first, last = (here, None) if room_thaws_first else (None, here)
        told = await thawed(room, freezes[first])
        if room_first == room_thaws_first:
            assert told[0] == "still-frozen"
        assert (await room.row())["phase"] == "paused", "their room, or the sitting, is frozen still"
        assert (await thawed(room, freezes[last]))[0] == "done"
        assert await phases(room) == ["running", "running"]
        for number in (0, 1):
            (_, (kind, seconds)) = await room.grants(number)
            assert (kind, 300 <= seconds <= 320) == ("outage", True)
        assert await room.broken() == []


async def test_who_was_moved_out_of_a_frozen_room_goes_on_where_they_sit_now(database: TestDatabase) -> None:
    """They may be on their way: their clock stands until the proctor of the new room lets it go on."""
    async with exam(database) as room:
        here, there = await in_rooms(room, "R-1", "R-2")
        freeze_id = await frozen(room, here)
        arrivals = (await room.proctor.get(f"/api/staff/sittings/{room.world.sitting_id}/arrivals")).json()[
            "candidates"
        ]
        (roster_id,) = [one["roster_id"] for one in arrivals if one["attempt_id"] == room.attempts[0]]
        moved = await room.press(f"roster/{roster_id}/seat", {"room_id": there, "seat": "A2"})
        assert moved.status_code == 204
        assert await thawed(room, freeze_id) == []
        assert await phases(room) == ["paused", "running"]
        await room.earlier(60)
        assert await room.outcomes("resume", {"attempt_ids": room.attempts[:1], "in_seconds": 0}) == ["done"]
        (_, (kind, seconds)) = await room.grants()
        assert (kind, 60 <= seconds <= 80) == ("outage", True)
        assert await room.broken() == []


@pytest.mark.invariant("I-14")
async def test_a_countdown_that_was_told_and_stopped_again_gives_no_second_twice(database: TestDatabase) -> None:
    async with exam(database) as room:
        one = {"attempt_ids": room.attempts[:1]}
        await room.outcomes("pause", one | {"reason": REASON})
        await room.outcomes("resume", one | {"in_seconds": 60})
        told = await room.row()
        await room.outcomes("pause", one | {"reason": REASON})
        await room.outcomes("resume", one | {"in_seconds": 0})
        row = await room.row()
        assert (row["resumes_at"], row["closes_at"]) == (told["resumes_at"], told["closes_at"]), (
            "until then it was given"
        )
        assert await room.broken() == []


async def rung(room: Room, seconds: int) -> None:
    """The first candidate's bell rang so long ago; the second one handed in."""
    assert (await room.candidates[1].submit()).status_code == 200
    for what in ("started_at", "closes_at"):
        moved = f"UPDATE attempts SET {what} = {what} - make_interval(secs => $1) WHERE state = 'running'"
        await alter(room.database, moved, float(BELL + seconds))


@pytest.mark.parametrize("approve", [True, False])
async def test_a_word_that_comes_after_the_bell_breaks_no_account(database: TestDatabase, approve: bool) -> None:
    """Whether more time is given or refused twenty minutes after the bell: closing then is not late."""
    async with exam(database) as room, client_of(room.app) as head:
        await add_proctor(room, "head", head)
        await room.outcomes("time", {"attempt_ids": room.attempts[:1], "seconds": 2400, "reason": REASON})
        await rung(room, 1200)
        (waiting,) = (await room.board())["time_requests"]
        await room.press(
            f"time-requests/{waiting['id']}/decision", {"approve": approve, "reason": "sudah dilihat"}, head
        )
        assert await room.broken() == []
        assert await sweep_overdue(room.app.state.database) == int(not approve)
        assert await room.broken() == []


async def test_minutes_that_are_granted_while_a_request_waits_after_the_bell_are_minutes(
    database: TestDatabase,
) -> None:
    async with exam(database) as room:
        one = {"attempt_ids": room.attempts[:1], "reason": REASON}
        await room.outcomes("time", one | {"seconds": 2400})
        await rung(room, 600)
        assert await room.outcomes("time", one | {"seconds": 300}) == ["done"]
        left = seconds_between((await room.board())["server_time"], (await room.row())["closes_at"])
        assert 280 <= left <= 301
        assert await room.broken() == []


async def test_an_approval_waits_until_the_clock_can_be_trusted(database: TestDatabase) -> None:
    """The minutes since the bell are given on top. By a clock that jumped they would be the jump, which is given back anyway."""
    async with exam(database) as room, client_of(room.app) as head:
        await add_proctor(room, "head", head)
        await room.outcomes("time", {"attempt_ids": room.attempts[:1], "seconds": 2400, "reason": REASON})
        await rung(room, 600)
        await alter(room.database, "UPDATE clock_guard SET suspect = true")
        (waiting,) = (await room.board())["time_requests"]
        decision = f"time-requests/{waiting['id']}/decision"
        answer = await room.press(decision, {"approve": True, "reason": "benar"}, head)
        assert (answer.status_code, answer.json()["code"]) == (503, "clock-suspect")
        await alter(room.database, "UPDATE clock_guard SET suspect = false")
        assert (await room.press(decision, {"approve": True, "reason": "benar"}, head)).status_code == 204


async def test_a_pause_is_ended_for_good_only_by_a_clock_that_can_be_trusted(database: TestDatabase) -> None:
    async with exam(database) as room:
        await room.outcomes("pause", {"attempt_ids": room.attempts[:1], "reason": REASON})
        await alter(room.database, "UPDATE clock_guard SET suspect = true")
        closing = {"number": room.world.cards[0].number, "reason": "sakit"}
        answer = await room.press(f"attempts/{room.attempts[0]}/close", closing)
        assert (answer.status_code, answer.json()["code"]) == (503, "clock-suspect")
        await alter(room.database, "UPDATE clock_guard SET suspect = false")
        assert (await room.press(f"attempts/{room.attempts[0]}/close", closing)).status_code == 204
        assert await room.broken() == []


async def test_an_exam_that_ends_in_a_pause_after_its_bell_breaks_no_account(database: TestDatabase) -> None:
    """Answers are taken during a pause. Whoever is declared void meanwhile never gets the time back that they stood."""
    async with exam(database) as room:
        await room.outcomes("pause", {"attempt_ids": room.attempts[:1], "reason": REASON})
        await alter(
            room.database,
            "UPDATE attempts SET started_at = started_at - interval '3 h', closes_at = closes_at - interval '3 h', paused_at = paused_at - interval '2 h' WHERE state = 'paused'",
        )
        assert (await room.candidates[0].save({2: 1})).status_code == 200
        await alter(room.database, "UPDATE attempts SET state = 'void' WHERE state = 'paused'")
        assert [said for said in await room.broken() if "I-08" in said] == []
