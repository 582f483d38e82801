"""The body of a document as paragraphs and tables, as they read once all tracked changes are accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from app.itembank.exchange.formats.docx.equations import Unknown, tex
from app.itembank.exchange.formats.docx.numbering import Numbering
from app.itembank.exchange.formats.docx.pieces import Block, Paragraph, Piece, Slot, Table
from app.itembank.exchange.formats.ooxml import Element, Parts, attribute, child, descendants, is_on, tag
from app.itembank.richtext import UnfitImage

WRAPPERS: Final = frozenset(
    {"hyperlink", "smartTag", "sdt", "sdtContent", "customXml", "fldSimple", "bdo", "dir", "ins", "moveTo"}
)
CHANGES: Final = frozenset({"ins", "del", "moveFrom", "moveTo"})
SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "‑"}
LEFT_OUT: Final = {
    "footnoteReference": ("catatan kaki", "a footnote"),
    "endnoteReference": ("catatan akhir", "an endnote"),
    "commentReference": ("komentar", "a comment"),
    "sym": ("lambang dari huruf khusus", "a sign of a special font"),
    "textbox": ("kotak teks", "a text box"),
    "drawn": ("grafik atau bagan; tempel sebagai gambar", "a chart or diagram; paste it as a picture"),
    "object": ("objek dari program lain; tempel sebagai gambar", "an object of another program; paste it as a picture"),
    "linked": ("gambar yang hanya ditautkan; tempel gambarnya", "a picture that is only linked; paste it"),
    "hidden": ("teks tersembunyi", "hidden text"),
    "underline": ("garis bawah; pakai huruf tebal", "underlining; use bold"),
}
DEEPEST: Final = 12  # tables in tables


class Body:
    def __init__(self, parts: Parts, part: str) -> None:
        self._parts = parts
        self._targets = parts.targets(part)
        by_kind = {target.kind: target.part for target in self._targets.values() if not target.external}
        self._numbering = Numbering(parts, by_kind.get("numbering"), by_kind.get("styles"))
        self.has_changes = False

    def blocks(self, container: Element | None, depth: int = 0) -> Iterator[Block]:
        for element in container if container is not None else ():
            name = tag(element)
            self.has_changes = self.has_changes or name in CHANGES
            if name == "p":
                yield self._paragraph(element)
            elif name == "tbl" and depth < DEEPEST:
                yield self._table(element, depth)
            elif name in WRAPPERS:
                yield from self.blocks(element, depth)

    def _paragraph(self, element: Element) -> Paragraph:
        paragraph = Paragraph()
        self._inline(element, paragraph)
        if not paragraph.is_empty:
            properties = child(element, "pPr")
            paragraph.label = self._numbering.label(properties)
            paragraph.is_caption = self._numbering.is_caption(properties)
        return paragraph

    def _table(self, element: Element, depth: int) -> Table:
        table = Table()
        merged: dict[int, tuple[int, int]] = {}  # column → row and place of the slot that goes on below
        for row in _rows(element):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                self.has_changes = True
                continue
            if is_on(properties, "tblHeader"):
                table.headings.add(len(table.rows))
            table.rows.append(self._slots(row, table, merged, depth))
        return table

    def _slots(self, row: Element, table: Table, merged: dict[int, tuple[int, int]], depth: int) -> list[Slot]:
        slots: list[Slot] = []
        column = _span(child(row, "trPr", "gridBefore"), 0)
        for cell in _cells(row):
            width = _span(child(cell, "tcPr", "gridSpan"), 1)
            merge = child(cell, "tcPr", "vMerge")
            if merge is not None and attribute(merge, "val") != "restart" and column in merged:
                above, place = merged[column]
                slot = table.rows[above][place]
                table.rows[above][place] = Slot(slot.column, slot.columns, slot.rows + 1, slot.blocks)
            else:
                merged.pop(column, None)
                if merge is not None:
                    merged[column] = (len(table.rows), len(slots))
                slots.append(Slot(column, width, 1, list(self.blocks(cell, depth + 1))))
            column += width
        return slots

    def _inline(self, element: Element, into: Paragraph) -> None:
        for inner in element:
            name = tag(inner)
            self.has_changes = self.has_changes or name in CHANGES
            if name == "r":
                self._run(inner, into)
            elif name in ("oMath", "oMathPara"):
                _equation(inner, into)
            elif name in WRAPPERS:
                self._inline(inner, into)

    def _run(self, run: Element, into: Paragraph) -> None:
        properties = child(run, "rPr")
        if is_on(properties, "vanish"):
            _leave_out(into, "hidden")
            return
        if is_on(properties, "u"):
            _leave_out(into, "underline")
        marks = _marks(properties)
        for inner in run:
            self._in_run(inner, marks, into)

    def _in_run(self, inner: Element, marks: tuple[str, ...], into: Paragraph) -> None:
        name = tag(inner)
        if name == "t":
            into.pieces.append(Piece(inner.text or "", marks))
        elif name in SIGNS:
            into.pieces.append(Piece(SIGNS[name], marks))
        elif name == "AlternateContent":
            chosen = child(inner, "Choice")
            for one in chosen if chosen is not None else child(inner, "Fallback") or ():
                self._in_run(one, marks, into)
        elif name in ("drawing", "pict"):
            self._drawing(inner, into)
        elif name in LEFT_OUT:
            _leave_out(into, name)

    def _drawing(self, element: Element, into: Paragraph) -> None:
        if descendants(element, "txbxContent"):
            _leave_out(into, "textbox")
            return
        drawn = [*descendants(element, "blip"), *descendants(element, "imagedata")]
        if not drawn:
            _leave_out(into, "drawn")
        about = next(iter(descendants(element, "docPr")), None)
        said = (attribute(about, "descr") or "") if about is not None else ""
        for one in drawn:
            target = self._targets.get(attribute(one, "embed") or attribute(one, "id") or "")
            if target is None or target.external:
                _leave_out(into, "linked")
                continue
            try:
                image = self._parts.image(target.part)
            except UnfitImage as error:
                into.faults.append((f"gambar: {error.text_id}", f"picture: {error.text_en}"))
                continue
            into.pieces.append(Piece(html=f'<img src="image:{image.hash}" alt="{escape(said, quote=True)}">'))


def _equation(element: Element, into: Paragraph) -> None:
    try:
        into.pieces.append(Piece(html=f"\\({escape(tex(element), quote=False)}\\)"))
    except Unknown as error:
        into.left_out.append(
            (f"persamaan dengan “{error}”; ketik sebagai TeX", f"an equation with “{error}”; type it as TeX")
        )


def _leave_out(into: Paragraph, what: str) -> None:
    into.left_out.append(LEFT_OUT[what])


def _marks(properties: Element | None) -> tuple[str, ...]:
    shift = child(properties, "vertAlign")
    raised = {"superscript": "sup", "subscript": "sub"}.get(
        (attribute(shift, "val") or "") if shift is not None else ""
    )
    marks = [mark for switch, mark in (("b", "strong"), ("i", "em")) if is_on(properties, switch)]
    return (*marks, raised) if raised else tuple(marks)


def _rows(table: Element) -> Iterable[Element]:
    return (
        row
        for part in table
        for row in ([part] if tag(part) == "tr" else descendants(part, "tr") if tag(part) == "sdt" else [])
    )


def _cells(row: Element) -> Iterable[Element]:
    return (
        cell
        for part in row
        for cell in ([part] if tag(part) == "tc" else descendants(part, "tc") if tag(part) == "sdt" else [])
    )


def _span(element: Element | None, otherwise: int) -> int:
    value = attribute(element, "val") if element is not None else None
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 3 else otherwise
