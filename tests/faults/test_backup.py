"""F-15: the database is lost and comes back from base backup and archive; nothing acknowledged before the archive's end is missing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from app.core.postgres import Cluster, backup
from app.core.postgres.roles import DATABASE
from tests.canaries import files_that_hold
from tests.commands import installed, refused, sahih
from tests.databases import TestDatabase, alter, as_superuser
from tests.factories import BANK_KEYS, World
from tests.faults.servers import Installation
from tests.faults.test_crash import Ledger, Recorder, lost

CANDIDATES = 6


@contextlib.asynccontextmanager
async def exam() -> AsyncIterator[tuple[Installation, World]]:
    with tempfile.TemporaryDirectory(prefix="sahih-backup-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        installation = Installation(Path(name) / "home")
        try:
            yield installation, await installation.create(CANDIDATES)
        finally:
            installation.close()


async def command(home: Path, *arguments: str) -> tuple[int, str]:
    """`sahih` in a process of its own, on the embedded database of this home."""
    values = {name: value for name, value in os.environ.items() if not name.startswith(("SAHIH", "DATABASE"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.cli", *arguments, env=values | {"SAHIH_HOME": str(home)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@contextlib.asynccontextmanager
async def saving(recorders: list[Recorder]) -> AsyncIterator[None]:
    """Every candidate saves without a pause as long as this lasts."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(recorder.run(stop)) for recorder in recorders]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)


def files_others_may_read(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]


@pytest.mark.timeout(400)
@pytest.mark.invariant("I-01")
async def test_a_lost_database_comes_back_with_every_archived_answer() -> None:
    async with exam() as (installation, world):
        home, backups = installation.cluster.home, installation.cluster.home / "backups"
        ledger: Ledger = {}
        await installation.serve()
        recorders = [Recorder(installation.url, card, ledger, random.Random(n)) for n, card in enumerate(world.cards)]
        for recorder in recorders:
            await recorder.enter()
        async with saving(recorders):
            code, said = await command(home, "backup")
            assert code == 0, said
            marker = json.loads((backups / "last.json").read_text())
            before = dict(ledger)
            assert len(before) > 50, "the backup was made while answers came in"
            await asyncio.sleep(1)
            promised = dict(ledger)
            until = await backup.archived(installation.cluster.superuser_url(), backups / "wal")
            await asyncio.sleep(0.5)
            installation.kill_everything()
        acknowledged = sum(recorder.acknowledged for recorder in recorders)
        shutil.rmtree(home / "postgres" / "data")

        began = time.monotonic()
        code, said = await command(home, "restore")
        rto = time.monotonic() - began
        assert code == 0, said
        installation.cluster.start()
        stored = await installation.stored()
        assert lost(promised, stored) == []
        assert await installation.violations() == []
        since = len(lost(ledger, stored))
        print(f"{acknowledged} saves acknowledged, 0 of {len(promised)} lost up to {until:%H:%M:%S.%f}; "
              f"after it {since} places differ; restored and verified in {rto:.1f} s")  # fmt: skip
        assert promised != before, "the archive brought back more than the backup holds"
        assert datetime.fromisoformat(marker["wal_until"]) <= until
        assert Path(marker["path"]).parent == backups
        assert files_others_may_read(backups) == []
        assert files_that_hold(backups, [BANK_KEYS.encode()]) == [], "what opens the bank is kept elsewhere"

        # What was restored is an ordinary server again: it takes answers from the same devices, and can be backed up.
        ledger.clear()
        await installation.serve()
        async with saving(recorders):
            code, said = await command(home, "backup")
            assert code == 0, said
        assert len(ledger) > 50
        assert lost(ledger, await installation.stored()) == []
        for recorder in recorders:
            await recorder.client.aclose()


@pytest.mark.timeout(300)
async def test_back_to_an_instant_beside_the_living_server() -> None:
    async with exam() as (installation, _):
        home, backups = installation.cluster.home, installation.cluster.home / "backups"
        url = installation.cluster.superuser_url(DATABASE)
        made = await asyncio.to_thread(backup.take, installation.cluster, backups)
        await alter(installation.database, "UPDATE sittings SET title = 'before the mistake'")
        connection = await asyncpg.connect(url)
        instant = await connection.fetchval("SELECT clock_timestamp()")
        await connection.close()
        await alter(installation.database, "UPDATE sittings SET title = 'the mistake'")
        await backup.archived(installation.cluster.superuser_url(), backups / "wal")

        elsewhere = home.parent / "elsewhere"
        restored = await asyncio.to_thread(backup.restore, made.path, backups / "wal", elsewhere, until=instant)
        try:
            connection = await asyncpg.connect(restored.superuser_url(DATABASE))
            assert await connection.fetchval("SELECT title FROM sittings") == "before the mistake"
            await connection.close()
        finally:
            restored.stop("immediate")
        code, said = await command(home, "restore", "--drill")
        assert code == 0, said
        assert "restored and verified in" in said
        code, said = await command(home, "restore")
        assert code == 1
        assert "Another Sahih is using" in said, "never under a living server"
        installation.cluster.stop()
        code, said = await command(home, "restore")
        assert code == 1
        assert "There is a database in" in said, "never over data that is there"
        installation.cluster.start()
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT title FROM sittings") == "the mistake"
        await connection.close()


