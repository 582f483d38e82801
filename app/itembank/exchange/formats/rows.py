"""From the cells of one question to an item, with what is wrong with it in words and where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.core.datafile import Fault
from app.itembank.exchange.formats.cells import EMPTY, TYPED, Cell
from app.itembank.exchange.formats.columns import LABEL
from app.itembank.exchange.types import ExchangeItem, LeftOut, ReadRow
from app.itembank.richtext import plain
from app.itembank.types import LETTERS

LEVELS: Final = {
    **dict.fromkeys(("ingat", "mengingat", "remember", "c1"), "remember"),
    **dict.fromkeys(("terapkan", "menerapkan", "penerapan", "apply", "c3"), "apply"),
    **dict.fromkeys(("analisis", "menganalisis", "analisa", "analyse", "analyze", "c4"), "analyse"),
}
LEVEL_WORDS: Final = {"remember": "ingat", "apply": "terapkan", "analyse": "analisis"}
ORDERS: Final = {
    **dict.fromkeys(("tetap", "fixed"), True),
    **dict.fromkeys(("acak", "diacak", "shuffled"), False),
}
ORDER_WORDS: Final = {True: "tetap", False: "acak", None: ""}
KUK: Final = re.compile(r"(?:KUK\s*)?(\d{1,3})[.,](\d{1,3})\b", re.IGNORECASE)
LETTER: Final = re.compile(r"\W*(?:(?:opsi|pilihan|option)\s+)?([A-F])\W*", re.IGNORECASE)
NAMED: Final = re.compile(r"\W*(?:opsi|pilihan|option)\s", re.IGNORECASE)
SHARE: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,6})?)\s*(%?)")
LONGEST_WORD: Final = 60  # of codes


def make_row(name: str, line: int, cells: Mapping[str, Cell]) -> ReadRow:
    """`cells` by field (`columns.HEADINGS`)."""
    row = _Row(name, line, cells)
    item = row.item()
    return ReadRow(line, item, tuple(row.faults), tuple(row.left_out))


class _Row:
    def __init__(self, name: str, line: int, cells: Mapping[str, Cell]) -> None:
        self._name = name
        self._line = line
        self._cells = cells
        self.faults: list[Fault] = []
        self.left_out: list[LeftOut] = []

    def item(self) -> ExchangeItem:
        stem = self._text("stem")
        if not stem and not self._cell("stem").unfit:
            self._fault("stem", "kosong; tulis pokok soal", "empty; write the question")
        options = self._options()
        return ExchangeItem(
            stem=stem,
            options=options,
            key=self._key(options),
            code=self._code("code"),
            kuk=self._kuk(),
            lang=self._word("lang") or None,
            stimulus=self._text("case_text"),
            stimulus_code=self._code("case"),
            rationale=self._text("rationale") or None,
            source=self._text("source") or None,
            cognitive_level=self._level(),
            expected_p=self._share(),
            enemies=tuple(re.split(r"[\s,;]+", enemies)) if (enemies := self._word("enemies").strip(" ,;")) else (),
            fixed_order=self._order(),
        )

    def _fault(self, field: str, fault_id: str, fault_en: str) -> None:
        self.faults.append(Fault(self._name, self._line, LABEL[field], fault_id, fault_en))

    def _cell(self, field: str) -> Cell:
        return self._cells.get(field, EMPTY)

    def _text(self, field: str) -> str:
        cell = self._cell(field)
        self.left_out += [LeftOut(self._line, f"{LABEL[field]}: {i}", f"{LABEL[field]}: {e}") for i, e in cell.left_out]
        if cell.unfit:
            self._fault(field, *cell.unfit)
        return cell.markup

    def _word(self, field: str) -> str:
        cell = self._cell(field)
        if cell.unfit:
            self._fault(field, *cell.unfit)
        return cell.words

    def _code(self, field: str) -> str | None:
        code = self._word(field)
        if len(code) > LONGEST_WORD:
            self._fault(field, f"lebih dari {LONGEST_WORD} tanda", f"over {LONGEST_WORD} signs")
            return None
        return code or None

    def _kuk(self) -> str | None:
        code = self._code("kuk")
        found = KUK.match(code) if code else None
        return f"{found[1]}.{found[2]}" if found else code

    def _options(self) -> tuple[str, ...]:
        given = [self._text(letter) for letter in LETTERS]
        there = [bool(text) or bool(self._cell(letter).unfit) for text, letter in zip(given, LETTERS, strict=True)]
        count = sum(there)
        if count < 2:
            self._fault("A", "kurang dari dua opsi; isi A, B, …", "fewer than two options; fill in A, B, …")
        for letter, is_there in zip(LETTERS[:count], there, strict=False):
            if not is_there:
                self._fault(letter, "kosong di antara opsi lain; isi", "empty between other options; fill it in")
        options = tuple(text for text, is_there in zip(given, there, strict=True) if is_there)
        seen: dict[str, str] = {}
        for letter, text in zip(LETTERS, options, strict=False):
            first = seen.setdefault(_same(text), letter)
            if first != letter and text:
                self._fault(letter, f"sama dengan opsi {first}; ubah salah satu", f"the same as {first}; change one")
        return options

    def _key(self, options: tuple[str, ...]) -> int | None:
        """By letter, by number or by its words; whatever could mean two options is asked about."""
        written = self._word("key")
        if self._cell("key").unfit:
            return None
        if not written:
            self._fault("key", "kosong; tulis huruf opsi yang benar", "empty; write the letter of the right option")
            return None
        meant = meanings(written, self._cell("key").markup, options)
        if len(meant) == 1:
            return meant.pop()
        if meant:
            where = " / ".join(LETTERS[index] for index in sorted(meant))
            fault = (f"“{written[:40]}” dapat berarti {where}", f"“{written[:40]}” can mean {where}")
        else:
            fault = (f"tidak ada opsi “{written[:40]}”", f"there is no option “{written[:40]}”")
        self._fault("key", f"{fault[0]}; tulis misalnya “Opsi B”", f"{fault[1]}; write for example “Opsi B”")
        return None

    def _level(self) -> str | None:
        written = self._word("level")
        if not written:
            return None
        level = LEVELS.get(written.casefold().strip(". "))
        if level is None:
            self._fault("level", "tulis ingat, terapkan atau analisis", "write remember, apply or analyse")
        return level

    def _order(self) -> bool | None:
        written = self._word("order")
        if written and written.casefold() not in ORDERS:
            self._fault("order", "tulis tetap atau acak", "write fixed or shuffled")
        return ORDERS.get(written.casefold())

    def _share(self) -> float | None:
        written = self._word("expected_p")
        if not written:
            return None
        found = SHARE.fullmatch(written)
        share = float(found[1].replace(",", ".")) / (100 if found[2] else 1) if found else 2.0
        if not 0 <= share <= 1:
            self._fault("expected_p", "tulis seperti 0,65 atau 65 %", "write it like 0.65 or 65 %")
            return None
        return round(share, 6)


def meanings(written: str, markup: str, options: tuple[str, ...]) -> set[int]:
    """The options that this key can mean."""
    letter = LETTER.fullmatch(written)
    if letter and NAMED.match(written):
        meant = {LETTERS.index(letter[1].upper())}
    else:
        meant = {index for index, text in enumerate(options) if _same(text) == _same(markup)}
        if letter:
            meant.add(LETTERS.index(letter[1].upper()))
        elif re.fullmatch(r"[1-6]", written):
            meant.add(int(written) - 1)
        elif found := re.match(r"\(?([A-F])\s*[.)]\s*(\S.*)", written, re.IGNORECASE):
            index = LETTERS.index(found[1].upper())
            if index < len(options) and _same(options[index]) == _fold(found[2]):
                meant.add(index)
    return {index for index in meant if index < len(options)}


def write_key(key: int, options: tuple[str, ...]) -> str:
    """Its letter; with a word before it where the letter is also what another option says."""
    letter = LETTERS[key]
    return letter if meanings(letter, letter, options) == {key} else f"Opsi {letter}"


def _same(markup: str) -> str:
    """As a reader takes it: two formulas or two pictures differ by more than their words."""
    return markup if "<math" in markup or "<img" in markup else _fold(plain(markup))


def _fold(words: str) -> str:
    return " ".join(words.translate(TYPED).casefold().split())
