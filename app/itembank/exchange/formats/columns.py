"""Headings of a table of items, in the words that people use for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.itembank.exchange.formats.cells import Cell
from app.itembank.types import LETTERS

# Field → its heading in our files, then other names of it.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("Kode", "kode soal", "id", "id soal", "code", "item code"),
    "kuk": ("KUK", "no kuk", "nomor kuk", "kode kuk", "kriteria", "kriteria unjuk kerja", "criterion"),
    "lang": ("Bahasa", "language", "lang"),
    "case": ("Kasus", "kode kasus", "kasus kode", "stimulus", "case"),
    "case_text": ("Teks kasus", "isi kasus", "uraian kasus", "wacana", "case text"),
    "stem": ("Soal", "butir soal", "pokok soal", "naskah soal", "isi soal", "pertanyaan", "stem", "question"),
    **{
        letter: (letter, f"opsi {letter}", f"pilihan {letter}", f"jawaban {letter}", f"option {letter}")
        for letter in LETTERS
    },
    "key": ("Kunci", "kunci jawaban", "jawaban", "jawaban benar", "jawaban yang benar", "key", "answer", "ans"),
    "order": ("Urutan opsi", "urutan pilihan", "urutan jawaban", "order of options", "option order"),
    "rationale": ("Pembahasan", "alasan", "penjelasan", "rasional", "rationale", "explanation"),
    "source": ("Sumber", "acuan", "referensi", "rujukan", "pustaka", "source", "reference"),
    "level": ("Tingkat", "tingkat kognitif", "level kognitif", "ranah kognitif", "level", "cognitive level"),
    "expected_p": ("Perkiraan sulit", "perkiraan p", "perkiraan tingkat kesulitan", "taraf kesukaran", "expected p"),
    "enemies": ("Lawan", "soal lawan", "musuh", "enemies", "enemy"),
}
LABEL: Final = {field: labels[0] for field, labels in HEADINGS.items()}
FIELD: Final = {label.casefold(): field for field, labels in HEADINGS.items() for label in labels}
NUMBERS: Final = frozenset({"no", "nomor", "no urut", "nomor urut", "no soal", "nomor soal", "number", "#"})
MOST_ROWS_ABOVE: Final = 40
MOST_COLUMNS: Final = 60
NO_HEADING: Final = (
    "judul kolom tidak ditemukan; tulis Soal, A, B, C, D, Kunci di atas kolomnya",
    "no headings found; write Soal, A, B, C, D, Kunci above the columns",
)


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the rows of a table of items begin, the place of each field, and the headings that mean nothing here."""

    first: int  # index of the first row below
    columns: Mapping[str, int]
    extra: tuple[str, ...]
    repeated: tuple[str, ...]
    counting: frozenset[int]  # places of running numbers


def field_of(words: str) -> str | None:
    return FIELD.get(_plain(words))


def find_heading(rows: Sequence[Sequence[Cell]]) -> Heading | None:
    """The first row that names the question and its options or its key; titles may stand above it."""
    for index, cells in enumerate(rows[:MOST_ROWS_ABOVE]):
        heading = _heading(index, cells)
        options = sum(letter in heading.columns for letter in LETTERS)
        if "stem" in heading.columns and (options >= 2 or ("key" in heading.columns and options)):
            return heading
    return None


def _heading(index: int, cells: Sequence[Cell]) -> Heading:
    columns: dict[str, int] = {}
    extra, repeated, counting = [], [], set()
    for place, cell in enumerate(cells):
        words = cell.words
        field = field_of(words)
        if _plain(words) in NUMBERS:
            counting.add(place)
        elif field is None:
            extra += [words] if words else []
        elif field in columns:
            repeated.append(words)
        else:
            columns[field] = place
    return Heading(index + 1, columns, tuple(extra), tuple(repeated), frozenset(counting))


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[_.:;*()\[\]/]", " ", words).casefold().split())
