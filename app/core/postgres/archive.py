"""The archive of write-ahead log: what stands between the last base backup and now, one compressed file per segment.

Archiving is always on, so that the first backup needs no restart. Until that backup leaves its mark in the data folder nothing
is kept; from then on a segment that cannot be archived stays where it is, also where the whole archive went away.
"""

from __future__ import annotations

import re
from pathlib import Path

from app.core.postgres.binaries import PostgresError
from app.core.words import both

# A quiet server finishes a segment after this long, so that no more than a minute of answers stands in one disk alone.
LONGEST_SEGMENT = "60s"

MARK = "sahih-archiving"

# Written aside, synced and renamed: a file of the archive is whole. One that is there already must say the same.
ARCHIVE = (
    f"test ! -e {MARK} || {{{{ "
    "umask 077; test -d {wal} && if test -e {wal}/%f.gz; then gzip -dc {wal}/%f.gz | cmp -s - %p; else "
    "gzip -1 -c %p > {wal}/%f.new && sync {wal}/%f.new && mv {wal}/%f.new {wal}/%f.gz && sync {wal}; fi; }}"
)
RESTORE = 'test -e "{wal}/%f.gz" && gzip -dc "{wal}/%f.gz" > %p'


def archiving(wal: Path) -> dict[str, str]:
    """Settings of a server that archives. `wal` is relative to the data folder, where PostgreSQL runs the command."""
    return {"archive_mode": "on", "archive_timeout": LONGEST_SEGMENT, "archive_command": ARCHIVE.format(wal=wal)}


def recovering(wal: Path, until: str | None) -> dict[str, str]:
    """Settings of a server that reads this archive to its end, or to an instant, and then serves as a new timeline."""
    if not re.fullmatch(r"[\w ./+,:@=-]+", str(wal)):
        raise PostgresError(
            both(
                f"Nama folder {wal} memuat tanda yang tidak dapat dipakai; pindahkan arsip ke folder lain.",
                f"The folder name {wal} holds a character that cannot be used; move the archive to another folder.",
            )
        )
    target = {"recovery_target_time": until, "recovery_target_inclusive": "on"} if until else {}
    return {
        "restore_command": RESTORE.format(wal=wal),
        "recovery_target_action": "promote",
        "hot_standby": "off",  # nobody looks at it half restored
        **target,
    }
