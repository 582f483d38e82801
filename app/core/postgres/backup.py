"""Backing up the embedded cluster while it serves, and bringing it back on this or another computer.

A backup is a folder: `data` (a base backup) and the three small files of the home without which a restored server would know
no log-in and no PIN. With the archive of write-ahead log it leads to any instant since. It holds personal data and secrets: it is
readable by its owner alone, and whoever copies it elsewhere encrypts it. The keys that open the item bank are not in it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg

from app.core.postgres.archive import recovering
from app.core.postgres.binaries import PostgresError, find_bindir
from app.core.postgres.cluster import Cluster
from app.core.postgres.files import sync_folder, write_private
from app.core.words import both

SECRETS: Final = ("superuser.password", "logins.json", "secret")
ARCHIVED_WITHIN_SECONDS = 60
RECOVERED_WITHIN_SECONDS = 3 * 3600.0

# Something to archive is written first: the switch of a segment that is still empty would be none.
SWITCH = """
    SELECT clock_timestamp() AS at, pg_walfile_name(pg_logical_emit_message(true, 'sahih', 'backup')) AS segment
"""


@dataclass(frozen=True, slots=True)
class Backup:
    """`wal_until`: whatever was committed before stands in the backup or in the archive."""

    path: Path
    at: datetime
    wal_until: datetime


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One backup at a time: two would share the folder of the one that is being made."""
    with os.fdopen(os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PostgresError(
                both(
                    f"Cadangan lain sedang dibuat di {folder}. Tunggu sampai selesai.",
                    f"Another backup is being made in {folder}. Wait until it is done.",
                )
            ) from None
        yield


def take(cluster: Cluster, folder: Path) -> Backup:
    """Back up a running cluster into a new folder below this one, and archive everything up to its end."""
    wal = cluster.folder.keep_wal()
    at = datetime.now(UTC)
    path = folder / f"base-{at:%Y%m%dT%H%M%SZ}"
    fresh = folder / "new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    _copy_data(cluster, fresh / "data")
    for name in SECRETS:
        if (cluster.home / name).exists():
            write_private(fresh / name, (cluster.home / name).read_text(encoding="utf-8"))
    fresh.rename(path)
    sync_folder(folder)
    return Backup(path, at, asyncio.run(archived(cluster.superuser_url(), wal)))


def restore(backup: Path, wal: Path, home: Path, *, until: datetime | None = None) -> Cluster:
    """A cluster in `home` from this backup and archive, up to an instant or to the archive's end; it is running."""
    _verify(backup / "data")
    target = until.astimezone(UTC).isoformat(sep=" ") if until else None
    cluster = Cluster(home, settings=recovering(wal.resolve(), target), start_timeout=RECOVERED_WITHIN_SECONDS)
    cluster.take_over(backup / "data")
    for name in SECRETS:
        if (backup / name).exists():
            write_private(home / name, (backup / name).read_text(encoding="utf-8"))
    try:
        cluster.start()
    except BaseException:
        cluster.give_up()
        raise
    return cluster


def prune(cluster: Cluster, folder: Path, keep: int) -> list[Path]:
    """Remove all backups but the newest ones, and the log that none of these needs; returns what was removed."""
    found = sorted(folder.glob("base-*"))
    if len(found) <= keep:
        return []
    *old, first = found[: -keep + 1 or None]
    for path in old:
        shutil.rmtree(path)
    label = (first / "data" / "backup_label").read_text(encoding="utf-8")
    begins = label.partition("(file ")[2].partition(")")[0]
    run_tool([str(cluster.program("pg_archivecleanup")), "-x", ".gz", str(cluster.folder.keep_wal()), begins])
    return old


def newest(folder: Path) -> Path:
    found = sorted(folder.glob("base-*"))
    if not found:
        raise PostgresError(both(f"Tidak ada cadangan di {folder}.", f"There is no backup in {folder}."))
    return found[-1]


async def archived(superuser_url: str, wal: Path) -> datetime:
    """Archive what is written now; returns the instant up to which the archive reaches."""
    connection = await asyncpg.connect(superuser_url)
    try:
        if await connection.fetchval("SHOW archive_mode") != "on":
            raise PostgresError(
                both(
                    "Basis data ini dijalankan oleh rilis tanpa pengarsipan. Hentikan dan jalankan lagi, lalu ulangi.",
                    "This database was started by a release without archiving. Stop and start it again, then repeat.",
                )
            )
        row = await connection.fetchrow(SWITCH)
        await connection.execute("SELECT pg_switch_wal()")
        deadline = time.monotonic() + ARCHIVED_WITHIN_SECONDS
        while not (wal / f"{row['segment']}.gz").exists():
            if time.monotonic() > deadline:
                raise PostgresError(
                    both(
                        f"Log transaksi tidak masuk ke {wal}. Periksa ruang di sana dan postgres.log.",
                        f"The write-ahead log does not arrive in {wal}. Look at the space there and at postgres.log.",
                    )
                )
            await asyncio.sleep(0.05)
        at: datetime = row["at"]
        return at
    finally:
        await connection.close()


def _copy_data(cluster: Cluster, target: Path) -> None:
    url = cluster.superuser_url().replace(
        f":{cluster.folder.password}@", "@"
    )  # arguments can be read by everybody here
    arguments = ["-D", str(target), "-d", url, "-X", "stream", "-c", "fast", "--no-password"]
    run_tool([str(cluster.program("pg_basebackup")), *arguments], PGPASSWORD=cluster.folder.password)


def _verify(data: Path) -> None:
    """Each file is as it was when it was copied; the archive is judged by reading it."""
    if not (data / "backup_manifest").exists():
        raise PostgresError(both(f"{data} bukan cadangan.", f"{data} is no backup."))
    run_tool([str(find_bindir() / "pg_verifybackup"), "--no-parse-wal", "--quiet", str(data)])


def run_tool(command: list[str], **environment: str) -> None:
    plain = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    done = subprocess.run(command, env=plain | environment, capture_output=True, text=True, check=False, umask=0o077)
    if done.returncode != 0:
        name = Path(command[0]).name
        raise PostgresError(both(f"{name} gagal", f"{name} failed: {done.stderr.strip()[-500:]}"))
