"""One embedded PostgreSQL server: make it, start it, stop it, and say how to reach it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from app.core.postgres.account import Account, choose_account, data_for, runtime_for
from app.core.postgres.archive import KEEPING, archiving, missing
from app.core.postgres.binaries import PostgresError, find_bindir, major_version
from app.core.postgres.files import sync_folder, write_private
from app.core.postgres.processes import children, end_leftover
from app.core.words import both

SUPERUSER: Final = "sahih_super"
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
CONF: Final = "sahih.conf"
INCLUDE: Final = f"include_if_exists = '{CONF}'"
CONFIGURE: Final = f"""
set -e; umask 077; cd "$1"
cat > {CONF}.new; mv {CONF}.new {CONF}
grep -qxF "$2" postgresql.conf || printf '\\n%s\\n' "$2" >> postgresql.conf
"""
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
        self._account: Account = choose_account()
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 5432

    @property
    def password(self) -> str:
        return (self.home / "superuser.password").read_text(encoding="utf-8").strip()

    def ensure(self) -> None:
        """Take the folder's lock and make the data folder where it is missing, without starting the server."""
        with self._said_in_a_sentence():
            self._open_home()
            if not (self._data / "PG_VERSION").exists():
                self._initialise()
            self._require_same_version()
            self._configure()

    def take_over(self, copy: Path) -> None:
        """Begin with this copy of a data folder instead of an empty one; the next start recovers it. Never over data that is there."""
        with self._said_in_a_sentence():
            self._open_home()
            if self._data.exists():
                raise PostgresError(
                    both(
                        f"Di {self._data} sudah ada basis data. Pindahkan dahulu, atau beri folder lain dengan SAHIH_HOME.",
                        f"There is a database in {self._data}. Move it away first, or name another folder with SAHIH_HOME.",
                    )
                )
            self._make_folders()
            fresh = self._fresh_folder()
            shutil.copytree(copy, fresh)
            (fresh / KEEPING).unlink(missing_ok=True)  # this home keeps a log when it has an archive of its own
            (fresh / "recovery.signal").touch()
            for path in (fresh, *fresh.rglob("*")):
                self._account.own(path)
            fresh.chmod(0o700)
            fresh.replace(self._data)
            sync_folder(self._data.parent)

    def start(self) -> None:
        """Start the server and wait until it accepts connections; recovers by itself after a crash."""
        if self.is_running():
            return
        self.ensure()
        with self._said_in_a_sentence():
            end_leftover(self._data)
            self._launch()

    def give_up(self) -> None:
        """Stop, and remove data that `take_over` brought and that could not be recovered: trying again begins anew."""
        self.stop("immediate")
        shutil.rmtree(self._data, ignore_errors=True)

    def attach(self) -> None:
        """Find a server that another process of this home is running; raises PostgresError when there is none."""
        self._bindir = runtime_for(find_bindir(), self._account)
        self._locate()
        lines = self._status_lines()
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
            return f"postgresql://{login}@/{database}?host={quote(str(self._sockets), safe='')}&port={self._port}"
        return f"postgresql://{login}@127.0.0.1:{self._port}/{database}"

    def superuser_url(self, database: str = "postgres") -> str:
        return self.url(SUPERUSER, self.password, database)

    def process_ids(self) -> list[int]:
        """The postmaster and all of its children, for tests that kill them."""
        if self._process is None:
            return []
        return [self._process.pid, *children(self._process.pid)]

    def keep_wal(self) -> Path:
        """From now on every finished piece of write-ahead log is kept in the folder that is returned."""
        self._archive.parent.mkdir(exist_ok=True, mode=0o700)
        if self._account.uid is not None and self._archive.parent != self._data.parent:
            self._archive.parent.chmod(0o711)  # the server's account must walk through; it can list nothing
        self._archive.mkdir(exist_ok=True, mode=0o700)
        for path in (self._archive, *self._archive.iterdir()):  # those of a copied archive may belong to anybody
            self._account.own(path)
        self._mark_keeping()
        return self._archive

    def missing_from(self, wal: Path) -> list[str]:
        """After a recovery to the end of this archive: the segments that ended it too early."""
        return missing(wal, max((self._data / "pg_wal").glob("*.history")))

    def _mark_keeping(self) -> None:
        self._run("/bin/sh", "-c", 'umask 077; : > "$1"', "sh", str(self._data / KEEPING))

    def program(self, name: str) -> Path:
        """A program of the same PostgreSQL, for a cluster that was started or attached to."""
        return self._bindir / name

    @property
    def _by_socket(self) -> bool:
        return len(os.fsencode(self._sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH

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
        self._make_home()
        self._take_lock()
        self._bindir = runtime_for(find_bindir(), self._account)
        self._locate()

    def _make_home(self) -> None:
        if not self.home.exists():
            self.home.mkdir(parents=True, mode=0o700)
            if self._account.uid is not None:
                self.home.chmod(0o711)  # the server's account must walk through; it can list nothing

    def _locate(self) -> None:
        folder = data_for(self.home, self._account).resolve()
        self._data = folder / "data"
        self._sockets = folder / "socket"
        # With the backups where the server's account reaches them, else beside its data.
        self._archive = (
            self.home.resolve() / "backups" if folder == self.home.resolve() / "postgres" else folder
        ) / "wal"

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

    def _initialise(self) -> None:
        """initdb beside the place and rename: a killed initdb leaves nothing that looks like a database."""
        self._make_folders()
        password = secrets.token_urlsafe(24)
        write_private(self.home / "superuser.password", password)
        handed = self._data.parent / "password"
        write_private(handed, password)
        self._account.own(handed)
        fresh = self._fresh_folder()
        hurry = ["--no-sync"] if self.settings["fsync"] == "off" else []
        try:
            self._run(
                str(self._bindir / "initdb"), "-D", str(fresh), "-U", SUPERUSER, "-A", "scram-sha-256",
                "--pwfile", str(handed), "-E", "UTF8", "--no-locale", *hurry,
            )  # fmt: skip
        finally:
            handed.unlink()
        fresh.replace(self._data)
        if not hurry:
            sync_folder(self._data.parent)

    def _make_folders(self) -> None:
        for folder in (self._data.parent, self._sockets):
            folder.mkdir(exist_ok=True, mode=0o700)
        for folder in (self._sockets, self._data.parent):
            self._account.own(folder)

    def _fresh_folder(self) -> Path:
        """A name for a data folder that is still being made. An initdb whose launcher was killed may still write to its own."""
        for left in self._data.parent.glob("new-*"):
            shutil.rmtree(left, ignore_errors=True)
        return self._data.parent / f"new-{secrets.token_hex(4)}"

    def _require_same_version(self) -> None:
        made_by = (self._data / "PG_VERSION").read_text(encoding="utf-8").strip()
        found = str(major_version(self._bindir))
        if made_by != found:
            raise PostgresError(
                both(
                    f"Data di {self._data} dibuat oleh PostgreSQL {made_by}, dan {self._bindir} adalah PostgreSQL {found}. "
                    f"Isi SAHIH_PG_BINDIR dengan PostgreSQL {made_by}.",
                    f"The data in {self._data} was made by PostgreSQL {made_by}, and {self._bindir} is PostgreSQL {found}. "
                    f"Set SAHIH_PG_BINDIR to a PostgreSQL {made_by}.",
                )
            )

    def _configure(self) -> None:
        """Write our settings into a file of their own, so that a server started by hand has them too.

        The server's account writes it: the folder is its own, and root follows no path that another account can bend.
        """
        settings = {**archiving(Path(os.path.relpath(self._archive, self._data))), **self.settings}
        for name, value in settings.items():
            if not re.fullmatch(r"[a-z_.]+", name) or not re.fullmatch(r"[^'\\\n]*", value):
                raise ValueError(f"not a setting: {name} = {value!r}")
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        text = "# Written at each start; a change belongs into the launcher.\n" + "".join(lines)
        self._run("/bin/sh", "-c", CONFIGURE, "sh", str(self._data), INCLUDE, given=text)
        if self._archive.is_dir():
            self._mark_keeping()

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
        arguments = [str(self._bindir / "postgres"), "-D", str(self._data)]
        if self._by_socket:
            place = {"listen_addresses": "", "unix_socket_directories": str(self._sockets), "port": str(self._port)}
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
                env=_plain_environment(), user=self._account.uid, group=self._account.gid,
                extra_groups=[] if self._account.uid is not None else None,
            )  # fmt: skip
        if self._is_ready_before(deadline):
            return None
        return path.read_bytes()[before:].decode("utf-8", "replace").strip()

    def _is_ready_before(self, deadline: float) -> bool:
        assert self._process is not None, "launched a moment ago"
        while self._process.poll() is None:
            lines = self._status_lines()
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

    def _status_lines(self) -> list[str]:
        """What the server says of itself: process, folder, start, port, socket, address, memory, status."""
        try:
            return (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _run(self, program: str, *arguments: str, given: str = "") -> None:
        """Run a program as the server's account, with this text to read."""
        done = subprocess.run(
            [program, *arguments], input=given, capture_output=True, text=True, cwd="/", check=False,
            env=_plain_environment(), user=self._account.uid, group=self._account.gid,
            extra_groups=[] if self._account.uid is not None else None,
        )  # fmt: skip
        if done.returncode != 0:
            name = Path(program).name
            raise PostgresError(both(f"{name} gagal", f"{name} failed: {done.stderr.strip()[-500:]}"))


def _plain_environment() -> dict[str, str]:
    """PostgreSQL listens to PG… variables, and our secrets are none of its business."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TZDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
