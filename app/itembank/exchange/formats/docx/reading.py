"""From a document to items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.core.datafile import Fault
from app.itembank.exchange.archives import unreadable
from app.itembank.exchange.formats.cells import EMPTY, Cell
from app.itembank.exchange.formats.columns import field_of, find_heading
from app.itembank.exchange.formats.docx.body import Body
from app.itembank.exchange.formats.docx.pieces import Block, Paragraph, Table, cell_of
from app.itembank.exchange.formats.docx.questions import Questions
from app.itembank.exchange.formats.guide import GUIDE_TITLE
from app.itembank.exchange.formats.ooxml import Parts, child
from app.itembank.exchange.formats.rows import make_row
from app.itembank.exchange.formats.tables import Findings, cells_below, finish, note_headings
from app.itembank.exchange.types import Format, LeftOut, ReadFile

LEAST_FIELDS: Final = 3
MOST_COLUMNS: Final = 40


def read(content: bytes, name: str) -> ReadFile:
    parts = Parts(content, name, ".docx")
    main = next((t.part for t in parts.targets("").values() if t.kind == "officeDocument"), "word/document.xml")
    root = parts.xml(main)
    body = child(root, "body")
    if body is None:
        raise unreadable(name, "bukan dokumen Word yang utuh; simpan lagi", "not a whole Word document; save it again")
    document = Body(parts, main)
    reader = _Document(name)
    for block in document.blocks(body):
        reader.read(block)
    found = reader.finish()
    if document.has_changes:
        found.leave_out(
            0,
            "perubahan terlacak; dibaca seperti semua perubahan diterima",
            "tracked changes; read as if all were accepted",
        )
    return finish(Format.DOCX, name, found, parts.images)


@dataclass(frozen=True, slots=True)
class _Entry:
    number: str  # as the document counts it
    cells: dict[str, Cell]
    left_out: Sequence[tuple[str, str]] = ()
    faults: Sequence[tuple[str, str]] = ()


class _Document:
    """Items in their order, whatever their form."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._entries: list[_Entry] = []
        self._questions = Questions()
        self._guide: list[Block] = []  # of our template; but only if a table follows
        self.found = Findings()

    def read(self, block: Block) -> None:
        if isinstance(block, Table) and (self._is_form(block) or self._is_list(block)):
            self._guide.clear()
        elif self._guide or (isinstance(block, Paragraph) and block.words.strip() == GUIDE_TITLE):
            self._guide.append(block)
        else:
            self._questions.read(block)

    def finish(self) -> Findings:
        """A list of keys may follow all questions, so they have waited for it."""
        for block in self._guide:
            self._questions.read(block)
        self._drain()
        self.found.left_out += self._questions.left_out
        for ordinal, entry in enumerate(self._entries, start=1):
            key = self._questions.keys.get(entry.number)
            cells = entry.cells if key is None or "key" in entry.cells else entry.cells | {"key": Cell(key)}
            row = make_row(self._name, ordinal, cells)
            notes = tuple(LeftOut(ordinal, *note) for note in entry.left_out)
            faults = tuple(Fault(self._name, ordinal, "-", *fault) for fault in entry.faults)
            self.found.rows.append(replace(row, faults=(*faults, *row.faults), left_out=(*row.left_out, *notes)))
        return self.found

    def _drain(self) -> None:
        self._questions.close()
        self._entries += [_Entry(one.number, one.cells(), one.left_out, one.faults) for one in self._questions.done]
        self._questions.done.clear()

    def _is_form(self, table: Table) -> bool:
        """A table of one item: what it is on the left, its text on the right."""
        given: dict[str, Cell] = {}
        left_out = []
        for row in table.rows:
            label = cell_of(row[0].blocks).words if row else ""
            field = field_of(label)
            if field and field not in given and len(row) > 1:
                given[field] = cell_of([block for slot in row[1:] for block in slot.blocks])
            elif label:
                left_out.append((f"baris “{label[:40]}”", f"the row “{label[:40]}”"))
        if len(given) < LEAST_FIELDS or "stem" not in given or not table.rows[0] or len(table.rows[0]) > LEAST_FIELDS:
            return False
        self._drain()
        if any(not cell.is_empty for cell in given.values()):
            self._entries.append(_Entry("", given, left_out))
        return True

    def _is_list(self, table: Table) -> bool:
        """A table of items: headings above, an item in each row."""
        rows = _grid(table)
        heading = find_heading(rows)
        if heading is None:
            return False
        self._drain()
        note_headings(self._name, heading, self.found)
        for ordinal, cells in enumerate(rows[heading.first :], start=1):
            given = cells_below(len(self._entries) + 1, cells, heading, self.found)
            if given is not None:
                self._entries.append(_Entry(str(ordinal), given))
        return True


def _grid(table: Table) -> list[list[Cell]]:
    """Its cells in rows and columns; what is merged over rows says the same in each of them."""
    grid: list[list[Cell]] = [[] for _ in table.rows]
    for index, row in enumerate(table.rows):
        for slot in row:
            cell = cell_of(slot.blocks)
            for below in grid[index : index + slot.rows]:
                if slot.column < MOST_COLUMNS:
                    below.extend([EMPTY] * (slot.column + 1 - len(below)))
                    below[slot.column] = cell
    return grid
