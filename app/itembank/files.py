"""Bank files: one YAML file per criterion, read into drafts. Nothing here touches the database."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from app.core.datafile import DataFile, DataFileError, Fault, read_schema, read_yaml
from app.itembank.types import LETTERS, DraftItem, ItemContent


def read_bank(folder: Path, schema_path: Path, *, n_options: int | None = None) -> list[DraftItem]:
    """Every item of the folder, in file order; raises DataFileError with the faults of all files together.

    `n_options` is what the exam of the scheme shows; None asks for no number.
    """
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
            drafts.extend(_drafts(file))
    faults.extend(_repeated(drafts))
    if faults:
        raise DataFileError(faults)
    return drafts


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


def _drafts(file: DataFile) -> list[DraftItem]:
    return [
        _draft(file, index, item, str(file.content["kuk"]), file.content["lang"])
        for index, item in enumerate(file.content["items"])
    ]


def _draft(file: DataFile, index: int, item: dict[str, Any], kuk: str, lang: str) -> DraftItem:
    content = ItemContent(_clean(item["stem"]), tuple(_clean(option) for option in item["options"].values()))
    return DraftItem(
        code=item["id"],
        kuk=kuk,
        lang=lang,
        content=content,
        key=LETTERS.index(item["key"]),
        rationale=_clean(item["rationale"]),
        source=_clean(item["source"]),
        cognitive_level=item["cognitive_level"],
        expected_p=float(item["expected_p"]),
        enemies=tuple(item.get("enemies", ())),
        file=file.name,
        line=file.line_of(("items", index)),
    )


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
