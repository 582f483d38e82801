"""The archive of write-ahead log: what stands between the last base backup and now, one compressed file per segment.

Archiving is always on, so that the first backup needs no restart; until that backup puts a mark into the data folder, nothing is
kept. The mark, not the archive, decides: where an archive goes away with its disk, PostgreSQL must keep the log and try again.
"""

from __future__ import annotations

import re
from pathlib import Path

from app.core.postgres.binaries import PostgresError
from app.core.words import both

KEEPING = "sahih.keeps-wal"

# A quiet server finishes a segment after this long, so that no more than a minute of answers stands in one disk alone.
LONGEST_SEGMENT = "60s"
SEGMENT_BYTES = 16 * 1024 * 1024
PER_LOG = (1 << 32) // SEGMENT_BYTES

# Written aside, synced and renamed: a file of the archive is whole. One that is there already must say the same.
ARCHIVE = (
    "test ! -e {keeping} || {{ test -d {wal} && umask 077 && if test -e {wal}/%f.gz; then gzip -dc {wal}/%f.gz | cmp -s - %p; else "
    "gzip -1 -c %p > {wal}/%f.new && sync {wal}/%f.new && mv {wal}/%f.new {wal}/%f.gz && sync {wal}; fi; }}"
)
RESTORE = 'test -e "{wal}/%f.gz" && gzip -dc "{wal}/%f.gz" > %p'


def archiving(wal: Path) -> dict[str, str]:
    """Settings of a server that archives. `wal` is relative to the data folder, where PostgreSQL runs the command."""
    return {
        "archive_mode": "on",
        "archive_timeout": LONGEST_SEGMENT,
        "archive_command": ARCHIVE.format(wal=wal, keeping=KEEPING),
    }


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


def missing(wal: Path, history: Path) -> list[str]:
    """The segments without which recovery ended before this archive does. `history`: of the timeline that it began."""
    timeline, at, *_ = history.read_text(encoding="utf-8").strip().splitlines()[-1].split()
    high, low = (int(part, 16) for part in at.split("/"))
    last = ((high << 32) + low - 1) // SEGMENT_BYTES
    found = [path.name[:24] for path in wal.glob("*.gz") if re.fullmatch(r"[0-9A-F]{24}\.gz", path.name)]
    kept = {int(name[8:16], 16) * PER_LOG + int(name[16:], 16) for name in found if int(name[:8], 16) == int(timeline)}
    beyond = range(last + 1, max(kept, default=last) + 1)
    # Where all of them are there, the next one cannot be read.
    gone = [number for number in beyond if number not in kept] or [*beyond[:1]]
    return [f"{int(timeline):08X}{number // PER_LOG:08X}{number % PER_LOG:08X}" for number in gone]
