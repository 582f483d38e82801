"""The little Markdown that question files hold: paragraphs, lists, emphasis, code, pictures, links as their words."""

from __future__ import annotations

import re
from html import escape
from typing import Final

ITEM: Final = re.compile(r"^\s{0,3}(?:([-*+])|\d{1,3}[.)])\s+(.*)$")
HEADING: Final = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*$")
INLINE: Final = (
    (re.compile(r"!\[([^\]\n]{0,300})\]\(([^)\s]+)\)"), r'<img src="\2" alt="\1">'),
    (re.compile(r"\[([^\]\n]{1,300})\]\(([^)\s]+)\)"), r"\1"),
    (re.compile(r"\*\*(?=\S)([^\n]{1,500}?)(?<=\S)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,500}?)(?<=\S)\*(?![\w*])"), r"<em>\1</em>"),
    (re.compile(r"(?<!\w)__(?=\S)([^\n]{1,500}?)(?<=\S)__(?!\w)"), r"<strong>\1</strong>"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]{1,500}?)(?<=\S)_(?!\w)"), r"<em>\1</em>"),
    (re.compile(r"`([^`\n]{1,500})`"), r"\1"),
)
BLANK: Final = re.compile(r"\n[ \t]*\n")


def html(markdown: str) -> str:
    """As HTML, still to be cleaned: what is HTML in it already stays."""
    blocks = (block.strip("\n") for block in BLANK.split(markdown))
    return "".join(_block(block) for block in blocks if block.strip())


def plain_html(text: str) -> str:
    """A text that is only text."""
    return escape(text, quote=False)


def auto_html(text: str) -> str:
    """A text that may hold HTML and whose line breaks count."""
    return text.strip().replace("\n", "<br>") if "<" in text else text.strip()


def _block(block: str) -> str:
    lines = block.split("\n")
    items = [ITEM.match(line) for line in lines]
    if all(items):
        tag = "ul" if items[0] and items[0][1] else "ol"
        return f"<{tag}>" + "".join(f"<li>{_inline(item[2])}</li>" for item in items if item) + f"</{tag}>"
    text = " ".join(heading[1] if (heading := HEADING.match(line)) else line.strip() for line in lines)
    return f"<p>{_inline(text)}</p>"


def _inline(text: str) -> str:
    for pattern, replacement in INLINE:
        text = pattern.sub(replacement, text)
    return text
