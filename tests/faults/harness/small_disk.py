"""A disk that can be filled: a small file system in memory, mounted for a while. Needs root."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.faults.harness.registry import Run
from tests.faults.harness.stage import Stage

CHUNK = b"\0" * 65536
FEW_SEGMENTS = {"max_wal_size": "64MB", "min_wal_size": "32MB", "wal_recycle": "off", "autovacuum": "off"}


class SmallDisk:
    """A folder of limited size; `fill` takes all that is left of it, `free` gives it back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ballast = folder / "ballast"

    def fill(self) -> None:
        with contextlib.suppress(OSError), self.ballast.open("ab", buffering=0) as ballast:
            while True:
                ballast.write(CHUNK)
        with self.ballast.open("ab", buffering=0) as ballast:
            _fill_the_rest(ballast.fileno())

    def free(self) -> None:
        self.ballast.unlink(missing_ok=True)


def _fill_the_rest(file: int) -> None:
    size = len(CHUNK)
    while size:
        try:
            os.write(file, CHUNK[:size])
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            size //= 2


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    folder.mkdir()
    options = f"size={megabytes}m,mode=0755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "sahih-faults", str(folder)], check=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@asynccontextmanager
async def data_disk(run: Run, megabytes: int = 400) -> AsyncIterator[tuple[Stage, SmallDisk]]:
    """The data on the small disk, the write-ahead log on the real one."""
    with small_disk(run.folder / "full-data", megabytes) as disk:
        home = disk.folder / "home"
        async with _stage(run, home, run.folder / "wal") as stage:
            yield stage, disk


@asynccontextmanager
async def log_disk(run: Run, megabytes: int = 160) -> AsyncIterator[tuple[Stage, SmallDisk]]:
    """The write-ahead log on the small disk, the data on the real one."""
    with small_disk(run.folder / "full-wal", megabytes) as disk:
        async with _stage(run, run.folder / "beside-full-wal", disk.folder / "wal") as stage:
            yield stage, disk


@asynccontextmanager
async def _stage(run: Run, home: Path, log: Path) -> AsyncIterator[Stage]:
    stage = Stage(home, seed=run.seed, settings=FEW_SEGMENTS)
    stage.log = run.folder / f"{home.name}.server.log"  # the server's own words are not on trial
    try:
        await asyncio.to_thread(_move_log, stage, log)
        await stage.open()
        yield stage
    finally:
        await stage.close()


def _move_log(stage: Stage, target: Path) -> None:
    """Make the cluster, and put its write-ahead log elsewhere before it starts."""
    cluster = stage.cluster
    cluster.ensure()
    source = cluster.folder.data / "pg_wal"
    shutil.copytree(source, target)
    for path in (target, *target.rglob("*")):
        cluster.folder.account.own(path)
    target.chmod(0o700)
    shutil.rmtree(source)
    source.symlink_to(target)
