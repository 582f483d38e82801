"""The folder that holds one embedded PostgreSQL: where its parts are, how they are made, and what is written into them.

Root makes it for an account of the server's own, which never may lead root astray: what lies in the data folder is written by
that account.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.core.postgres.account import Account, choose_account, data_for, runtime_for
from app.core.postgres.archive import KEEPING, archiving, missing
from app.core.postgres.binaries import PostgresError, find_bindir, major_version
from app.core.postgres.files import sync_folder, write_private
from app.core.words import both

SUPERUSER: Final = "sahih_super"
CONF: Final = "sahih.conf"
INCLUDE: Final = f"include_if_exists = '{CONF}'"
CONFIGURE: Final = f"""
set -e; umask 077; cd "$1"
cat > {CONF}.new; mv {CONF}.new {CONF}
grep -qxF "$2" postgresql.conf || printf '\\n%s\\n' "$2" >> postgresql.conf
"""


class DataFolder:
    """`find` tells where everything is; the parts are known from then on."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.account: Account = choose_account()
        self.bindir: Path
        self.data: Path
        self.sockets: Path
        self.archive: Path

    @property
    def password(self) -> str:
        return (self.home / "superuser.password").read_text(encoding="utf-8").strip()

    def make_home(self) -> None:
        if not self.home.exists():
            self.home.mkdir(parents=True, mode=0o700)
            if self.account.uid is not None:
                self.home.chmod(0o711)  # the server's account must walk through; it can list nothing

    def find(self) -> None:
        """The programs of PostgreSQL, and the places of this home."""
        self.bindir = runtime_for(find_bindir(), self.account)
        folder = data_for(self.home, self.account).resolve()
        self.data = folder / "data"
        self.sockets = folder / "socket"
        # With the backups where the server's account reaches them, else beside its data.
        self.archive = (
            self.home.resolve() / "backups" if folder == self.home.resolve() / "postgres" else folder
        ) / "wal"

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def initialise(self, settings: Mapping[str, str]) -> None:
        """initdb beside the place and rename: a killed initdb leaves nothing that looks like a database."""
        self._make_folders()
        password = secrets.token_urlsafe(24)
        write_private(self.home / "superuser.password", password)
        handed = self.data.parent / "password"
        write_private(handed, password)
        self.account.own(handed)
        fresh = self._fresh_folder()
        hurry = ["--no-sync"] if settings["fsync"] == "off" else []
        try:
            self.run(
                str(self.bindir / "initdb"), "-D", str(fresh), "-U", SUPERUSER, "-A", "scram-sha-256",
                "--pwfile", str(handed), "-E", "UTF8", "--no-locale", *hurry,
            )  # fmt: skip
        finally:
            handed.unlink()
        fresh.replace(self.data)
        if not hurry:
            sync_folder(self.data.parent)

    def _make_folders(self) -> None:
        for folder in (self.data.parent, self.sockets):
            folder.mkdir(exist_ok=True, mode=0o700)
        for folder in (self.sockets, self.data.parent):
            self.account.own(folder)

    def _fresh_folder(self) -> Path:
        """A name for a data folder that is still being made. An initdb whose launcher was killed may still write to its own."""
        for left in self.data.parent.glob("new-*"):
            shutil.rmtree(left, ignore_errors=True)
        return self.data.parent / f"new-{secrets.token_hex(4)}"

    def require_same_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        found = str(major_version(self.bindir))
        if made_by != found:
            raise PostgresError(
                both(
                    f"Data di {self.data} dibuat oleh PostgreSQL {made_by}, dan {self.bindir} adalah PostgreSQL {found}. "
                    f"Isi SAHIH_PG_BINDIR dengan PostgreSQL {made_by}.",
                    f"The data in {self.data} was made by PostgreSQL {made_by}, and {self.bindir} is PostgreSQL {found}. "
                    f"Set SAHIH_PG_BINDIR to a PostgreSQL {made_by}.",
                )
            )

    def configure(self, settings: Mapping[str, str]) -> None:
        """Write our settings into a file of their own, so that a server started by hand has them too.

        The server's account writes it: the folder is its own, and root follows no path that another account can bend.
        """
        settings = {**archiving(Path(os.path.relpath(self.archive, self.data))), **settings}
        for name, value in settings.items():
            if not re.fullmatch(r"[a-z_.]+", name) or not re.fullmatch(r"[^'\\\n]*", value):
                raise ValueError(f"not a setting: {name} = {value!r}")
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        text = "# Written at each start; a change belongs into the launcher.\n" + "".join(lines)
        self.run("/bin/sh", "-c", CONFIGURE, "sh", str(self.data), INCLUDE, given=text)
        if self.archive.is_dir():
            self._mark_keeping()

    def take_over(self, copy: Path) -> None:
        """Begin with this copy of a data folder instead of an empty one; the next start recovers it. Never over data that is there."""
        if self.data.exists():
            raise PostgresError(
                both(
                    f"Di {self.data} sudah ada basis data. Pindahkan dahulu, atau beri folder lain dengan SAHIH_HOME.",
                    f"There is a database in {self.data}. Move it away first, or name another folder with SAHIH_HOME.",
                )
            )
        self._make_folders()
        fresh = self._fresh_folder()
        shutil.copytree(copy, fresh)
        (fresh / KEEPING).unlink(missing_ok=True)  # this home keeps a log when it has an archive of its own
        (fresh / "recovery.signal").touch()
        for path in (fresh, *fresh.rglob("*")):
            self.account.own(path)
        fresh.chmod(0o700)
        fresh.replace(self.data)
        sync_folder(self.data.parent)

    def keep_wal(self) -> Path:
        """From now on every finished piece of write-ahead log is kept in the folder that is returned."""
        self.archive.parent.mkdir(exist_ok=True, mode=0o700)
        if self.account.uid is not None and self.archive.parent != self.data.parent:
            self.archive.parent.chmod(0o711)  # the server's account must walk through; it can list nothing
        self.archive.mkdir(exist_ok=True, mode=0o700)
        for path in (self.archive, *self.archive.iterdir()):  # those of a copied archive may belong to anybody
            self.account.own(path)
        self._mark_keeping()
        return self.archive

    def missing_from(self, wal: Path) -> list[str]:
        """After a recovery to the end of this archive: the segments that ended it too early."""
        return missing(wal, max((self.data / "pg_wal").glob("*.history")))

    def _mark_keeping(self) -> None:
        self.run("/bin/sh", "-c", 'umask 077; : > "$1"', "sh", str(self.data / KEEPING))

    def status_lines(self) -> list[str]:
        """What the server says of itself: process, folder, start, port, socket, address, memory, status."""
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def run(self, program: str, *arguments: str, given: str = "") -> None:
        """Run a program as the server's account, with this text to read."""
        done = subprocess.run(
            [program, *arguments], input=given, capture_output=True, text=True, cwd="/", check=False,
            env=plain_environment(), user=self.account.uid, group=self.account.gid,
            extra_groups=[] if self.account.uid is not None else None,
        )  # fmt: skip
        if done.returncode != 0:
            name = Path(program).name
            raise PostgresError(both(f"{name} gagal", f"{name} failed: {done.stderr.strip()[-500:]}"))


def plain_environment() -> dict[str, str]:
    """PostgreSQL listens to PG… variables, and our secrets are none of its business."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TZDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C"}
