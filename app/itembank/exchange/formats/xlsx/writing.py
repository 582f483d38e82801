"""From items to a workbook: a sheet of items with its pictures and lists to choose from, and a sheet that says how to fill it in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.drawing.image import Image as Drawing
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.itembank.exchange.formats.columns import LABEL
from app.itembank.exchange.formats.guide import GUIDE, SHEET, TITLE
from app.itembank.exchange.formats.records import columns_of, records_of
from app.itembank.exchange.formats.rows import LEVEL_WORDS, ORDER_WORDS
from app.itembank.exchange.formats.texts import guard
from app.itembank.exchange.types import ExchangeItem
from app.itembank.richtext import Image, images_of
from app.itembank.types import LETTERS

HEADING_ROW: Final = 3
LEAST_ROWS: Final = 300  # so many are made ready to be filled in
WIDTHS: Final = {"stem": 60, "case_text": 50, "rationale": 40, "source": 24, "code": 14, "enemies": 20, "lang": 8}
OPTION_WIDTH, OTHER_WIDTH = 26, 11
SHOWN_WIDTH: Final = 160  # pixels: a picture's full size stays in the file


def write(items: Sequence[ExchangeItem], images: Mapping[str, Image], notice: str) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Soal"
    columns = columns_of(items)
    _put_head(sheet, columns, notice)
    for row, (item, record) in enumerate(zip(items, records_of(items), strict=True), start=HEADING_ROW + 1):
        for column, field in enumerate(columns, start=1):
            _put(sheet.cell(row, column), guard(record[field]))
        _put_pictures(sheet, row, columns, item, record, images)
    _make_ready(sheet, columns, HEADING_ROW + max(LEAST_ROWS, len(items)))
    _put_guide(book.create_sheet(SHEET), notice)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(cell: Any, text: str) -> None:
    """As a text, whatever Excel would make of it."""
    if text:
        cell.value = text
        cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _put_head(sheet: Any, columns: Sequence[str], notice: str) -> None:
    sheet["A1"] = TITLE
    sheet["A1"].font = Font(bold=True, size=14)
    _put(sheet["A2"], guard(notice))
    sheet["A2"].alignment = Alignment(wrap_text=False)
    for column, field in enumerate(columns, start=1):
        cell = sheet.cell(HEADING_ROW, column, LABEL[field])
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6F0")
        width = WIDTHS.get(field, OPTION_WIDTH if field in LETTERS else OTHER_WIDTH)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(HEADING_ROW + 1, 1)


def _put_pictures(
    sheet: Any,
    row: int,
    columns: Sequence[str],
    item: ExchangeItem,
    record: Mapping[str, str],
    images: Mapping[str, Image],
) -> None:
    texts = {"stem": item.stem, **dict(zip(LETTERS, item.options, strict=False)), "rationale": item.rationale or ""}
    if record["case_text"]:
        texts["case_text"] = item.stimulus
    for field, markup in texts.items():
        for name in images_of(markup):
            if name in images:
                _put_picture(sheet, images[name], f"{get_column_letter(columns.index(field) + 1)}{row}")


def _put_picture(sheet: Any, image: Image, place: str) -> None:
    drawing = Drawing(io.BytesIO(image.png))
    shown = min(1.0, SHOWN_WIDTH / image.width)
    drawing.width, drawing.height = max(1, round(image.width * shown)), max(1, round(image.height * shown))
    sheet.add_image(drawing, place)


def _make_ready(sheet: Any, columns: Sequence[str], last: int) -> None:
    """Empty rows as text, so that 1.10 stays 1.10, and lists to choose from."""
    for row in range(sheet.max_row + 1, last + 1):
        for column in range(1, len(columns) + 1):
            _put(sheet.cell(row, column), "")
    letters = [field for field in columns if field in LETTERS]
    orders = [words for words in ORDER_WORDS.values() if words]
    for field, choices in (("key", letters), ("order", orders), ("level", list(LEVEL_WORDS.values()))):
        where = get_column_letter(columns.index(field) + 1)
        choice = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        choice.errorStyle = "warning"  # “Opsi B” is a key, too
        choice.add(f"{where}{HEADING_ROW + 1}:{where}{last}")
        sheet.add_data_validation(choice)


def _put_guide(sheet: Any, notice: str) -> None:
    sheet.column_dimensions["A"].width = 20
    sheet.column_dimensions["B"].width = 100
    sheet.append([TITLE])
    sheet["A1"].font = Font(bold=True, size=14)
    _put(sheet["A2"], guard(notice))
    for row, (label, words) in enumerate(GUIDE, start=4):
        _put(sheet.cell(row, 1), label)
        _put(sheet.cell(row, 2), words)
        sheet.cell(row, 1).font = Font(bold=True)
