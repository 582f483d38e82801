"""Six words for a file: the first 66 bits of its SHA-256, eleven bits a word, for people to read aloud and write down.

The 2,048 words of `words.txt` are Indonesian; no two of them are one slip of the pen apart (a letter more, less, another, or two
swapped), so a slip is always seen, and mended where only one word can have been meant. The exam page reads the same list.
"""

from __future__ import annotations

import hashlib
import re
import string
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from app.delivery.rescue.errors import NotTheWords

WORDS_IN_DIGEST: Final = 6
BITS_PER_WORD: Final = 11
MOST_SUGGESTED: Final = 3


@cache
def word_list() -> tuple[str, ...]:
    return tuple(files("app.delivery.rescue").joinpath("words.txt").read_text(encoding="ascii").split())


def digest_words(content: str) -> str:
    """The words of a file, one space between them."""
    bits = int.from_bytes(hashlib.sha256(content.encode()).digest()[:9], "big") >> (
        72 - WORDS_IN_DIGEST * BITS_PER_WORD
    )
    places = [bits >> (BITS_PER_WORD * back) & 2**BITS_PER_WORD - 1 for back in reversed(range(WORDS_IN_DIGEST))]
    return " ".join(word_list()[place] for place in places)


def read_words(typed: str) -> str:
    """What a proctor wrote, as words of the list: case, numbering and punctuation do not matter, a slip is mended."""
    parts = re.findall(r"[a-z]+", unicodedata.normalize("NFKC", typed).lower())
    if len(parts) != WORDS_IN_DIGEST:
        raise NotTheWords(count=len(parts))
    meant = [_meant(part) for part in parts]
    unclear = [
        {"place": place, "word": part, "suggestions": candidates[:MOST_SUGGESTED]}
        for place, (part, candidates) in enumerate(zip(parts, meant, strict=True), start=1)
        if len(candidates) != 1
    ]
    if unclear:
        raise NotTheWords(words=unclear)
    return " ".join(candidates[0] for candidates in meant)


def _meant(part: str) -> list[str]:
    """The words of the list that this can be: itself, or those one slip away."""
    known = _known()
    return [part] if part in known else sorted(known.intersection(_slips(part)))


@cache
def _known() -> frozenset[str]:
    return frozenset(word_list())


def _slips(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        for letter in string.ascii_lowercase:
            yield before + letter + after
            yield before + letter + after[1:]
        yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
