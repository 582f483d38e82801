"""Tables of spreadsheets: written as one that is set to Indonesian opens them, read as any of them wrote them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, Final

from app.core.datafile import DataFileError, Fault

SEPARATORS: Final = ";,\t"
BOM = "\ufeff"
FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\0", "\r")


class Unfit(Enum):
    """What a cell of a workbook holds that is no text; with what to do about it."""

    FORMULA = ("sel berisi rumus; salin lalu tempel sebagai nilai", "a formula; copy it and paste it as a value")
    DATE = ("sel berisi tanggal; jadikan teks, lalu ketik lagi", "a date; format the cell as text and type it again")
    FAULT = ("sel berisi kesalahan (#N/A, #REF!); ketik nilainya", "an error (#N/A, #REF!); type the value")


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return BOM + out.getvalue()


def cell(value: Any) -> str:
    """A number in Indonesian form; a text that a spreadsheet will not run as a formula."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}".replace(".", ",")
    text = str(value)
    return "'" + text if isinstance(value, str) and text.startswith(FORMULA_STARTERS) else text


def read_csv(
    content: bytes, name: str, *, most_rows: int | None = None, separator: str | None = None
) -> list[tuple[int, list[str]]]:
    """The lines of a CSV with their numbers, whichever separator (unless one is given) and encoding a spreadsheet gave it.

    Reading stops a little above `most_rows`. Raises DataFileError, which says what to do, where the file is no CSV.
    """
    text = _decoded(content, name)
    if separator is None:
        first = next((line for line in text.splitlines() if line.strip()), "")
        separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            lines.append((reader.line_num, [cell.strip() for cell in cells]))
            if most_rows is not None and len(lines) > most_rows + 10:
                break
    except csv.Error as error:
        raise DataFileError(
            [Fault(name, reader.line_num, "-", "bukan CSV yang sah (tanda kutip?)", f"not valid CSV: {error}")]
        ) from error
    return lines


def _decoded(content: bytes, name: str) -> str:
    """UTF-8, or what Excel writes where nobody asked it for that."""
    if b"\0" in content:
        fault = Fault(name, 1, "-", "bukan teks CSV; simpan sebagai CSV UTF-8", "not CSV text; save it as CSV UTF-8")
        raise DataFileError([fault])
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataFileError([Fault(name, 1, "-", "simpan berkas sebagai CSV UTF-8", "save the file as CSV UTF-8")])
