"""Which format a file has, by what is in it; its name decides only where texts could be either."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final

from app.core.archives import ZIP
from app.itembank.exchange.archives import open_archive, unreadable
from app.itembank.exchange.types import Format

OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
SEALED: Final = b"SAHIH-BANK\n"
HEAD: Final = 4096
ANSWER: Final = re.compile(
    rb"^[ \t]{0,9}(?:ANSWER|JAWABAN)[ \t]{0,9}:[ \t]{0,9}[A-Z][ \t\r]{0,9}$", re.IGNORECASE | re.MULTILINE
)
GIFT: Final = re.compile(rb"\{\s{0,99}[=~]")
BY_NAME: Final = {".csv": Format.CSV, ".tsv": Format.CSV, ".gift": Format.GIFT, ".aiken": Format.AIKEN}
QTI: Final = {b"imsqtiasi_v3p0": Format.QTI_30, b"imsqti_v2p2": Format.QTI_22, b"imsqti_v2p1": Format.QTI_21}


def detect(content: bytes, name: str) -> Format:
    """Raises DataFileError where it is none of ours."""
    if content.startswith(OLD_OFFICE):
        raise unreadable(
            name,
            "format Office lama, atau berkata sandi; simpan sebagai .xlsx atau .docx tanpa sandi",
            "an old Office format, or locked; save it as .xlsx or .docx without a password",
        )
    if content.startswith(SEALED):
        return Format.PACKAGE
    found = _archive(content, name) if content.startswith(ZIP) else _text(content, name)
    if found is None:
        raise unreadable(
            name,
            "bentuk berkas tidak dikenal; simpan sebagai .xlsx, .docx atau CSV, atau pilih formatnya",
            "an unknown kind of file; save it as .xlsx, .docx or CSV, or choose its format",
        )
    return found


def _archive(content: bytes, name: str) -> Format | None:
    with open_archive(content, name) as archive:
        parts = archive.namelist()
    if any(part.startswith("xl/") for part in parts):
        return Format.XLSX
    if any(part.startswith("word/") for part in parts):
        return Format.DOCX
    if any(PurePath(part).name == "imsmanifest.xml" for part in parts):
        return Format.QTI_30  # its reader looks which version
    return None


def _text(content: bytes, name: str) -> Format | None:
    head = content[:HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"<"):
        if b"<quiz" in head:
            return Format.MOODLE_XML
        return next((version for mark, version in QTI.items() if mark in head), None)
    if not head or (b"\0" in content[:HEAD] and not content.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return None
    suffix = PurePath(name).suffix.casefold()
    if suffix in BY_NAME:
        return BY_NAME[suffix]
    if GIFT.search(content):
        return Format.GIFT
    return Format.AIKEN if ANSWER.search(content) else Format.CSV
