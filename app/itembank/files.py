"""Bank files: one YAML file per criterion, read into drafts. Nothing here touches the database."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.datafile import DataFile, DataFileError, Fault, Where, read_schema, read_yaml
from app.itembank.richtext import Image, UnfitImage, read_image
from app.itembank.types import LETTERS, Answer, DraftItem, ItemContent
from app.itembank.written import read_text


@dataclass(frozen=True, slots=True)
class Bank:
    """Every item of a folder in file order, and the pictures that their texts name by hash."""

    drafts: list[DraftItem]
    images: dict[str, Image]


def read_bank(folder: Path, schema_path: Path, *, n_options: int | None = None) -> Bank:
    """Raises DataFileError with the faults of all files together.

    Texts are limited HTML (`richtext`); pictures are files beside the folder, `<img src="images/….png" alt="…">`. `n_options` is
    what the exam of the scheme shows; None asks for no number.
    """
    pictures = Pictures(folder.parent)
    schema = read_schema(schema_path)
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise DataFileError(
            [Fault(folder.name, 1, "-", "tidak ada berkas soal di sini", "there are no item files here")]
        )
    drafts: list[DraftItem] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            file = read_yaml(path, schema)
        except DataFileError as error:
            faults.extend(error.faults)
            continue
        faults.extend(_contradictions(file, n_options))
        if not faults:
            drafts.extend(_drafts(file, pictures, faults))
    faults.extend(_repeated(drafts))
    if faults:
        raise DataFileError(faults)
    return Bank(drafts, pictures.known)


def _contradictions(file: DataFile, n_options: int | None) -> list[Fault]:
    faults = []
    for index, item in enumerate(file.content["items"]):
        where = ("items", index)
        letters = list(item["options"])
        expected = list(LETTERS[: len(letters)])
        if letters != expected:
            faults.append(
                file.fault(
                    (*where, "options"), f"opsi harus {expected} berurutan", f"options must be {expected} in order"
                )
            )
        elif item["key"] not in letters:
            faults.append(
                file.fault(
                    (*where, "key"), "kunci menunjuk opsi yang tidak ada", "the key names an option that is missing"
                )
            )
        # The screen, the save and the stored permutations all count on one number of options.
        if n_options is not None and len(letters) != n_options:
            faults.append(
                file.fault(
                    (*where, "options"),
                    f"ada {len(letters)} opsi, skema meminta {n_options}",
                    f"there are {len(letters)} options, the scheme asks for {n_options}",
                )
            )
        if len({_plain(option) for option in item["options"].values()}) < len(letters):
            faults.append(file.fault((*where, "options"), "ada dua opsi yang sama", "two options are the same"))
    return faults


def _drafts(file: DataFile, pictures: Pictures, faults: list[Fault]) -> list[DraftItem]:
    """Its items; what is wrong with their texts is added to `faults`."""
    reader = _Texts(file, pictures, faults)
    cases = {
        case["id"]: reader.markup(("stimuli", index, "text"), case["text"])
        for index, case in enumerate(file.content.get("stimuli", ()))
    }
    return [_draft(file, index, item, reader, cases) for index, item in enumerate(file.content["items"])]


def _draft(file: DataFile, index: int, item: dict[str, Any], reader: _Texts, cases: dict[str, str]) -> DraftItem:
    where = ("items", index)
    case = item.get("stimulus")
    if case is not None and case not in cases:
        reader.faults.append(
            file.fault((*where, "stimulus"), "kasus ini tidak ada di berkas", "this case is not in the file")
        )
    content = ItemContent(
        reader.markup((*where, "stem"), item["stem"]),
        tuple(reader.markup((*where, "options", letter), option) for letter, option in item["options"].items()),
        cases.get(case, "") if case else "",
    )
    return DraftItem(
        code=item["id"],
        kuk=str(file.content["kuk"]),
        lang=file.content["lang"],
        content=content,
        answer=Answer(
            key=LETTERS.index(item["key"]),
            rationale=_clean(item["rationale"]),
            source=_clean(item["source"]),
            cognitive_level=item["cognitive_level"],
            expected_p=float(item["expected_p"]),
        ),
        enemies=tuple(item.get("enemies", ())),
        stimulus=case,
        fixed_order=item.get("fixed_order", False),
        file=file.name,
        line=file.line_of(where),
    )


class Pictures:
    """The picture files of a bank, read once each."""

    def __init__(self, base: Path) -> None:
        self._base = base.resolve()
        self._read: dict[str, Image | UnfitImage] = {}

    @property
    def known(self) -> dict[str, Image]:
        return {image.hash: image for image in self._read.values() if isinstance(image, Image)}

    def find(self, source: str) -> Image | UnfitImage:
        if source not in self._read:
            self._read[source] = self._open(source)
        return self._read[source]

    def _open(self, source: str) -> Image | UnfitImage:
        path = (self._base / source).resolve()
        if not path.is_relative_to(self._base) or not path.is_file():
            return UnfitImage("berkas gambar tidak ada", "there is no such picture file")
        try:
            return read_image(path.read_bytes())
        except UnfitImage as error:
            return error


class _Texts:
    """Texts of one file as canonical markup."""

    def __init__(self, file: DataFile, pictures: Pictures, faults: list[Fault]) -> None:
        self._file = file
        self._pictures = pictures
        self.faults = faults

    def markup(self, where: Where, text: str) -> str:
        def image(source: str) -> str | None:
            found = self._pictures.find(source)
            if isinstance(found, Image):
                return f"image:{found.hash}"
            self._fault(where, f"{source}: {found.text_id}", f"{source}: {found.text_en}")
            return None

        markup, faults = read_text(".".join(map(str, where)), text, image)
        for fault in faults:
            self._fault(where, fault.text_id, fault.text_en)
        if '<img alt=""' in markup:
            self._fault(where, "gambar tanpa keterangan (alt)", "a picture without a description (alt)")
        return markup

    def _fault(self, where: Where, text_id: str, text_en: str) -> None:
        self.faults.append(self._file.fault(where, text_id, text_en))


def _repeated(drafts: list[DraftItem]) -> list[Fault]:
    seen: dict[str, DraftItem] = {}
    faults = []
    for draft in drafts:
        first = seen.setdefault(draft.code, draft)
        if first is not draft:
            faults.append(
                Fault(
                    draft.file,
                    draft.line,
                    draft.code,
                    f"kode sudah dipakai di {first.file}:{first.line}",
                    f"this code is used at {first.file}:{first.line}",
                )
            )
    return faults


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", str(text)).strip()


def _plain(text: str) -> str:
    return " ".join(_clean(text).casefold().split())
