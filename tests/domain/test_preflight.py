"""`sahih preflight` on a real database, and the exam that it lets begin or not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.delivery import ClockGuard
from tests.commands import Done, installed, refused, sahih
from tests.databases import TestDatabase
from tests.factories import make_world, open_database
from tests.faults.test_save_and_submit import outside

pytestmark = pytest.mark.invariant("I-46")


async def prepared(database: TestDatabase, folder: Path, **changes: str | None) -> dict[str, str]:
    """A drafted sitting, a worker that beats, a fresh backup: all but the durability that the tests' cluster lacks."""
    opened = open_database(database)
    await make_world(opened, candidates=2, opened=False)
    await ClockGuard(opened).tick()
    await opened.close()
    (folder / "backups").mkdir()
    dump = folder / "backups" / "dump-1.dump"
    dump.write_bytes(b"PGDMP")
    mark = {"at": datetime.now(UTC).isoformat(), "path": str(dump)}
    (folder / "backups" / "last.json").write_text(json.dumps(mark))
    return installed(database, SAHIH_HOME=str(folder), **changes)


@asynccontextmanager
async def beating(database: TestDatabase) -> AsyncIterator[None]:
    """As the worker does, for as long as this lasts: a slow command finds no older beat."""

    async def beat(superuser: asyncpg.Connection) -> None:
        while True:
            await superuser.execute("UPDATE clock_guard SET beat_at = clock_timestamp()")
            await asyncio.sleep(0.5)

    async with outside(database) as superuser:
        working = asyncio.create_task(beat(superuser))
        try:
            yield
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


def levels(done: Done) -> dict[str, str]:
    """The worst level per name."""
    worst: dict[str, str] = {}
    for line in done.out.splitlines():
        level, name, *_ = line.split()
        worst[name] = max(worst.get(name, "OK"), level, key=["OK", "WARN", "FAIL"].index)
    return worst


async def test_each_line_says_what_was_found_in_both_languages(database: TestDatabase, tmp_path: Path) -> None:
    values = await prepared(database, tmp_path)
    async with beating(database):
        done = await sahih(values, "preflight", "UJI-1")
    found = levels(done)
    # Without fsync no exam may begin; everything else is in order, or said to be out of sight.
    assert found["database"] == "FAIL", done.out
    assert "fsync=off" in done.out
    assert [found[name] for name in ("backup", "worker", "forms", "comparable", "connections")] == ["OK"] * 5, done.out
    assert found["clock"] == "WARN", "the database runs on this computer: its clock is no second source"
    assert found["replication"] == "WARN"
    assert done.code == 1
    assert all(" / " in line for line in done.out.splitlines())


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("worker", "UPDATE clock_guard SET beat_at = beat_at - interval '6 seconds'"),
        ("worker", "UPDATE clock_guard SET suspect = true"),
        ("comparable", "UPDATE form_plans SET state = 'withdrawn'"),
        ("forms", "UPDATE attempts SET state = 'void' WHERE id = (SELECT id FROM attempts LIMIT 1)"),
    ],
)
async def test_what_is_missing_is_found(database: TestDatabase, tmp_path: Path, name: str, damage: str) -> None:
    values = await prepared(database, tmp_path)
    async with outside(database) as superuser:
        await superuser.execute(damage)
    assert levels(await sahih(values, "preflight", "UJI-1"))[name] == "FAIL"


async def test_a_sitting_of_the_next_day_is_looked_at_unasked(database: TestDatabase, tmp_path: Path) -> None:
    values = await prepared(database, tmp_path)
    assert "UJI-1: 2" in (await sahih(values, "preflight")).out
    assert levels(await sahih(values, "preflight", "UJI-9"))["forms"] == "FAIL", "there is no such sitting"


async def test_a_certificate_that_cannot_be_had_is_found(database: TestDatabase, tmp_path: Path) -> None:
    """F-28"""
    values = await prepared(database, tmp_path, SAHIH_PUBLIC_URL="https://127.0.0.1:9")
    assert levels(await sahih(values, "preflight", "UJI-1"))["certificate"] == "FAIL"


async def test_an_exam_begins_only_where_all_is_well_or_somebody_answers_for_it(
    database: TestDatabase, tmp_path: Path
) -> None:
    values = await prepared(database, tmp_path)
    async with outside(database) as superuser, beating(database):

        async def state() -> Any:
            return await superuser.fetchval("SELECT state FROM sittings")

        assert "database" in await refused(values, "sitting", "open", "UJI-1")
        await refused(values, "sitting", "open", "UJI-1", "--despite", "  ")
        assert await state() == "draft"
        done = await sahih(values, "sitting", "open", "UJI-1", "--despite", "gladi resik")
        assert (done.code, await state()) == (0, "open")
        entry = await superuser.fetchrow("SELECT reason, facts FROM journal WHERE action = 'preflight.overridden'")
        assert entry["reason"] == "gladi resik"
        assert json.loads(entry["facts"]) == {"failed": ["database"]}


async def test_a_demonstration_opens_without_asking(database: TestDatabase, tmp_path: Path) -> None:
    values = await prepared(database, tmp_path, SAHIH_DEMO="1")
    done = await sahih(values, "sitting", "open", "UJI-1")
    assert done.code == 0, done.err
    assert "FAIL  database" in done.out, "it says what it saw all the same"
