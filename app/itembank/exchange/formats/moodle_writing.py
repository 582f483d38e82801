"""Items as Moodle XML, as `moodle_xml` reads them again."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree

from app.itembank.exchange.formats.moodle import as_tex, category_of, name_of, with_case
from app.itembank.exchange.labels import labels_of
from app.itembank.exchange.types import ExchangeItem
from app.itembank.richtext import Image, images_of

QUESTION_FILES: Final = "@@PLUGINFILE@@/"
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


def _category(kuk: str | None, notice: str) -> etree._Element:
    question = etree.Element("question", type="category")
    _texts(etree.SubElement(question, "category"), category_of(kuk))
    info = etree.SubElement(question, "info", format="plain_text")
    _texts(info, notice)
    return question


def _question(item: ExchangeItem, images: Mapping[str, Image]) -> etree._Element:
    question = etree.Element("question", type="multichoice")
    _texts(etree.SubElement(question, "name"), name_of(item))
    _rich(question, "questiontext", with_case(item), images)
    _rich(question, "generalfeedback", item.rationale or "", images)
    for tag, value in (("defaultgrade", "1"), ("penalty", "0"), ("hidden", "0"), ("single", "true")):
        etree.SubElement(question, tag).text = value
    if item.fixed_order is not None:
        etree.SubElement(question, "shuffleanswers").text = "false" if item.fixed_order else "true"
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
