"""What must stand before results go out, seen from grading alone: the caller's key check is another matter."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app import assembly, delivery, grading, itembank, review
from app.core.access import Actor, Role
from app.core.db import Database
from app.grading.rules import key_hash
from app.worker import work_once
from tests.databases import TestDatabase
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app


async def release(database: Database, world: World) -> None:
    actor = committee(world)
    async with database.staff() as session, session.begin():
        await grading.release(session, world.sitting_id, actor=actor)


async def test_results_wait_for_every_attempt_to_be_over_and_scored(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        opened = app.state.database
        world = await make_world(opened)
        first, second = Candidate(one, world.cards[0]), Candidate(two, world.cards[1])
        await first.enter()
        await second.enter()
        await first.submit()
        await work_once(opened)
        async with opened.staff() as session:
            assert len(await grading.list_scores(session, world.sitting_id)) == 1, "who is still writing has no score"
        with pytest.raises(grading.NotScored):
            await release(opened, world)  # the second is still writing
        await second.submit()
        with pytest.raises(grading.NotScored):
            await release(opened, world)  # nobody has scored the second
        await work_once(opened)
        await release(opened, world)
        with pytest.raises(grading.AlreadyReleased):
            await release(opened, world)
        async with opened.staff() as session:
            written = list(
                await session.scalars(text("SELECT actor_id FROM journal WHERE action = 'results.released'"))
            )
        assert written == [world.staff["committee"]], "who released, once"


async def test_a_score_names_the_keys_it_was_made_with(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.submit()
        await work_once(app.state.database)
        async with app.state.database.staff() as session:
            (form,) = await assembly.list_forms(session, world.sitting_id)
            keyed: dict[Any, Any] = dict(await itembank.peek_keys(session, form.version_ids))
            stored = await session.scalar(text("SELECT key_sha256 FROM scores"))
            receipts = await session.execute(
                text("SELECT s.answers_sha256, a.receipt_sha256 FROM scores s JOIN attempts a ON a.id = s.attempt_id")
            )
    answers_sha256, receipt_sha256 = receipts.one()
    assert answers_sha256 == receipt_sha256, "the score is made of the answers on the receipt"
    lines = ",".join(f"{version}={keyed[version].key}" for version in form.version_ids)
    assert stored == hashlib.sha256(lines.encode()).hexdigest()
    first: UUID = form.version_ids[0]
    other = replace(keyed[first], key=(keyed[first].key + 1) % 4)
    assert key_hash(form, keyed | {first: other}) != stored


async def test_the_key_check_waits_until_nobody_can_start_any_more(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        opened = app.state.database
        world = await make_world(opened)
        assert await state(opened, world) == "waiting-for-attempts"
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.submit()
        assert await state(opened, world) == "waiting-for-attempts", "the other candidate may still start"
        async with opened.staff() as session, session.begin():
            await session.execute(text("UPDATE sittings SET closes_at = clock_timestamp()"))
        assert await state(opened, world) == "waiting-for-scores"
        await work_once(opened)
        assert await state(opened, world) == "open"


def committee(world: World) -> Actor:
    return Actor(world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))


async def state(database: Database, world: World) -> str:
    async with database.staff() as session:
        sitting = await delivery.get_sitting(session, world.sitting_id)
        check = await review.read_key_check(session, sitting, actor=committee(world))
    return str(check["state"])


async def test_a_sitting_that_nobody_took_has_no_key_check(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database)
        async with app.state.database.staff() as session, session.begin():
            await session.execute(text("UPDATE sittings SET closes_at = clock_timestamp()"))
        assert await state(app.state.database, world) == "waiting-for-attempts"
