"""A correction beside a scorer, a rescue, a release and another correction: all of it or nothing, and nobody by yesterday's key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import assembly, grading, itembank
from app.core.db import Database
from app.grading import corrections, service
from app.grading.corrections import apply as applying
from app.worker import work_once
from tests import rescoring
from tests.databases import TestDatabase, alter
from tests.factories import World, make_settings, running_app, violations
from tests.rescoring import NEAR_THE_MARK, OTHER, RIGHT, Item, another_member, latest, member, release, sat
from tests.rescuing import Room, open_room, ring

UNDURABLE = ("I-45",)


async def state_of(database: Database, correction_id: Any) -> str:
    async with database.staff() as session:
        return (await corrections.get_correction(session, correction_id)).state


@asynccontextmanager
async def unscored_second(database: TestDatabase) -> AsyncIterator[tuple[Database, World, Item, UUID, UUID]]:
    """A sitting that is scored, another with the same items that is not, and a correction that one person proposed."""
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        second = await rescoring.sit_again(app, world, item, NEAR_THE_MARK)
        correction_id = await rescoring.propose(opened, item, "rekey", OTHER, member(world))
        yield opened, world, item, second, correction_id


@pytest.mark.invariant("I-19")
async def test_a_scorer_that_began_before_is_waited_for_and_its_runs_are_counted(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read the corrections in force before there was one: what it stores must not slip past the new one."""
    async with unscored_second(database) as (opened, world, item, second, correction_id):
        read, go_on = asyncio.Event(), asyncio.Event()
        make_runs = service.make_runs

        async def slowly(*args: Any, **options: Any) -> Any:
            read.set()
            await go_on.wait()
            return await make_runs(*args, **options)

        monkeypatch.setattr(service, "make_runs", slowly)
        scoring = asyncio.create_task(grading.score_sitting(opened, second))
        await read.wait()
        other = await another_member(opened)
        approving = asyncio.create_task(rescoring.refused(rescoring.approve(opened, correction_id, other)))
        await asyncio.sleep(0.3)
        assert not approving.done(), "it waits for the scorer"
        go_on.set()
        assert await scoring == 4
        assert await approving == "correction-outdated", "four more attempts than were shown"
        again = await latest(opened, second)
        assert again == [67, 68, 67, 66]
        async with opened.staff() as session, session.begin():
            await corrections.withdraw(session, correction_id, "diusulkan ulang", actor=other)
        await rescoring.correct(opened, world, item, "rekey", OTHER)
        assert await latest(opened, second) == [68, 67, 67, 66]
        assert await violations(opened, but=UNDURABLE) == []


