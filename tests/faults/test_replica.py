"""Statistics read from a standby: only from a real one, and what it does not have yet is said."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from app.core.postgres import Cluster, backup
from app.core.postgres.processes import children
from app.core.postgres.roles import APP, DATABASE, stored_passwords
from tests.commands import installed, refused, sahih
from tests.databases import alter, send
from tests.faults.servers import Installation


@contextlib.asynccontextmanager
async def followed() -> AsyncIterator[tuple[Installation, Cluster]]:
    """A primary with a sitting, and a standby that streams from it."""
    with tempfile.TemporaryDirectory(prefix="sahih-replica-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        primary = Installation(Path(name) / "primary")
        standby: Cluster | None = None
        try:
            await primary.create(2)
            made = await asyncio.to_thread(backup.take, primary.cluster, primary.cluster.home / "backups")
            standby = await asyncio.to_thread(following, primary.cluster, made.path, Path(name) / "standby")
            yield primary, standby
        finally:
            if standby:
                send(signal.SIGCONT, standby.process_ids())
                standby.stop("immediate")
            primary.close()


def following(primary: Cluster, copy: Path, home: Path) -> Cluster:
    where = primary.superuser_url()
    standby = Cluster(home, settings={"primary_conninfo": where})
    (copy / "data" / "standby.signal").touch()
    standby.take_over(copy / "data")
    for name in backup.SECRETS[:2]:
        (home / name).write_text((primary.home / name).read_text())
    standby.start()
    return standby


@pytest.mark.timeout(200)
async def test_statistics_are_read_from_a_replica_that_follows() -> None:
    async with followed() as (primary, standby):
        url = standby.url(APP, stored_passwords(standby.home)[APP], DATABASE)
        values = installed(primary.database, SAHIH_REPLICA_URL=url)
        await caught_up(primary, standby)
        done = await sahih(values, "stats", "UJI-1")
        assert done.code == 0, done.err
        assert "n = 0" in done.out
        assert "behind" not in done.err

        receiver = [pid for pid in children(standby.process_ids()[0]) if b"walreceiver" in title(pid)]
        send(signal.SIGSTOP, receiver)
        await alter(primary.database, "UPDATE sittings SET title = 'later', code = 'UJI-2'")
        await asyncio.sleep(6)
        done = await sahih(values, "stats", "UJI-1")
        assert done.code == 0, "the replica does not know the new name yet"
        assert "seconds behind" in done.err

        nothing = installed(primary.database, SAHIH_REPLICA_URL=primary.database.app_url)
        assert "is no replica" in await refused(nothing, "stats", "UJI-2")


@pytest.mark.invariant("I-46")
@pytest.mark.timeout(200)
async def test_preflight_says_rpo_0_only_where_a_commit_waits_for_a_standby() -> None:
    """A follower is connected in each of these cases."""
    async with followed() as (primary, standby):
        await caught_up(primary, standby)
        assert "NOT RPO 0" in await replication(primary), "asynchronous"

        await commits_wait_for(primary, "'*'")
        assert "a trial commit (RPO 0)" in await replication(primary)

        receiver = [pid for pid in children(standby.process_ids()[0]) if b"walreceiver" in title(pid)]
        send(signal.SIGSTOP, receiver)
        assert "confirms no commit" in await replication(primary), "it is connected and frozen"
        send(signal.SIGCONT, receiver)
        assert "(RPO 0)" in await replication(primary)

        await commits_wait_for(primary, "somebody_else")
        assert "confirms no commit" in await replication(primary), "the one that is connected is another"

        await commits_wait_for(primary, "'*'")
        await alter(primary.database, "ALTER ROLE sahih_exam SET synchronous_commit = local")
        assert "NOT RPO 0: synchronous_commit=local" in await replication(primary)


async def commits_wait_for(primary: Installation, names: str) -> None:
    connection = await asyncpg.connect(primary.database.superuser_url)
    await connection.execute("SET synchronous_commit = local")
    await connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = {names}")
    await connection.execute("SELECT pg_reload_conf()")
    while await connection.fetchval("SHOW synchronous_standby_names") != names.strip("'"):
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)  # the checkpointer, which tells all others whether to wait, reads it by itself
    await connection.close()


async def replication(primary: Installation) -> str:
    """The line that preflight says about it."""
    done = await sahih(installed(primary.database), "preflight", "UJI-1")
    (line,) = [line for line in done.out.splitlines() if line.split()[1] == "replication"]
    level = "OK" if "(RPO 0)" in line else "WARN" if "asynchronous" in line else "FAIL"
    assert line.split()[0] == level, line
    return line


async def caught_up(primary: Installation, standby: Cluster) -> None:
    owner = await asyncpg.connect(primary.database.superuser_url)
    reader = await asyncpg.connect(standby.superuser_url(DATABASE))
    try:
        await owner.execute("CREATE TABLE caught_up ()")
        for _ in range(400):
            if await reader.fetchval("SELECT to_regclass('caught_up')"):
                await owner.execute("DROP TABLE caught_up")
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the standby does not follow")
    finally:
        await owner.close()
        await reader.close()


def title(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
