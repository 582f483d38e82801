"""Formulas: written as TeX between `\\(` and `\\)`, kept as MathML with the TeX beside it, drawn by the browser itself."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

from latex2mathml.converter import convert

LONGEST: Final = 500
DEEPEST: Final = 20  # braces in braces
# A tag is stepped over: what stands in an attribute is no formula.
FORMULA: Final = re.compile(r"\\\((?P<tex>.{1,500}?)\\\)|<[a-zA-Z/][^<>]*>", re.DOTALL)
INNER: Final = re.compile(r"^<math[^>]*>(.*)</math>$", re.DOTALL)
PLUS_MINUS: Final = "<mi>&#x000B1;</mi>"  # the library takes this one operator for a name, which has no space around it


class BadFormula(ValueError):
    """A formula that cannot be read; its text is the formula."""


def with_formulas(html: str) -> str:
    """HTML with each formula in TeX as MathML. Raises BadFormula."""
    return FORMULA.sub(lambda found: mathml(unescape(found["tex"])) if found["tex"] else found[0], html)


def mathml(tex: str) -> str:
    """`<math alttext="…">` of a formula in TeX. Raises BadFormula."""
    tex = " ".join(tex.split())
    if not tex or len(tex) > LONGEST or _depth(tex) > DEEPEST:
        raise BadFormula(tex)
    try:
        found = INNER.match(convert(tex))
    except Exception as error:  # the library raises whatever its parser met
        raise BadFormula(tex) from error
    if found is None:
        raise BadFormula(tex)
    inner = found.group(1).replace(PLUS_MINUS, PLUS_MINUS.replace("mi", "mo"))
    return f'<math alttext="{escape(tex, quote=True)}">{inner}</math>'


def _depth(tex: str) -> int:
    depth = deepest = 0
    for sign in tex:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest
