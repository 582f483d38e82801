"""CSV: the columns of the workbook, one item a line.

Reading takes any separator and encoding that a spreadsheet writes, titles above the headings, and columns in any order.
Exceptions of a round trip: pictures do not travel. Texts still name them by hash, so the file can be brought back to the bank
that wrote it.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence

from app.core.datafile import DataFileError
from app.core.sheets import SEPARATORS, read_csv, to_csv
from app.itembank.exchange.archives import unreadable
from app.itembank.exchange.formats.cells import Cell, text_cell
from app.itembank.exchange.formats.columns import LABEL, MOST_COLUMNS, MOST_ROWS_ABOVE, NO_HEADING, find_heading
from app.itembank.exchange.formats.records import columns_of, records_of
from app.itembank.exchange.formats.tables import MOST_ITEMS, Findings, finish, read_rows
from app.itembank.exchange.formats.texts import guard
from app.itembank.exchange.types import ExchangeItem, Format, ReadFile
from app.itembank.richtext import Image


def read(content: bytes, name: str) -> ReadFile:
    text = _as_utf8(content, name)
    reasons = []
    for separator in SEPARATORS:
        try:
            lines = read_csv(text, name, most_rows=MOST_ITEMS, separator=separator)
        except DataFileError as error:
            reasons.append(error)
            continue
        heading = find_heading([_cells(values) for _, values in lines[:MOST_ROWS_ABOVE]])
        if heading:
            width = len(lines[heading.first - 1][1])
            found = Findings()
            below = ((line, _cells(values)) for line, values in lines[heading.first :])
            read_rows(name, below, heading, found, width=width)
            return finish(Format.CSV, name, found)
    raise reasons[0] if len(reasons) == len(SEPARATORS) else unreadable(name, *NO_HEADING)


def _as_utf8(content: bytes, name: str) -> bytes:
    """Excel's “Unicode text” is UTF-16."""
    if not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content
    try:
        return content.decode("utf-16").encode()
    except UnicodeError as error:
        raise unreadable(name, "simpan berkas sebagai CSV UTF-8", "save the file as CSV UTF-8") from error


def _cells(values: Sequence[str]) -> list[Cell]:
    return [text_cell(value) for value in values[:MOST_COLUMNS]]


def write(items: Sequence[ExchangeItem], images: Mapping[str, Image], notice: str) -> bytes:
    columns = columns_of(items)
    records = records_of(items)
    lines = [[LABEL[field] for field in columns], *([guard(record[field]) for field in columns] for record in records)]
    return to_csv([notice], lines).encode()
