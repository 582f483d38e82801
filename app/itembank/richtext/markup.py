"""From whatever a person or a file wrote to canonical markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import escape as escape_html
from html.parser import HTMLParser
from typing import Final

import nh3

from app.itembank.richtext.formulas import with_formulas

BLOCKS: Final = frozenset({"p", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tr", "th", "td"})
INLINE: Final = frozenset({"br", "strong", "em", "sub", "sup", "img"})
MATH: Final = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msup", "msub", "msubsup"}
    | {"munder", "mover", "munderover", "mtable", "mtr", "mtd"}
)
VOID: Final = frozenset({"br", "img", "mspace"})
# Other names of the same thing, and what may go without a word: it only held its content together.
SAME: Final = {"b": "strong", "i": "em", "div": "p", **{f"h{level}": "p" for level in range(1, 7)}}
WRAPPERS: Final = frozenset(
    {"span", "font", "tfoot", "colgroup", "col", "html", "body", "center", "section", "article", "o:p"}
)
ATTRIBUTES: Final = {
    "img": {"src", "alt"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "math": {"alttext"},
    "mo": {"stretchy", "fence", "form"},
    "mover": {"accent"},
    "munder": {"accentunder"},
}
MOST_PASSES: Final = 5
# Looked for, not parsed: a parser of HTML gives up on some texts and takes very long over others.
ELEMENT: Final = re.compile(r"<([a-zA-Z][a-zA-Z0-9:-]{0,40})")
IMAGE: Final = re.compile(r"^image:[0-9a-f]{64}$")
SPAN: Final = re.compile(r"^[1-9]\d?$")
# Signs that nobody sees (bidirectional overrides, zero width) deceive readers; the joiner of emoji stays.
JOINER: Final = "\u200d"

Resolve = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Canonical markup, and the names of what was not carried into it: elements, `img` for pictures that nobody knows."""

    markup: str
    dropped: tuple[str, ...] = ()


def escape(text: str) -> str:
    """Plain text as markup."""
    return escape_html(_visible(text), quote=False).strip()


def clean(text: str, image: Resolve | None = None) -> Cleaned:
    """Canonical markup of limited HTML. Cleaning it again changes nothing.

    `image` turns the address of a picture into `image:<hash>`, or None where there is none. Raises BadFormula.
    """
    known = BLOCKS | INLINE | MATH | SAME.keys() | WRAPPERS
    dropped = sorted({name.lower() for name in ELEMENT.findall(text)} - known)
    markup, lost_images = _once(with_formulas(_visible(text)), image)
    for _ in range(MOST_PASSES):  # a division within a division: what its parser makes of it is one form further
        again, _ = _once(markup, image)
        if again == markup:
            break
        markup = again
    return Cleaned(markup, (*dropped, "img") if lost_images else tuple(dropped))


def _once(text: str, image: Resolve | None) -> tuple[str, bool]:
    safe = nh3.clean(
        text,
        tags=set(BLOCKS | INLINE | MATH | SAME.keys()),
        clean_content_tags={"script", "style", "title", "annotation", "annotation-xml"},
        attributes=dict(ATTRIBUTES),
        url_schemes={"image", "data", "http", "https"},
        link_rel=None,
        strip_comments=True,
    )
    writer = _Writer(image, keeps_lines="<" not in safe)
    writer.feed(safe)
    writer.close()
    return writer.markup(), writer.lost_images


def _visible(text: str) -> str:
    kept = (sign for sign in text if sign in "\n\t" or sign == JOINER or unicodedata.category(sign) not in _UNSEEN)
    return unicodedata.normalize("NFC", "".join(kept))


_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


class _Writer(HTMLParser):
    """Writes what the sanitiser let through in one form: same names, same spaces, no empty paragraphs."""

    def __init__(self, image: Resolve | None, *, keeps_lines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._image = image
        self._keeps_lines = keeps_lines
        self._parts: list[str] = []
        self.lost_images = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = SAME.get(tag, tag)
        given = {key: value or "" for key, value in attrs if key in ATTRIBUTES.get(name, ())}
        if name == "img":
            self._picture(given)
            return
        if name in ("td", "th"):
            given = {key: value for key, value in given.items() if SPAN.match(value) and value != "1"}
        if name in BLOCKS:
            self._trim()
        self._parts.append(f"<{name}{_written(given)}>")

    def handle_endtag(self, tag: str) -> None:
        name = SAME.get(tag, tag)
        if name in BLOCKS:
            self._trim()
        if name not in VOID:
            self._parts.append(f"</{name}>")

    def handle_data(self, data: str) -> None:
        if self._keeps_lines:
            lines = (" ".join(_SPACES.split(line)).strip() for line in data.split("\n"))
            self._parts.append(escape_html("\n".join(lines), quote=False))
        else:
            text = _WHITE.sub(" ", data)
            after_block = not self._parts or _opens_line(self._parts[-1])
            self._parts.append(escape_html(text.lstrip(" ") if after_block else text, quote=False))

    def _picture(self, given: dict[str, str]) -> None:
        source = given.get("src", "")
        name = source if IMAGE.match(source) else self._image(source) if self._image else None
        if name is None:
            self.lost_images = True
            return
        self._parts.append(f"<img{_written({'src': name, 'alt': ' '.join(given.get('alt', '').split())})}>")

    def _trim(self) -> None:
        """No space before a block begins or ends."""
        while self._parts and not self._parts[-1].startswith("<") and not self._parts[-1].strip(" "):
            self._parts.pop()
        if self._parts and not self._parts[-1].endswith(">"):
            self._parts[-1] = self._parts[-1].rstrip(" ")

    def markup(self) -> str:
        self._trim()
        written = _without_empty("".join(self._parts)).strip()
        alone = _ALONE.match(written)
        return (alone.group(1) if alone and "<p>" not in alone.group(1) else written).strip()


_SPACES: Final = re.compile(r"[ \t]+")
_WHITE: Final = re.compile(r"[ \t\n]+")
_TAG: Final = re.compile(r"(<[^>]*>)")
_NOTHING_WHEN_EMPTY: Final = frozenset({"p", "strong", "em", "sub", "sup", "li", "ul", "ol"})
_ALONE: Final = re.compile(r"^<p>((?:(?!</?(?:p|ul|ol|table)[ >]).)*)</p>$", re.DOTALL)


def _without_empty(written: str) -> str:
    """Without elements that hold nothing, or nothing but such elements, in one pass however deep they are.

    Of an empty word in bold its space stays: it stands between two words.
    """
    kept: list[str] = []
    opened: list[tuple[str, int, int]] = []  # name, place in `kept`, what was solid before it
    solid = 0
    for part in _TAG.split(written):
        name = part.strip("</>")
        if part.startswith("<") and name in _NOTHING_WHEN_EMPTY:
            if not part.startswith("</"):
                opened.append((name, len(kept), solid))
            elif opened and opened[-1][0] == name:
                _, place, before = opened.pop()
                if solid == before:
                    space = " " if name not in BLOCKS and len(kept) > place + 1 else ""
                    kept[place:] = [space] if space else []
                    continue
        else:
            solid += bool(part.strip())
        kept.append(part)
    return "".join(kept)


def _opens_line(part: str) -> bool:
    found = re.match(r"^</?([a-z]+)", part)
    return bool(found and (found.group(1) in BLOCKS or found.group(1) == "br"))


def _written(given: dict[str, str]) -> str:
    return "".join(f' {key}="{escape_html(value, quote=True)}"' for key, value in sorted(given.items()))
