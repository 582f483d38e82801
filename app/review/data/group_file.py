"""The file of candidates' groups: which row says what, and what is wrong with it. Pure.

A person's group is kept only with the day on which they agreed to be counted by it; for fairness alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.core.datafile import DataFileError, Fault
from app.core.sheets import FORMULA_STARTERS, read_csv

NAME: Final = "kelompok"
LARGEST_FILE: Final = 512 * 1024
MOST_ROWS: Final = 5_000
LONGEST: Final = 60
COLUMNS: Final = {
    "number": ("nomor peserta", "nomor", "participant number", "number"),
    "attribute": ("atribut", "kelompok", "attribute"),
    "value": ("nilai", "isi", "value"),
    "consented_on": ("tanggal persetujuan", "persetujuan", "date of consent"),
}
TITLES: Final = {name: labels[0] for name, labels in COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One line; with faults it is not kept, and `consented_on` may be missing."""

    line: int
    number: str
    attribute: str
    value: str
    consented_on: date | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupFile:
    sha256: str
    rows: tuple[GroupRow, ...]


def read_file(content: bytes, today: date) -> GroupFile:
    """Raises DataFileError where the file as a whole cannot be read."""
    if len(content) > LARGEST_FILE:
        raise _unreadable(1, "berkas terlalu besar; bagi menjadi beberapa", "the file is too large; split it")
    lines = [(line, cells) for line, cells in read_csv(content, NAME, most_rows=MOST_ROWS) if any(cells)]
    if not lines:
        raise _unreadable(1, "berkas kosong", "the file is empty")
    (heading, titles), rows = lines[0], lines[1:]
    places = _places(heading, titles)
    if not rows:
        raise _unreadable(heading, "tidak ada baris di bawah judul kolom", "there is no row below the headings")
    if len(rows) > MOST_ROWS:
        raise _unreadable(heading, f"lebih dari {MOST_ROWS} baris; bagi berkasnya", f"over {MOST_ROWS} rows; split it")
    return GroupFile(hashlib.sha256(content).hexdigest(), _without_twins([_row(*row, places, today) for row in rows]))


def _places(line: int, titles: Sequence[str]) -> dict[str, int]:
    known = [title.strip().lower() for title in titles]
    places = {name: known.index(label) for name, labels in COLUMNS.items() for label in labels[::-1] if label in known}
    missing = [name for name in COLUMNS if name not in places]
    if missing:
        own, english = (", ".join(COLUMNS[name][which] for name in missing) for which in (0, 2))
        raise _unreadable(line, f"tambahkan kolom: {own}", f"add the columns: {english}")
    return places


def _row(line: int, cells: Sequence[str], places: dict[str, int], today: date) -> GroupRow:
    said = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
    faults = [_fault(line, name, "isi nilai ini", "fill this in") for name in COLUMNS if not said[name]]
    wrong = (f"tulis paling banyak {LONGEST} huruf, tanpa rumus", f"write at most {LONGEST} letters, and no formula")
    unfit = [name for name in ("attribute", "value") if not _is_word(said[name])]
    faults += [_fault(line, name, *wrong) for name in unfit]
    consented = _read_date(said["consented_on"])
    if said["consented_on"] and consented is None:
        faults.append(_fault(line, "consented_on", "tulis tanggal seperti 31/12/2026", "write a date like 2026-12-31"))
    if consented is not None and consented > today:
        faults.append(
            _fault(line, "consented_on", "tanggal itu belum tiba; periksa lagi", "that day has not come yet; check it")
        )
    attribute, value = said["attribute"].lower(), said["value"].lower()
    return GroupRow(line, said["number"].upper(), attribute, value, consented, tuple(faults))


def _without_twins(rows: Sequence[GroupRow]) -> tuple[GroupRow, ...]:
    """What a file says twice of one person is refused the second time."""
    seen: dict[tuple[str, str], int] = {}
    checked = []
    for row in rows:
        first = seen.setdefault((row.number, row.attribute), row.line)
        said = (f"sudah ada di baris {first}; hapus salah satu", f"stands in row {first} already; remove one")
        twice = () if first == row.line else (_fault(row.line, "number", *said),)
        checked.append(replace(row, faults=(*row.faults, *twice)))
    return tuple(checked)


def _is_word(said: str) -> bool:
    return len(said) <= LONGEST and not said.startswith(FORMULA_STARTERS)


def _read_date(written: str) -> date | None:
    """2026-12-31, or 31/12/2026 as it is written here: the day first."""
    parts = written.replace(".", "/").split("/")
    try:
        if len(parts) == len(("day", "month", "year")):
            day, month, year = (int(part) for part in parts)
            return date(year, month, day)
        return date.fromisoformat(written)
    except ValueError:
        return None


def _fault(line: int, field: str, fault_id: str, fault_en: str) -> Fault:
    return Fault(NAME, line, TITLES[field], fault_id, fault_en)


def _unreadable(line: int, fault_id: str, fault_en: str) -> DataFileError:
    return DataFileError([Fault(NAME, line, "-", fault_id, fault_en)])
