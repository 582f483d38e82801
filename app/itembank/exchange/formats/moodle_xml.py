"""Moodle XML: multiple choice with one right answer, with its pictures, both ways.

Taken: question text (html, plain, Markdown, auto), answers and whether they are shuffled, general feedback as the rationale,
embedded files, TeX, tags of ours (`exchange.labels`), the ID number where it is a code of ours, a category that names a criterion
(`…/KUK 1.1`). Listed and not taken: other types, several right answers, partial credit. Listed and left out: other tags and
categories, feedback on single answers, negative fractions, settings of a Moodle quiz (penalty, numbering, hints).

The shared case stands before the question in a division of its own (`<div class="sahih-case">`), where Moodle shows it and we
find it again. A round trip keeps everything but emphasis in the source. Moodle itself, on the way through it, cuts tags beyond
50 letters.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from lxml import etree

from app.itembank.exchange.formats.moodle import kuk_of, split_case
from app.itembank.exchange.formats.moodle_writing import QUESTION_FILES, write
from app.itembank.exchange.labels import LONGEST, code_of, label, with_labels
from app.itembank.exchange.markdown import auto_html, html, plain_html
from app.itembank.exchange.questions import Find, Found, Question, nowhere, read_file, words
from app.itembank.exchange.types import ExchangeItem, Format, LeftOut, ReadFile, ReadRow
from app.itembank.exchange.xml import line_of, parse, refused
from app.itembank.richtext import Image, UnfitImage, read_image

__all__ = ["read", "write"]

TAKEN: Final = "multichoice"
AS_HTML: Final[Mapping[str, Callable[[str], str]]] = {
    "html": str,
    "plain_text": plain_html,
    "markdown": html,
    "moodle_auto_format": auto_html,
}
READ: Final = frozenset({"questiontext", "generalfeedback", "answer", "idnumber", "tags", "single", "shuffleanswers"})


def read(content: bytes, name: str) -> ReadFile:
    """Raises DataFileError for what is not Moodle XML."""
    root = parse(content, name)
    if root.tag != "quiz":
        raise refused(name, 1, "bukan Moodle XML (harus <quiz>)", "not Moodle XML (it must be <quiz>)")
    images: dict[str, Image] = {}
    rows: list[ReadRow] = []
    left_out: list[LeftOut] = []
    settings: set[str] = set()
    kuk: str | None = None
    for element in root.iterchildren("question"):
        if element.get("type") == "category":
            path = words(_text(element.find("category")))[:LONGEST]
            kuk = kuk_of(path)
            if kuk is None:
                left_out.append(
                    LeftOut(line_of(element), f"kategori tidak dibawa: {path}", f"category left out: {path}")
                )
            continue
        rows.append(_row(element, name, kuk, images))
        settings |= {str(child.tag) for child in element} - READ if element.get("type") == TAKEN else set()
    if settings:
        which = ", ".join(sorted(settings))[:LONGEST]
        left_out.append(LeftOut(0, f"pengaturan Moodle tidak dibawa: {which}", f"Moodle settings left out: {which}"))
    return read_file(Format.MOODLE_XML, rows, images, left_out=left_out)


def _row(element: etree._Element, name: str, kuk: str | None, images: dict[str, Image]) -> ReadRow:
    question = Question(name, line_of(element), images)
    kind = words(element.get("type") or "?")
    if kind != TAKEN:
        question.pass_over(f"jenis “{kind}”", f"of type “{kind}”")
        return question.row(None)
    shares = [_share(answer) for answer in element.iterchildren("answer")]
    if not _one_is_right(element, shares, question):
        return question.row(None)
    return question.row(_item(element, question, kuk, shares))


def _item(element: etree._Element, question: Question, kuk: str | None, shares: Sequence[float | None]) -> ExchangeItem:
    answers = list(element.iterchildren("answer"))
    case, stem = _case_and_stem(element.find("questiontext"), question)
    rationale = _markup(element.find("generalfeedback"), "rationale", question)
    if any(words(_text(answer.find("feedback"))) for answer in answers):
        question.leave_out("umpan balik per opsi tidak dibawa", "the feedback on single answers is not carried over")
    item = ExchangeItem(
        stem=stem,
        options=tuple(_markup(answer, f"options.{n}", question) for n, answer in enumerate(answers, 1)),
        key=shares.index(100) if 100 in shares else None,
        code=code_of(_plain(element.find("idnumber")), question),
        kuk=kuk,
        stimulus=case,
        rationale=rationale or None,
        fixed_order=_is_fixed(element),
    )
    tags = (label(_text(tag)) for tag in element.iterfind("tags/tag"))
    return with_labels(item, tags, question)


def _one_is_right(element: etree._Element, shares: Sequence[float | None], question: Question) -> bool:
    """Whether exactly one answer earns everything and the others nothing. A question without any key is for its writer to mend."""
    if _plain(element.find("single")).lower() in ("false", "0") or shares.count(100) > 1:
        question.pass_over("lebih dari satu jawaban benar", "more than one right answer")
        return False
    if any(share is not None and 0 < share < 100 for share in shares):
        question.pass_over("nilai sebagian", "partial credit")
        return False
    if None in shares:
        question.fault("answer", "fraction bukan bilangan", "a fraction is not a number")
    if any(share is not None and share < 0 for share in shares):
        question.leave_out("nilai negatif tidak dibawa", "negative marks are not carried over")
    return True


def _is_fixed(element: etree._Element) -> bool | None:
    return {"false": True, "0": True, "true": False, "1": False}.get(_plain(element.find("shuffleanswers")).lower())


def _share(answer: etree._Element) -> float | None:
    try:
        return float(answer.get("fraction") or "0")
    except ValueError:
        return None


def _case_and_stem(holder: etree._Element | None, question: Question) -> tuple[str, str]:
    case, stem = split_case(_text(holder))
    return _markup(holder, "stimulus", question, case), _markup(holder, "stem", question, stem)


def _markup(holder: etree._Element | None, field: str, question: Question, text: str | None = None) -> str:
    """The text of an element, or a part of it, by the format that the element names."""
    if holder is None:
        return ""
    as_html = AS_HTML.get(holder.get("format") or "html", str)
    return question.text(field, as_html(_text(holder) if text is None else text), _files(holder))


def _text(holder: etree._Element | None) -> str:
    """What stands in its `<text>`. Tags that somebody forgot to put into CDATA are still what was meant."""
    text = None if holder is None else holder.find("text")
    if text is None:
        return ""
    inner = (etree.tostring(child, encoding="unicode") for child in text)
    return "".join([text.text or "", *inner]).strip()


def _plain(holder: etree._Element | None) -> str:
    return "" if holder is None else "".join(str(part) for part in holder.itertext()).strip()


def _files(holder: etree._Element | None) -> Find:
    """Finds the pictures that are embedded beside a text."""
    files = {} if holder is None else {_path(file): file for file in holder.iterchildren("file")}
    if not files:
        return nowhere

    def find(source: str) -> Found:
        path = unquote(source.removeprefix(QUESTION_FILES)).lstrip("/")
        file = files.get(path)
        return None if file is None else _picture(file)

    return find


def _path(file: etree._Element) -> str:
    return f"{file.get('path') or '/'}{file.get('name') or ''}".lstrip("/")


def _picture(file: etree._Element) -> Found:
    try:
        return read_image(base64.b64decode("".join((file.text or "").split()), validate=True))
    except binascii.Error:
        return UnfitImage("berkas tertanam rusak; ekspor lagi", "the embedded file is broken; export it again")
    except UnfitImage as error:
        return error
