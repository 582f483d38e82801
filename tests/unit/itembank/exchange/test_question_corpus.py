"""Broken and hostile files of the formats of other systems: each ends as `expected.csv` of its folder says, never in a crash.

Outcomes: `unreadable` (the whole file, with its line), or for every question of it `taken`, `listed` (with what it is) or `refused`
(with field and remedy). `words` is part of what is said.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path
from types import ModuleType

import pytest

from app.core.datafile import DataFileError
from app.itembank.exchange import ReadFile
from app.itembank.exchange.formats import aiken, gift, moodle_xml, qti
from tests.unit.itembank.exchange.samples import CORPUS, outcome, require_harmless, require_words

FORMATS: dict[str, ModuleType] = {"aiken": aiken, "gift": gift, "moodle": moodle_xml, "qti": qti}
SEED = 20261122
CUTS = 6


def expected() -> list[tuple[str, str, str, str]]:
    found = []
    for folder in FORMATS:
        with (CORPUS / folder / "expected.csv").open(encoding="utf-8") as lines:
            found += [(folder, row["file"], row["outcome"], row["words"]) for row in csv.DictReader(lines)]
    return found


def said(read: ReadFile) -> str:
    rows = [
        *(fault.fault_en for row in read.rows for fault in row.faults),
        *(one.text_en for row in read.rows for one in row.left_out),
    ]
    return "\n".join(rows)


@pytest.mark.parametrize(("folder", "name", "outcome_", "words"), expected(), ids=lambda value: str(value)[:40])
def test_a_file_ends_as_expected(folder: str, name: str, outcome_: str, words: str) -> None:
    content = (CORPUS / folder / name).read_bytes()
    if outcome_ == "unreadable":
        with pytest.raises(DataFileError) as refused:
            FORMATS[folder].read(content, name)
        assert words in str(refused.value)
        assert all(fault.file == name and fault.line >= 1 for fault in refused.value.faults)
        return

    read = FORMATS[folder].read(content, name)

    assert {outcome(row) for row in read.rows} == {outcome_}, read
    assert words in said(read)
    require_words(read)
    require_harmless(read)


def test_every_file_of_the_corpus_is_expected() -> None:
    lying = {(folder, path.name) for folder in FORMATS for path in (CORPUS / folder).iterdir()}

    assert lying == {(folder, name) for folder, name, _, _ in expected()} | {
        (folder, "expected.csv") for folder in FORMATS
    }


@pytest.mark.parametrize("folder", FORMATS)
def test_files_cut_short_and_with_changed_bytes_are_read_or_refused(folder: str) -> None:
    luck = random.Random(SEED)
    for _, name, _, _ in (row for row in expected() if row[0] == folder):
        content = (CORPUS / folder / name).read_bytes()
        for _ in range(CUTS if content else 0):
            cut = content[: luck.randrange(len(content))]
            bent = bytearray(content)
            for _ in range(3):
                bent[luck.randrange(len(bent))] = luck.randrange(256)
            for broken in (cut, bytes(bent)):
                _read_or_refuse(FORMATS[folder], broken, Path(name).name)


def _read_or_refuse(format_: ModuleType, content: bytes, name: str) -> None:
    try:
        read = format_.read(content, name)
    except DataFileError as error:
        assert error.faults
        return
    assert read.rows or format_ is moodle_xml
    require_words(read)
    require_harmless(read)
