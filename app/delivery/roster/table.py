"""A file of people as rows of text: whichever separator, encoding and order of columns the office's spreadsheet wrote."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.datafile import DataFileError, Fault
from app.core.sheets import FORMULA_STARTERS, Unfit, read_csv
from app.delivery.roster.workbook import WORKBOOK, Cell, read_workbook

LARGEST_FILE: Final = 1024 * 1024
MOST_ROWS: Final = 2_000
SHIFTED: Final = (
    'lebih banyak kolom daripada judulnya; beri tanda kutip pada nama yang memuat tanda pemisah, misalnya "Budi, S.T."',
    'more cells than headings; put a name that holds the separator in quotes, as "Budi, S.T."',
)
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"

# "No" alone is the running number of a list, not a participant's: such a column is left out.
COLUMNS: Final = {
    "number": ("nomor", "nomor peserta", "no peserta", "number", "participant number"),
    "name": ("nama", "nama peserta", "nama lengkap", "name", "full name"),
    "room": ("ruang", "ruangan", "room"),
    "seat": ("tempat", "tempat duduk", "kursi", "nomor kursi", "seat"),
    # Who takes the exam again: a number that they had in another sitting.
    "earlier": ("nomor lama", "nomor peserta lama", "nomor sebelumnya", "earlier number"),
}
NAMED: Final = {label: column for column, labels in COLUMNS.items() for label in labels}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file; None where it says nothing."""

    line: int
    number: str | None
    name: str | None
    room: str | None
    seat: str | None
    faults: tuple[Fault, ...] = ()
    earlier: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    sha256: str
    rows: tuple[Row, ...]
    ignored: tuple[str, ...]  # headings that mean nothing here


def read_table(content: bytes, name: str = "roster") -> Table:
    """Raises DataFileError, which says what to do about it, where the file as a whole cannot be read."""
    if len(content) > LARGEST_FILE:
        raise _unreadable(name, "berkas lebih dari 1 MB; bagi menjadi beberapa berkas", "over 1 MB; split the file")
    if content.startswith(OLD_EXCEL):
        raise _unreadable(name, "format .xls lama; simpan sebagai .xlsx atau CSV", "old .xls; save it as .xlsx or CSV")
    lines = read_workbook(content, name, MOST_ROWS) if content.startswith(WORKBOOK) else _cells_of_csv(content, name)
    heading, columns, ignored = _heading(lines, name)
    # A note beside the table of a workbook is none of ours; in a CSV, what stands beside it was pushed there by a comma in a name.
    width = None if content.startswith(WORKBOOK) else next(len(cells) for line, cells in lines if line == heading)
    rows = [_row(name, line, cells, columns, width) for line, cells in lines if line > heading and any(cells)]
    if not rows:
        raise _unreadable(name, "tidak ada peserta di bawah judul kolom", "there is nobody below the headings")
    if len(rows) > MOST_ROWS:
        raise _unreadable(
            name, f"lebih dari {MOST_ROWS} baris; bagi berkasnya", f"over {MOST_ROWS} rows; split the file"
        )
    return Table(hashlib.sha256(content).hexdigest(), tuple(rows), ignored)


def _cells_of_csv(content: bytes, name: str) -> list[tuple[int, list[Cell]]]:
    return [(line, list(cells)) for line, cells in read_csv(content, name, most_rows=MOST_ROWS)]


def _heading(lines: Sequence[tuple[int, list[Cell]]], name: str) -> tuple[int, dict[str, int], tuple[str, ...]]:
    """The line of the headings, where each column stands, and which ones mean nothing."""
    line, cells = next(((line, cells) for line, cells in lines if any(cells)), (1, []))
    columns: dict[str, int] = {}
    ignored = []
    for place, label in enumerate(cells):
        if isinstance(label, Unfit) or not label:
            continue
        column = NAMED.get(_plain(label))
        if column is None:
            ignored.append(label)
        elif column in columns:
            raise _unreadable(name, f"kolom “{label}” ada dua kali", f"there are two columns “{label}”", line)
        else:
            columns[column] = place
    if "name" not in columns and "number" not in columns:
        raise _unreadable(
            name,
            "baris pertama harus judul kolom: nomor; nama; ruang; tempat",
            "the first line must be headings: number; name; room; seat",
            line,
        )
    return line, columns, tuple(ignored)


def _plain(label: str) -> str:
    return " ".join(re.sub(r"[_.:]", " ", label).lower().split())


def _row(name: str, line: int, cells: Sequence[Cell], columns: dict[str, int], width: int | None) -> Row:
    found: dict[str, str | None] = dict.fromkeys(COLUMNS)
    faults = [Fault(name, line, "name", *SHIFTED)] if width is not None and any(cells[width:]) else []
    for column, place in columns.items():
        value = _value(cells[place]) if place < len(cells) else ""
        if isinstance(value, Unfit):
            faults.append(Fault(name, line, column, *value.value))
        else:
            found[column] = value or None
    return Row(line, faults=tuple(faults), **found)


def _value(cell: Cell) -> Cell:
    """Text in one line. Our own template guards what a spreadsheet would run with an apostrophe."""
    if isinstance(cell, Unfit) or cell.startswith("="):
        return Unfit.FORMULA if isinstance(cell, str) else cell
    text = " ".join(cell.split())
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTERS) else text


def _unreadable(name: str, fault_id: str, fault_en: str, line: int = 1) -> DataFileError:
    return DataFileError([Fault(name, line, "-", fault_id, fault_en)])
