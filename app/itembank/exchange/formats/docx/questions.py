"""A numbered list of questions as people write it, with lettered options and the key below each question or in a list at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from app.itembank.exchange.formats.cells import Cell
from app.itembank.exchange.formats.docx.lines import KEYS, PAIR, Kind, kind_of, lines_of
from app.itembank.exchange.formats.docx.pieces import Block, Paragraph, Table, cell_of, paragraphs_of
from app.itembank.exchange.types import LeftOut
from app.itembank.types import LETTERS

# Before its options a question holds words of its own: “Sumber: data BPS” belongs to its table.
EARLY: Final = frozenset({"code", "kuk", "level", "case", "lang", "stem"})
LONG: Final = frozenset({"stem", "rationale", "case_text"})  # what runs on over several paragraphs
TWICE: Final = (
    "ada dua opsi {0}; beri nomor di depan tiap soal, dan huruf yang berbeda di depan tiap opsi",
    "there are two options {0}; put a number before each question and another letter before each option",
)


@dataclass(slots=True)
class Question:
    number: str  # as the document counts it; empty where it does not
    fields: dict[str, list[Block]] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    into: str = "stem"

    @property
    def options(self) -> int:
        return sum(letter in self.fields for letter in LETTERS)

    def add(self, block: Block) -> None:
        self.fields.setdefault(self.into, []).append(block)

    def begin(self, name: str, line: Paragraph) -> None:
        self.into = name
        self.fields.setdefault(name, [])
        self.add(line)

    def cells(self) -> dict[str, Cell]:
        return {name: cell_of(blocks) for name, blocks in self.fields.items()}


class Questions:
    """Reads block after block; `done` are the questions in their order."""

    def __init__(self) -> None:
        self.done: list[Question] = []
        self.left_out: list[LeftOut] = []
        self.keys: dict[str, str] = {}  # number → letter, of a list at the end
        self._open: Question | None = None
        self._waiting: list[Block] = []  # after the options: the next question, where nobody counted, or nothing
        self._inner = 0  # the last number of a list within the question
        self._in_keys = False

    def read(self, block: Block) -> None:
        if isinstance(block, Table):
            self._table(block)
            return
        if block.is_empty and not block.left_out:
            return
        for line in lines_of(block):
            self._line(line)

    def close(self) -> None:
        """A question ends where another begins, or something else does."""
        if self._open:
            for block in self._waiting:
                self._open.left_out.append(_unread(block))
            self._open = None
        else:
            self.left_out += [LeftOut(0, *_unread(block)) for block in self._waiting]
        self._waiting = []
        self._inner = 0

    def _line(self, line: Paragraph) -> None:
        kind, what, rest = kind_of(line)
        if self._in_keys and self._key(kind, what, line, rest):
            return
        if kind is Kind.KEYS:
            self._in_keys = True
        elif kind is Kind.NUMBER and self._is_question(int(what)):
            self._begin(what, [rest])
        elif kind is Kind.OPTION and self._takes_option(what):
            assert self._open
            self._open.begin(what, rest)
        elif kind is Kind.FIELD and self._open and (self._open.options or what in EARLY):
            self._waiting = self._left_behind()
            self._open.begin(what, rest)
        else:
            if kind is Kind.OPTION and self._open:
                self._open.faults.append((TWICE[0].format(what), TWICE[1].format(what)))
            self._words(line)

    def _begin(self, number: str, blocks: Sequence[Block]) -> None:
        self.close()
        self._open = Question(number)
        self.done.append(self._open)
        for block in blocks:
            self._open.add(block)

    def _is_question(self, number: int) -> bool:
        """Or a line of a list within the question that is open?"""
        if self._open is None or self._open.options:
            return True
        if number == self._inner + 1:
            self._inner = number
            return False
        return self._open.number.isdigit() and number == int(self._open.number) + 1

    def _takes_option(self, letter: str) -> bool:
        """An A after the options of a question begins those of the next, whose words have been waiting."""
        if letter == "A" and self._waiting and (self._open is None or self._open.options):
            waiting, self._waiting = self._waiting, []
            self._begin("", waiting)
        return self._open is not None and letter not in self._open.fields

    def _words(self, line: Paragraph) -> None:
        if self._open is None or (self._open.options and self._open.into not in LONG):
            self._waiting.append(line)
        else:
            self._open.add(line)

    def _left_behind(self) -> list[Block]:
        assert self._open
        self._open.left_out += [_unread(block) for block in self._waiting]
        return []

    def _key(self, kind: Kind, what: str, line: Paragraph, rest: Paragraph) -> bool:
        """Is this one of the keys at the end, or the key of the question above?"""
        said = rest.words.strip(" .()")
        if kind is Kind.NUMBER and len(said) == 1 and said.upper() in LETTERS:
            self.keys[what] = said.upper()
            return True
        pairs = PAIR.findall(line.words)
        if pairs and not PAIR.sub("", line.words).strip(" ,;.\t\n"):
            self.keys.update({number: letter.upper() for number, letter in pairs})
            return True
        self._in_keys = False
        if self._open and "key" not in self._open.fields and len(line.words.strip(" .()")) == 1:
            self._open.begin("key", line)
            return True
        return False

    def _table(self, table: Table) -> None:
        words = [["".join(p.words for p in paragraphs_of(slot.blocks)).strip() for slot in row] for row in table.rows]
        keys = keys_of(words)
        if keys and (self._in_keys or not self._open or self._open.options):
            self.keys.update(keys)
        elif self._open and not self._open.options and _are_options(table):
            for paragraph in paragraphs_of([table]):
                self.read(paragraph)
        elif self._open and not self._open.options:
            self._open.add(table)
        else:
            self._waiting.append(table)


def keys_of(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """A table of numbers and letters, in columns or in rows; nothing where it is something else."""
    cells = [[cell.strip(" .()") for cell in row if cell] for row in rows]
    flat = [
        cell for row in cells for cell in row if not KEYS.match(cell) and cell.casefold() not in ("no", "nomor", "soal")
    ]
    numbers = [cell for cell in flat if cell.isdigit()]
    letters = [cell.upper() for cell in flat if cell.upper() in LETTERS and len(cell) == 1]
    if not numbers or len(numbers) != len(letters) or len(flat) != 2 * len(numbers):
        return {}
    return dict(zip(numbers, letters, strict=True))


def _are_options(table: Table) -> bool:
    said = [paragraph for paragraph in paragraphs_of([table]) if not paragraph.is_empty]
    return len(said) > 1 and all(kind_of(paragraph)[0] is Kind.OPTION for paragraph in said)


def _unread(block: Block) -> tuple[str, str]:
    if isinstance(block, Table):
        return ("tabel di luar soal", "a table outside of the questions")
    words = " ".join(block.words.split())[:60]
    return (f"teks di luar soal: “{words}”", f"words outside of the questions: “{words}”")
