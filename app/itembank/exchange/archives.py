"""How much a package, a workbook or a document may hold, and what is said of one that holds more."""

from __future__ import annotations

import zipfile
from typing import Final

from app.core.archives import Limits, Refusal, Refused
from app.core.archives import open_archive as open_measured
from app.core.datafile import DataFileError, Fault

LARGEST_FILE: Final = 10 * 1024 * 1024
LIMITS: Final = Limits(parts=1_000, unpacked=100 * 1024 * 1024)

WORDS: Final = {
    Refusal.BROKEN: ("berkas tidak utuh; simpan lagi", "not a whole file; save it again"),
    Refusal.DOCUMENT_TYPE: ("ada DOCTYPE di dalamnya; simpan lagi", "it holds a DOCTYPE; save it again"),
    Refusal.FILES: (
        "ada berkas lain di dalamnya (grafik, lampiran); tempel sebagai gambar",
        "it holds other files (charts, attachments); paste them as pictures",
    ),
    Refusal.LOCKED: ("berkata sandi; simpan tanpa sandi", "locked with a password; save it without one"),
    Refusal.PATHS: ("nama berkas di dalamnya tidak wajar; kemas lagi", "odd names of files inside; pack it again"),
    Refusal.TOO_LARGE: (
        "isinya terlalu besar; bagi menjadi beberapa berkas atau kecilkan gambarnya",
        "too much inside; split the file or make its pictures smaller",
    ),
}


def unreadable(name: str, fault_id: str, fault_en: str) -> DataFileError:
    """Of a file as a whole."""
    return DataFileError([Fault(name, 0, "-", fault_id, fault_en)])


def refused(name: str, reason: Refused) -> DataFileError:
    return unreadable(name, *WORDS[Refusal(reason.reason)])


def open_archive(content: bytes, name: str) -> zipfile.ZipFile:
    """Raises DataFileError, with the remedy, where it is broken, locked, too large, or leads out of itself."""
    try:
        return open_measured(content, LIMITS)
    except Refused as error:
        raise refused(name, error) from error
