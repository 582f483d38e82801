"""One embedded PostgreSQL server: start it, stop it, and say how to reach it. What it starts on is a `DataFolder`."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from app.core.postgres.binaries import PostgresError
from app.core.postgres.datafolder import SUPERUSER, DataFolder, plain_environment
from app.core.postgres.processes import children, end_leftover
from app.core.words import both

LONGEST_SOCKET_PATH: Final = 88
DURABLE: Final[Mapping[str, str]] = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
PLAIN: Final[Mapping[str, str]] = {
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "jit": "off",
}
STOP_SIGNALS: Final = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "smart": signal.SIGTERM}
# Refusals that pass: backends of a killed server still end, or another program took the port that was free a moment ago.
PASSING: Final = ("pre-existing shared memory block", "could not bind", "could not create any TCP/IP sockets")


class ClusterBusy(PostgresError):
    """Another process has this data folder."""


class Cluster:
    """The server in `home`. `start` makes it on first use; the object holds the folder's lock from then to `stop`."""

    def __init__(self, home: Path, *, settings: Mapping[str, str] | None = None, start_timeout: float = 90) -> None:
        self.home = home
        self.settings = {**PLAIN, **DURABLE, **(settings or {})}
        self.start_timeout = start_timeout
        self.folder = DataFolder(home)
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 5432

    def ensure(self) -> None:
        """Take the folder's lock and make the data folder where it is missing, without starting the server."""
        with self._said_in_a_sentence():
            self._open_home()
            if not self.folder.exists():
                self.folder.initialise(self.settings)
            self.folder.require_same_version()
            self.folder.configure(self.settings)

    def take_over(self, copy: Path) -> None:
        """Begin with this copy of a data folder instead of an empty one; the next start recovers it. Never over data that is there."""
        with self._said_in_a_sentence():
            self._open_home()
            self.folder.take_over(copy)

    def start(self) -> None:
        """Start the server and wait until it accepts connections; recovers by itself after a crash."""
        if self.is_running():
            return
        self.ensure()
        with self._said_in_a_sentence():
            end_leftover(self.folder.data)
            self._launch()

    def give_up(self) -> None:
        """Stop, and remove data that `take_over` brought and that could not be recovered: trying again begins anew."""
        self.stop("immediate")
        shutil.rmtree(self.folder.data, ignore_errors=True)

    def attach(self) -> None:
        """Find a server that another process of this home is running; raises PostgresError when there is none."""
        self.folder.find()
        lines = self.folder.status_lines()
        if len(lines) < 4 or not lines[3].isdigit():
            raise PostgresError(
                both(
                    f"Tidak ada basis data yang berjalan di {self.home}. Jalankan `sahih demo` lebih dahulu.",
                    f"No database is running in {self.home}. Start `sahih demo` first.",
                )
            )
        self._port = int(lines[3])

    def stop(self, mode: str = "fast") -> None:
        """Stop the server (fast: roll back what is open) and give the folder free."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(STOP_SIGNALS[mode])
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        self._process = None
        self._release_lock()

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def url(self, role: str, password: str, database: str) -> str:
        """A connection address for a log-in, through the socket where there is one."""
        login = f"{quote(role)}:{quote(password, safe='')}"
        if self._by_socket:
            return f"postgresql://{login}@/{database}?host={quote(str(self.folder.sockets), safe='')}&port={self._port}"
        return f"postgresql://{login}@127.0.0.1:{self._port}/{database}"

    def superuser_url(self, database: str = "postgres") -> str:
        return self.url(SUPERUSER, self.folder.password, database)

    def process_ids(self) -> list[int]:
        """The postmaster and all of its children, for tests that kill them."""
        if self._process is None:
            return []
        return [self._process.pid, *children(self._process.pid)]

    def program(self, name: str) -> Path:
        """A program of the same PostgreSQL, for a cluster that was started or attached to."""
        return self.folder.bindir / name

    @property
    def _by_socket(self) -> bool:
        return len(os.fsencode(self.folder.sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH

    @contextlib.contextmanager
    def _said_in_a_sentence(self) -> Iterator[None]:
        """Give the folder free when making or starting fails, and turn a system error into a sentence."""
        try:
            yield
        except OSError as error:
            self.stop("immediate")
            raise PostgresError(
                both(
                    f"Basis data di {self.home} tidak dapat dibuat atau dijalankan",
                    f"The database in {self.home} cannot be made or started: {error}",
                )
            ) from error
        except BaseException:
            self.stop("immediate")
            raise

    def _open_home(self) -> None:
        self.folder.make_home()
        self._take_lock()
        self.folder.find()

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        lock = (self.home / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise ClusterBusy(
                both(
                    f"Sahih lain memakai {self.home}. Hentikan dahulu, atau beri folder lain dengan SAHIH_HOME.",
                    f"Another Sahih is using {self.home}. Stop it first, or give this one another folder with SAHIH_HOME.",
                )
            ) from None
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def _launch(self) -> None:
        deadline = time.monotonic() + self.start_timeout
        while True:
            said = self._launch_once(deadline)
            if said is None:
                return
            if time.monotonic() > deadline or not any(reason in said for reason in PASSING):
                log = self.home / "postgres.log"
                raise PostgresError(
                    both(
                        f"Basis data tidak dapat dijalankan; lihat {log}.",
                        f"The database did not start. Its log {log} says: {said[-500:] or 'nothing'}",
                    )
                )
            time.sleep(0.2)

    def _launch_once(self, deadline: float) -> str | None:
        """Start the postmaster as our own child. None when it is ready, else what it said before it ended."""
        arguments = [str(self.folder.bindir / "postgres"), "-D", str(self.folder.data)]
        if self._by_socket:
            place = {
                "listen_addresses": "",
                "unix_socket_directories": str(self.folder.sockets),
                "port": str(self._port),
            }
        else:
            self._port = _free_port()
            place = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": str(self._port)}
        for name, value in place.items():
            arguments += ["-c", f"{name}={value}"]
        path = self.home / "postgres.log"
        path.touch(mode=0o600)
        with path.open("ab") as log:
            before = log.tell()
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/",
                env=plain_environment(), user=self.folder.account.uid, group=self.folder.account.gid,
                extra_groups=[] if self.folder.account.uid is not None else None,
            )  # fmt: skip
        if self._is_ready_before(deadline):
            return None
        return path.read_bytes()[before:].decode("utf-8", "replace").strip()

    def _is_ready_before(self, deadline: float) -> bool:
        assert self._process is not None, "launched a moment ago"
        while self._process.poll() is None:
            lines = self.folder.status_lines()
            if len(lines) >= 8 and lines[0] == str(self._process.pid) and lines[7].strip() == "ready":
                return True
            if time.monotonic() > deadline:
                seconds = f"{self.start_timeout:.0f}"
                raise PostgresError(
                    both(
                        f"Basis data belum siap sesudah {seconds} detik.",
                        f"The database was not ready after {seconds} seconds.",
                    )
                )
            time.sleep(0.02)
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
