"""The roster as a file to fill in and bring back: with whoever is on it already."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from openpyxl import Workbook
from openpyxl.styles import Font

from app.core.sheets import cell, to_csv
from app.delivery.types import RosterView

HEADINGS: Final = ("nomor", "nama", "ruang", "tempat")
WIDTHS: Final = (18, 42, 22, 10)
ROWS_AS_TEXT: Final = 600  # so many lines are made ready: Excel takes 01 for 1 where nobody says that it is text


def roster_csv(roster: Sequence[RosterView], rooms: Mapping[UUID, str]) -> str:
    return to_csv(HEADINGS, _lines(roster, rooms))


def roster_xlsx(roster: Sequence[RosterView], rooms: Mapping[UUID, str]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Peserta"
    sheet.append(HEADINGS)
    for values in _lines(roster, rooms):
        sheet.append([cell(value) or None for value in values])
    for column, width in zip("ABCD", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
        sheet[f"{column}1"].font = Font(bold=True)
        for line in range(2, max(ROWS_AS_TEXT, len(roster)) + 2):
            sheet[f"{column}{line}"].number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(roster: Sequence[RosterView], rooms: Mapping[UUID, str]) -> list[list[str | None]]:
    return [[entry.number, entry.name, rooms[entry.room_id] if entry.room_id else None, entry.seat] for entry in roster]
