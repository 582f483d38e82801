"""What stayed, went and came between two versions, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from app.itembank.richtext import plain

WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
TAGS_AND_WORDS: Final = re.compile(r"<[^>]*>|\w+|\s+|[^\w\s]")
MARKUP: Final = ("stimulus", "stem", "options.")


@dataclass(frozen=True, slots=True)
class Segment:
    op: Literal["same", "gone", "new"]
    text: str


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, list[Segment]]:
    """By field, in the order of the old version and then of the new one; a field that both leave empty is left out."""
    fields = [*old, *(field for field in new if field not in old)]
    pairs = ((field, old.get(field, ""), new.get(field, "")) for field in fields)
    return {field: list(_compared(field, was, is_now)) for field, was, is_now in pairs if was or is_now}


def _compared(field: str, old: str, new: str) -> Iterator[Segment]:
    """Texts are compared as read. Where only their form differs (bold, another picture), the form is shown as it is stored."""
    if not field.startswith(MARKUP):
        yield from _segments(WORDS.findall(old), WORDS.findall(new))
    elif old != new and plain(old) == plain(new):
        yield from _segments(TAGS_AND_WORDS.findall(old), TAGS_AND_WORDS.findall(new))
    else:
        yield from _segments(WORDS.findall(plain(old)), WORDS.findall(plain(new)))


def _segments(old: list[str], new: list[str]) -> Iterator[Segment]:
    """
    >>> [f"{one.op} {one.text}" for one in _segments(["a", " ", "b"], ["a", " ", "c"])]
    ['same a ', 'gone b', 'new c']
    """
    for op, first, last, new_first, new_last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            yield Segment("same", "".join(old[first:last]))
            continue
        if first < last:
            yield Segment("gone", "".join(old[first:last]))
        if new_first < new_last:
            yield Segment("new", "".join(new[new_first:new_last]))
