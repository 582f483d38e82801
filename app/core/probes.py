"""Looks at the world around the server: disks, time servers, certificates, the mark of the last backup."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import struct
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

NTP_PORT: Final = 123
NTP_REQUEST: Final = b"\x23" + bytes(47)  # version 4, client
NTP_EPOCH: Final = 2_208_988_800  # seconds from 1900 to 1970
PATIENCE_SECONDS: Final = 3.0


def free_share(path: Path) -> float:
    """How much of the disk that holds this path is free for us."""
    usage = shutil.disk_usage(path)
    return usage.free / usage.total


def time_by(source: str) -> float | None:
    """How far this computer's clock is ahead of a time server (`host` or `host:port`), in seconds; None without an answer."""
    host, _, port = source.partition(":")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(PATIENCE_SECONDS)
            line.connect((host, int(port or NTP_PORT)))
            sent = time.time()
            line.send(NTP_REQUEST)
            answer = line.recv(48)
            received = time.time()
    except (OSError, ValueError):
        return None
    if len(answer) < 48 or answer[0] >> 6 == 3 or answer[1] == 0:  # not in sync itself, or it asks us to go away
        return None
    return (sent + received) / 2 - (_ntp(answer, 32) + _ntp(answer, 40)) / 2


def _ntp(packet: bytes, at: int) -> float:
    seconds, fraction = struct.unpack_from("!II", packet, at)
    return float(seconds - NTP_EPOCH + fraction / 2**32)


def certificate_ends(public_url: str) -> datetime:
    """Until when the certificate of this address lasts. Raises OSError (ssl.SSLError is one) where a browser would complain, too."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    with (
        socket.create_connection((host, parts.port or 443), timeout=PATIENCE_SECONDS) as line,
        ssl.create_default_context().wrap_socket(line, server_hostname=host) as secured,
    ):
        certificate = secured.getpeercert()
    if not certificate:
        raise ssl.SSLError("no certificate")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)


@dataclass(frozen=True, slots=True)
class BackupMark:
    """What the backup command left behind. `at` is None where that cannot be read; `whole`: the backup lies where it was made."""

    at: datetime | None
    path: str
    whole: bool


def last_backup(home: Path) -> BackupMark | None:
    """The mark of the last backup; None where there never was one."""
    mark = home / "backups" / "last.json"
    try:
        said = json.loads(mark.read_text(encoding="utf-8"))
        at, path = datetime.fromisoformat(said["at"]), Path(said["path"])
        if at.tzinfo:
            return BackupMark(at, str(path), _is_whole(path))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return BackupMark(None, str(mark), whole=False)


def _is_whole(path: Path) -> bool:
    """A folder ends with the list of its files, a dump is one file; whether each byte is right, only a restore tells."""
    try:
        return (path / "data" / "backup_manifest").exists() if path.is_dir() else path.stat().st_size > 0
    except OSError:
        return False
