"""GIFT: multiple choice with one right answer, both ways.

Taken: `=` right and `~` wrong answers, a missing word (a gap `_____` stands for it), general feedback `####` as the rationale, formats
`[html] [markdown] [moodle] [plain]`, all escapes, `$CATEGORY` where it names a criterion, our labels (`exchange.labels`) as
`[tag:…]` and our code as `[id:…]` in a comment before the question, as Moodle itself writes them, pictures as data addresses.
Listed and not taken: essay, true/false, short answer, numerical, matching, several right answers, partial credit. Listed and
left out: feedback on single answers, titles that are no code, other tags and categories, negative weights.

A round trip keeps everything but emphasis in the source. The shared case stands before the question in a division
(`<div class="sahih-case">`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.itembank.exchange.formats.gift_writing import write
from app.itembank.exchange.formats.moodle import kuk_of, split_case
from app.itembank.exchange.labels import LONGEST, code_of, label, with_labels
from app.itembank.exchange.markdown import auto_html, html, plain_html
from app.itembank.exchange.questions import Question, decode, read_file, words
from app.itembank.exchange.types import ExchangeItem, Format, LeftOut, ReadFile, ReadRow
from app.itembank.exchange.xml import refused
from app.itembank.richtext import Image, plain

__all__ = ["read", "write"]

# An escaped sign is no sign of the format: it travels as a letter of the private area, which no text of ours may hold.
ESCAPED: Final = "~=#{}:\\n"
HIDDEN: Final = {sign: chr(0xE000 + index) for index, sign in enumerate(ESCAPED)}
SHOWN: Final = str.maketrans({hidden: "\n" if sign == "n" else sign for sign, hidden in HIDDEN.items()})
PRIVATE: Final = re.compile("[\ue000-\ue0ff]")
ESCAPE: Final = re.compile(r"\\([~=#{}:\\n])")
CATEGORY: Final = re.compile(r"^\$CATEGORY:\s*(.*)$")
COMMENT_LABEL: Final = re.compile(r"(?<!\\)\[(id|tag):((?:\\\]|[^\]]){1,500})\]")
TITLE: Final = re.compile(r"^\s*::(.*?)::", re.DOTALL)
FORMAT: Final = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
WEIGHT: Final = re.compile(r"^\s*%(-?\d+(?:\.\d+)?)%")
TRUE_FALSE: Final = re.compile(r"^(T|TRUE|F|FALSE)$", re.IGNORECASE)
AS_HTML: Final[Mapping[str, Callable[[str], str]]] = {
    "html": str,
    "moodle": auto_html,
    "plain": plain_html,
    "markdown": html,
}
GAP: Final = "_____"


@dataclass(slots=True)
class _Block:
    """The lines between two blank ones, and what the comments before them say."""

    line: int
    kuk: str | None
    lines: list[str] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Answer:
    share: float
    text: str
    feedback: str


def read(content: bytes, name: str) -> ReadFile:
    """Raises DataFileError for what is no text, or holds no question."""
    images: dict[str, Image] = {}
    left_out: list[LeftOut] = []
    rows = [_row(block, name, images) for block in _blocks(decode(content, name), left_out)]
    if not rows:
        raise refused(name, 1, "tidak ada soal di berkas ini", "there is no question in this file")
    return read_file(Format.GIFT, rows, images, left_out=left_out)


def _blocks(text: str, left_out: list[LeftOut]) -> Iterator[_Block]:
    kuk: str | None = None
    block: _Block | None = None
    labels: list[tuple[str, str]] = []
    for number, line in enumerate(PRIVATE.sub("", text).split("\n"), 1):
        said = line.strip()
        if said.startswith("//"):
            labels += [(kind, value.replace("\\]", "]")) for kind, value in COMMENT_LABEL.findall(said)]
        elif found := CATEGORY.match(said):
            kuk = kuk_of(found[1])
            if kuk is None:
                path = words(found[1])[:LONGEST]
                left_out.append(LeftOut(number, f"kategori tidak dibawa: {path}", f"category left out: {path}"))
        elif said:
            block = block or _Block(number, kuk)
            block.lines.append(line)
        else:
            if block is not None:
                block.labels = labels
                yield block
            block, labels = None, []
    if block is not None:
        block.labels = labels
        yield block


def _row(block: _Block, name: str, images: dict[str, Image]) -> ReadRow:
    question = Question(name, block.line, images)
    text = ESCAPE.sub(lambda found: HIDDEN[found[1]], "\n".join(block.lines))
    titled = TITLE.match(text)
    title, text = (titled[1], text[titled.end() :]) if titled else ("", text)
    before, brace, rest = text.partition("{")
    inside, end, after = rest.partition("}")
    if brace != end.replace("}", "{") or any(sign in inside + after for sign in "{}") or "}" in before:
        question.fault(
            "options",
            "kurung { } tidak berpasangan; hapus baris kosong di dalamnya, tulis \\{ dan \\} dalam teks",
            "the braces { } do not match; take out blank lines within, write \\{ and \\} in texts",
        )
        return question.row(None)
    if not brace:
        question.pass_over("tanpa jawaban (keterangan)", "without answers (a description)")
        return question.row(None)
    inside, _, rationale = inside.partition("####")
    answers = _answers(inside, question)
    if answers is None:
        return question.row(None)
    return question.row(_item(block, question, title, _around(before, after), answers, rationale))


def _around(before: str, after: str) -> str:
    """The question, with a gap where a word is missing. What follows the answers is part of it only if it says something."""
    return f"{before.rstrip()} {GAP} {after.strip()}" if re.search(r"\w", after) else before


def _item(
    block: _Block, question: Question, title: str, stem: str, answers: list[_Answer], rationale: str
) -> ExchangeItem:
    as_html, stem = _formatted(stem, auto_html)
    case, stem = split_case(stem)
    ids = [value for kind, value in block.labels if kind == "id"]
    if any(answer.feedback for answer in answers):
        question.leave_out("umpan balik per opsi tidak dibawa", "the feedback on single answers is not carried over")
    markup = question.text("stem", as_html(stem))
    name = words(title.translate(SHOWN))
    item = ExchangeItem(
        stem=markup,
        options=tuple(_markup(answer.text, f"options.{n}", question, as_html) for n, answer in enumerate(answers, 1)),
        key=next((index for index, answer in enumerate(answers) if answer.share == 100), None),
        # A title that only repeats how the question begins is no name.
        code=code_of(ids[-1] if ids else "" if " ".join(plain(markup).split()).startswith(name) else name, question),
        kuk=block.kuk,
        stimulus=question.text("stimulus", as_html(case)),
        rationale=_markup(rationale, "rationale", question, as_html) or None,
    )
    return with_labels(item, (label(value) for kind, value in block.labels if kind == "tag"), question)


def _formatted(text: str, inherited: Callable[[str], str]) -> tuple[Callable[[str], str], str]:
    """How a text is written (its own sign, or what the question says), and the text without its sign and escapes."""
    found = FORMAT.match(text)
    as_html = AS_HTML[found[1].lower()] if found else inherited
    return as_html, (text[found.end() :] if found else text).translate(SHOWN).strip()


def _markup(text: str, field_: str, question: Question, inherited: Callable[[str], str]) -> str:
    as_html, text = _formatted(text, inherited)
    return question.text(field_, as_html(text))


def _answers(inside: str, question: Question) -> list[_Answer] | None:
    """The answers of a choice with one right answer, or None for any other kind, which is listed."""
    kind = _other_kind(inside.strip())
    if kind:
        question.pass_over(*kind)
        return None
    lead, *parts = re.split(r"(?=[~=])", inside)
    if lead.strip():
        question.fault("options", "teks sebelum opsi pertama", "there is text before the first answer")
    answers = [_answer(part) for part in parts]
    earning = [answer.share for answer in answers if answer.share > 0]
    if earning.count(100) > 1 or (earning and 100 not in earning):
        question.pass_over("lebih dari satu jawaban benar", "more than one right answer")
        return None
    if len(earning) > 1:
        question.pass_over("nilai sebagian", "partial credit")
        return None
    if any(answer.share < 0 for answer in answers):
        question.leave_out("nilai negatif tidak dibawa", "negative marks are not carried over")
    return answers


def _answer(part: str) -> _Answer:
    text, _, feedback = part[1:].partition("#")
    weight = WEIGHT.match(text)
    share = float(weight[1]) if weight else 100.0 if part[0] == "=" else 0.0
    return _Answer(share, text[weight.end() :] if weight else text, feedback.strip())


def _other_kind(inside: str) -> tuple[str, str] | None:
    if not inside:
        return "esai", "an essay"
    if inside.startswith("#"):
        return "angka", "numerical"
    if TRUE_FALSE.match(inside.partition("#")[0].strip()):
        return "benar/salah", "true or false"
    if "~" not in inside:
        return ("menjodohkan", "matching") if "->" in inside else ("isian singkat", "a short answer")
    return None
