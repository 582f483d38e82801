"""Tables for spreadsheets: CSV as one that is set to Indonesian opens it (semicolons, decimal commas, BOM)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

BOM = "\ufeff"
FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\0", "\r")


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return BOM + out.getvalue()


def cell(value: Any) -> str:
    """A number in Indonesian form; a text that a spreadsheet will not run as a formula."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}".replace(".", ",")
    text = str(value)
    return "'" + text if isinstance(value, str) and text.startswith(FORMULA_STARTERS) else text
