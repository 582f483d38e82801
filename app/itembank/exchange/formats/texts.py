"""Texts in the cells of tables: plain words as they are, anything more as HTML, formulas as TeX between `\\(` and `\\)`."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

from app.core.sheets import FORMULA_STARTERS
from app.itembank.richtext import BadFormula, Cleaned, clean

NAMES: Final = (
    "a|article|audio|b|blockquote|body|br|button|caption|center|code|div|em|embed|font|form|h[1-6]|hr|html|i|iframe|img|input|li|link"
    "|math|meta|object|ol|p|pre|s|script|section|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead"
    "|title|tr|u|ul|video"
)
# “a < b dan c > d” is no element: what follows a name is an attribute, or nothing.
ELEMENT: Final = re.compile(rf"</?(?:{NAMES})(?:\s+[\w:-]+\s*=[^<>]*|\s*/?)>", re.IGNORECASE)
FORMULA: Final = re.compile(r'<math alttext="([^"]*)">.*?</math>', re.DOTALL)
# What `clean` would only squeeze the spaces of; most cells of a large bank are like that.
SIMPLE: Final = re.compile(r"[\t\n -%'-;=?-\[\]-~\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u203e\u2190-\u22ff]*")
SPACES: Final = re.compile(r"[ \t]+")


def read_text(text: str) -> Cleaned:
    """Canonical markup of what stands in a cell. Raises BadFormula."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if SIMPLE.fullmatch(text):
        return Cleaned("\n".join(SPACES.sub(" ", line).strip() for line in text.split("\n")).strip())
    return clean(text if ELEMENT.search(text) else escape(text, quote=False))


def write_text(markup: str) -> str:
    """What stands in a cell for this markup: `read_text` gives it back."""
    short = FORMULA.sub(_as_tex, markup)
    words = unescape(short) if "<" not in short else short
    return next(
        (text for text in (words, short, f"<p>{short}</p>", markup) if _reads_as(text, markup)), f"<p>{markup}</p>"
    )


def guard(text: str) -> str:
    """A text that a spreadsheet does not run as a formula; one that looks guarded already is guarded again."""
    return "'" + text if text.lstrip("'").startswith(FORMULA_STARTERS) else text


def unguard(text: str) -> str:
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTERS) else text


def _as_tex(found: re.Match[str]) -> str:
    """The formula as it was typed, where typing it gives the very same one."""
    typed = f"\\({found[1]}\\)"
    return typed if _reads_as(f"<p>{typed}</p>", found[0]) else found[0]


def _reads_as(text: str, markup: str) -> bool:
    try:
        return read_text(text).markup == markup
    except BadFormula:
        return False
