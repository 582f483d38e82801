"""ZIP archives of strangers (workbooks, documents, packages): measured before anything in them is unpacked."""

from __future__ import annotations

import codecs
import io
import stat
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final
from xml.parsers import expat

ZIP: Final = b"PK\x03\x04"
# Below this size a high ratio is a table of blanks, not a bomb.
LEAST_FOR_RATIO: Final = 1024 * 1024
codecs.lookup("cp437")  # of names in archives: loaded here, because a confined process can load nothing later
UNSAFE_NAME: Final = ("/", "\\")


class Refusal(StrEnum):
    """Why an archive is not opened."""

    BROKEN = "broken"
    DOCUMENT_TYPE = "document-type"
    FILES = "files"  # an archive in the archive
    LOCKED = "locked"
    PATHS = "paths"  # names that lead out of it
    TOO_LARGE = "too-large"


class Refused(Exception):
    """`reason` is a Refusal, or a word of whoever looks for more than these."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold, in files, in bytes unpacked, and in bytes unpacked for each byte packed."""

    parts: int
    unpacked: int
    ratio: int = 100


def open_archive(content: bytes, limits: Limits) -> zipfile.ZipFile:
    """An archive that gives out no more than it says, and says no more than the limits. Raises Refused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise Refused(Refusal.BROKEN) from error
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    too_dense = unpacked > max(LEAST_FOR_RATIO, limits.ratio * len(content))
    if len(parts) > limits.parts or unpacked > limits.unpacked or too_dense:
        raise Refused(Refusal.TOO_LARGE)
    if len({part.filename for part in parts}) < len(parts):
        raise Refused(Refusal.BROKEN)
    for part in parts:
        _require_plain(part)
    return archive


def _require_plain(part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 0x1:
        raise Refused(Refusal.LOCKED)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(Refusal.BROKEN)
    links = stat.S_ISLNK(part.external_attr >> 16)
    if links or part.filename.startswith(UNSAFE_NAME) or ".." in PurePosixPath(part.filename.replace("\\", "/")).parts:
        raise Refused(Refusal.PATHS)


def read_part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """One part, unpacked; None where there is none of this name. Raises Refused."""
    try:
        part = archive.read(name)
    except KeyError:
        return None
    except Exception as error:  # zlib, struct, zipfile: each has classes of its own
        raise Refused(Refusal.BROKEN) from error
    if part.startswith(ZIP):
        raise Refused(Refusal.FILES)
    return part


def require_no_document_type(part: bytes) -> None:
    """Office programs write none, and entities come in one. Asked of a parser, so that no encoding hides it. Raises Refused."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        return  # a picture; or XML that nobody can read


def _refuse_document_type(*_declared: object) -> None:
    raise Refused(Refusal.DOCUMENT_TYPE)
