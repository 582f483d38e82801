"""The sheets of a workbook as cells: what a person sees there, with the pictures that lie on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Final

from app.core.sheets import Unfit
from app.itembank.exchange.formats.cells import EMPTY, Cell, number_cell, text_cell, unfit_cell
from app.itembank.exchange.formats.columns import MOST_COLUMNS
from app.itembank.exchange.formats.ooxml import Element, Parts, attribute, child, descendants, is_on, tag

REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
MOST_MERGED_ROWS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Picture:
    """Where its upper left corner lies, and what it is."""

    row: int
    column: int
    part: str | None  # None: only linked, or no picture at all
    description: str


@dataclass(slots=True)
class Sheet:
    name: str
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    is_cut: bool = False  # there were more columns than are read


class Workbook:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        targets = parts.targets("")
        self._part = next((t.part for t in targets.values() if t.kind == "officeDocument"), "xl/workbook.xml")
        self._targets = parts.targets(self._part)
        self._strings = self._shared_strings()
        self._dates = self._date_styles()

    def sheets(self, most_rows: int) -> Iterator[Sheet]:
        """Those that a person sees, in their order."""
        root = self._parts.xml(self._part)
        for entry in descendants(root, "sheet") if root is not None else ():
            target = self._targets.get(attribute(entry, "id") or "")
            if target and target.kind == "worksheet" and attribute(entry, "state") in (None, "visible"):
                yield self._sheet(attribute(entry, "name") or "", target.part, most_rows)

    def _part_of(self, kind: str) -> Element | None:
        part = next((target.part for target in self._targets.values() if target.kind == kind), None)
        return self._parts.xml(part) if part else None

    def _shared_strings(self) -> list[Cell]:
        root = self._part_of("sharedStrings")
        return [_rich(entry) for entry in root if tag(entry) == "si"] if root is not None else []

    def _date_styles(self) -> frozenset[int]:
        """Styles whose number is shown as a date or a time."""
        root = self._part_of("styles")
        if root is None:
            return frozenset()
        formats = {
            entry.get("numFmtId"): QUOTED.sub("", entry.get("formatCode", "")).casefold()
            for entry in descendants(root, "numFmt")
        }
        dated = {number for number, code in formats.items() if re.search("[dmyhs]", code)} | {str(n) for n in DATES}
        styles = child(root, "cellXfs")
        return frozenset(
            index for index, style in enumerate(styles if styles is not None else ()) if style.get("numFmtId") in dated
        )

    def _sheet(self, name: str, part: str, most_rows: int) -> Sheet:
        root = self._parts.xml(part)
        sheet = Sheet(name)
        data = child(root, "sheetData")
        number = 0
        for row in data if data is not None else ():
            number = _number(row.get("r"), number + 1)
            cells = self._cells(row, sheet)
            if any(not cell.is_empty for cell in cells):
                sheet.rows.append((number, cells))
            if len(sheet.rows) > most_rows:
                break
        _spread(sheet, child(root, "mergeCells"))
        drawing = child(root, "drawing")
        if drawing is not None:
            target = self._parts.targets(part).get(attribute(drawing, "id") or "")
            sheet.pictures = list(_pictures(self._parts, target.part)) if target else []
        return sheet

    def _cells(self, row: Element, sheet: Sheet) -> list[Cell]:
        cells: list[Cell] = []
        for entry in row:
            place = _column(entry.get("r")) if entry.get("r") else len(cells)
            if place is None or place >= MOST_COLUMNS:
                sheet.is_cut = sheet.is_cut or len(entry) > 0
                continue
            cells += [EMPTY] * (place + 1 - len(cells))
            cells[place] = self._cell(entry)
        return cells

    def _cell(self, entry: Element) -> Cell:
        kind, value = entry.get("t", "n"), child(entry, "v")
        words = (value.text or "") if value is not None else ""
        if child(entry, "f") is not None:
            return unfit_cell(Unfit.FORMULA)
        if kind == "inlineStr":
            inline = child(entry, "is")
            return _rich(inline) if inline is not None else EMPTY
        return self._typed(kind, words, entry) if words else EMPTY

    def _typed(self, kind: str, words: str, entry: Element) -> Cell:
        if kind == "s":
            index = _number(words, -1)
            return self._strings[index] if 0 <= index < len(self._strings) else unfit_cell(Unfit.FAULT)
        if kind in ("e", "d"):
            return unfit_cell(Unfit.FAULT if kind == "e" else Unfit.DATE)
        if kind == "b":
            return text_cell("TRUE" if words == "1" else "FALSE")
        return text_cell(words) if kind == "str" else self._numeric(words, entry)

    def _numeric(self, words: str, entry: Element) -> Cell:
        if _number(entry.get("s"), 0) in self._dates:
            return unfit_cell(Unfit.DATE)
        try:
            return number_cell(float(words))
        except ValueError:
            return unfit_cell(Unfit.FAULT)


def _rich(entry: Element) -> Cell:
    """A text, or runs of which some are bold, italic, raised or lowered."""
    runs = [(_said(run), _emphasis(child(run, "rPr"))) for run in entry if tag(run) == "r"]
    if not any(marks for _, marks in runs):
        return text_cell("".join(said for said, _ in runs) or _said(entry))
    return text_cell(f"<p>{''.join(map(_marked, *zip(*runs, strict=True)))}</p>")


def _said(entry: Element) -> str:
    words = "".join(inner.text or "" for inner in entry if tag(inner) == "t")
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), words)


def _emphasis(properties: Element | None) -> tuple[str, ...]:
    raised = child(properties, "vertAlign")
    shift = attribute(raised, "val") if raised is not None else None
    marks = [mark for switch, mark in (("b", "strong"), ("i", "em")) if is_on(properties, switch)]
    return (*marks, *({"superscript": ["sup"], "subscript": ["sub"]}.get(shift or "", [])))


def _marked(said: str, marks: tuple[str, ...]) -> str:
    words = escape(said, quote=False).replace("\n", "<br>")
    marks = marks if said.strip() else ()  # a bold space is a space
    opened = "".join(f"<{mark}>" for mark in marks)
    return f"{opened}{words}{''.join(f'</{mark}>' for mark in reversed(marks))}"


def _pictures(parts: Parts, part: str) -> Iterator[Picture]:
    root = parts.xml(part)
    targets = parts.targets(part)
    for anchor in root if root is not None else ():
        corner = child(anchor, "from")
        for drawn in descendants(anchor, "blip") or [anchor]:  # or a chart, or a shape
            target = targets.get(attribute(drawn, "embed") or attribute(drawn, "link") or "")
            about = next(iter(descendants(anchor, "cNvPr")), None)
            yield Picture(
                _place(corner, "row") + 1,
                _place(corner, "col"),
                target.part if target and not target.external else None,
                (attribute(about, "descr") or "") if about is not None else "",
            )


def _place(corner: Element | None, axis: str) -> int:
    found = child(corner, axis)
    return _number(found.text, -1) if found is not None else -1


def _spread(sheet: Sheet, merged: Element | None) -> None:
    """A cell that is merged over rows says the same in each of them."""
    rows = dict(sheet.rows)
    for area in merged if merged is not None else ():
        corners = [REFERENCE.fullmatch(one) for one in (area.get("ref") or "").split(":")]
        if len(corners) != 2 or not corners[0] or not corners[1]:
            continue
        place, first, last = _column(corners[0][0]), int(corners[0][2]), int(corners[1][2])
        cells = rows.get(first, [])
        if place is None or place >= len(cells):
            continue
        for number in range(first + 1, min(last, first + MOST_MERGED_ROWS) + 1):
            if number in rows:
                rows[number] += [EMPTY] * (place + 1 - len(rows[number]))
                rows[number][place] = cells[place]


def _column(reference: str | None) -> int | None:
    """`C7` is the third column: 2."""
    found = REFERENCE.fullmatch(reference or "")
    if not found:
        return None
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _number(words: str | None, otherwise: int) -> int:
    return int(words) if words and words.isascii() and words.isdigit() and len(words) < 9 else otherwise
