"""From canonical markup to the paragraphs, lists, tables and pictures of a document."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final

from docx.document import Document
from docx.oxml import OxmlElement
from docx.shared import Inches

from app.itembank.richtext import Image, Node, tree

MARKS: Final = {"strong": "bold", "em": "italic", "sub": "subscript", "sup": "superscript"}
BLOCKS: Final = frozenset({"p", "ul", "ol", "table"})
PIXELS_AN_INCH: Final = 96
WIDEST: Final = 4  # inches


class TextWriter:
    def __init__(self, document: Document, images: Mapping[str, Image]) -> None:
        self._document = document
        self._images = images

    def put(self, cell: Any, markup: str) -> None:
        """Into an empty cell of a table."""
        nodes = tree(markup)
        self._blocks(cell, [nodes] if isinstance(nodes, str) else nodes)

    def _blocks(self, cell: Any, nodes: Sequence[Node]) -> None:
        inline: list[Node] = []
        for node in nodes:
            if isinstance(node, dict) and node["tag"] in BLOCKS:
                self._paragraph(cell, inline)
                inline = []
                self._block(cell, node)
            else:
                inline.append(node)
        self._paragraph(cell, inline)

    def _block(self, cell: Any, node: dict[str, Any]) -> None:
        if node["tag"] == "table":
            self._table(cell, node)
        elif node["tag"] == "p":
            self._blocks(cell, node["children"])
        else:
            number = self._new_list() if node["tag"] == "ol" else None
            for item in node["children"]:
                is_item = isinstance(item, dict) and item["tag"] == "li"
                self._item(cell, item["children"] if is_item else [item], number)

    def _item(self, cell: Any, nodes: Sequence[Node], number: int | None) -> None:
        """A line of a list; a list or a table within it follows it."""
        if nodes and isinstance(nodes[0], dict) and nodes[0]["tag"] == "p":
            nodes = [*nodes[0]["children"], *nodes[1:]]
        line = list(takewhile(lambda node: isinstance(node, str) or node["tag"] not in BLOCKS, nodes))
        paragraph = self._paragraph(cell, line, "List Number" if number else "List Bullet")
        if number and paragraph is not None:
            paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number  # noqa: SLF001
        self._blocks(cell, nodes[len(line) :])

    def _paragraph(self, cell: Any, nodes: Sequence[Node], style: str | None = None) -> Any:
        if not nodes:
            return None
        last = cell.paragraphs[-1]
        is_free = not last.runs and last._p.getnext() is None  # noqa: SLF001
        paragraph = last if is_free else cell.add_paragraph()
        if style:
            paragraph.style = style
        self._inline(paragraph, nodes, ())
        return paragraph

    def _inline(self, paragraph: Any, nodes: Iterable[Node], marks: tuple[str, ...]) -> None:
        for node in nodes:
            if isinstance(node, str):
                self._run(paragraph, node, marks)
            elif node["tag"] == "math":
                tex = node.get("attrs", {}).get("alttext")
                self._run(paragraph, f"\\({tex}\\)" if tex else _words(node), marks)
            elif node["tag"] == "img":
                self._picture(paragraph, node["attrs"])
            elif node["tag"] == "br":
                self._run(paragraph, "\n", marks)
            else:
                mark = MARKS.get(node["tag"])
                apart = [] if mark else [" "]  # a block within emphasis
                self._inline(paragraph, [*apart, *node["children"], *apart], (*marks, mark) if mark else marks)

    def _run(self, paragraph: Any, words: str, marks: Iterable[str]) -> None:
        run = paragraph.add_run(words)
        for mark in marks:
            setattr(run.font, mark, True)

    def _picture(self, paragraph: Any, attributes: Mapping[str, str]) -> None:
        image = self._images.get(attributes["src"].removeprefix("image:"))
        if image is None:
            self._run(paragraph, f"[{attributes.get('alt', '')}]", ())
            return
        width = Inches(min(WIDEST, image.width / PIXELS_AN_INCH))
        shape = paragraph.add_run().add_picture(io.BytesIO(image.png), width=width)
        shape._inline.docPr.set("descr", attributes.get("alt", ""))  # noqa: SLF001

    def _new_list(self) -> int:
        """Word counts on through all lists of a style, unless each has a number of its own."""
        numbering = self._document.part.numbering_part.element
        style = self._document.styles["List Number"].element.pPr.numPr.numId.val
        abstract = numbering.num_having_numId(style).abstractNumId.val
        number = numbering.add_num(abstract)
        number.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(number.numId)

    def _table(self, cell: Any, node: dict[str, Any]) -> None:
        for part in node["children"]:
            if isinstance(part, dict) and part["tag"] == "caption":
                self._paragraph(cell, part["children"], "Caption")
        rows = [row for row in _rows(node) if _cells(row)]
        places = list(_places(rows))
        if not places:
            return
        width = max(column + across for _, column, _, across, _ in places)
        made = cell.add_table(len(rows), width)
        made.style = "Table Grid"
        for row, column, down, across, children in places:
            place = made.cell(row, column)
            if down > 1 or across > 1:
                place = place.merge(made.cell(row + down - 1, column + across - 1))
            self._blocks(place, children)
        for index, entry in enumerate(rows):
            if all(cell["tag"] == "th" for cell in _cells(entry)):
                made.rows[index]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def _rows(node: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for child in node["children"]:
        if isinstance(child, dict):
            if child["tag"] == "tr":
                yield child
            elif child["tag"] != "caption":
                yield from _rows(child)


def _cells(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in row["children"] if isinstance(cell, dict) and cell["tag"] in ("td", "th")]


def _places(rows: Sequence[dict[str, Any]]) -> Iterable[tuple[int, int, int, int, Sequence[Node]]]:
    """Row, column, height, width and contents of each cell, around those that reach down from above."""
    taken: set[tuple[int, int]] = set()
    for row, entry in enumerate(rows):
        column = 0
        for cell in _cells(entry):
            while (row, column) in taken:
                column += 1
            spans = cell.get("attrs", {})
            down = min(int(spans.get("rowspan", 1)), len(rows) - row)
            across = int(spans.get("colspan", 1))
            taken.update((row + r, column + c) for r in range(down) for c in range(across))
            yield row, column, down, across, cell["children"]
            column += across


def _words(node: Node) -> str:
    return node if isinstance(node, str) else "".join(map(_words, node.get("children", ())))
