"""The table of items as a file: CSV as an Indonesian spreadsheet reads it, and a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app.core.sheets import cell, to_csv

HEADER: Final = (
    "soal", "kuk", "unit", "keadaan", "n", "benar", "p", "selang p", "n periode ini", "benar periode ini", "p periode ini",
    "r soal-sisa", "selang r", "D", "selang D", "perubahan", "selang perubahan", "catatan peserta", "tanda", "putusan data",
    "keputusan komite", "catatan komite",
)  # fmt: skip
WIDTHS: Final = {"selang": 22, "soal": 16, "tanda": 30, "putusan": 26, "keputusan": 18, "catatan": 40}
VERDICTS: Final = {
    "strong-problem": "bermasalah (bukti kuat)",
    "needs-expert": "perlu ditelaah ahli",
    "no-sign": "tidak ada tanda masalah",
    "not-enough": "belum cukup data",
}
DECISIONS: Final = {"accepted": "diterima", "revise": "direvisi", "suspended": "ditangguhkan", "retired": "ditarik"}
Decisions = Mapping[str, Mapping[str, Any]]


def items_csv(part: Mapping[str, Any], decisions: Decisions) -> str:
    return to_csv(HEADER, _lines(part, decisions))


def items_xlsx(part: Mapping[str, Any], decisions: Decisions) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Soal"
    sheet.append(HEADER)
    for line in _lines(part, decisions):
        sheet.append([value if isinstance(value, (int, float)) else cell(value) or None for value in line])
    for column, name in enumerate(HEADER, start=1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = WIDTHS.get(name.split(" ")[0], 12)
        sheet[f"{letter}1"].font = Font(bold=True)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(part: Mapping[str, Any], decisions: Decisions) -> Iterable[list[Any]]:
    signs = {one["rule"]: one["text_id"] for one in part["rules"]}
    for row in part["rows"]:
        decision = decisions.get(row["id"], {})
        yield [
            row["code"], row["kuk"], row["unit"], row["state"], row["n"], row["right"], *_figure(row["p"]),
            row["n_now"], row["right_now"], _figure(row["p_now"])[0], *_figure(row["rest"]), *_figure(row["d27"]),
            *_figure(row["change"]), row["remarks"], "; ".join(signs[rule] for rule in row["signs"]),
            VERDICTS[row["verdict"]], DECISIONS.get(decision.get("decision", "")), decision.get("note"),
        ]  # fmt: skip


def _figure(packed: list[Any] | None) -> tuple[float | None, str | None]:
    """Value and interval, or no value and why."""
    if packed is None:
        return None, None
    return packed[0], packed[3] if packed[0] is not None else packed[1]