@pytest.mark.invariant("I-19")
async def test_a_scorer_that_begins_meanwhile_waits_and_goes_by_the_correction(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with unscored_second(database) as (opened, world, _, second, correction_id):
        held, go_on = asyncio.Event(), asyncio.Event()
        make_runs = applying.make_runs

        async def slowly(*args: Any, **options: Any) -> Any:
            held.set()
            await go_on.wait()
            return await make_runs(*args, **options)

        monkeypatch.setattr(applying, "make_runs", slowly)
        other = await another_member(opened)
        approving = asyncio.create_task(rescoring.approve(opened, correction_id, other))
        await held.wait()
        scoring = asyncio.create_task(grading.score_sitting(opened, second))
        releasing = asyncio.create_task(release(opened, world))
        await asyncio.sleep(0.3)
        assert not scoring.done()
        assert not releasing.done(), "results go out before it or after it, never within"
        go_on.set()
        await approving
        await scoring
        await releasing
        assert await latest(opened, second) == [68, 67, 67, 66]
        assert await latest(opened, world.sitting_id) == [68, 67, 67, 66], "released after it: the plain rule"
        assert await violations(opened, but=UNDURABLE) == []


@pytest.mark.invariant("I-19")
async def test_a_release_in_between_asks_for_another_look(database: TestDatabase) -> None:
    """The proposal lowered somebody who is released now: what two persons said yes to no longer holds."""
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        correction_id = await rescoring.propose(opened, item, "rekey", OTHER, member(world))
        await release(opened, world)
        approving = rescoring.approve(opened, correction_id, await another_member(opened))
        assert await rescoring.refused(approving) == "correction-outdated"
        assert await latest(opened, world.sitting_id) == [67, 68, 67, 66]


async def test_two_second_persons_at_the_same_moment_apply_it_once(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        correction_id = await rescoring.propose(opened, item, "void", None, member(world))
        others = [await another_member(opened, f"Komite {number}") for number in range(3)]
        said = await asyncio.gather(
            *(rescoring.refused(rescoring.approve(opened, correction_id, one)) for one in others)
        )
        assert sorted(map(str, said)) == ["None", "correction-ended", "correction-ended"]
        async with opened.staff() as session:
            assert await session.scalar(text("SELECT count(*) FROM scores")) == 8
        assert await violations(opened, but=UNDURABLE) == []


async def item_at(room: Room, position: int, shown: int) -> tuple[Item, int]:
    """The item at this position of the candidate's form, and how many places after its key the option lies that is shown there."""
    async with room.database.staff() as session:
        (form,) = await assembly.list_forms(session, room.world.sitting_id)
        keyed = await itembank.peek_keys(session, [form.version_ids[position - 1]])
    (item,) = keyed.values()
    return Item(item.code, item.version_id, item.key), (form.orders[position - 1][shown] - item.key) % 4


async def runs(database: Database) -> list[tuple[int, int]]:
    async with database.staff() as session:
        found = await session.execute(text("SELECT run_no, score FROM scores ORDER BY run_no"))
        return [(row.run_no, row.score) for row in found]


@pytest.mark.parametrize("rescue_first", [True, False])
@pytest.mark.invariant("I-16", "I-19", "I-20")
async def test_a_rescue_and_a_correction_find_one_another(database: TestDatabase, rescue_first: bool) -> None:
    """The file answers position 4, which was blank; the correction calls that very option right."""
    async with open_room(database) as room:
        await ring(database, room.database)
        item, place = await item_at(room, 4, 1)
        if place == RIGHT:
            pytest.fail("with this seed the rescued answer is the key: nothing to correct")
        rescue_id = await room.uploaded()
        ((_, blank),) = await runs(room.database)
        if rescue_first:
            correction_id = await rescoring.propose(room.database, item, "rekey", place, member(room.world))
            await room.committee.decide(rescue_id)
            other = await another_member(room.database)
            first = rescoring.refused(rescoring.approve(room.database, correction_id, other))
            assert await first == "correction-scoring", "its new answers are to be scored first"
            await work_once(room.database)
            then = rescoring.refused(rescoring.approve(room.database, correction_id, other))
            assert await then == "correction-outdated"
            async with room.database.staff() as session, session.begin():
                await corrections.withdraw(session, correction_id, "diusulkan ulang", actor=other)
        await rescoring.correct(room.database, room.world, item, "rekey", place)
        if not rescue_first:
            assert (await runs(room.database))[-1] == (2, blank), "a blank is not the new key either"
            await room.committee.decide(rescue_id)
            await work_once(room.database)
        found = await runs(room.database)
        assert [run_no for run_no, _ in found] == [1, 2, 3]
        async with room.database.staff() as session:
            by = await session.scalar(text("SELECT corrections FROM scores WHERE run_no = 3"))
        assert len(by) == 1
        assert found[2][1] - found[0][1] == 1 + await rescued_third(room)
        assert await violations(room.database, but=UNDURABLE) == []


async def rescued_third(room: Room) -> int:
    """What the file's other answer, that at position 3, changes by the key."""
    _, was = await item_at(room, 3, 2)
    _, became = await item_at(room, 3, 3)
    return int(became == RIGHT) - int(was == RIGHT)


async def test_a_connection_that_is_cut_in_the_middle_leaves_everything_as_it_was(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        correction_id = await rescoring.propose(opened, item, "void", None, member(world))
        other = await another_member(opened)
        suspend = applying._suspend

        async def cut(session: Any, *args: Any) -> Any:
            backend = await session.scalar(text("SELECT pg_backend_pid()"))
            await alter(database, "SELECT pg_terminate_backend($1)", backend)
            return await suspend(session, *args)

        monkeypatch.setattr(applying, "_suspend", cut)
        with pytest.raises(DBAPIError):
            await rescoring.approve(opened, correction_id, other)
        monkeypatch.undo()
        assert await latest(opened, world.sitting_id) == [67, 68, 67, 66]
        assert await state_of(opened, correction_id) == "proposed"
        await rescoring.approve(opened, correction_id, other)
        assert await latest(opened, world.sitting_id) == [68, 68, 68, 67]


@pytest.mark.parametrize("step", range(1, 5))
@pytest.mark.invariant("I-19")
async def test_a_failure_anywhere_leaves_everything_as_it_was(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """After the first sitting, after all of them, at the bank, at the very end."""
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        await release(opened, world)
        second = await rescoring.sit_again(app, world, item, NEAR_THE_MARK)
        await work_once(opened)
        correction_id = await rescoring.propose(opened, item, "void", None, member(world))
        other = await another_member(opened)
        fail_at(monkeypatch, step)
        with pytest.raises(RuntimeError, match="planted"):
            await rescoring.approve(opened, correction_id, other)
        monkeypatch.undo()
        assert await latest(opened, world.sitting_id) == await latest(opened, second) == [67, 68, 67, 66]
        assert await state_of(opened, correction_id) == "proposed"
        async with opened.staff() as session:
            assert await session.scalar(text("SELECT count(*) FROM key_correction_effects")) == 0
            assert await session.scalar(text("SELECT count(*) FROM item_versions WHERE state = 'suspended'")) == 0
        await rescoring.approve(opened, correction_id, other)
        assert await latest(opened, second) == [68, 68, 68, 67]
        assert await violations(opened, but=UNDURABLE) == []


def fail_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    name, call = [("_rescore", 2), ("_suspend", 1), ("_suspend", 1), ("delivery.announce_news", 1)][step - 1]
    target: Any = applying
    *path, last = name.split(".")
    for part in path:
        target = getattr(target, part)
    real, calls = getattr(target, last), 0

    async def failing(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and step != 3:
            raise RuntimeError("planted")
        done = await real(*args, **options)
        if step == 3:
            raise RuntimeError("planted")
        return done

    monkeypatch.setattr(target, last, failing)
