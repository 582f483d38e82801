"""One embedded PostgreSQL server: make it, start it, stop it, and say how to reach it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from app.core.postgres.account import Account, choose_account, data_for, runtime_for
from app.core.postgres.binaries import PostgresError, find_bindir

SUPERUSER: Final = "sahih_super"
LONGEST_SOCKET_PATH: Final = 88
DURABLE: Final[Mapping[str, str]] = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
PLAIN: Final[Mapping[str, str]] = {
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "jit": "off",
}


class ClusterBusy(PostgresError):
    """Another process has this data folder."""


class Cluster:
    """The server in `home`. `start` makes it on first use; the object holds the folder's lock from `start` to `stop`."""

    def __init__(self, home: Path, *, settings: Mapping[str, str] | None = None, start_timeout: float = 90) -> None:
        self.home = home
        self.settings = {**PLAIN, **DURABLE, **(settings or {})}
        self.start_timeout = start_timeout
        self._account: Account = choose_account()
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 5432

    @property
    def password(self) -> str:
        return (self.home / "superuser.password").read_text(encoding="utf-8").strip()

    def start(self) -> None:
        """Start the server and wait until it accepts connections; recovers by itself after a crash."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._account.uid is not None:
            self.home.chmod(0o711)  # the server's account must walk through; it can list nothing
        self._take_lock()
        try:
            self._bindir = runtime_for(find_bindir(), self._account)
            self._data = data_for(self.home, self._account) / "data"
            self._sockets = self._data.parent / "socket"
            if not (self._data / "PG_VERSION").exists():
                self._initialise()
            self._end_leftover()
            self._launch()
        except BaseException:
            self._release_lock()
            raise

    def attach(self) -> None:
        """Find a server that another process of this home is running; raises PostgresError when there is none."""
        self._data = data_for(self.home, self._account) / "data"
        self._sockets = self._data.parent / "socket"
        try:
            self._port = int((self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3])
        except (OSError, IndexError, ValueError):
            raise PostgresError(f"No database is running in {self.home}. Start `sahih demo` first.") from None

    def stop(self, mode: str = "fast") -> None:
        """Stop the server (fast: roll back what is open) and give the folder free."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal({"fast": 2, "immediate": 3, "smart": 15}[mode])
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
            return f"postgresql://{login}@/{database}?host={quote(str(self._sockets), safe='')}&port={self._port}"
        return f"postgresql://{login}@127.0.0.1:{self._port}/{database}"

    def superuser_url(self, database: str = "postgres") -> str:
        return self.url(SUPERUSER, self.password, database)

    def process_ids(self) -> list[int]:
        """The postmaster and all of its children, for tests that kill them."""
        if self._process is None:
            return []
        found = subprocess.run(
            ["/bin/ps", "-o", "pid=", "--ppid", str(self._process.pid)], capture_output=True, text=True, check=False
        )
        return [self._process.pid, *map(int, found.stdout.split())]

    @property
    def _by_socket(self) -> bool:
        return len(str(self._sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH

    def _take_lock(self) -> None:
        lock = (self.home / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise ClusterBusy(
                f"Another Sahih is using {self.home}. Stop it first, or give this one another folder with SAHIH_HOME."
            ) from None
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def _initialise(self) -> None:
        """initdb into a fresh folder. A folder that a killed initdb left half made is made again."""
        parent = self._data.parent
        parent.mkdir(parents=True, exist_ok=True)
        for folder in (parent, self._sockets):
            folder.mkdir(exist_ok=True)
            self._account.own(folder)
            folder.chmod(0o700)
        password_file = self.home / "superuser.password"
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        handed = parent / "password"
        handed.touch(mode=0o600)
        handed.write_text(self.password, encoding="utf-8")
        self._account.own(handed)
        hurry = ["--no-sync"] if self.settings["fsync"] == "off" else []
        try:
            self._run(
                "initdb", "-D", str(self._data), "-U", SUPERUSER, "-A", "scram-sha-256",
                "--pwfile", str(handed), "-E", "UTF8", "--no-locale", *hurry,
            )  # fmt: skip
        finally:
            handed.unlink()

    def _end_leftover(self) -> None:
        """Stop a server whose launcher was killed: we hold the lock, so nobody owns it any more."""
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        with contextlib.suppress(ValueError, IndexError, ProcessLookupError, FileNotFoundError, PermissionError):
            pid = int(pid_file.read_text(encoding="utf-8").split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if str(self._data).encode() in command:
                os.kill(pid, 2)
                deadline = time.monotonic() + 30
                while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
                    time.sleep(0.05)

    def _launch(self) -> None:
        arguments = [str(self._bindir / "postgres"), "-D", str(self._data)]
        settings = dict(self.settings)
        if self._by_socket:
            settings |= {"listen_addresses": "", "unix_socket_directories": str(self._sockets)}
        else:
            self._port = _free_port()
            settings |= {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": str(self._port)}
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        with (self.home / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/",
                user=self._account.uid, group=self._account.gid,
                extra_groups=[] if self._account.uid is not None else None,
            )  # fmt: skip
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        assert self._process is not None, "launched a moment ago"
        deadline = time.monotonic() + self.start_timeout
        status = self._data / "postmaster.pid"
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise PostgresError(f"The database did not start. Its log says why: {self.home / 'postgres.log'}")
            with contextlib.suppress(FileNotFoundError):
                lines = status.read_text(encoding="utf-8").splitlines()
                if len(lines) >= 8 and lines[0] == str(self._process.pid) and lines[7].strip() == "ready":
                    return
            time.sleep(0.02)
        self.stop("immediate")
        raise PostgresError(f"The database was not ready after {self.start_timeout:.0f} seconds.")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bindir / program), *arguments], capture_output=True, text=True, cwd="/", check=False,
            user=self._account.uid, group=self._account.gid,
            extra_groups=[] if self._account.uid is not None else None,
        )  # fmt: skip
        if done.returncode != 0:
            raise PostgresError(f"{program} failed: {done.stderr.strip()[-500:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
