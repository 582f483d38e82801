"""What must stand before results go out, seen from grading alone: the caller's key check is another matter."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app import assembly, grading, itembank
from app.core.access import Actor, Role
from app.core.db import Database
from app.grading.rules import key_hash
from app.worker import work_once
from tests.databases import TestDatabase
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app


async def release(database: Database, world: World) -> None:
    actor = Actor(world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))
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
        with pytest.raises(grading.NotScored):
            await release(opened, world)  # the second is still writing
        await second.submit()
        with pytest.raises(grading.NotScored):
            await release(opened, world)  # nobody has scored the second
        await work_once(opened)
        await release(opened, world)
        with pytest.raises(grading.AlreadyReleased):
            await release(opened, world)


async def test_a_score_names_the_keys_it_was_made_with(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        await candidate.submit()
        await work_once(app.state.database)
        async with app.state.database.staff() as session:
            (form,) = await assembly.list_forms(session, world.sitting_id)
            keyed: dict[Any, Any] = dict(await itembank.read_keys(session, form.version_ids))
            stored = await session.scalar(text("SELECT key_sha256 FROM scores"))
    lines = ",".join(f"{version}={keyed[version].key}" for version in form.version_ids)
    assert stored == hashlib.sha256(lines.encode()).hexdigest()
    first: UUID = form.version_ids[0]
    other = replace(keyed[first], key=(keyed[first].key + 1) % 4)
    assert key_hash(form, keyed | {first: other}) != stored
