"""Responses from files of spreadsheets: one row a candidate, or one row an answer.

| file       | columns                                                                                         |
|------------|-------------------------------------------------------------------------------------------------|
| wide       | a candidate, then one column an item; a cell is an option, empty = omitted, - = not administered |
| long       | candidate, item, option and/or score; optional position, seconds                                |
| key        | item, key; optional unit                                                                        |
| blueprint  | item, unit                                                                                      |
| groups     | candidate, group                                                                                |

Without a key, cells and scores are 1 and 0. Everything that is wrong is named with its row, its column and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.datafile import DataFileError, Fault
from app.core.sheets import read_csv

NAMES: Final = {
    "candidate": (
        *("candidate", "person", "participant", "peserta", "nomor peserta", "id", "nomor", "no peserta"),
        *("nama", "nama peserta", "name"),
    ),
    "row": ("no", "no.", "no urut", "nomor urut"),
    "item": ("item", "soal", "butir", "kode soal", "nomor soal", "no soal"),
    "option": ("option", "answer", "response", "jawaban", "pilihan"),
    "score": ("score", "skor", "benar"),
    "position": ("position", "urutan"),
    "seconds": ("seconds", "rt s", "rt", "detik"),
    "key": ("key", "kunci", "kunci jawaban"),
    "unit": ("unit", "stratum", "kuk"),
    "group": ("group", "kelompok", "grup", "gender"),
    "form": ("form", "formulir", "paket"),
}
MEANING: Final = {label: name for name, labels in NAMES.items() for label in labels}
INDONESIAN: Final = {"candidate": "peserta", "item": "soal", "key": "kunci", "group": "kelompok"}
NOT_ADMINISTERED: Final = ("-", "NA", "N/A", ".")
MOST_FAULTS: Final = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as rows under headings. `columns` gives the place of each heading that has a meaning here."""

    name: str
    line: int
    heading: list[str]
    columns: dict[str, int]
    rows: list[tuple[int, list[str]]]

    def fault(self, line: int, field: str, indonesian: str, english: str) -> Fault:
        return Fault(self.name, line, field, indonesian, english)

    def cells(self, *wanted: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The cells under these headings, row by row; a short row reads as empty."""
        places = [self.columns[name] for name in wanted]
        for line, row in self.rows:
            yield line, tuple(row[place] if place < len(row) else "" for place in places)


def read_sheet(path: Path, *required: str) -> Sheet:
    """A CSV with headings; refused when one of the `required` is not among them."""
    lines = [(line, cells) for line, cells in read_csv(path.read_bytes(), path.name) if any(cells)]
    if lines and lines[0][1][0].lower() == "sep=":  # a note that spreadsheets leave for themselves
        del lines[0]
    if len(lines) < 2:  # headings and something below them
        raise DataFileError([Fault(path.name, 1, "-", "berkas tidak berisi data", "the file holds no data")])
    (line, heading), rows = lines[0], lines[1:]
    columns: dict[str, int] = {}
    for place, label in enumerate(heading):
        meaning = meaning_of(label)
        if meaning is not None:
            columns.setdefault(meaning, place)
    faults = [
        Fault(
            path.name,
            line,
            name,
            f"beri kolom berjudul “{INDONESIAN.get(name, name)}”",
            f"add a column headed “{name}”",
        )
        for name in required
        if name not in columns
    ]
    for number, row in rows:
        if any(row[len(heading) :]):
            faults.append(
                Fault(
                    path.name,
                    number,
                    "-",
                    "lebih banyak sel daripada judul kolom; beri judul, atau hapus baris di atas judul",
                    "more cells than headings; add headings, or remove the rows above them",
                )
            )
    refuse(faults)
    return Sheet(path.name, line, heading, columns, rows)


def meaning_of(label: str) -> str | None:
    """What a column with this heading holds; None for an item, or a note."""
    return MEANING.get(" ".join(label.replace("_", " ").lower().split()))


def read_pairs(path: Path, first: str, second: str, *, may_be_empty: bool = False) -> dict[str, str]:
    """A file of two columns as a mapping; a first cell that is empty or named twice is refused."""
    sheet = read_sheet(path, first, second)
    found: dict[str, str] = {}
    faults = []
    for line, (label, value) in sheet.cells(first, second):
        if not label or not (value or may_be_empty):
            faults.append(
                sheet.fault(
                    line, first, "sel kosong; isi atau hapus barisnya", "empty cell; fill it in or remove the row"
                )
            )
        elif label in found:
            faults.append(sheet.fault(line, first, f"{label} ada dua kali", f"{label} is named twice"))
        found.setdefault(label, value)
    refuse(faults)
    return found


def refuse(faults: Sequence[Fault]) -> None:
    """Raise when there is any fault; the first ones tell enough."""
    if faults:
        more = len(faults) - MOST_FAULTS
        shown = list(faults[:MOST_FAULTS])
        if more > 0:
            last = shown[-1]
            shown.append(Fault(last.file, last.line, "-", f"dan {more} lagi", f"and {more} more"))
        raise DataFileError(shown)
