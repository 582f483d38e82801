"""Items as Moodle XML, as `moodle_xml` reads them again."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree

from app.itembank.exchange.labels import labels_of
from app.itembank.exchange.types import ExchangeItem
from app.itembank.richtext import Image, clean, images_of, plain

CASE_CLASS: Final = "sahih-case"
QUESTION_FILES: Final = "@@PLUGINFILE@@/"
LONGEST_NAME: Final = 60
MATH: Final = re.compile(r'<math alttext="(?P<tex>[^"]*)">.*?</math>|(?P<sign>\$\$|\\\[)', re.DOTALL)
ADDRESS: Final = re.compile(r'src="image:([0-9a-f]{64})"')


def write(items: Sequence[ExchangeItem], images: Mapping[str, Image], notice: str) -> bytes:
    """A quiz, one category for each criterion as it comes up; the notice stands in its description."""
    quiz = etree.Element("quiz")
    kuk: str | None = ""
    for item in items:
        if item.kuk != kuk:
            quiz.append(_category(item.kuk, notice))
            kuk = item.kuk
        quiz.append(_question(item, images))
    return etree.tostring(quiz, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def as_tex(markup: str) -> str:
    """Markup with formulas in TeX, which Moodle draws: those that are read back as they were. `$$` stays two signs of money."""

    def tex(found: re.Match[str]) -> str:
        if found["sign"]:
            return "".join(f"&#{ord(sign)};" for sign in found["sign"])
        written = f"\\({found['tex']}\\)"
        return written if found["tex"] and _reads_as(written, found[0]) else found[0]

    return MATH.sub(tex, markup)


def name_of(item: ExchangeItem) -> str:
    """What a list of questions shows: the code, or how the question begins."""
    return item.code or " ".join(plain(item.stem).split())[:LONGEST_NAME] or "-"


def category_of(kuk: str | None) -> str:
    return f"$course$/top/KUK {kuk}" if kuk else "$course$/top/Bank soal"


def _reads_as(written: str, markup: str) -> bool:
    try:
        return clean(written).markup == markup
    except ValueError:
        return False


def _category(kuk: str | None, notice: str) -> etree._Element:
    question = etree.Element("question", type="category")
    _texts(etree.SubElement(question, "category"), category_of(kuk))
    info = etree.SubElement(question, "info", format="plain_text")
    _texts(info, notice)
    return question


def _question(item: ExchangeItem, images: Mapping[str, Image]) -> etree._Element:
    question = etree.Element("question", type="multichoice")
    _texts(etree.SubElement(question, "name"), name_of(item))
    case = f'<div class="{CASE_CLASS}">{item.stimulus}</div>' if item.stimulus else ""
    _rich(question, "questiontext", case + item.stem, images)
    _rich(question, "generalfeedback", item.rationale or "", images)
    for tag, value in (("defaultgrade", "1"), ("penalty", "0"), ("hidden", "0"), ("single", "true")):
        etree.SubElement(question, tag).text = value
    etree.SubElement(question, "shuffleanswers").text = "true"
    etree.SubElement(question, "answernumbering").text = "ABCD"
    if item.code:
        etree.SubElement(question, "idnumber").text = item.code
    for index, option in enumerate(item.options):
        answer = _rich(question, "answer", option, images)
        answer.set("fraction", "100" if index == item.key else "0")
    tags = etree.SubElement(question, "tags")
    for name, value in labels_of(item):
        _texts(etree.SubElement(tags, "tag"), f"{name}:{value}")
    return question


def _rich(parent: etree._Element, tag: str, markup: str, images: Mapping[str, Image]) -> etree._Element:
    """A text with its pictures. Line breaks count in a text without any tag, and Moodle calls that its auto format."""
    holder = etree.SubElement(parent, tag, format="moodle_auto_format" if "\n" in markup else "html")
    html = ADDRESS.sub(rf'src="{QUESTION_FILES}\1.png"', as_tex(markup))
    etree.SubElement(holder, "text").text = etree.CDATA(html) if "<" in html or "&" in html else html
    for hash_ in dict.fromkeys(images_of(markup)):
        file = etree.SubElement(holder, "file", name=f"{hash_}.png", path="/", encoding="base64")
        file.text = base64.b64encode(images[hash_].png).decode("ascii")
    return holder


def _texts(parent: etree._Element, text: str) -> None:
    etree.SubElement(parent, "text").text = text
