"""Equations of Word (OMML) as TeX, which is how formulas are typed and edited everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from app.itembank.exchange.formats.ooxml import Element, attribute, child, tag
from app.itembank.richtext.formulas import LONGEST

SIGNS: Final = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "\\": r"\backslash ",
    "~": r"\sim ",
    "^": r"\hat{}",
    "≤": r"\le ",
    "≥": r"\ge ",
    "≠": r"\ne ",
    "≈": r"\approx ",
    "×": r"\times ",
    "÷": r"\div ",
    "±": r"\pm ",
    "·": r"\cdot ",
    "∙": r"\cdot ",
    "→": r"\to ",
    "∞": r"\infty ",
    "−": "-",
    "\xa0": r"\ ",
}
OPERATORS: Final = {
    "∑": r"\sum",
    "∏": r"\prod",
    "∫": r"\int",
    "∬": r"\iint",
    "∮": r"\oint",
    "⋃": r"\bigcup",
    "⋂": r"\bigcap",
}
FUNCTIONS: Final = frozenset({"sin", "cos", "tan", "cot", "log", "ln", "exp", "lim", "max", "min", "det", "inf", "sup"})
ACCENTS: Final = {"̂": "hat", "̃": "tilde", "̅": "bar", "̄": "bar", "⃗": "vec", "̇": "dot", "̈": "ddot"}
DELIMITERS: Final = {"{": r"\{", "}": r"\}", "": ".", "‖": r"\|"}
SILENT: Final = frozenset({"ctrlPr", "rPr", "bookmarkStart", "bookmarkEnd", "proofErr"})
DEEPEST: Final = 40


class Unknown(ValueError):
    """An element of equations that is not read; its text is its name."""


def tex(equation: Element) -> str:
    """Raises Unknown."""
    written = _all(equation, 0).strip()
    if len(written) > LONGEST:
        raise Unknown(f"> {LONGEST}")
    return written


def _all(elements: Iterable[Element] | None, depth: int) -> str:
    if depth > DEEPEST:
        raise Unknown("depth")
    return (
        "".join(_one(element, depth + 1) for element in elements if not _is_silent(element))
        if elements is not None
        else ""
    )


def _is_silent(element: Element) -> bool:
    name = tag(element)
    return name in SILENT or name.endswith("Pr")


def _one(element: Element, depth: int) -> str:
    name = tag(element)
    if name not in WRITERS:
        raise Unknown(name)
    return WRITERS[name](element, depth)


def _group(element: Element, name: str, depth: int) -> str:
    return "{" + _all(child(element, name), depth).strip() + "}"


def _property(element: Element, *names: str) -> str | None:
    found = child(element, f"{tag(element)}Pr", *names)
    return None if found is None else attribute(found, "val") or ""


def _run(element: Element, depth: int) -> str:
    words = "".join(inner.text or "" for inner in element if tag(inner) == "t")
    if child(element, "rPr", "nor") is not None:
        return f"\\text{{{words.replace('{', '').replace('}', '')}}}"
    if words.strip() in FUNCTIONS:
        return f"\\{words.strip()} "
    return "".join(SIGNS.get(sign, sign) for sign in words)


def _fraction(element: Element, depth: int) -> str:
    over, under = _group(element, "num", depth), _group(element, "den", depth)
    kind = _property(element, "type")
    if kind == "noBar":
        return f"\\binom{over}{under}"
    return f"{over}/{under}" if kind == "lin" else f"\\frac{over}{under}"


def _root(element: Element, depth: int) -> str:
    degree = _all(child(element, "deg"), depth).strip()
    return f"\\sqrt{f'[{degree}]' if degree else ''}{_group(element, 'e', depth)}"


def _scripts(*names: str) -> Callable[[Element, int], str]:
    def write(element: Element, depth: int) -> str:
        marks = {"sub": "_", "sup": "^"}
        return _group(element, "e", depth) + "".join(marks[name] + _group(element, name, depth) for name in names)

    return write


def _operator(element: Element, depth: int) -> str:
    sign = _property(element, "chr")
    written = r"\int" if sign is None else OPERATORS.get(sign, sign)
    for mark, name in (("_", "sub"), ("^", "sup")):
        limit = _group(element, name, depth)
        written += mark + limit if limit != "{}" else ""
    return f"{written}{_group(element, 'e', depth)}"


def _delimiters(element: Element, depth: int) -> str:
    opened, closed = _property(element, "begChr"), _property(element, "endChr")
    between = _property(element, "sepChr")
    inner = ("|" if between is None else between).join(
        _all(part, depth).strip() for part in element if tag(part) == "e"
    )
    left, right = ("(" if opened is None else opened), (")" if closed is None else closed)
    return f"\\left{DELIMITERS.get(left, left)}{inner}\\right{DELIMITERS.get(right, right)}"


def _bar(element: Element, depth: int) -> str:
    below = _property(element, "pos") != "top"
    return ("\\underline" if below else "\\overline") + _group(element, "e", depth)


def _accent(element: Element, depth: int) -> str:
    sign = _property(element, "chr")
    name = "hat" if sign is None else ACCENTS.get(sign)
    if name is None:
        raise Unknown(f"acc {sign}")
    return f"\\{name}{_group(element, 'e', depth)}"


def _function(element: Element, depth: int) -> str:
    return f"{_all(child(element, 'fName'), depth)}{_group(element, 'e', depth)}"


def _limit(mark: str) -> Callable[[Element, int], str]:
    def write(element: Element, depth: int) -> str:
        base = _all(child(element, "e"), depth).strip()
        return f"{base if base[:1] == chr(92) else f'{{{base}}}'}{mark}{_group(element, 'lim', depth)}"

    return write


def _matrix(element: Element, depth: int) -> str:
    rows = (
        "&".join(_all(cell, depth).strip() for cell in row if tag(cell) == "e") for row in element if tag(row) == "mr"
    )
    return "\\begin{matrix}" + r"\\".join(rows) + "\\end{matrix}"


def _lines(element: Element, depth: int) -> str:
    rows = (_all(line, depth).strip() for line in element if tag(line) == "e")
    return "\\begin{matrix}" + r"\\".join(rows) + "\\end{matrix}"


WRITERS: Final[dict[str, Callable[[Element, int], str]]] = {
    "oMath": _all,
    "oMathPara": _all,
    "e": _all,
    "box": lambda element, depth: _group(element, "e", depth),
    "r": _run,
    "f": _fraction,
    "rad": _root,
    "sSup": _scripts("sup"),
    "sSub": _scripts("sub"),
    "sSubSup": _scripts("sub", "sup"),
    "nary": _operator,
    "d": _delimiters,
    "bar": _bar,
    "acc": _accent,
    "func": _function,
    "limLow": _limit("_"),
    "limUpp": _limit("^"),
    "m": _matrix,
    "eqArr": _lines,
}
