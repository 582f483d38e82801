"""Reading a file of items in a process of its own (`process`), within limits of memory, time and size."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from app.core import sandbox
from app.core.archives import Refusal
from app.core.datafile import DataFileError, Fault
from app.itembank.exchange.archives import LARGEST_FILE, WORDS, unreadable
from app.itembank.exchange.types import Format, ReadFile

PROCESS: Final = Path(__file__).with_name("process.py")
MOST_ANSWER: Final = 128 * 1024 * 1024  # pictures come back as PNG, in base64

log = logging.getLogger("sahih")


@dataclass(frozen=True, slots=True)
class Job:
    """What the process is asked: it stands before the file, on a line of its own."""

    name: str
    format: Format | None
    passphrase: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the process says: what it read, or what is wrong with the file as a whole, or where it failed."""

    file: ReadFile | None = None
    faults: tuple[Fault, ...] = ()
    failed_at: str | None = None


def read_confined(content: bytes, name: str, format: Format | None, passphrase: str | None) -> ReadFile:  # noqa: A002
    """Raises DataFileError."""
    if len(content) > LARGEST_FILE:
        raise unreadable(name, "lebih dari 10 MB; bagi menjadi beberapa berkas", "over 10 MB; split the file")
    job = msgspec.json.encode(Job(name, format, passphrase))
    said = sandbox.run(PROCESS, sent=job + b"\n" + content, most_output=MOST_ANSWER)
    if said is None:
        raise unreadable(name, *WORDS[Refusal.TOO_LARGE])
    answer = msgspec.json.decode(said, type=Answer)
    if answer.failed_at:
        log.warning("a file of items could not be read: %s", answer.failed_at)
        raise unreadable(name, *WORDS[Refusal.BROKEN])
    if answer.file is None:
        raise DataFileError(answer.faults)
    return answer.file
