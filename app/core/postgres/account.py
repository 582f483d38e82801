"""PostgreSQL refuses to run as root, so root runs it as an existing unprivileged account.

If that account cannot reach the binaries or the data folder (a checkout below a 0700 directory), the binaries are copied
below /var/tmp and the data is kept below /var/lib, with a pointer file in the folder that was asked for. No permission of an
existing folder is loosened.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from app.core.postgres.binaries import PostgresError

ACCOUNTS = ("postgres", "nobody")
RUNTIMES = Path("/var/tmp")  # noqa: S108  (a folder of our own name below it, owned by root)
DATA = Path("/var/lib/sahih")


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server. `uid` is None when we are not root and run it ourselves."""

    uid: int | None
    gid: int | None

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def choose_account() -> Account:
    if os.geteuid() != 0:
        return Account(None, None)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresError("Run as an ordinary user: there is no account “postgres” or “nobody” to run the database as.")


def reachable(path: Path, account: Account) -> bool:
    """Whether the account may walk down to this path and read it."""
    if account.uid is None:
        return True
    resolved = path.resolve()
    for folder in (resolved, *resolved.parents):
        mode = folder.stat()
        needed = stat.S_IXOTH if folder.is_dir() else stat.S_IROTH
        if mode.st_uid == account.uid and mode.st_mode & stat.S_IXUSR:
            continue
        if not mode.st_mode & needed:
            return False
    return True


def runtime_for(bindir: Path, account: Account) -> Path:
    """A bin folder that the account can execute: this one, or a copy of the whole installation."""
    if reachable(bindir / "postgres", account):
        return bindir
    root = bindir.parent
    name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]
    copy = RUNTIMES / f"sahih-pg-{name}"
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(root, copy, symlinks=True)
        copy.chmod(0o755)
        (copy / "complete").touch()
    if copy.stat().st_uid != 0:
        raise PostgresError(f"{copy} does not belong to root. Remove it and start again.")
    return copy / bindir.name


def data_for(home: Path, account: Account) -> Path:
    """The data folder for this home: inside it, or below /var/lib with a pointer in it."""
    inside = home / "postgres"
    pointer = home / "postgres.path"
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip())
    if reachable(home, account):
        return inside
    name = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    outside = DATA / name
    outside.mkdir(parents=True, exist_ok=True)
    pointer.write_text(str(outside), encoding="utf-8")
    return outside
