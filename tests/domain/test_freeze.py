"""The freeze of an exam day: what is heavy waits, who is in an exam notices nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.core.freeze import Frozen
from app.core.migrate import upgrade
from app.worker import work_once
from tests.commands import installed, refused, sahih
from tests.databases import TestDatabase, alter
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app
from tests.faults.test_save_and_submit import outside

REASON = "ujian TUK-1"


@dataclass
class Day:
    app: Any
    world: World
    database: TestDatabase
    values: dict[str, str]


@pytest.fixture
async def day(database: TestDatabase) -> AsyncIterator[Day]:
    """An exam day: the freeze is on."""
    values = installed(database)
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, with_passwords=True)
        assert (await sahih(values, "freeze", "on", "--reason", REASON)).code == 0
        yield Day(app, world, database, values)


HEAVY = [("bank", "load"), ("scheme", "load"), ("stats", "UJI-1")]


@pytest.mark.parametrize("command", HEAVY, ids=" ".join)
async def test_what_is_heavy_waits_and_says_so(day: Day, command: tuple[str, ...]) -> None:
    said = await refused(day.values, *command)
    assert "Hari ujian" in said
    assert "exam day" in said
    assert (await sahih(day.values, "freeze", "off", "--reason", "selesai")).code == 0
    assert "Hari ujian" not in (await sahih(day.values, *command)).err


async def test_the_committee_is_told_to_come_back(day: Day) -> None:
    async with client_of(day.app) as client:
        await day.world.log_in(client, "committee")
        for page in ("statistics", "statistics/items.csv", "statistics/exam.csv"):
            answer = await client.get(f"/api/staff/sittings/{day.world.sitting_id}/{page}")
            assert (answer.status_code, answer.json()["code"]) == (409, "frozen"), page


async def test_an_exam_goes_on_to_its_score(day: Day) -> None:
    async with client_of(day.app) as client, outside(day.database) as superuser:
        candidate = Candidate(client, day.world.cards[0])
        assert (await candidate.enter()).status_code == 200
        assert (await candidate.save({1: 1})).status_code == 200
        assert (await candidate.submit()).status_code == 200
        await work_once(day.app.state.database)
        assert await superuser.fetchval("SELECT count(*) FROM scores") == 1


async def test_a_pending_migration_waits_and_none_pending_is_no_matter(day: Day) -> None:
    await upgrade(day.database.owner_url)
    async with outside(day.database) as superuser:
        newest = await superuser.fetchval("UPDATE alembic_version SET version_num = '0001' RETURNING version_num")
        with pytest.raises(Frozen):
            await upgrade(day.database.owner_url)
        assert await superuser.fetchval("SELECT version_num FROM alembic_version") == newest
    for command in (["migrate"], ["serve", "--migrate"]):
        assert "Hari ujian" in await refused(day.values, *command)


async def test_it_ends_while_a_migration_waits_for_its_end(day: Day) -> None:
    async with outside(day.database) as superuser:
        newest = await superuser.fetchval("SELECT version_num FROM alembic_version")
        await superuser.execute("UPDATE alembic_version SET version_num = '0001'")
        assert "FROZEN (" in (await sahih(day.values, "freeze", "show")).out
        assert (await sahih(day.values, "freeze", "off", "--reason", "ujian selesai")).code == 0
        assert "not frozen" in (await sahih(day.values, "freeze", "show")).out
        await superuser.execute("UPDATE alembic_version SET version_num = $1", newest)


async def test_it_is_on_record_who_began_it_and_why(day: Day) -> None:
    assert "sudah" in (await sahih(day.values, "freeze", "on", "--reason", "sekali lagi")).out.lower()
    assert "FROZEN (" in (await sahih(day.values, "freeze", "show")).out
    await refused(day.values, "freeze", "off", "--reason", " x ")
    await sahih(day.values, "freeze", "off", "--reason", "ujian selesai")
    async with outside(day.database) as superuser:
        entries = await superuser.fetch("SELECT action, reason FROM journal WHERE subject = 'exam_day' ORDER BY id")
    assert [tuple(entry) for entry in entries] == [("freeze.begun", REASON), ("freeze.ended", "ujian selesai")]


async def test_preflight_asks_for_it_before_an_exam(day: Day) -> None:
    assert "OK    freeze" in (await sahih(day.values, "preflight")).out
    await sahih(day.values, "freeze", "off", "--reason", "ujian selesai")
    assert "WARN  freeze" in (await sahih(day.values, "preflight")).out


async def test_a_newer_release_can_end_a_freeze_that_its_migrations_wait_for(day: Day) -> None:
    await alter(day.database, "UPDATE alembic_version SET version_num = '0006'")
    assert "FROZEN (" in (await sahih(day.values, "freeze", "show")).out
    assert (await sahih(day.values, "freeze", "off", "--reason", "rilis baru")).code == 0
