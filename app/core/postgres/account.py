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
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.core.postgres.binaries import PostgresError
from app.core.words import both

ACCOUNTS = ("postgres", "nobody")
RUNTIMES = Path("/var/tmp")  # noqa: S108  (a folder of our own name below it, owned by root)
DATA = Path("/var/lib/sahih")


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server. `uid` is None when we are not root and run it ourselves."""

    uid: int | None
    gid: int | None
    name: str = ""

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def choose_account() -> Account:
    if os.geteuid() != 0:
        return Account(None, None)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, name)
    raise PostgresError(
        both(
            "Jalankan sebagai pengguna biasa: tidak ada akun “postgres” atau “nobody” untuk basis data.",
            "Run as an ordinary user: there is no account “postgres” or “nobody” to run the database as.",
        )
    )


def reachable(path: Path, account: Account) -> bool:
    """Whether the account may walk down to this path and read it."""
    if account.uid is None:
        return True
    resolved = path.resolve()
    for folder in (resolved, *resolved.parents):
        mode = folder.stat()
        needed = stat.S_IXOTH if folder.is_dir() else stat.S_IROTH | stat.S_IXOTH
        if mode.st_uid == account.uid and mode.st_mode & stat.S_IXUSR:
            continue
        if mode.st_mode & needed != needed:
            return False
    return True


def runtime_for(bindir: Path, account: Account) -> Path:
    """A bin folder that the account can execute: this one, or a copy of the whole installation."""
    if reachable(bindir / "postgres", account):
        return bindir
    root = _installation(bindir)
    binary = (bindir / "postgres").stat()
    identity = f"{root.resolve()} {binary.st_size} {binary.st_mtime_ns}"  # a newer wheel gets a copy of its own
    copy = RUNTIMES / f"sahih-pg-{_short(identity)}"
    if not os.path.lexists(copy):
        _copy_installation(root, copy)
    found = copy.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0:
        raise PostgresError(
            both(
                f"{copy} bukan milik root. Hapus, lalu jalankan lagi.",
                f"{copy} does not belong to root. Remove it and start again.",
            )
        )
    return copy / bindir.relative_to(root.parent)


def _installation(bindir: Path) -> Path:
    """What must be copied together: a wheel keeps libraries in a folder `<package>.libs` beside the package."""
    for folder in bindir.parents[:3]:
        if folder.with_name(f"{folder.name}.libs").is_dir():
            return folder
    return bindir.parent


def _copy_installation(root: Path, target: Path) -> None:
    """Copy aside and rename, so that a copy is complete or absent and two launchers do not disturb each other."""
    fresh = Path(tempfile.mkdtemp(prefix="sahih-pg-new-", dir=RUNTIMES))
    try:
        for folder in (root, root.with_name(f"{root.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, fresh / folder.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                mode = stat.S_IMODE(path.stat().st_mode)
                path.chmod(mode | 0o444 | (0o111 if path.is_dir() or mode & stat.S_IXUSR else 0))
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if not target.is_dir():
            raise


def data_for(home: Path, account: Account) -> Path:
    """The folder for data and socket of this home: inside it, or below /var/lib with a pointer in it."""
    inside = home / "postgres"
    pointer = home / "postgres.path"
    if pointer.exists():
        outside = Path(pointer.read_text(encoding="utf-8").strip())
        if not outside.is_dir():
            raise PostgresError(
                both(
                    f"Data {home} ada di {outside}, yang hilang. Kembalikan, atau hapus {pointer} untuk mulai baru.",
                    f"The data of {home} was in {outside}, which is gone. Bring it back, or remove {pointer} to begin anew.",
                )
            )
        return outside
    if reachable(home, account):
        return inside
    if (inside / "data" / "PG_VERSION").exists():
        raise PostgresError(
            both(
                f"Akun “{account.name}” tidak dapat mencapai data di {inside}. Buka folder di atasnya (chmod o+x), atau "
                "jalankan sebagai pengguna yang membuatnya.",
                f"The account “{account.name}” cannot reach the data in {inside}. Let others pass through the folders above "
                "it (chmod o+x), or start as the user who made it.",
            )
        )
    if not DATA.exists():
        DATA.mkdir(parents=True)
        DATA.chmod(0o711)
    outside = DATA / _short(str(home.resolve()))
    outside.mkdir(exist_ok=True, mode=0o700)
    pointer.write_text(f"{outside}\n", encoding="utf-8")
    return outside


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
