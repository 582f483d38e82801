"""One module or package per format: `read` of a file into items, `write` of items into a file."""

from typing import Final

from app.itembank.exchange.types import Format

HERE: Final = __name__

# Apart, because what writes a workbook or a document has no business in the process that reads one.
READERS: Final = {
    Format.AIKEN: f"{HERE}.aiken",
    Format.CSV: f"{HERE}.csv",
    Format.DOCX: f"{HERE}.docx.reading",
    Format.GIFT: f"{HERE}.gift",
    Format.MOODLE_XML: f"{HERE}.moodle_xml",
    Format.PACKAGE: f"{HERE}.package",
    Format.QTI_21: f"{HERE}.qti",
    Format.QTI_22: f"{HERE}.qti",
    Format.QTI_30: f"{HERE}.qti",
    Format.XLSX: f"{HERE}.xlsx.reading",
}
# The sealed package has a writer of its own shape, which also takes the passphrase.
WRITERS: Final = {
    Format.CSV: f"{HERE}.csv",
    Format.DOCX: f"{HERE}.docx.writing",
    Format.GIFT: f"{HERE}.gift",
    Format.MOODLE_XML: f"{HERE}.moodle_xml",
    Format.QTI_30: f"{HERE}.qti",
    Format.XLSX: f"{HERE}.xlsx.writing",
}
