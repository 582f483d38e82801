"""What a line of a list of questions is: the beginning of a question, an option, a field, or words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from typing import Final

from app.itembank.exchange.formats.columns import field_of
from app.itembank.exchange.formats.docx.pieces import Paragraph, cut
from app.itembank.types import LETTERS

NUMBER: Final = re.compile(r"\s*(?:(?:soal|nomor|no)\s*\.?\s*)?(\d{1,4})\s*[.)](?!\d)\s*", re.IGNORECASE)
TITLE: Final = re.compile(r"\s*soal\s+(?:nomor\s+|no\.?\s*)?(\d{1,4})\s*[:.]?\s*$", re.IGNORECASE)
OPTION: Final = re.compile(r"\s*\(?([A-Fa-f])\s*[.)](?![A-Za-z]\.)\s*")
FIELD: Final = re.compile(r"\s*([A-Za-z][A-Za-z ]{2,30}?)\s*[:=]\s*")
KEYS: Final = re.compile(
    r"\s*(?:lembar\s+)?(?:kunci(?:\s+jawaban)?(?:\s+soal)?|answer\s+keys?)\s*:?\s*$", re.IGNORECASE
)
PAIR: Final = re.compile(r"(\d{1,4})\s*[.):=–-]?\s*\(?([A-Fa-f])(?![A-Za-z])")
# Options side by side: `A. one    B. two`.
BESIDE: Final = re.compile(r"(?:\t\s{0,40}|\s{3,40})(?=\(?[B-Fb-f]\s*[.)])")


class Kind(Enum):
    NUMBER = "number"  # a question, or a line of a list in one
    OPTION = "option"
    FIELD = "field"
    KEYS = "keys"  # the heading of the keys of all questions
    WORDS = "words"


def lines_of(paragraph: Paragraph) -> Iterator[Paragraph]:
    """A paragraph line by line, where lines or options in it begin with a label of their own."""
    words = paragraph.words
    places = [found.end() for found in re.finditer(r"\n", words) if _is_labelled(words[found.end() :])]
    if OPTION.match(words) or paragraph.label or places:
        places += [found.end() for found in BESIDE.finditer(words)]
    rest, at = paragraph.pieces, 0
    for place in sorted(set(places)):
        line, rest = cut(rest, place - at)
        at = place
        yield replace(paragraph, pieces=line, left_out=[], faults=[])
        paragraph = replace(paragraph, label=None)
    yield replace(paragraph, pieces=rest)


def _is_labelled(words: str) -> bool:
    found = FIELD.match(words)
    return bool(OPTION.match(words) or NUMBER.match(words) or KEYS.match(words) or (found and field_of(found[1])))


def kind_of(line: Paragraph) -> tuple[Kind, str, Paragraph]:
    """What it is, its number, letter or field, and the line without that."""
    words, label = line.words, line.label
    if KEYS.match(words):
        return Kind.KEYS, "", line
    if label and label.kind == "number" and label.level == 0:
        return Kind.NUMBER, str(label.value), replace(line, label=None)
    if label and label.kind == "letter" and label.value <= len(LETTERS):
        return Kind.OPTION, LETTERS[label.value - 1], replace(line, label=None)
    return _typed(line)


def _typed(line: Paragraph) -> tuple[Kind, str, Paragraph]:
    words = line.words
    found = FIELD.match(words)
    field = field_of(found[1]) if found else None
    if found and field and field not in LETTERS:
        return Kind.FIELD, field, _after(line, found.end())
    if found := NUMBER.match(words) or TITLE.match(words):
        return Kind.NUMBER, found[1], _after(line, found.end())
    if found := OPTION.match(words):
        return Kind.OPTION, found[1].upper(), _after(line, found.end())
    return Kind.WORDS, "", line


def _after(line: Paragraph, place: int) -> Paragraph:
    return replace(line, pieces=cut(line.pieces, place)[1])