@pytest.mark.timeout(300)
async def test_a_backup_that_was_changed_or_ends_too_early_restores_nothing() -> None:
    async with exam() as (installation, _):
        home, backups = installation.cluster.home, installation.cluster.home / "backups"
        made = await asyncio.to_thread(backup.take, installation.cluster, backups)
        elsewhere = home.parent / "elsewhere"
        code, said = await command(elsewhere, "restore", str(made.path), "--until", "2099-01-01T00:00:00+07:00")
        assert code == 1
        assert "did not start" in said, "an instant that the archive does not reach"
        assert "--until" in (await command(elsewhere, "restore", "--help"))[1]
        assert (await command(elsewhere, "restore", str(made.path), "--until", "kemarin"))[0] == 1
        with (made.path / "data" / "pg_hba.conf").open("a") as file:
            file.write("# changed\n")
        code, said = await command(elsewhere, "restore", str(made.path))
        assert code == 1
        assert "pg_verifybackup" in said
        assert not (elsewhere / "postgres" / "data").exists()
        assert (await command(elsewhere, "restore", str(home)))[0] == 1


@pytest.mark.timeout(300)
async def test_log_waits_for_an_archive_that_went_away_and_a_gap_is_said() -> None:
    async with exam() as (installation, _):
        home, backups = installation.cluster.home, installation.cluster.home / "backups"
        url = installation.cluster.superuser_url()
        made = await asyncio.to_thread(backup.take, installation.cluster, backups)
        connection = await asyncpg.connect(url)
        backups.rename(home / "unmounted")
        switch = "SELECT pg_walfile_name(pg_logical_emit_message(true, 'test', 'x')), pg_switch_wal()"
        segment = await connection.fetchval(switch)
        for _ in range(200):
            if await connection.fetchval("SELECT failed_count > 0 FROM pg_stat_archiver"):
                break
            await asyncio.sleep(0.1)
        assert await connection.fetchval("SELECT last_failed_wal FROM pg_stat_archiver") == segment
        await connection.close()
        assert "FAIL  archive" in (await command(home, "preflight"))[1]
        (home / "unmounted").rename(backups)
        await backup.archived(url, backups / "wal")
        assert (backups / "wal" / f"{segment}.gz").exists()

        code, said = await command(home, "restore", "--drill")
        assert code == 0, said
        (backups / "wal" / f"{segment}.gz").unlink()
        code, said = await command(home.parent / "elsewhere", "restore", str(made.path))
        assert code == 1
        assert "INCOMPLETE" in said
        assert segment in said


@pytest.mark.timeout(300)
async def test_old_backups_go_with_the_log_that_only_they_need() -> None:
    async with exam() as (installation, _):
        backups = installation.cluster.home / "backups"
        made = []
        for _ in range(3):
            made.append((await asyncio.to_thread(backup.take, installation.cluster, backups)).path)
            assert await asyncio.to_thread(backup.prune, installation.cluster, backups, 4) == [], "there are fewer"
            await asyncio.sleep(1)  # a backup is named by its second
        with backup.alone(backups):
            code, said = await command(installation.cluster.home, "backup")
        assert code == 1
        assert "Another backup" in said, "two would share one unfinished folder"
        held = set((backups / "wal").iterdir())
        removed = await asyncio.to_thread(backup.prune, installation.cluster, backups, 2)
        assert removed == made[:1]
        assert sorted(backups.glob("base-*")) == made[1:]
        assert set((backups / "wal").iterdir()) < held
        assert await asyncio.to_thread(backup.prune, installation.cluster, backups, 2) == []
        oldest = await asyncio.to_thread(backup.restore, made[1], backups / "wal", backups.parent.parent / "elsewhere")
        oldest.stop("immediate")


async def test_a_managed_server_is_dumped_and_restored_into_an_empty_database(
    cluster: Cluster, database: TestDatabase, tmp_path: Path
) -> None:
    """One file, and back with all rights; never into a database that holds something."""
    values = installed(database, SAHIH_HOME=str(tmp_path))
    await alter(database, "INSERT INTO people (id, name) VALUES (gen_random_uuid(), 'Saksi Cadangan')")
    done = await sahih(values, "backup")
    assert done.code == 0, done.err
    marker = json.loads((tmp_path / "backups" / "last.json").read_text())
    assert datetime.fromisoformat(marker["at"]) > datetime.now(UTC) - timedelta(minutes=5)
    assert files_others_may_read(tmp_path / "backups") == []
    with backup.alone(tmp_path / "backups"):
        assert "Another backup" in await refused(values, "backup"), "two would share one unfinished file"
    assert json.loads((tmp_path / "backups" / "last.json").read_text()) == marker
    for day in ("01", "02"):
        (tmp_path / "backups" / f"dump-202601{day}T000000Z.dump").touch()
    await asyncio.sleep(1)  # a backup is named by its second
    assert (await sahih(values, "backup", "--keep", "2")).code == 0
    kept = sorted(path.name for path in (tmp_path / "backups").glob("dump-*"))
    assert kept[0] == Path(marker["path"]).name
    assert len(kept) == 2
    assert "not empty" in await refused(values, "restore", marker["path"])
    empty = f"{database.name}_empty"
    await as_superuser(cluster, f"CREATE DATABASE {empty} OWNER sahih_owner TEMPLATE template0")
    try:
        moved = {
            name: value.replace(f"/{database.name}?", f"/{empty}?")
            for name, value in values.items()
            if name in ("DATABASE_URL", "SAHIH_EXAM_URL", "SAHIH_MIGRATE_URL")
        }
        done = await sahih(values | moved, "restore", marker["path"])
        connection = await asyncpg.connect(moved["DATABASE_URL"])
        assert await connection.fetchval("SELECT count(*) FROM people WHERE name = 'Saksi Cadangan'") == 1
        await connection.close()
    finally:
        await as_superuser(cluster, f"DROP DATABASE {empty} WITH (FORCE)")
