"""A content package, or a single item, as a file of questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from app.core.archives import ZIP, Refused, read_part
from app.core.datafile import DataFileError, Fault
from app.itembank.exchange.archives import open_archive
from app.itembank.exchange.archives import refused as refused_archive
from app.itembank.exchange.formats.qti.elements import is_ours, kind, version_of
from app.itembank.exchange.formats.qti.items import Source, Stimulus, read_item
from app.itembank.exchange.formats.qti.manifest import Manifest, Resource, read_manifest, resolve
from app.itembank.exchange.labels import LONGEST
from app.itembank.exchange.questions import Found, Question, nowhere, read_file
from app.itembank.exchange.types import Format, LeftOut, ReadFile, ReadRow
from app.itembank.exchange.xml import parse, refused
from app.itembank.richtext import Image, UnfitImage, read_image

ITEM: Final = "assessmentItem"
OUTSIDE: Final = UnfitImage(
    "alamat menunjuk ke luar paket; sertakan gambarnya di paket",
    "the address leads out of the package; put the picture into it",
)


def read(content: bytes, name: str) -> ReadFile:
    """Raises DataFileError for what is neither a package nor an item of QTI 2.x or 3.0."""
    return _Package(content, name).read() if content.startswith(ZIP) else _single(content, name)


def _single(content: bytes, name: str) -> ReadFile:
    root = parse(content, name)
    version = _version(root, name)
    images: dict[str, Image] = {}
    question = Question(name, 1, images, find=nowhere)
    row = question.row(read_item(Source(root, lambda _: None), question))
    return read_file(version, [row], images, left_out=_titles([root]))


def _version(root: etree._Element, name: str) -> Format:
    """Raises DataFileError for what is no item of a version that we read."""
    version = version_of(root)
    if version is None:
        raise refused(
            name,
            1,
            f"bukan QTI 2.1, 2.2 atau 3.0 ({kind(root)}); ekspor ulang dalam versi itu",
            f"not QTI 2.1, 2.2 or 3.0 ({kind(root)}); export it again in one of these",
        )
    if kind(root) != ITEM:
        raise refused(
            name,
            1,
            f"ini {kind(root)}, bukan soal; impor paket zip yang memuat soalnya",
            f"this is {kind(root)}, not an item; import the zip package that holds the items",
        )
    return version


def _titles(roots: list[etree._Element]) -> list[LeftOut]:
    titled = [root for root in roots if root.get("title") and not is_ours(root)]
    text_id, text_en = "judul soal (title) tidak dibawa", "the titles of items are not carried over"
    return [LeftOut(0, text_id, text_en)] if titled else []


class _Package:
    """Its files by path, and what reading the items has met so far."""

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        self._files = _unpacked(content, name)
        self._pictures: dict[str, Found] = {}
        self._stimuli: dict[str, etree._Element] = {}
        self._images: dict[str, Image] = {}
        self._versions: list[Format] = []
        self._roots: list[etree._Element] = []

    def read(self) -> ReadFile:
        manifest = read_manifest(self._files, self._name)
        resources = [resource for resource in manifest.resources if resource.is_item]
        if not resources:
            raise refused(
                f"{self._name}/{manifest.path}",
                1,
                "tidak ada soal QTI 2.1, 2.2 atau 3.0 di paket ini; ekspor ulang dalam versi itu",
                "there is no item of QTI 2.1, 2.2 or 3.0 in this package; export it again in one of these",
            )
        rows = [self._row(resource, ordinal, manifest.path) for ordinal, resource in enumerate(resources, 1)]
        return read_file(
            self._versions[0] if self._versions else Format.QTI_30,
            rows,
            self._images,
            left_out=[*self._others(manifest), *_titles(self._roots)],
            faults=[*manifest.faults, *self._missing(manifest)],
        )

    def _row(self, resource: Resource, ordinal: int, manifest: str) -> ReadRow:
        content = self._files.get(resource.href or "")
        if resource.href is None or content is None:
            question = Question(f"{self._name}/{manifest}", resource.line, self._images, ordinal=ordinal)
            outside = resource.href is None
            question.fault(
                "href",
                f"{resource.written_as[:80] or '?'} " + ("menunjuk ke luar paket" if outside else "tidak ada di paket"),
                f"{resource.written_as[:80] or '?'} " + ("leads out of the package" if outside else "is not there"),
            )
            return question.row(None)
        shown = f"{self._name}/{resource.href}"
        try:
            return self._read(resource, resource.href, parse(content, shown), shown, ordinal)
        except DataFileError as error:
            return ReadRow(ordinal, None, error.faults)

    def _read(self, resource: Resource, path: str, root: etree._Element, shown: str, ordinal: int) -> ReadRow:
        """Raises DataFileError for a document that is no item, or that leans on one that cannot be read."""
        self._versions.append(_version(root, shown))
        self._roots.append(root)
        question = Question(shown, 1, self._images, ordinal=ordinal, find=lambda source: self._picture(path, source))
        source = Source(root, lambda href: self._stimulus(path, href), resource.labels)
        return question.row(read_item(source, question))

    def _picture(self, base: str, source: str) -> Found:
        path = resolve(base, source)
        if path is None:
            return OUTSIDE
        if path not in self._pictures:
            self._pictures[path] = _decoded(self._files.get(path))
        return self._pictures[path]

    def _stimulus(self, base: str, href: str) -> Stimulus | None:
        path = resolve(base, href)
        if path is None or path not in self._files:
            return None
        if path not in self._stimuli:
            self._stimuli[path] = parse(self._files[path], f"{self._name}/{path}")
        return Stimulus(self._stimuli[path], lambda source: self._picture(path, source))

    def _missing(self, manifest: Manifest) -> Iterator[Fault]:
        """Files that the manifest names beside the items and that are not there."""
        shown = f"{self._name}/{manifest.path}"
        for resource in manifest.resources:
            for written, path in resource.needs:
                if path not in self._files and not (resource.is_item and path == resource.href):
                    text_id = f"{written[:80] or '?'} tidak ada di paket; sertakan berkasnya"
                    yield Fault(shown, resource.line, "file", text_id, f"{written[:80] or '?'} is not in the package")

    def _others(self, manifest: Manifest) -> Iterator[LeftOut]:
        """Tests, style sheets and whatever else is no item, and what other systems know of the items."""
        if any(resource.has_other_metadata for resource in manifest.resources):
            yield LeftOut(0, "metadata sistem lain tidak dibawa", "the metadata of another system is not carried over")
        used = set(self._pictures) | set(self._stimuli) | {manifest.path}
        named = {resource.href for resource in manifest.resources if resource.is_item}
        for path in self._files:
            if path not in used | named:
                yield LeftOut(0, f"berkas tidak dibawa: {path[:LONGEST]}", f"file not carried over: {path[:LONGEST]}")


def _decoded(content: bytes | None) -> Found:
    if content is None:
        return None
    try:
        return read_image(content)
    except UnfitImage as error:
        return error


def _unpacked(content: bytes, name: str) -> dict[str, bytes]:
    try:
        with open_archive(content, name) as archive:
            paths = [path for path in archive.namelist() if not path.endswith("/")]
            return {path: read_part(archive, path) or b"" for path in paths}
    except Refused as error:
        raise refused_archive(name, error) from error
