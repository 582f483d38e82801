"""From the rows of a table to items: of a workbook, of a CSV, of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from app.core.datafile import Fault
from app.itembank.exchange.archives import unreadable
from app.itembank.exchange.formats.cells import EMPTY, Cell
from app.itembank.exchange.formats.columns import LABEL, Heading
from app.itembank.exchange.formats.rows import make_row
from app.itembank.exchange.types import ExchangeItem, Format, LeftOut, ReadFile, ReadRow
from app.itembank.richtext import Image

MOST_ITEMS: Final = 10_000
SHIFTED: Final = (
    "lebih banyak sel daripada judul kolom; beri tanda kutip pada teks yang memuat tanda pemisah",
    "more cells than headings; put a text that holds the separator in quotes",
)


@dataclass(slots=True)
class Findings:
    """What has been read of a file so far."""

    rows: list[ReadRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, line: int, text_id: str, text_en: str) -> None:
        self.left_out.append(LeftOut(line, text_id, text_en))


def read_rows(
    name: str,
    rows: Iterable[tuple[int, Sequence[Cell]]],
    heading: Heading,
    found: Findings,
    *,
    width: int | None = None,
) -> None:
    """The rows below a heading, by line number.

    In a CSV of this width, what stands beyond it was pushed there by a separator in a text.
    """
    note_headings(name, heading, found)
    for line, cells in rows:
        given = cells_below(line, cells, heading, found)
        if given is not None:
            row = make_row(name, line, given)
            shifted = width is not None and any(not cell.is_empty for cell in cells[width:])
            found.rows.append(replace(row, faults=(Fault(name, line, "-", *SHIFTED), *row.faults)) if shifted else row)


def note_headings(name: str, heading: Heading, found: Findings) -> None:
    for label in heading.extra:
        found.leave_out(0, f"kolom “{label[:40]}”", f"the column “{label[:40]}”")
    for label in heading.repeated:
        found.faults.append(
            Fault(name, 0, label[:40], "ada dua kolom begini; hapus satu", "there are two such columns; remove one")
        )


def cells_below(line: int, cells: Sequence[Cell], heading: Heading, found: Findings) -> dict[str, Cell] | None:
    """The cells of a row by field; None where it says nothing of an item."""
    given = {field: _at(cells, place) for field, place in heading.columns.items()}
    if any(not cell.is_empty for field, cell in given.items() if field not in SPREAD):
        return given
    if any(not cell.is_empty for place, cell in enumerate(cells) if place not in heading.counting):
        found.leave_out(line, "baris tanpa soal", "a row without a question")
    return None


# Fields whose cell may be merged over several rows: alone they make no item.
SPREAD: Final = frozenset({"kuk", "lang", "case", "case_text", "source", "level"})


def finish(format: Format, name: str, found: Findings, images: Mapping[str, Image] | None = None) -> ReadFile:  # noqa: A002
    """All that was read. Raises DataFileError where that is no item, or more than one file may hold."""
    if not found.rows and not found.faults:
        raise unreadable(name, "tidak ada soal di dalamnya", "there is no question in it")
    if len(found.rows) > MOST_ITEMS:
        raise unreadable(
            name, f"lebih dari {MOST_ITEMS} soal; bagi berkasnya", f"over {MOST_ITEMS} items; split the file"
        )
    rows = settle(name, found.rows)
    return ReadFile(format, rows, images or {}, tuple(found.faults), tuple(found.left_out))


def settle(name: str, rows: Sequence[ReadRow]) -> tuple[ReadRow, ...]:
    """What only the whole file tells: the text of a case stands once, a code belongs to one item."""
    cases = _cases(rows)
    settled = []
    first: dict[str, int] = {}
    for row in rows:
        faults = list(row.faults)
        item = row.item
        if item and item.code and first.setdefault(item.code, row.line) != row.line:
            where = first[item.code]
            faults.append(Fault(name, row.line, LABEL["code"], f"sudah dipakai di {where}", f"used at {where} already"))
        if item and item.stimulus_code:
            item = _with_case(name, row.line, item, cases, faults)
        settled.append(replace(row, item=item, faults=tuple(faults)))
    return tuple(settled)


def _cases(rows: Iterable[ReadRow]) -> dict[str, set[str]]:
    cases: dict[str, set[str]] = {}
    for row in rows:
        if row.item and row.item.stimulus_code and row.item.stimulus:
            cases.setdefault(row.item.stimulus_code, set()).add(row.item.stimulus)
    return cases


def _with_case(
    name: str, line: int, item: ExchangeItem, cases: Mapping[str, set[str]], faults: list[Fault]
) -> ExchangeItem:
    texts = cases.get(item.stimulus_code or "", set())
    if not texts:
        faults.append(
            Fault(name, line, LABEL["case_text"], "kosong; tulis teks kasus ini", "empty; write the text of this case")
        )
    elif len(texts) > 1:
        faults.append(
            Fault(
                name,
                line,
                LABEL["case_text"],
                f"kasus {item.stimulus_code} punya {len(texts)} teks; samakan, atau tulis sekali saja",
                f"the case {item.stimulus_code} has {len(texts)} texts; make them the same, or write it once",
            )
        )
    return item if item.stimulus or len(texts) != 1 else replace(item, stimulus=next(iter(texts)))


def _at(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else EMPTY
