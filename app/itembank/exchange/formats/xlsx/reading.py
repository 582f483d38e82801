"""From a workbook to items: the first sheet with headings counts, others are listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Final

from app.itembank.exchange.archives import unreadable
from app.itembank.exchange.formats.cells import Cell
from app.itembank.exchange.formats.columns import MOST_COLUMNS, NO_HEADING, Heading, find_heading
from app.itembank.exchange.formats.guide import SHEET as GUIDE_SHEET
from app.itembank.exchange.formats.ooxml import Parts
from app.itembank.exchange.formats.tables import MOST_ITEMS, Findings, finish, read_rows
from app.itembank.exchange.formats.xlsx.sheets import Picture, Sheet, Workbook
from app.itembank.exchange.types import Format, ReadFile
from app.itembank.richtext import UnfitImage, clean, images_of
from app.itembank.types import LETTERS

TEXTS: Final = ("case_text", "stem", *LETTERS, "rationale")


def read(content: bytes, name: str) -> ReadFile:
    parts = Parts(content, name, ".xlsx")
    found = Findings()
    taken: tuple[Sheet, Heading] | None = None
    for sheet in Workbook(parts).sheets(MOST_ITEMS + 50):
        heading = None if taken else find_heading([cells for _, cells in sheet.rows])
        if heading:
            taken = (sheet, heading)
        elif sheet.rows and sheet.name != GUIDE_SHEET:
            found.leave_out(0, f"lembar “{sheet.name[:40]}”", f"the sheet “{sheet.name[:40]}”")
    if taken is None:
        raise unreadable(name, *NO_HEADING)
    sheet, heading = taken
    if sheet.is_cut:
        found.leave_out(0, f"kolom sesudah yang ke-{MOST_COLUMNS}", f"columns after the {MOST_COLUMNS}th")
    rows = dict(sheet.rows[heading.first :])
    _place_pictures(parts, sheet, heading, rows, found)
    read_rows(name, rows.items(), heading, found)
    return finish(Format.XLSX, name, found, parts.images)


def _place_pictures(
    parts: Parts, sheet: Sheet, heading: Heading, rows: Mapping[int, list[Cell]], found: Findings
) -> None:
    """Each picture into the text whose cell it lies on; beside the texts, into the question of its row."""
    fields = {place: field for field, place in heading.columns.items()}
    for picture in sheet.pictures:
        field = fields.get(picture.column, "")
        place = heading.columns[field if field in TEXTS else "stem"]
        cells = rows.get(picture.row)
        if cells is None or place >= len(cells) or cells[heading.columns["stem"]].is_empty:
            found.leave_out(picture.row, "gambar di luar baris soal", "a picture beside the rows of questions")
            continue
        cells[place] = _with_picture(parts, cells[place], picture)


def _with_picture(parts: Parts, cell: Cell, picture: Picture) -> Cell:
    if picture.part is None:
        note = (
            "grafik, bentuk, atau gambar yang hanya ditautkan; tempel sebagai gambar",
            "a chart, a shape, or a picture that is only linked; paste it as a picture",
        )
        return replace(cell, left_out=(*cell.left_out, note))
    try:
        image = parts.image(picture.part)
    except UnfitImage as error:
        return replace(cell, unfit=(f"gambar: {error.text_id}", f"picture: {error.text_en}"))
    if image.hash in images_of(cell.markup):  # its place in the text is known
        return cell
    shown = f'<p><img src="image:{image.hash}" alt="{escape(picture.description, quote=True)}"></p>'
    return replace(cell, markup=clean(f"<div>{cell.markup}</div>{shown}").markup)
