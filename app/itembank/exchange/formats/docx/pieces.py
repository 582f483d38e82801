"""The contents of a paragraph: words with their emphasis, and pictures and formulas between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import zip_longest
from typing import Final

from app.itembank.exchange.formats.cells import MOST_SIGNS, TOO_LONG, Cell, bad_formula, dropped
from app.itembank.richtext import BadFormula, clean


@dataclass(frozen=True, slots=True)
class Piece:
    """Words with their marks (`strong`, `em`, `sub`, `sup`), or HTML of a picture or a formula."""

    words: str = ""
    marks: tuple[str, ...] = ()
    html: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What Word itself wrote before a paragraph: the number of a list, a letter, a bullet."""

    kind: str  # number, letter, bullet
    value: int
    level: int


@dataclass(slots=True)
class Paragraph:
    pieces: list[Piece] = field(default_factory=list)
    label: Label | None = None
    is_caption: bool = False
    left_out: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        return words_of(self.pieces)

    @property
    def is_empty(self) -> bool:
        return not any(piece.html or piece.words.strip() for piece in self.pieces) and not self.faults


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a table, and over how many columns and rows it is merged."""

    column: int
    columns: int
    rows: int
    blocks: Sequence[Paragraph | Table]


@dataclass(slots=True)
class Table:
    rows: list[list[Slot]] = field(default_factory=list)
    headings: set[int] = field(default_factory=set)  # rows that Word repeats on each page


Block = Paragraph | Table
LISTS: Final = {"bullet": "ul", "number": "ol", "letter": "ol"}


def words_of(pieces: Iterable[Piece]) -> str:
    return "".join(piece.words or ("\N{OBJECT REPLACEMENT CHARACTER}" if piece.html else "") for piece in pieces)


def cut(pieces: Iterable[Piece], place: int) -> tuple[list[Piece], list[Piece]]:
    """What stands before and after this place of `words_of`."""
    before: list[Piece] = []
    after: list[Piece] = []
    for piece in pieces:
        length = len(words_of([piece]))
        if place >= length:
            before.append(piece)
        elif place <= 0:
            after.append(piece)
        else:
            before.append(Piece(piece.words[:place], piece.marks))
            after.append(Piece(piece.words[place:], piece.marks))
        place -= length
    return before, after


def cell_of(blocks: Sequence[Block]) -> Cell:
    """Blocks as a text."""
    paragraphs = list(paragraphs_of(blocks))
    faults = [fault for paragraph in paragraphs for fault in paragraph.faults]
    left_out = [note for paragraph in paragraphs for note in paragraph.left_out]
    html = _html(blocks)
    if len(html) > MOST_SIGNS:
        return TOO_LONG
    try:
        cleaned = clean(html)
    except BadFormula as error:
        return bad_formula(error)
    left_out += [dropped(name) for name in cleaned.dropped]
    return Cell(cleaned.markup, unfit=faults[0] if faults else None, left_out=tuple(dict.fromkeys(left_out)))


def paragraphs_of(blocks: Iterable[Block]) -> Iterable[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for slot in row:
                    yield from paragraphs_of(slot.blocks)


def _html(blocks: Sequence[Block], *, in_table: bool = False) -> str:
    said = [block for block in blocks if isinstance(block, Table) or not block.is_empty]
    alone = said[0] if len(said) == 1 else None
    if isinstance(alone, Paragraph) and not alone.label:
        is_plain = not in_table and not any(piece.html or piece.marks for piece in alone.pieces)
        words = alone.words.replace("\t", " ")
        return (
            escape(words, quote=False) if is_plain else inline_html(alone.pieces)
        )  # words keep the ends of their lines
    parts, open_list, caption = [], "", ""
    for block, below in zip_longest(said, said[1:]):
        if isinstance(block, Paragraph) and block.is_caption and isinstance(below, Table):
            caption = f"<caption>{inline_html(block.pieces)}</caption>"
            continue
        label = block.label if isinstance(block, Paragraph) else None
        wanted = LISTS[label.kind] if label else ""
        if wanted != open_list:
            parts.append((f"</{open_list}>" if open_list else "") + (f"<{wanted}>" if wanted else ""))
            open_list = wanted
        if isinstance(block, Table):
            parts.append(_table_html(block, caption))
            caption = ""
        else:
            parts.append(f"<li>{inline_html(block.pieces)}</li>" if label else f"<p>{inline_html(block.pieces)}</p>")
    return "".join(parts) + (f"</{open_list}>" if open_list else "")


def inline_html(pieces: Iterable[Piece]) -> str:
    parts: list[str] = []
    marks: tuple[str, ...] = ()
    for piece in pieces:
        if piece.marks != marks:
            parts += [f"</{mark}>" for mark in reversed(marks)]
            marks = piece.marks if piece.html or piece.words.strip() else ()  # a bold space is a space
            parts += [f"<{mark}>" for mark in marks]
        parts.append(piece.html or escape(piece.words, quote=False).replace("\n", "<br>"))
    return "".join(parts) + "".join(f"</{mark}>" for mark in reversed(marks))


def _table_html(table: Table, caption: str) -> str:
    """The rows at its top that Word repeats on each page are its head."""
    rows = [_row_html(row, "th" if index in table.headings else "td") for index, row in enumerate(table.rows)]
    head = next((index for index in range(len(rows)) if index not in table.headings), len(rows))
    parts = (("thead", rows[:head]), ("tbody", rows[head:]))
    return (
        f"<table>{caption}" + "".join(f"<{name}>{''.join(some)}</{name}>" for name, some in parts if some) + "</table>"
    )


def _row_html(row: Sequence[Slot], name: str) -> str:
    cells = "".join(
        f'<{name} colspan="{slot.columns}" rowspan="{slot.rows}">{_html(slot.blocks, in_table=True)}</{name}>'
        for slot in row
    )
    return f"<tr>{cells}</tr>"
