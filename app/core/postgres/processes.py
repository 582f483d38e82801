"""What runs: the postmaster of a data folder, its children, and a leftover whose launcher was killed.

Linux answers from /proc, which every account may read; elsewhere `ps` is asked.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from app.core.postgres.binaries import PostgresError
from app.core.words import both

PROC = Path("/proc")


def children(parent: int) -> list[int]:
    """The direct children of a process."""
    if (PROC / "self" / "stat").exists():
        pairs = [(int(entry.name), _status(int(entry.name))) for entry in PROC.iterdir() if entry.name.isdigit()]
        return [pid for pid, status in pairs if status and status[1] == str(parent)]
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout  # noqa: S607
    return [int(line.split()[0]) for line in listed.splitlines() if line.split()[1] == str(parent)]


def is_alive(pid: int) -> bool:
    """Whether the process still does anything; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    status = _status(pid)
    return status is None or status[0] != "Z"


def end_leftover(data: Path) -> None:
    """Stop a server that outlived its launcher, and drop a pid file that names somebody else's process.

    Only for the holder of the folder's lock: nobody else owns a server here. PostgreSQL itself would refuse to start for
    ever when the number in an old pid file was given to another process of the same account, as after a reboot. Without
    the file it still finds surviving backends by the shared memory of this folder.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="utf-8").split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    if not is_alive(pid):
        return
    arguments = _arguments(pid)
    if arguments is None:
        return  # unreadable here: PostgreSQL judges the file
    if os.fsencode(data) not in arguments:
        pid_file.unlink(missing_ok=True)
        return
    for patience, number in ((30, signal.SIGINT), (10, signal.SIGQUIT)):
        os.kill(pid, number)
        if _wait_for_end(pid, patience):
            return
    raise PostgresError(
        both(
            f"Basis data sebelumnya (proses {pid}) di {data} tidak berhenti. Akhiri, lalu jalankan lagi.",
            f"An earlier database (process {pid}) in {data} does not stop. End it and start again.",
        )
    )


def _wait_for_end(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _status(pid: int) -> list[str] | None:
    """State, parent and more; None where it cannot be told."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()  # the name before it may hold anything


def _arguments(pid: int) -> list[bytes] | None:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
