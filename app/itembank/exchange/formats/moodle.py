"""What Moodle XML and GIFT have in common: categories, names, formulas in TeX, and where the shared case stands."""

from __future__ import annotations

import re
from typing import Final

from app.itembank.exchange.types import ExchangeItem
from app.itembank.richtext import clean, plain

LONGEST_NAME: Final = 60
CASE: Final = re.compile(r'^\s*<div class="sahih-case">(.*?)</div>', re.DOTALL)
KUK: Final = re.compile(r"(?:^|\bKUK)[\s_-]*(\d+\.\d+)(?![.\d])", re.IGNORECASE | re.ASCII)
MATH: Final = re.compile(r'<math alttext="(?P<tex>[^"]*)">.*?</math>|(?P<sign>\$\$|\\\[)', re.DOTALL)


def category_of(kuk: str | None) -> str:
    return f"$course$/top/KUK {kuk}" if kuk else "$course$/top/Bank soal"


def kuk_of(category: str) -> str | None:
    """The criterion that the last step of a category names.

    >>> kuk_of("$course$/top/KUK 1.2"), kuk_of("top/1.2 Pihak berkepentingan"), kuk_of("top/Versi 1.2")
    ('1.2', '1.2', None)
    """
    found = KUK.search(category.rsplit("/", 1)[-1].strip())
    return found[1] if found else None


def with_case(item: ExchangeItem) -> str:
    """The question with the shared case before it, in a division of its own: there Moodle shows it, and we find it again."""
    return f'<div class="sahih-case">{item.stimulus}</div>{item.stem}' if item.stimulus else item.stem


def split_case(html: str) -> tuple[str, str]:
    """The shared case and the question."""
    found = CASE.match(html)
    return (found[1], html[found.end() :]) if found else ("", html)


def name_of(item: ExchangeItem) -> str:
    """What a list of questions shows: the code, or how the question begins."""
    return item.code or " ".join(plain(item.stem).split())[:LONGEST_NAME] or "-"


def as_tex(markup: str) -> str:
    """Markup with formulas in TeX, which Moodle draws: those that are read back as they were. `$$` stays two signs of money."""

    def tex(found: re.Match[str]) -> str:
        if found["sign"]:
            return "".join(f"&#{ord(sign)};" for sign in found["sign"])
        written = f"\\({found['tex']}\\)"
        return written if found["tex"] and _reads_as(written, found[0]) else found[0]

    return MATH.sub(tex, markup)


def _reads_as(written: str, markup: str) -> bool:
    try:
        return clean(written).markup == markup
    except ValueError:
        return False
