"""A workbook of Excel as lines of text, unpacked by a process of its own with limits (`unpacker`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from app.core import sandbox
from app.core.datafile import DataFileError, Fault
from app.core.sheets import Unfit

WORKBOOK: Final = b"PK\x03\x04"
UNPACKER: Final = Path(__file__).with_name("unpacker.py")
MOST_ANSWER: Final = 16 * 1024 * 1024

TOO_MUCH: Final = ("isi .xlsx terlalu besar; simpan sebagai CSV", "too much inside; save it as CSV")
REFUSED: Final = {
    "broken": ("bukan .xlsx yang utuh; simpan lagi", "not a whole .xlsx; save it again"),
    "document-type": ("isi .xlsx tidak wajar; simpan sebagai CSV", "odd XML inside; save it as CSV"),
    "files": ("ada berkas di dalamnya; hapus", "it holds other files; remove them"),
    "links": (
        "ada tautan ke berkas lain; salin lalu tempel sebagai nilai",
        "it links to other files; copy and paste as values",
    ),
    "locked": ("berkata sandi; simpan tanpa sandi", "locked with a password; save it without one"),
    "macros": ("ada makro; simpan sebagai .xlsx tanpa makro", "it holds macros; save it as .xlsx without them"),
    "paths": ("bukan .xlsx yang wajar; simpan lagi", "not an ordinary .xlsx; save it again"),
    "too-large": TOO_MUCH,
}


Cell = str | Unfit
UNFIT: Final = {"f": Unfit.FORMULA, "d": Unfit.DATE, "e": Unfit.FAULT}  # by the types of openpyxl


def read_workbook(content: bytes, name: str, most_rows: int) -> list[tuple[int, list[Cell]]]:
    """The lines of its first sheet. Raises DataFileError, with the remedy, where it cannot be read within the limits."""
    answer = _unpack(content, most_rows + 10)
    if answer is None:
        raise DataFileError([Fault(name, 1, "-", *TOO_MUCH)])
    if "refused" in answer:
        raise DataFileError([Fault(name, 1, "-", *REFUSED[answer["refused"]])])
    return [
        (line, [cell if isinstance(cell, str) else UNFIT[cell[0]] for cell in cells]) for line, cells in answer["lines"]
    ]


def _unpack(content: bytes, most_lines: int) -> dict[str, Any] | None:
    """What the process says; nothing where it met its limits."""
    answer = sandbox.run(UNPACKER, str(most_lines), sent=content, most_output=MOST_ANSWER)
    found: dict[str, Any] | None = json.loads(answer) if answer is not None else None
    return found
