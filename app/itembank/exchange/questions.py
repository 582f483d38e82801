"""One question while its reader takes it apart: texts are cleaned here, and here gathers what is wrong and what is lost."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from typing import Final

from app.core.datafile import Fault
from app.itembank.exchange.types import ExchangeItem, Format, LeftOut, ReadFile, ReadRow
from app.itembank.exchange.xml import refused
from app.itembank.richtext import BadFormula, Image, UnfitImage, clean, escape, images_of, plain, read_image
from app.itembank.types import LETTERS

Found = Image | UnfitImage | None
Find = Callable[[str], Found]

LEAST_OPTIONS: Final = 2
LONGEST_TEXT: Final = 20_000
# Before it is cleaned, without the pictures in it: more than a page of any word processor, less than what takes long.
LONGEST_WRITTEN: Final = 100_000
MOST_TAGS: Final = 2_000
LONGEST_SAID: Final = 300  # names and addresses of a stranger stand in what is said about them
# What a question says with these cannot be said without them; of others only the look is lost.
CARRIERS: Final = frozenset({"applet", "audio", "canvas", "embed", "iframe", "include", "object", "svg", "video"})
LAYOUT: Final = (
    r"(?:address|article|aside|blockquote|details|dd|dl|dt|fieldset|figcaption|figure|footer|header|legend|main|nav"
    r"|pre|summary)"
)
BLOCK: Final = re.compile(rf"<(/?)({LAYOUT})\b[^<>]*>", re.IGNORECASE)
RULE: Final = re.compile(r"<hr\b[^<>]*>", re.IGNORECASE)
TEX: Final = re.compile(r"<[a-zA-Z/][^<>]*>|\$\$(?P<a>[^$]{1,500})\$\$|\\\[(?P<b>.{1,500}?)\\\]", re.DOTALL)
EMBEDDED: Final = re.compile(r"^data:image/[a-z+.-]+;base64,", re.IGNORECASE)
DATA: Final = re.compile(r"data:image/[^\"'<>\s]*")


def nowhere(_: str) -> Found:
    """For formats that bring no picture files."""
    return None


class Question:
    """Gathers the texts, faults and losses of one question, and makes its row.

    `line` is where the question begins in `file`; `ordinal` is given where its number says more than the line.
    """

    def __init__(
        self, file: str, line: int, images: dict[str, Image], *, find: Find = nowhere, ordinal: int | None = None
    ) -> None:
        self._file = file
        self._line = line
        self._ordinal = ordinal or line
        self._images = images
        self._find = find
        self._faults: list[Fault] = []
        self._left_out: list[LeftOut] = []
        self._taken = True

    def text(self, field: str, html: str, find: Find | None = None) -> str:
        """Canonical markup of HTML as people and systems write it; `find` knows the pictures that only this text has."""
        layout = {name.lower() for _, name in BLOCK.findall(html)} | ({"hr"} if RULE.search(html) else set())
        html = RULE.sub("<br>", BLOCK.sub(r"<\1div>", html))
        self._losses(field, layout)
        return self.markup(field, TEX.sub(_formula, html), find)

    def markup(self, field: str, text: str, find: Find | None = None) -> str:
        """Canonical markup of what we wrote ourselves."""

        def image(source: str) -> str | None:
            return self._picture(field, source, find or self._find)

        if text.count("<") > MOST_TAGS or len(DATA.sub("", text)) > LONGEST_WRITTEN:
            self.fault(field, "terlalu panjang; ringkaskan", "too long; shorten it")
            return ""
        try:
            cleaned = clean(text, image)
        except BadFormula as error:
            self.fault(field, f"rumus tidak terbaca: {error}", f"the formula cannot be read: {error}")
            return ""
        self._losses(field, set(cleaned.dropped) - {"img"})
        if 'alt=""' in cleaned.markup:
            self.leave_out(
                f"{field}: gambar tanpa keterangan (alt); tulis sebelum soal diajukan",
                f"{field}: a picture without a description (alt); write one before the item is submitted",
            )
        if len(cleaned.markup) > LONGEST_TEXT:
            self.fault(
                field, f"lebih dari {LONGEST_TEXT} huruf; ringkaskan", f"over {LONGEST_TEXT} letters; shorten it"
            )
            return ""
        return cleaned.markup

    def stand_at(self, line: int) -> None:
        """What is said from now on is said of this line."""
        self._line = line

    def fault(self, field: str, text_id: str, text_en: str, line: int | None = None) -> None:
        said = (text_id[:LONGEST_SAID], text_en[:LONGEST_SAID])
        self._faults.append(Fault(self._file, line or self._line, field, *said))

    def leave_out(self, text_id: str, text_en: str) -> None:
        self._left_out.append(LeftOut(self._ordinal, text_id[:LONGEST_SAID], text_en[:LONGEST_SAID]))

    def pass_over(self, text_id: str, text_en: str) -> None:
        """The question is not one of ours: it is listed, and nothing of it is taken."""
        self._taken = False
        self.leave_out(f"soal tidak diambil: {text_id}", f"question not taken: {text_en}")

    def row(self, item: ExchangeItem | None) -> ReadRow:
        if not self._taken:
            return ReadRow(self._ordinal, None, (), tuple(self._left_out))
        if item is not None:
            self._check(item)
        return ReadRow(self._ordinal, item, tuple(self._faults), tuple(self._left_out))

    def _picture(self, field: str, source: str, find: Find) -> str | None:
        found = _embedded(source) if EMBEDDED.match(source) else find(source)
        shown = source[:80] or "?"
        if found is None:
            self.fault(
                field,
                f"gambar {shown} tidak ada di berkas; sertakan gambarnya",
                f"the picture {shown} is not in the file; put it in",
            )
            return None
        if isinstance(found, UnfitImage):
            self.fault(field, f"{shown}: {found.text_id}", f"{shown}: {found.text_en}")
            return None
        self._images[found.hash] = found
        return f"image:{found.hash}"

    def _losses(self, field: str, names: set[str]) -> None:
        if names & CARRIERS:
            which = ", ".join(sorted(names & CARRIERS))
            self.pass_over(f"{field} memuat {which}", f"{field} holds {which}")
        elif names:
            which = ", ".join(sorted(names))
            self.leave_out(f"{field}: unsur tidak dibawa: {which}", f"{field}: elements not carried over: {which}")

    def _check(self, item: ExchangeItem) -> None:
        if self._faults:
            return  # a text that could not be read is empty here, and that would be said twice
        if not item.stem:
            self.fault("stem", "soal kosong; tulis pertanyaannya", "the question is empty; write it")
        count = len(item.options)
        if not LEAST_OPTIONS <= count <= len(LETTERS):
            self.fault(
                "options",
                f"ada {count} opsi; harus {LEAST_OPTIONS} sampai {len(LETTERS)}",
                f"there are {count} options; there must be {LEAST_OPTIONS} to {len(LETTERS)}",
            )
        for index, option in enumerate(item.options):
            if not option:
                self.fault(f"options.{index + 1}", "opsi kosong; isilah", "the option is empty; fill it in")
        if len({_alike(option) for option in item.options}) < count and all(item.options):
            self.fault("options", "ada dua opsi yang sama; ubah salah satu", "two options are the same; change one")
        if item.key is None:
            self.fault("key", "kunci tidak ada; tandai opsi yang benar", "there is no key; mark the right option")


def words(text: str) -> str:
    """A name or a short text without any markup, as people read it: one line, no signs that nobody sees."""
    return " ".join(plain(escape(text)).split())


def read_file(
    format_: Format,
    rows: Iterable[ReadRow],
    images: dict[str, Image],
    *,
    left_out: Iterable[LeftOut] = (),
    faults: Iterable[Fault] = (),
) -> ReadFile:
    """The whole file, with the pictures that its items show and no others."""
    rows = tuple(rows)
    used = {hash_ for row in rows if row.item for text in texts_of(row.item) for hash_ in images_of(text)}
    kept = {hash_: image for hash_, image in images.items() if hash_ in used}
    return ReadFile(format_, rows, kept, tuple(faults), tuple(left_out))


def texts_of(item: ExchangeItem) -> tuple[str, ...]:
    """Its texts that may hold pictures."""
    return (item.stimulus, item.stem, *item.options, item.rationale or "")


def decode(content: bytes, name: str) -> str:
    """The text of a file in UTF-8, or in UTF-16 that says so; every line ends in a newline. Raises DataFileError."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refused(name, line, "simpan berkas sebagai UTF-8", "save the file as UTF-8") from error
    if "\0" in text:
        raise refused(name, 1, "ini bukan berkas teks", "this is not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _embedded(source: str) -> Found:
    try:
        return read_image(base64.b64decode(source.split(",", 1)[1], validate=True))
    except binascii.Error:
        return UnfitImage("gambar tertanam rusak; sisipkan lagi", "the embedded picture is broken; insert it again")
    except UnfitImage as error:
        return error


def _formula(found: re.Match[str]) -> str:
    tex = found["a"] or found["b"]
    return f"\\({tex}\\)" if tex else found[0]


def _alike(option: str) -> str:
    return " ".join(option.casefold().split())
