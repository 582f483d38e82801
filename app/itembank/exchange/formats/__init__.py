"""One module or package per format: `read` of a file into items, `write` of items into a file."""

from typing import Final

from app.itembank.exchange.types import Format

HERE: Final = __name__

# Apart, because what writes a workbook or a document has no business in the process that reads one.
READERS: Final = {
    Format.CSV: f"{HERE}.csv",
    Format.XLSX: f"{HERE}.xlsx.reading",
}
WRITERS: Final = {
    Format.CSV: f"{HERE}.csv",
    Format.XLSX: f"{HERE}.xlsx.writing",
}
