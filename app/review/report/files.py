"""The annex as files: CSV as Excel in Indonesian opens it, in one zip; and a workbook. No text in them runs as a formula."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app.core.sheets import to_csv
from app.review.report.annex import Table

NO_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the same tables are the same file
WIDTH: Final = 18


def as_zip(tables: Sequence[Table]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            member = zipfile.ZipInfo(f"{table.name}.csv", NO_DAY)
            archive.writestr(member, to_csv(table.header, table.rows), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def as_workbook(tables: Sequence[Table]) -> bytes:
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name.capitalize())
        sheet.freeze_panes = "B2"
        for place in range(1, len(table.header) + 1):
            sheet.column_dimensions[get_column_letter(place)].width = WIDTH
        titles = [WriteOnlyCell(sheet, value=name) for name in table.header]
        for title in titles:
            title.font = Font(bold=True)
        sheet.append(titles)
        for row in table.rows:
            cells = [WriteOnlyCell(sheet, value=value) for value in row]
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # a text that begins with "=" is a text
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
