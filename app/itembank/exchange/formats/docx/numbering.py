"""What the styles and lists of a document make of its paragraphs: captions, and the labels that Word counts."""

from __future__ import annotations

from typing import Final

from app.itembank.exchange.formats.docx.pieces import Label
from app.itembank.exchange.formats.ooxml import Element, Parts, attribute, child, descendants

KINDS: Final = {
    **dict.fromkeys(("decimal", "decimalZero", "cardinalText", "ordinal", "upperRoman", "lowerRoman"), "number"),
    **dict.fromkeys(("upperLetter", "lowerLetter"), "letter"),
}
DEEPEST_STYLE: Final = 10
LEVELS: Final = 9

Levels = dict[int, tuple[str, int]]  # level → kind and where it starts


class Numbering:
    def __init__(self, parts: Parts, numbering: str | None, styles: str | None) -> None:
        self._lists = _lists(parts.xml(numbering) if numbering else None)
        root = parts.xml(styles) if styles else None
        self._styles = (
            {attribute(style, "styleId"): style for style in descendants(root, "style")} if root is not None else {}
        )
        self._counted: dict[str, list[int]] = {}

    def is_caption(self, properties: Element | None) -> bool:
        """Whatever Word calls the style in the language of its user, its name in the file is English."""
        style = child(properties, "pStyle")
        name = child(self._styles.get(attribute(style, "val")), "name") if style is not None else None
        return name is not None and (attribute(name, "val") or "").casefold() == "caption"

    def label(self, properties: Element | None) -> Label | None:
        """Of the next paragraph in reading order."""
        found = _list_of(properties)
        style = child(properties, "pStyle")
        for _ in range(DEEPEST_STYLE):
            if found or style is None:
                break
            entry = self._styles.get(attribute(style, "val"))
            found = _list_of(child(entry, "pPr"))
            style = child(entry, "basedOn")
        number, level = found or ("0", 0)
        kind, start = self._lists.get(number, {}).get(level, ("", 1))
        if not kind:
            return None
        counted = self._counted.setdefault(number, [0] * LEVELS)
        counted[level] = counted[level] + 1 if counted[level] else start
        counted[level + 1 :] = [0] * (LEVELS - level - 1)
        return Label(kind, counted[level], level)


def _list_of(properties: Element | None) -> tuple[str, int] | None:
    found = child(properties, "numPr")
    number = child(found, "numId")
    if number is None:
        return None
    return attribute(number, "val") or "0", _level(child(found, "ilvl"), "val")


def _lists(root: Element | None) -> dict[str, Levels]:
    if root is None:
        return {}
    abstract = {attribute(entry, "abstractNumId"): _levels(entry) for entry in descendants(root, "abstractNum")}
    lists = {}
    for entry in descendants(root, "num"):
        base = child(entry, "abstractNumId")
        levels = dict(abstract.get(attribute(base, "val") if base is not None else None, {}))
        for override in descendants(entry, "lvlOverride"):
            levels.update(_levels(override))
        lists[attribute(entry, "numId") or ""] = levels
    return lists


def _levels(entry: Element) -> Levels:
    levels = {}
    for level in descendants(entry, "lvl"):
        form, start = child(level, "numFmt"), child(level, "start")
        kind = KINDS.get((attribute(form, "val") or "") if form is not None else "", "bullet")
        first = (attribute(start, "val") or "1") if start is not None else "1"
        levels[_level(level, "ilvl")] = (
            kind,
            int(first) if first.isascii() and first.isdigit() and len(first) < 5 else 1,
        )
    return levels


def _level(element: Element | None, name: str) -> int:
    value = attribute(element, name) if element is not None else None
    return int(value) if value and value in "012345678" else 0
