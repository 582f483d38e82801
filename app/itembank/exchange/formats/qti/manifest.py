"""`imsmanifest.xml` of a content package: which files are items, what each needs, and what is known of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from lxml import etree

from app.core.datafile import Fault
from app.itembank.exchange.labels import Label
from app.itembank.exchange.xml import line_of, local, parse, refused
from app.itembank.richtext import plain

NAME: Final = "imsmanifest.xml"
BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
LABEL_SOURCE: Final = "sahih:"
SCHEME: Final = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Resource:
    """`href` is the path within the package, or None where it leads out of it; `needs` are paths of files it names."""

    identifier: str
    type: str
    href: str | None
    written_as: str
    needs: tuple[tuple[str, str | None], ...]  # as written, and the path
    labels: tuple[Label, ...]
    has_other_metadata: bool
    line: int

    @property
    def is_item(self) -> bool:
        return "item" in self.type and "bank" not in self.type


@dataclass(frozen=True, slots=True)
class Manifest:
    path: str
    resources: tuple[Resource, ...]
    faults: tuple[Fault, ...]


def resolve(base: str, href: str) -> str | None:
    """The path that an address in the file `base` means; None for what leads out of the package or to the network.

    >>> resolve("items/a.xml", "../images/b%20c.png"), resolve("a.xml", "../b.png"), resolve("a.xml", "http://x/y.png")
    ('images/b c.png', None, None)
    """
    path = unquote(href).split("#")[0].split("?")[0]
    if not path or SCHEME.match(path) or path.startswith(("/", "\\")) or "\\" in path or "\0" in path:
        return None
    found = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
    return None if found == ".." or found.startswith(("../", "/")) else found


def read_manifest(files: Mapping[str, bytes], name: str) -> Manifest:
    """Raises DataFileError where there is none, or more than one could be meant."""
    found = [path for path in files if posixpath.basename(path) == NAME]
    path = NAME if NAME in found else found[0] if len(found) == 1 else None
    if path is None:
        raise refused(
            name,
            1,
            "imsmanifest.xml tidak ada; ekspor sebagai paket QTI utuh",
            "there is no imsmanifest.xml; export a whole QTI package",
        )
    shown = f"{name}/{path}"
    root = parse(files[path], shown)
    if local(root) != "manifest":
        raise refused(shown, 1, "bukan manifes paket", "not the manifest of a package")
    elements = [found for found in root.iter(etree.Element) if local(found) == "resource"]
    resources = tuple(_resource(element, path) for element in elements)
    return Manifest(path, resources, tuple(_faults(elements, resources, shown)))


def _resource(element: etree._Element, manifest: str) -> Resource:
    base = posixpath.join(posixpath.dirname(manifest), *_bases(element), "x")
    hrefs = [child.get("href") or "" for child in element if local(child) == "file"]
    written = element.get("href") or (hrefs[0] if hrefs else "")
    labels = tuple(_labels(element))
    return Resource(
        identifier=element.get("identifier") or "",
        type=(element.get("type") or "").lower(),
        href=resolve(base, written),
        written_as=written,
        needs=tuple((href, resolve(base, href)) for href in hrefs),
        labels=labels,
        has_other_metadata=not labels and any(local(child) == "metadata" and len(child) for child in element),
        line=line_of(element),
    )


def _bases(element: etree._Element) -> list[str]:
    """`xml:base` of the manifest, of the resources and of this one, from the outside in."""
    chain = [*reversed(list(element.iterancestors())), element]
    return [base for part in chain if (base := part.get(BASE))]


def _labels(element: etree._Element) -> list[Label]:
    """What the LOM of a resource says in the words of ours; other metadata is another system's business."""
    labels = []
    for path in (found for found in element.iter(etree.Element) if local(found) == "taxonPath"):
        texts = {local(part): plain("".join(str(text) for text in part.itertext())).strip() for part in path}
        source = texts.get("source", "")
        if source.startswith(LABEL_SOURCE):
            labels.append((source.removeprefix(LABEL_SOURCE), texts.get("taxon", "")))
    return labels


def _faults(elements: list[etree._Element], resources: tuple[Resource, ...], shown: str) -> list[Fault]:
    """Resources that are named twice, or needed and not there."""
    faults = []
    names = [resource.identifier for resource in resources]
    for resource, element in zip(resources, elements, strict=True):
        if names.count(resource.identifier) > 1:
            which = resource.identifier
            faults.append(
                Fault(shown, resource.line, "resource", f"pengenal {which} dipakai dua kali", f"{which} is used twice")
            )
        for child in element:
            needed = child.get("identifierref")
            if local(child) == "dependency" and needed not in names:
                faults.append(
                    Fault(
                        shown,
                        line_of(child),
                        "dependency",
                        f"sumber {needed} tidak ada di manifes",
                        f"the resource {needed} is not in the manifest",
                    )
                )
    return faults
