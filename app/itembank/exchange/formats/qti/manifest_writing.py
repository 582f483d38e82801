"""The manifest of a package that we write: its documents, their pictures, and our metadata in the LOM of each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from app.itembank.exchange.formats.qti.manifest import LABEL_SOURCE
from app.itembank.exchange.labels import labels_of
from app.itembank.exchange.types import ExchangeItem

CONTENT: Final = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
LOM: Final = "http://ltsc.ieee.org/xsd/LOM"
NAMESPACES: Final[Any] = {None: CONTENT, "lom": LOM}


@dataclass(frozen=True, slots=True)
class Document:
    """An item or a shared case: its file, the pictures it shows by hash, and the other documents it needs."""

    identifier: str
    path: str
    root: etree._Element
    images: tuple[str, ...]
    needs: tuple[str, ...] = ()
    item: ExchangeItem | None = None


def manifest(documents: Sequence[Document], notice: str) -> bytes:
    root = etree.Element(_cp("manifest"), nsmap=NAMESPACES, identifier="sahih-bank")
    metadata = etree.SubElement(root, _cp("metadata"))
    etree.SubElement(metadata, _cp("schema")).text = "QTI Item Bank"
    etree.SubElement(metadata, _cp("schemaversion")).text = "3.0.0"
    description = _under(metadata, "lom", "general", "description", "string")
    description.text = notice
    etree.SubElement(root, _cp("organizations"))
    resources = etree.SubElement(root, _cp("resources"))
    for document in documents:
        _resource(resources, document)
    for hash_ in dict.fromkeys(hash_ for document in documents for hash_ in document.images):
        picture = _file(resources, f"image-{hash_}", "webcontent", f"images/{hash_}.png")
        picture.set("href", f"images/{hash_}.png")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _resource(resources: etree._Element, document: Document) -> None:
    kind = "item" if document.item else "stimulus"
    resource = _file(resources, document.identifier, f"imsqti_{kind}_xmlv3p0", document.path, document.item)
    resource.set("href", document.path)
    for needed in (*document.needs, *(f"image-{hash_}" for hash_ in dict.fromkeys(document.images))):
        etree.SubElement(resource, _cp("dependency"), identifierref=needed)


def _file(
    resources: etree._Element, identifier: str, kind: str, path: str, item: ExchangeItem | None = None
) -> etree._Element:
    resource = etree.SubElement(resources, _cp("resource"), identifier=identifier, type=kind)
    if item is not None:
        _metadata(resource, item)
    etree.SubElement(resource, _cp("file"), href=path)
    return resource


def _metadata(resource: etree._Element, item: ExchangeItem) -> None:
    labels = [*([("code", item.code)] if item.code else []), *labels_of(item)]
    if not labels:
        return
    lom = _under(etree.SubElement(resource, _cp("metadata")), "lom")
    for name, value in labels:
        path = _under(lom, "classification", "taxonPath")
        _under(path, "source", "string").text = f"{LABEL_SOURCE}{name}"
        _under(path, "taxon", "id").text = value


def _under(parent: etree._Element, *names: str) -> etree._Element:
    for name in names:
        parent = etree.SubElement(parent, f"{{{LOM}}}{name}")
    return parent


def _cp(name: str) -> str:
    return f"{{{CONTENT}}}{name}"
