"""What a careful reader would say of one item, while it is written and when a whole bank is checked. Pure functions.

An *error* is a fault of the item; a *remark* is for a person to look at. Fields are named as pages name them: `stimulus`, `stem`,
`options`, and `options.2` for the third of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from app.itembank.richtext import images_of, plain
from app.itembank.types import LETTERS, ItemContent

BANNED_OPTIONS: Final = (
    "semua benar",
    "semua salah",
    "semua jawaban",
    "tidak ada jawaban",
    "a dan b",
    "jawaban di atas",
)
NEGATIONS: Final = ("tidak", "bukan")
EXCEPTION: Final = "kecuali"
QUESTION_ENDS: Final = ("?", ":", "…", "...", "__")
MOST_TIMES_AS_LONG: Final = 2
LEAST_LONGER: Final = 20  # signs: "3 hari" beside "2 pekan kerja" tells nobody anything
LEAST_TELLING: Final = 4  # signs: a key as short as "12" stands in many a description
FRAME_WORDS: Final = 5
MOST_PER_FRAME: Final = 2
MOST_SIMILAR_STEMS: Final = 0.80
LEAST_WORDS_SHARED: Final = (
    0.50  # of the shorter stem: texts that resemble each other to the sign share their words, too
)

_ALT: Final = re.compile(r'<img alt="([^"]*)"')
_SHOWN_APART: Final = re.compile(r"<table>.*?</table>|<img[^>]*>", re.DOTALL)
_STRONG: Final = re.compile(r"<strong>(.*?)</strong>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hint:
    """One observation about one field of an item."""

    rule: str
    field: str
    severity: str
    text_id: str
    text_en: str


def folded(text: str) -> str:
    """For comparing: no case, no diacritics, single spaces.

    >>> folded("Kafé  BERSIH")
    'kafe bersih'
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


class Stem:
    """A stem as it is compared with others."""

    __slots__ = ("frame", "text", "words")

    def __init__(self, markup: str) -> None:
        self.text = folded(plain(markup))
        words = self.text.split()
        self.words = frozenset(words)
        self.frame = " ".join(words[:FRAME_WORDS])


class Neighbour(NamedTuple):
    """Another item of the bank."""

    code: str
    kuk: str
    stem: Stem


