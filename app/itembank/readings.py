"""The second reading: what a person who did not see the key answered. A CSV file beside the bank, one line per reading."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.core.datafile import DataFileError, Fault
from app.itembank.types import LETTERS

COLUMNS = ("item_hash", "answer", "doubt", "remark")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a second reader, who did not see the key, answered."""

    item_hash: str
    answer: str
    doubt: str
    remark: str


def read_second_reading(path: Path) -> dict[str, Reading]:
    """Item hash → the newest reading in the file; an absent file is an empty one. Raises DataFileError with every fault."""
    if not path.exists():
        return {}
    readings: dict[str, Reading] = {}
    faults: list[Fault] = []
    for line, cells in _rows(path):
        fault = _fault(path.name, line, cells)
        if fault:
            faults.append(fault)
        else:
            readings[cells[0]] = Reading(*cells)
    if faults:
        raise DataFileError(faults)
    return readings


def _rows(path: Path) -> Iterable[tuple[int, list[str]]]:
    """Line number and cells of every row under the header."""
    try:
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), strict=True)
        numbered = [(rows.line_num, row) for row in rows]
    except UnicodeDecodeError as error:
        raise DataFileError([Fault(path.name, 1, "-", "simpan berkas sebagai UTF-8", "save it as UTF-8")]) from error
    except OSError as error:
        fault = Fault(path.name, 1, "-", "berkas tidak dapat dibaca", f"cannot be read: {error.strerror}")
        raise DataFileError([fault]) from error
    except csv.Error as error:
        fault = Fault(path.name, rows.line_num, "-", "bukan CSV yang sah", f"not valid CSV: {error}")
        raise DataFileError([fault]) from error
    header = numbered[0][1] if numbered else []
    if tuple(header) != COLUMNS:
        wanted = ",".join(COLUMNS)
        fault = Fault(path.name, 1, "-", f"baris pertama harus {wanted}", f"the first line must be {wanted}")
        raise DataFileError([fault])
    return [(line, row) for line, row in numbered[1:] if row]


def _fault(name: str, line: int, cells: list[str]) -> Fault | None:
    if len(cells) != len(COLUMNS):
        return Fault(name, line, "-", f"ada {len(cells)} kolom", f"there are {len(cells)} columns, not {len(COLUMNS)}")
    if len(cells[1]) != 1 or cells[1] not in LETTERS:
        return Fault(
            name, line, "answer", "jawaban harus satu huruf opsi", "the answer must be the letter of an option"
        )
    return None
