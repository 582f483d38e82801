"""XML of strangers: no document type, no entities of its own, no network, and no more of it than an exam needs."""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from lxml import etree

from app.core.datafile import DataFileError, Fault

LARGEST: Final = 32 * 1024 * 1024
DEEPEST: Final = 60
MOST_ELEMENTS: Final = 400_000


def parse(content: bytes, name: str) -> etree._Element:
    """The root of a document. Raises DataFileError with the line."""
    if len(content) > LARGEST:
        raise refused(name, 1, "berkas XML terlalu besar; bagi menjadi beberapa", "too large; split it into several")
    _Guard(name).read(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise refused(name, line, "bukan XML yang sah", f"not valid XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(name, 1)
    return root


def refused(name: str, line: int, text_id: str, text_en: str) -> DataFileError:
    """The error for a file that cannot be read at all."""
    return DataFileError([Fault(name, line, "-", text_id, text_en)])


def local(element: etree._Element) -> str:
    """Its name without the namespace."""
    return etree.QName(element).localname


def line_of(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _doctype(name: str, line: int) -> DataFileError:
    return refused(
        name, line, "DOCTYPE tidak diterima; hapus baris itu", "a DOCTYPE is not accepted; take that line away"
    )


class _Guard:
    """Reads ahead with a parser that builds nothing, and stops at the first thing that no file of items needs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self._elements = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._on_doctype
        self._parser.StartElementHandler = self._on_start
        self._parser.EndElementHandler = self._on_end

    def read(self, content: bytes) -> None:
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            text_en = f"not valid XML: {expat.ErrorString(error.code)}"
            raise refused(self._name, error.lineno, "bukan XML yang sah", text_en) from error
        except (LookupError, ValueError) as error:  # an encoding that there is not
            raise refused(self._name, 1, "simpan berkas sebagai UTF-8", "save the file as UTF-8") from error

    def _on_doctype(self, *_: object) -> None:
        raise _doctype(self._name, self._parser.CurrentLineNumber)

    def _on_start(self, *_: object) -> None:
        self._depth += 1
        self._elements += 1
        line = self._parser.CurrentLineNumber
        if self._depth > DEEPEST:
            raise refused(self._name, line, "unsur bersarang terlalu dalam", "elements nested too deeply")
        if self._elements > MOST_ELEMENTS:
            raise refused(self._name, line, "terlalu banyak unsur; bagi berkasnya", "too many elements; split the file")

    def _on_end(self, _: object) -> None:
        self._depth -= 1
