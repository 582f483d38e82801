"""Backup, restore and the drill: `sahih backup`, `sahih restore`, `sahih restore --drill`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from app.cli.environment import BANK_KEYS_FILE
from app.cli.refusals import Refused
from app.core.config import home
from app.core.postgres import Cluster, ClusterBusy, backup, dump
from app.core.postgres.files import write_private

MARKER: Final = "last.json"
DRILLS: Final = Path("/var/tmp")  # noqa: S108  (as large as the data; a folder of a random name below it)


def take(
    keep: Annotated[int, typer.Option(min=0, help="then remove all but this many; 0 keeps everything")] = 0,
) -> None:
    """Mencadangkan seluruh basis data saat berjalan / back up the whole database while it serves.

    Basis data bawaan: cadangan dasar, sesudahnya log transaksi terus diarsipkan. DATABASE_URL terisi: pg_dump.

    Contoh / example: sahih backup --keep 7
    """
    folder = _folder()
    with backup.alone(folder):
        made = _dump(folder, keep) if os.environ.get("DATABASE_URL") else _base(folder, keep)
    typer.echo(f"{made.path}\nLengkap sampai / complete up to {_iso(made.wal_until)}")
    typer.echo("Berisi data pribadi: enkripsi sebelum disalin. / Holds personal data: encrypt before copying it.")
    typer.echo(
        "Soal tersegel; kuncinya (SAHIH_BANK_KEYS atau berkas bank-keys) tidak ada di dalamnya: simpan terpisah. / "
        "Items are sealed; their keys (SAHIH_BANK_KEYS, or the file bank-keys) are not in it: keep these elsewhere."
    )


def _dump(folder: Path, keep: int) -> backup.Backup:
    made = dump.take(_owner_url(), folder)
    _mark(folder, made)
    if keep:
        dump.prune(folder, keep)
    return made


def _base(folder: Path, keep: int) -> backup.Backup:
    with _running_cluster() as cluster:
        made = backup.take(cluster, folder)
        _mark(folder, made)
        if keep:
            backup.prune(cluster, folder, keep)
    return made


def _mark(folder: Path, made: backup.Backup) -> None:
    """Before anything old is removed: whatever happens then, the new backup is on record."""
    marker = {"at": _iso(made.at), "path": str(made.path), "wal_until": _iso(made.wal_until)}
    write_private(folder / MARKER, json.dumps(marker))


def restore(
    source: Annotated[Path | None, typer.Argument(help="a backup; the newest one if left out")] = None,
    until: Annotated[str, typer.Option(help="an instant with its zone, e.g. 2026-12-05T10:00:00+07:00")] = "",
    drill: Annotated[bool, typer.Option("--drill", help="into a temporary folder, to see that it works")] = False,
) -> None:
    """Memulihkan dari cadangan, lalu memeriksanya / restore from a backup, then verify it. Never over existing data.

    Contoh / example: sahih restore --drill
    """
    began = time.monotonic()
    if os.environ.get("DATABASE_URL"):
        _restore_managed(source, until, drill=drill)
        verified = _verify(home())
    elif drill:
        with _temporary_home() as place:
            whole = _restore_embedded(source, until, place)
            verified = _verify(place) and whole
    else:
        whole = _restore_embedded(source, until, home())
        verified = _verify(home()) and whole
    typer.echo(f"Pulih dan diperiksa dalam / restored and verified in {time.monotonic() - began:.1f} s")
    sys.exit(not verified)


def _restore_embedded(source: Path | None, until: str, place: Path) -> bool:
    """False where the archive goes on after a gap: what stands behind it did not come back."""
    chosen = source or backup.newest(_folder())
    wal = _archive(chosen)
    cluster = backup.restore(chosen, wal, place, until=_instant(until))
    try:
        gone = [] if until else cluster.folder.missing_from(wal)
    finally:
        cluster.stop()
    if gone:
        names = ", ".join(gone)
        typer.echo(
            f"TIDAK LENGKAP: arsip {wal} berlubang, yang sesudahnya tidak pulih. Hilang atau rusak: {names} / "
            f"INCOMPLETE: the archive {wal} has a gap, nothing after it came back. Missing or broken: {names}",
            err=True,
        )
    return not gone


def _archive(chosen: Path) -> Path:
    """The archive lies beside the backups; where the server's account could not reach them, beside its data."""
    beside = chosen.resolve().parent / "wal"
    pointer = home() / "postgres.path"
    if not beside.is_dir() and pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip()) / "wal"
    return beside


def _restore_managed(source: Path | None, until: str, *, drill: bool) -> None:
    if source is None or until or drill:
        raise Refused(
            "DATABASE_URL terisi: sebutkan berkas .dump, tanpa --until dan --drill (lihat docs/panduan/cadangan.md).",
            "DATABASE_URL is set: name a .dump file, without --until and --drill (see docs/panduan/cadangan.md).",
        )
    dump.restore(source, _owner_url())


def _verify(place: Path) -> bool:
    """In a process of its own, as a person would type it: the database is closed and opened again before."""
    values = os.environ | {"SAHIH_HOME": str(place)}
    keys = home() / BANK_KEYS_FILE
    if keys.exists() and not os.environ.get("SAHIH_BANK_KEYS"):  # a drill's home has none
        values["SAHIH_BANK_KEYS"] = keys.read_text(encoding="utf-8").strip()
    return subprocess.run([sys.executable, "-m", "app.cli", "verify"], env=values, check=False).returncode == 0


@contextmanager
def _running_cluster() -> Iterator[Cluster]:
    """The embedded database, started for the backup where it does not run."""
    cluster = Cluster(home())
    try:
        cluster.start()
    except ClusterBusy:
        cluster.attach()
        yield cluster
        return
    try:
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def _temporary_home() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="sahih-drill-", dir=DRILLS))
    try:
        place.chmod(0o711)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _folder() -> Path:
    folder = home() / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _owner_url() -> str:
    url = os.environ.get("SAHIH_MIGRATE_URL", "")
    if not url:
        raise Refused(
            "SAHIH_MIGRATE_URL belum diisi: hanya pemilik yang dapat membaca dan membuat semua tabel.",
            "SAHIH_MIGRATE_URL is not set: only the owner can read and make every table.",
        )
    return url


def _instant(said: str) -> datetime | None:
    if not said:
        return None
    try:
        instant = datetime.fromisoformat(said)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not re.match(r"\d{4}-\d\d-\d\d", said):
        raise Refused(
            f"{said!r} bukan saat dengan zona waktunya, mis. 2026-12-05T10:00:00+07:00.",
            f"{said!r} is not an instant with its zone, e.g. 2026-12-05T10:00:00+07:00.",
        )
    return instant


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()
