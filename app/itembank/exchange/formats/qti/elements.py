"""The names of QTI, the same for all versions: those of 2.x (`choiceInteraction`), which 3.0 writes as `qti-choice-interaction`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from app.itembank.exchange.types import Format
from app.itembank.exchange.xml import local

QTI_30: Final = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MATHML: Final = "http://www.w3.org/1998/Math/MathML"
VERSIONS: Final = (
    ("imsqti_v2p0", Format.QTI_21),
    ("imsqti_v2p1", Format.QTI_21),
    ("imsqti_v2p2", Format.QTI_22),
    ("imsqtiasi_v3p0", Format.QTI_30),
)
TOOL: Final = "Sahih"
STEP: Final = re.compile(r"-([a-z])")
CAPITAL: Final = re.compile(r"([A-Z])")


def version_of(root: etree._Element) -> Format | None:
    """By its namespace, or None for what is not QTI or older."""
    namespace = etree.QName(root).namespace or ""
    return next((version for name, version in VERSIONS if name in namespace), None)


def kind(element: etree._Element) -> str:
    """Its name in the words of 2.x.

    >>> kind(etree.Element("qti-simple-choice"))
    'simpleChoice'
    """
    name = local(element)
    return STEP.sub(lambda found: found[1].upper(), name.removeprefix("qti-")) if name.startswith("qti-") else name


def given(element: etree._Element, name: str) -> str | None:
    """An attribute by its name in the words of 2.x."""
    return element.get(name) or element.get(CAPITAL.sub(lambda found: f"-{found[1].lower()}", name))


def each(element: etree._Element, *kinds: str) -> Iterator[etree._Element]:
    """All of these kinds within it, in the order of the document."""
    return (found for found in element.iter(etree.Element) if kind(found) in kinds)


def first(element: etree._Element, name: str) -> etree._Element | None:
    return next(each(element, name), None)


def is_ours(root: etree._Element) -> bool:
    """Whether we wrote it: then spaces count, and every division of text is one of ours."""
    return given(root, "toolName") == TOOL
