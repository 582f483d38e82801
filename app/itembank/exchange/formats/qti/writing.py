"""Items as a QTI 3.0 content package: one document per item, one per shared case, pictures as files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lxml import etree

from app.itembank.exchange.formats.moodle import name_of
from app.itembank.exchange.formats.qti.content import LINE_CLASS, TEXT_CLASS
from app.itembank.exchange.formats.qti.elements import MATHML, QTI_30, TOOL
from app.itembank.exchange.formats.qti.manifest import NAME
from app.itembank.exchange.formats.qti.manifest_writing import Document, manifest
from app.itembank.exchange.questions import texts_of
from app.itembank.exchange.types import ExchangeItem
from app.itembank.richtext import Image, Node, images_of, tree
from app.itembank.types import LETTERS

TEMPLATE: Final = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct"
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
IN_QTI: Final[Any] = {None: QTI_30}
IN_MATH: Final[Any] = {None: MATHML}
NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_.-]+")
FIXED_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the same items make the same file


def write(items: Sequence[ExchangeItem], images: Mapping[str, Image], notice: str) -> bytes:
    """The package; the notice stands in the description of its manifest and at the head of every document."""
    cases: dict[tuple[str | None, str], Document] = {}
    documents = []
    for number, item in enumerate(items, 1):
        case = None
        if item.stimulus:
            place = (item.stimulus_code, item.stimulus)
            case = cases.setdefault(place, _case(item, len(cases) + 1))
        documents.append(_item(item, number, case))
    parts = {NAME: manifest([*cases.values(), *documents], notice)}
    for document in (*cases.values(), *documents):
        parts[document.path] = _serialised(document.root, notice)
    for hash_ in dict.fromkeys(hash_ for item in items for text in texts_of(item) for hash_ in images_of(text)):
        parts[f"images/{hash_}.png"] = images[hash_].png
    return _zipped(parts)


def _case(item: ExchangeItem, number: int) -> Document:
    identifier = f"case-{number}"
    root = _root("qti-assessment-stimulus", identifier, item.stimulus_code or identifier, item.lang)
    _rich(etree.SubElement(root, _q("qti-stimulus-body")), item.stimulus)
    return Document(identifier, f"stimuli/{identifier}.xml", root, images=tuple(images_of(item.stimulus)))


def _item(item: ExchangeItem, number: int, case: Document | None) -> Document:
    identifier = NOT_IN_NAMES.sub("_", item.code or f"item-{number}")
    root = _root("qti-assessment-item", identifier, name_of(item), item.lang)
    root.set("adaptive", "false")
    root.set("time-dependent", "false")
    _declarations(root, item)
    if case is not None:
        href = f"../{case.path}"
        etree.SubElement(root, _q("qti-assessment-stimulus-ref"), identifier=case.identifier, href=href)
    body = etree.SubElement(root, _q("qti-item-body"))
    _rich(body, item.stem)
    interaction = etree.SubElement(body, _q("qti-choice-interaction"))
    for name, value in (("response-identifier", "RESPONSE"), ("max-choices", "1")):
        interaction.set(name, value)
    if item.fixed_order is not None:
        interaction.set("shuffle", "false" if item.fixed_order else "true")
    for letter, option in zip(LETTERS, item.options, strict=False):
        _rich(etree.SubElement(interaction, _q("qti-simple-choice"), identifier=letter), option)
    etree.SubElement(root, _q("qti-response-processing"), template=TEMPLATE)
    if item.rationale:
        feedback = etree.SubElement(root, _q("qti-modal-feedback"), identifier="rationale")
        feedback.set("outcome-identifier", "FEEDBACK")
        feedback.set("show-hide", "show")
        _rich(etree.SubElement(feedback, _q("qti-content-body")), item.rationale)
    shown = tuple(hash_ for text in (item.stem, *item.options, item.rationale or "") for hash_ in images_of(text))
    needs = (case.identifier,) if case else ()
    return Document(f"item-{number}", f"items/item-{number}.xml", root, images=shown, needs=needs, item=item)


def _declarations(root: etree._Element, item: ExchangeItem) -> None:
    response = _declared(root, "qti-response-declaration", "RESPONSE", "identifier")
    if item.key is not None:
        correct = etree.SubElement(response, _q("qti-correct-response"))
        etree.SubElement(correct, _q("qti-value")).text = LETTERS[item.key]
    _declared(root, "qti-outcome-declaration", "SCORE", "float")
    if item.rationale:
        _declared(root, "qti-outcome-declaration", "FEEDBACK", "identifier")


def _declared(root: etree._Element, name: str, identifier: str, base_type: str) -> etree._Element:
    declaration = etree.SubElement(root, _q(name), identifier=identifier, cardinality="single")
    declaration.set("base-type", base_type)
    return declaration


def _root(name: str, identifier: str, title: str, lang: str | None) -> etree._Element:
    root: etree._Element = etree.Element(_q(name), nsmap=IN_QTI, identifier=identifier, title=title)
    root.set("tool-name", TOOL)
    if lang:
        root.set(LANG, lang)
    return root


def _rich(parent: etree._Element, markup: str) -> None:
    """Markup in a division of its own, so that it is read back as it is."""
    holder = etree.SubElement(parent, _q("div"), {"class": TEXT_CLASS})
    nodes = tree(markup)
    _append(holder, [nodes] if isinstance(nodes, str) else nodes, QTI_30)


def _append(parent: etree._Element, nodes: Sequence[Node], namespace: str) -> None:
    for node in nodes:
        if isinstance(node, str):
            _say(parent, node)
            continue
        tag = node["tag"]
        inside = MATHML if tag == "math" else namespace
        child = etree.SubElement(parent, f"{{{inside}}}{tag}", nsmap=IN_MATH if tag == "math" else None)
        for name, value in node.get("attrs", {}).items():
            child.set(name, f"../images/{value.removeprefix('image:')}.png" if name == "src" else value)
        _append(child, node.get("children", ()), inside)


def _say(parent: etree._Element, text: str) -> None:
    first, *lines = text.split("\n")
    _add_text(parent, first)
    for line in lines:
        etree.SubElement(parent, _q("br"), {"class": LINE_CLASS})
        _add_text(parent, line)


def _add_text(parent: etree._Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _q(name: str) -> str:
    return f"{{{QTI_30}}}{name}"


def _serialised(root: etree._Element, notice: str) -> bytes:
    root.addprevious(etree.Comment(f" {' '.join(notice.split()).replace('--', '–')} "))
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(zipfile.ZipInfo(path, FIXED_DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
