"""Reads the first sheet of one workbook: its bytes on standard input, its lines or why it is refused as JSON on standard output.

A process of its own, which imports nothing of ours: twelve kilobytes can unpack to cells that fill the memory of a server. Here
the limits end this process and no other.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import zipfile
from enum import StrEnum
from typing import Any, Final
from xml.parsers import expat

sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl takes it where it finds it: 40 MB and half of the start
from openpyxl import load_workbook  # noqa: E402

MEMORY: Final = 512 * 1024 * 1024
PROCESSOR_SECONDS: Final = 10
STAND_BACK: Final = 10  # of 19: behind everything that candidates wait for
LARGEST_UNPACKED: Final = 8 * 1024 * 1024
MOST_PARTS: Final = 200
MOST_COLUMNS: Final = 40


class Refusal(StrEnum):
    """Why a workbook is not read, as the process that asked knows it."""

    BROKEN = "broken"
    DOCUMENT_TYPE = "document-type"
    FILES = "files"
    LINKS = "links"
    MACROS = "macros"
    TOO_LARGE = "too-large"


FORBIDDEN: Final = {
    "xl/externalLinks/": Refusal.LINKS,
    "xl/vbaProject": Refusal.MACROS,
    "xl/embeddings/": Refusal.FILES,
}


class Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def read_lines(content: bytes, most_lines: int) -> list[tuple[int, list[str | list[str]]]]:
    """Line number and cells. A cell that is no text is its type in a list. Formulas are not followed, whatever they came out as."""
    _require_bounded(content)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file claims of its size is no reason to walk a million rows
    lines = []
    for cells in sheet.iter_rows(max_row=most_lines, max_col=MOST_COLUMNS):
        line = next((cell.row for cell in cells if getattr(cell, "row", None)), None)
        if line is not None:
            lines.append((line, [_cell(cell) for cell in cells]))
    return lines


def _require_bounded(content: bytes) -> None:
    """What it says it unpacks to is measured first: the archive gives out no more than that."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise Refused(Refusal.TOO_LARGE)
        for part in parts:
            for start, refusal in FORBIDDEN.items():
                if part.filename.startswith(start):
                    raise Refused(refusal)
            _require_no_document_type(archive.read(part))


def _require_no_document_type(part: bytes) -> None:
    """Excel writes none, and entities come in one. Asked of the parser that openpyxl uses, so that no encoding hides it."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        return  # a picture; or XML that openpyxl cannot read either


def _refuse_document_type(*_declared: object) -> None:
    raise Refused(Refusal.DOCUMENT_TYPE)


def _cell(cell: Any) -> str | list[str]:
    """What a person sees in the cell."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in {"f", "d", "e"}:  # formula, date, error
        return [cell.data_type]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def main() -> None:
    os.nice(STAND_BACK)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        answer: dict[str, Any] = {"lines": read_lines(sys.stdin.buffer.read(), int(sys.argv[1]))}
    except Refused as error:
        answer = {"refused": error.refusal}
    except MemoryError:
        raise
    except Exception:  # openpyxl has no class for what it cannot read
        answer = {"refused": Refusal.BROKEN}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
