"""A workbook of Excel as lines of text. What it unpacks to is measured before anything is parsed; nothing outside of it is read."""

from __future__ import annotations

import io
import zipfile
from enum import Enum
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.core.datafile import DataFileError, Fault

WORKBOOK: Final = b"PK\x03\x04"
LARGEST_UNPACKED: Final = 8 * 1024 * 1024
MOST_PARTS: Final = 200
MOST_COLUMNS: Final = 40
FORBIDDEN: Final = {
    "xl/externalLinks/": (
        "ada tautan ke berkas lain; salin lalu tempel sebagai nilai",
        "it links to other files; copy and paste as values",
    ),
    "xl/vbaProject": ("ada makro; simpan sebagai .xlsx tanpa makro", "it holds macros; save it as .xlsx without them"),
    "xl/embeddings/": ("ada berkas di dalamnya; hapus", "it holds other files; remove them"),
}


class Unfit(Enum):
    """What a cell holds that is no text; with what to do about it."""

    FORMULA = ("sel berisi rumus; salin lalu tempel sebagai nilai", "a formula; copy it and paste it as a value")
    DATE = ("sel berisi tanggal; jadikan teks, lalu ketik lagi", "a date; format the cell as text and type it again")
    FAULT = ("sel berisi kesalahan (#N/A, #REF!); ketik nilainya", "an error (#N/A, #REF!); type the value")


Cell = str | Unfit
UNFIT: Final = {"f": Unfit.FORMULA, "d": Unfit.DATE, "e": Unfit.FAULT}  # by the types of openpyxl


def read_workbook(content: bytes, name: str, most_rows: int) -> list[tuple[int, list[Cell]]]:
    """The lines of its first sheet. Formulas are not followed, whatever they came out as: a name is typed."""
    _require_bounded(content, name)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file claims of its size is no reason to walk a million rows
        lines: list[tuple[int, list[Cell]]] = []
        for cells in sheet.iter_rows(max_row=most_rows + 10, max_col=MOST_COLUMNS):
            line = next((cell.row for cell in cells if getattr(cell, "row", None)), None)
            if line is not None:
                lines.append((line, [_cell(cell) for cell in cells]))
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        SyntaxError,
        zipfile.BadZipFile,
    ) as error:
        raise _refused(name, "bukan .xlsx yang utuh; simpan lagi", "not a whole .xlsx; save it again") from error
    return lines


def _require_bounded(content: bytes, name: str) -> None:
    """A few kilobytes can unpack to gigabytes, an entity can grow without end, a link can lead anywhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise _refused(name, "isi .xlsx terlalu besar; simpan sebagai CSV", "too much inside; save it as CSV")
            for part in parts:
                for start, (fault_id, fault_en) in FORBIDDEN.items():
                    if part.filename.startswith(start):
                        raise _refused(name, fault_id, fault_en)
                _require_plain(archive.read(part), name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise _refused(name, "bukan .xlsx yang utuh; simpan lagi", "not a whole .xlsx; save it again") from error


def _require_plain(part: bytes, name: str) -> None:
    """No part of a workbook that Excel wrote declares a document type; in UTF-16 it could not be seen."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _refused(name, "isi .xlsx tidak wajar; simpan sebagai CSV", "odd XML inside; save it as CSV")


def _cell(cell: Any) -> Cell:
    """What a person sees in the cell."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in UNFIT:
        return UNFIT[cell.data_type]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _refused(name: str, fault_id: str, fault_en: str) -> DataFileError:
    return DataFileError([Fault(name, 1, "-", fault_id, fault_en)])
