"""Reads the first sheet of one workbook: its bytes on standard input, its lines or why it is refused as JSON on standard output.

A process of its own (`app.core.sandbox`): twelve kilobytes can unpack to cells that fill the memory of a server.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any, Final

from app.core.archives import Limits, Refusal, Refused, open_archive, read_part, require_no_document_type
from app.core.sandbox import confine

sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl takes it where it finds it: 40 MB and half of the start
from openpyxl import load_workbook  # noqa: E402

LIMITS: Final = Limits(parts=200, unpacked=8 * 1024 * 1024)
MOST_COLUMNS: Final = 40
LINKS, MACROS = "links", "macros"
FORBIDDEN: Final = {"xl/externalLinks/": LINKS, "xl/vbaProject": MACROS, "xl/embeddings/": Refusal.FILES}


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
    with open_archive(content, LIMITS) as archive:
        for name in archive.namelist():
            for start, refusal in FORBIDDEN.items():
                if name.startswith(start):
                    raise Refused(refusal)
            require_no_document_type(read_part(archive, name) or b"")


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
    confine()
    try:
        answer: dict[str, Any] = {"lines": read_lines(sys.stdin.buffer.read(), int(sys.argv[1]))}
    except Refused as error:
        answer = {"refused": error.reason}
    except MemoryError:
        raise
    except Exception:  # openpyxl has no class for what it cannot read
        answer = {"refused": Refusal.BROKEN}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
