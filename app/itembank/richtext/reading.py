"""What pages, searches and checks read of canonical markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, Final

from app.itembank.richtext.markup import BLOCKS, VOID

Node = str | dict[str, Any]  # a text, or {"tag", "attrs"?, "children"?}
Text = str | list[Node]  # plain where nothing but text is in it

IMAGES: Final = re.compile(r'src="image:([0-9a-f]{64})"')


def images_of(markup: str) -> list[str]:
    """Hashes of the pictures in it, in reading order."""
    return IMAGES.findall(markup)


def tree(markup: str) -> Text:
    """As nested nodes, for a page that builds elements from them.

    >>> tree("R &amp; D"), tree("m<sup>2</sup>")
    ('R & D', ['m', {'tag': 'sup', 'children': ['2']}])
    """
    if "<" not in markup and "&" not in markup:  # most options: a parser would make the same of it, ten times as slowly
        return markup
    reader = _Tree()
    reader.feed(markup)
    reader.close()
    found = reader.roots
    return "".join(map(str, found)) if all(isinstance(node, str) for node in found) else found


def plain(markup: str) -> str:
    """Its words: pictures as what describes them, formulas as TeX, blocks on lines of their own.

    >>> plain("<p>Luas 9 m<sup>2</sup></p><ul><li>satu</li></ul>")
    'Luas 9 m2\\nsatu'
    """
    if "<" not in markup and "&" not in markup:
        lines = [line.strip() for line in markup.split("\n")]
    else:
        reader = _Words()
        reader.feed(markup)
        reader.close()
        lines = ["".join(line).strip() for line in reader.lines]
    return "\n".join(line for line in lines if line)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.roots: list[Node] = []
        self._open = [self.roots]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node: dict[str, Any] = {"tag": tag}
        if attrs:
            node["attrs"] = {name: value or "" for name, value in attrs}
        self._open[-1].append(node)
        if tag not in VOID:
            node["children"] = []
            self._open.append(node["children"])

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  (the parser's)
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].append(data)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[list[str]] = [[]]
        self._in_formula = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "math":
            self._in_formula = bool(given.get("alttext"))
            self._say(given.get("alttext") or "")
        elif tag == "img":
            self._say(f" [{given.get('alt') or ''}] ")
        elif tag in ("td", "th"):
            self._say(" ")
        elif tag in BLOCKS or tag == "br":
            self.lines.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag == "math":
            self._in_formula = False
        elif tag in BLOCKS and tag not in ("td", "th"):
            self.lines.append([])

    def handle_data(self, data: str) -> None:
        if not self._in_formula:
            first, *others = data.split("\n")
            self._say(first)
            for line in others:
                self.lines.append([line])

    def _say(self, text: str) -> None:
        self.lines[-1].append(text)
