"""Aiken: a question, its options as `A. …` or `A) …`, and a line `ANSWER: B` (or `JAWABAN: B`, `KUNCI: B`). Reading only.

Texts are plain; a formula between `\\(` and `\\)` is one. Lenient where it is safe: blank lines anywhere, no space after the
letter, small letters, a question or an option that runs on to the next line. Pictures, criterion and rationale have no place in
this format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.itembank.exchange.markdown import plain_html
from app.itembank.exchange.questions import Question, decode, read_file
from app.itembank.exchange.types import ExchangeItem, Format, ReadFile, ReadRow
from app.itembank.exchange.xml import refused
from app.itembank.richtext import Image

OPTION: Final = re.compile(r"^([A-Za-z])[.)]\s*(.*)$")
ANSWER: Final = re.compile(r"^(?:ANSWER|JAWABAN|KUNCI)\s*:\s*(.*)$", re.IGNORECASE)


@dataclass(slots=True)
class _Block:
    """The lines of one question, as far as they have been read."""

    line: int
    stem: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    answer: str | None = None


def read(content: bytes, name: str) -> ReadFile:
    """Raises DataFileError for what is no text, or holds no question."""
    images: dict[str, Image] = {}
    rows = [_row(block, name, images) for block in _blocks(decode(content, name))]
    if not rows:
        raise refused(name, 1, "tidak ada soal di berkas ini", "there is no question in this file")
    return read_file(Format.AIKEN, rows, images)


def _blocks(text: str) -> Iterator[_Block]:
    """A question ends with its answer, or where a new text begins after a blank line although options have been read."""
    block: _Block | None = None
    after_blank = True
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line:
            after_blank = True
            continue
        if block is None or (block.options and after_blank and not _continues(block, line)):
            if block is not None:
                yield block
            block = _Block(number)
        after_blank = False
        if found := ANSWER.match(line):
            block.answer = found[1].strip()
            yield block
            block = None
        else:
            _take(block, line)
    if block is not None:
        yield block


def _continues(block: _Block, line: str) -> bool:
    return ANSWER.match(line) is not None or _option(block, line) is not None


def _option(block: _Block, line: str) -> re.Match[str] | None:
    """A line with the next letter; before any question only a question can stand, even one that begins with “A.”."""
    found = OPTION.match(line)
    wanted = chr(ord("A") + len(block.options))
    return found if found and (found[1].upper() == wanted or block.options) else None


def _take(block: _Block, line: str) -> None:
    found = _option(block, line) if block.stem or line[:2] == "A)" else None
    if found:
        block.letters.append(found[1].upper())
        block.options.append(found[2])
    elif block.options:
        block.options[-1] = f"{block.options[-1]} {line}".strip()
    else:
        block.stem.append(line)


def _row(block: _Block, name: str, images: dict[str, Image]) -> ReadRow:
    question = Question(name, block.line, images)
    expected = [chr(ord("A") + index) for index in range(len(block.options))]
    if block.letters != expected:
        question.fault(
            "options", f"huruf opsi harus {' '.join(expected)}", f"the letters of options must be {' '.join(expected)}"
        )
    item = ExchangeItem(
        stem=question.text("stem", plain_html("\n".join(block.stem))),
        options=tuple(question.text(f"options.{n}", plain_html(text)) for n, text in enumerate(block.options, 1)),
        key=_key(block, question),
    )
    return question.row(item)


def _key(block: _Block, question: Question) -> int | None:
    if block.answer is None:
        question.fault(
            "key", "baris JAWABAN tidak ada; tambahkan “JAWABAN: A”", "no ANSWER line; add one such as “ANSWER: A”"
        )
        return None
    letter = block.answer.rstrip(".) ").upper()
    if letter not in block.letters:
        question.fault(
            "key",
            f"kunci “{block.answer[:40]}” bukan huruf sebuah opsi",
            f"the key “{block.answer[:40]}” is not the letter of an option",
        )
        return None
    return block.letters.index(letter)
