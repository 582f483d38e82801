"""Office Open XML: the parts of a workbook or a document, how they point at one another, and the pictures among them."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Final

from lxml import etree

from app.core.archives import Refusal, Refused, read_part
from app.itembank.exchange.archives import open_archive, refused, unreadable
from app.itembank.richtext import Image, UnfitImage, read_image

Element = etree._Element  # noqa: SLF001  (its only name)
MACROS: Final = ("ada makro; simpan sebagai {0} biasa", "it holds macros; save it as an ordinary {0}")
LINKS: Final = ("ada tautan ke berkas lain; tempel sebagai nilai", "it links to other files; paste as values")


@dataclass(frozen=True, slots=True)
class Target:
    """What a part points at: another part, or an address outside of the file."""

    part: str
    external: bool
    kind: str  # the last word of its type: image, hyperlink, drawing …


class Parts:
    """The parts of one file. Each XML part is parsed once; its pictures are decoded once each."""

    def __init__(self, content: bytes, name: str, kind: str) -> None:
        self.name = name
        self._archive = open_archive(content, name)
        self._names = {part.casefold(): part for part in self._archive.namelist()}
        self._read: dict[str, Image | UnfitImage] = {}
        if any("vbaproject" in part for part in self._names):
            raise unreadable(name, *(words.format(kind) for words in MACROS))
        if any("/externallinks/" in f"/{part}" for part in self._names):
            raise unreadable(name, *LINKS)

    @property
    def images(self) -> dict[str, Image]:
        return {image.hash: image for image in self._read.values() if isinstance(image, Image)}

    def xml(self, part: str) -> Element | None:
        """None where there is no such part. Raises DataFileError where it is no XML, or holds a document type."""
        content = self._content(part)
        if content is None:
            return None
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
                raise MemoryError from error
            raise refused(self.name, Refused(Refusal.BROKEN)) from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise refused(self.name, Refused(Refusal.DOCUMENT_TYPE))
        return root

    def targets(self, part: str) -> dict[str, Target]:
        """Where the relations of a part lead, by their ids."""
        folder, name = posixpath.split(part)
        root = self.xml(f"{folder}/_rels/{name}.rels")
        found = {}
        for relation in root if root is not None else ():
            target = relation.get("Target", "")
            found[relation.get("Id", "")] = Target(
                posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"),
                relation.get("TargetMode") == "External",
                posixpath.basename(relation.get("Type", "")),
            )
        return found

    def image(self, part: str) -> Image:
        """Raises UnfitImage."""
        if part not in self._read:
            try:
                self._read[part] = read_image(self._content(part) or b"")
            except UnfitImage as error:
                self._read[part] = error
        found = self._read[part]
        if isinstance(found, UnfitImage):
            raise found
        return found

    def _content(self, part: str) -> bytes | None:
        try:
            return read_part(self._archive, self._names.get(part.casefold(), part))
        except Refused as error:
            raise refused(self.name, error) from error


def tag(element: Element) -> str:
    """Its name without its namespace: the strict and the transitional form of a file differ in nothing else."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """By its name without a namespace."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def child(element: Element | None, *names: str) -> Element | None:
    """The first child of this name, then its first child of the next name, and so on."""
    for name in names:
        if element is None:
            return None
        element = next((inner for inner in element if tag(inner) == name), None)
    return element


def descendants(element: Element, name: str) -> list[Element]:
    return [inner for inner in element.iter() if tag(inner) == name]


def is_on(properties: Element | None, name: str) -> bool:
    """Is this switch of a run (bold, italic) on?"""
    switch = child(properties, name)
    return switch is not None and (attribute(switch, "val") or "1") not in ("0", "false", "off", "none")
