"""One answer as a file gives it, and what can be wrong with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

from app.cli.stats.reading import Sheet
from app.core.datafile import Fault

LONGEST_MARK: Final = 3
LONGEST_POSITION: Final = 6
NO_CANDIDATES: Final = (  # rows that people add above or below the answers
    *("kunci", "kunci jawaban", "key", "answer key"),
    *("total", "jumlah", "jumlah benar", "rata-rata", "rerata", "sum", "mean", "average"),
)


class Cell(NamedTuple):
    """One administered item of one candidate, as written."""

    line: int
    candidate: str
    item: str
    mark: str
    score: str = ""
    position: str = ""
    seconds: str = ""


def fault_of(sheet: Sheet, cell: Cell, keys: Mapping[str, str] | None) -> Fault | None:
    """What is wrong with one cell; None where nothing is."""
    return (
        _fault_of_names(sheet, cell)
        or (_fault_of_score(sheet, cell) if keys is None else _fault_of_mark(sheet, cell, keys))
        or _fault_of_measures(sheet, cell)
    )


def _fault_of_names(sheet: Sheet, cell: Cell) -> Fault | None:
    if not cell.candidate or not cell.item:
        return sheet.fault(
            cell.line,
            "candidate" if not cell.candidate else "item",
            "peserta atau soal kosong; isi, atau hapus barisnya",
            "candidate or item is empty; fill it in, or remove the row",
        )
    if cell.candidate.lower().rstrip(":") in NO_CANDIDATES:
        return sheet.fault(
            cell.line,
            "candidate",
            f"“{cell.candidate}” bukan peserta; hapus baris ini",
            f"“{cell.candidate}” is no candidate; remove this row",
        )
    return None


def _fault_of_mark(sheet: Sheet, cell: Cell, keys: Mapping[str, str]) -> Fault | None:
    if cell.item not in keys:
        return not_in_key(sheet, cell.line, cell.item)
    if cell.mark and not is_mark(cell.mark):
        return sheet.fault(
            cell.line,
            cell.item,
            f"“{cell.mark}” bukan tanda pilihan; tulis A, B, …, kosong, atau -",
            f"“{cell.mark}” is no option; write A, B, …, nothing, or -",
        )
    if number_of(cell.score) in (0.0, 1.0) and (number_of(cell.score) == 1.0) != (cell.mark == keys[cell.item]):
        return sheet.fault(
            cell.line,
            "score",
            "skor tidak cocok dengan kunci; betulkan salah satu, atau hapus kolom skor",
            "the score contradicts the key; correct one of them, or remove the column of scores",
        )
    return None


def _fault_of_score(sheet: Sheet, cell: Cell) -> Fault | None:
    score = cell.score or cell.mark
    if score and number_of(score) not in (0.0, 1.0):
        return sheet.fault(
            cell.line,
            cell.item,
            f"“{score}” bukan skor 0 atau 1; sertakan --key bila isinya pilihan, atau hapus kolomnya bila bukan soal",
            f"“{score}” is no score 0 or 1; give --key when cells are options, or remove the column if it is no item",
        )
    return None


def _fault_of_measures(sheet: Sheet, cell: Cell) -> Fault | None:
    if "item" not in sheet.columns:  # a candidate a row: neither is said of single answers
        return None
    if "position" in sheet.columns and not (cell.position.isdecimal() and len(cell.position) <= LONGEST_POSITION):
        return sheet.fault(
            cell.line,
            "position",
            "urutan harus bilangan bulat di setiap baris; isi, atau hapus kolomnya",
            "position must be a whole number in every row; fill it in, or remove the column",
        )
    if "seconds" in sheet.columns and not number_of(cell.seconds) >= 0.0:
        return sheet.fault(
            cell.line,
            "seconds",
            "detik harus bilangan, nol atau lebih, di setiap baris; isi, atau hapus kolomnya",
            "seconds must be zero or more in every row; fill them in, or remove the column",
        )
    return None


def not_in_key(sheet: Sheet, line: int, item: str) -> Fault:
    return sheet.fault(
        line,
        item,
        "soal ini tidak ada dalam berkas kunci; tambahkan di sana (nama persis sama), atau hapus bila bukan soal",
        "this item is not in the key file; add it there (the very same name), or remove it if it is no item",
    )


def is_mark(text: str) -> bool:
    return len(text) <= LONGEST_MARK and text.isalnum()


def number_of(text: str) -> float:
    """A number with point or comma; NaN for anything else, infinite ones included."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
