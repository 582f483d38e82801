"""A correction beside a scorer, a rescue, a release and another correction: all of it or nothing, and nobody by yesterday's key."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from app import grading
from app.core.db import Database
from app.grading import corrections, service
from app.grading.corrections import apply as applying
from app.worker import work_once
from tests import rescoring
from tests.databases import TestDatabase
from tests.factories import make_settings, running_app, violations
from tests.rescoring import NEAR_THE_MARK, OTHER, another_member, latest, member, release, sat

UNDURABLE = ("I-45",)


async def no_state(database: Database, correction_id: Any) -> str:
    async with database.staff() as session:
        return (await corrections.get_correction(session, correction_id)).state


@pytest.mark.invariant("I-19")
async def test_a_scorer_that_began_before_is_waited_for_and_its_runs_are_counted(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read the corrections in force before there was one: what it stores must not slip past the new one."""
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        second = await rescoring.sit_again(app, world, item, NEAR_THE_MARK)
        correction_id = await rescoring.propose(opened, item, "rekey", OTHER, member(world))
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
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        second = await rescoring.sit_again(app, world, item, NEAR_THE_MARK)
        correction_id = await rescoring.propose(opened, item, "rekey", OTHER, member(world))
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
        assert await no_state(opened, correction_id) == "proposed"
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