def similar_stems(stem: Stem, others: Iterable[Neighbour], *, severity: str) -> Iterator[Hint]:
    """A hint for each of these items whose stem is nearly this one."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(stem.text)
    for code, _, other in others:
        shared = len(stem.words & other.words)
        if not shared or shared < LEAST_WORDS_SHARED * min(len(stem.words), len(other.words)):
            continue
        matcher.set_seq1(other.text)
        if matcher.real_quick_ratio() < MOST_SIMILAR_STEMS or matcher.quick_ratio() < MOST_SIMILAR_STEMS:
            continue
        if (ratio := matcher.ratio()) >= MOST_SIMILAR_STEMS:
            words_id, words_en = (
                f"pokok soal mirip ({ratio:.2f}) dengan {code}",
                f"the stem resembles that of {code} ({ratio:.2f})",
            )
            yield Hint("similar-stems", "stem", severity, words_id, words_en)


def key_is_longest(options: Sequence[str], key: int) -> bool:
    lengths = [len(plain(option)) for option in options]
    return lengths[key] == max(lengths) and lengths.count(max(lengths)) == 1


def frame_hint(kuk: str, frame: str, users: int, *, severity: str) -> Hint:
    return Hint(
        "frame",
        "stem",
        severity,
        f"{users} soal KUK {kuk} dimulai dengan “{frame} …”",
        f"{users} items of {kuk} begin with “{frame} …”",
    )


def hints_of(content: ItemContent, key: int | None, kuk: str | None, bank: Sequence[Neighbour]) -> list[Hint]:
    """Everything to say of an item as somebody writes it, beside the other items of its bank."""
    hints = [*item_hints(content, key)]
    if key is not None and key < len(content.options) and key_is_longest(content.options, key):
        hints.append(
            _remark("longest-option", f"options.{key}", "kunci adalah opsi terpanjang", "the key is the longest option")
        )
    stem = Stem(content.stem)
    users = 1 + sum(other.kuk == kuk and other.stem.frame == stem.frame for other in bank)
    if kuk and stem.text and users > MOST_PER_FRAME:
        hints.append(frame_hint(kuk, stem.frame, users, severity="remark"))
    return [*hints, *similar_stems(stem, bank, severity="remark")]


def item_hints(content: ItemContent, key: int | None) -> Iterator[Hint]:
    """What can be said of an item without looking at any other. `key` is None where nobody chose one yet."""
    yield from _question(content.stem)
    yield from _negation(content.stem)
    yield from _options(content.options)
    yield from _pictures(content)
    if key is not None and key < len(content.options):
        yield from _told_by_pictures(content, key)


def _question(stem: str) -> Iterator[Hint]:
    asked = plain(_SHOWN_APART.sub(" ", stem)).rstrip()
    if stem and not asked.endswith(QUESTION_ENDS):
        yield _remark(
            "no-question",
            "stem",
            "pokok soal tidak diakhiri pertanyaan (?) atau kalimat yang dilengkapi opsi (:)",
            "the stem ends neither with a question (?) nor with a sentence that the options complete (:)",
        )


def _negation(stem: str) -> Iterator[Hint]:
    """A negation in the question itself, its last sentence, must stand out; in bold it does, like in capitals."""
    said = plain(_STRONG.sub(lambda bold: bold[1].upper(), stem))
    question = said.replace("?", ".").rstrip(". :").rsplit(". ", 1)[-1].split()
    for place, word in enumerate(question):
        bare = word.strip(",;:")
        if bare.casefold() == EXCEPTION:
            yield _remark(
                "exception",
                "stem",
                "“kecuali” menanyakan yang salah; tanyakan yang benar bila bisa",
                "“kecuali” asks for what is wrong; ask for what is right if you can",
            )
        elif bare in NEGATIONS and "yang" in question[max(0, place - 1) : place]:
            yield _remark(
                "negation", "stem", f"tulis “{bare.upper()}” dengan huruf besar atau tebal", "emphasise the negation"
            )


def _options(options: Sequence[str]) -> Iterator[Hint]:
    for place, option in enumerate(options):
        said = folded(plain(option))
        if said.startswith(BANNED_OPTIONS):
            yield Hint(
                "banned-option",
                f"options.{place}",
                "error",
                f"opsi “{said}” bukan jawaban",
                f"the option “{said}” is not an answer",
            )
    seen: dict[tuple[str, ...], int] = {}
    for place, option in enumerate(options):
        look = (folded(plain(option)), *images_of(option))
        if look == ("",):
            continue
        if (first := seen.setdefault(look, place)) != place:
            yield Hint(
                "equal-options",
                f"options.{place}",
                "error",
                f"opsi {LETTERS[first]} dan {LETTERS[place]} sama",
                f"the options {LETTERS[first]} and {LETTERS[place]} are the same",
            )
    lengths = [len(plain(option)) for option in options]
    longest, shortest = max(lengths, default=0), min(lengths, default=0)
    if shortest and longest > MOST_TIMES_AS_LONG * shortest and longest - shortest > LEAST_LONGER:
        yield _remark(
            "option-lengths",
            "options",
            f"panjang opsi sangat berbeda ({shortest} sampai {longest} huruf)",
            f"the options differ much in length ({shortest} to {longest} characters)",
        )


def _pictures(content: ItemContent) -> Iterator[Hint]:
    named = [("stimulus", content.stimulus), ("stem", content.stem)]
    named += [(f"options.{place}", option) for place, option in enumerate(content.options)]
    for field, text in named:
        if "" in _ALT.findall(text):
            yield Hint(
                "missing-alt",
                field,
                "error",
                "gambar tanpa keterangan (alt); tulis apa yang terlihat",
                "a picture without a description (alt); write what is to be seen",
            )


def _told_by_pictures(content: ItemContent, key: int) -> Iterator[Hint]:
    """A description that names the key and no other option gives the answer away to whoever hears it."""
    said = [folded(plain(option)) for option in content.options]
    if len(said[key]) < LEAST_TELLING:
        return
    for field, text in (("stimulus", content.stimulus), ("stem", content.stem)):
        described = folded(" ".join(_ALT.findall(text)))
        if [option for option in said if option and option in described] == [said[key]]:
            yield _remark(
                "alt-tells-key",
                field,
                "keterangan gambar memuat teks kunci dan tidak memuat opsi lain",
                "the picture's description holds the text of the key and of no other option",
            )


def _remark(rule: str, field: str, text_id: str, text_en: str) -> Hint:
    return Hint(rule, field, "remark", text_id, text_en)
