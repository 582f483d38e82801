"""Broken and hostile tables, documents and pictures: each is read, or refused in words, within the limits."""

from __future__ import annotations

import random
import resource

import pytest

from app.core import sandbox
from app.core.datafile import DataFileError
from app.itembank import exchange
from app.itembank.exchange import Format, ReadFile
from app.itembank.exchange.formats import csv
from app.itembank.exchange.formats.docx import reading as docx
from app.itembank.exchange.formats.xlsx import reading as xlsx
from app.itembank.richtext import clean, images_of
from tests.corpus.hostile import DOCUMENTS, HERE, IMAGES, WORKBOOKS
from tests.corpus.large import LARGE

READERS = {Format.CSV: csv.read, Format.DOCX: docx.read, Format.XLSX: xlsx.read}
TABLES = {path.name: path.read_bytes() for path in sorted((HERE / "csv").iterdir())}
CASES = [
    (form, name, content)
    for form, files in ((Format.CSV, TABLES), (Format.XLSX, WORKBOOKS), (Format.DOCX, DOCUMENTS))
    for name, content in files.items()
]
LENGTHS = 6


def processor_seconds() -> float:
    """Of the readers' processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def require_honest(found: ReadFile) -> None:
    """Texts are canonical, and each picture they name is there or was named by the file itself."""
    assert found.rows or found.faults
    for row in found.rows:
        assert (
            row.item is None or row.faults or (row.item.stem and len(row.item.options) > 1 and row.item.key is not None)
        )
        for note in (*row.faults, *row.left_out):
            assert note.line >= 0
        if row.item:
            for text in (row.item.stem, *row.item.options, row.item.stimulus, row.item.rationale or ""):
                assert clean(text).markup == text
                assert "\u202e" not in text
                if found.format is not Format.CSV:
                    assert set(images_of(text)) <= set(found.images)


def read_or_refused(form: Format, content: bytes) -> None:
    """Without the sandbox, where nothing hides what a reader did not expect."""
    try:
        require_honest(READERS[form](content, "berkas"))
    except DataFileError as refused:
        assert refused.faults
        assert all(fault.fault_id and fault.fault_en and fault.file == "berkas" for fault in refused.faults)


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len(CASES) + len(LARGE) >= 150
    assert all(path.stat().st_size <= 20_000 for path in [*IMAGES, *(HERE / "csv").iterdir()])


@pytest.mark.parametrize(("form", "name", "content"), CASES, ids=[f"{form}-{name}" for form, name, _ in CASES])
def test_a_hostile_file_is_read_or_refused_whole_or_cut(form: Format, name: str, content: bytes) -> None:
    read_or_refused(form, content)
    luck = random.Random(f"{form}/{name}")
    for _ in range(LENGTHS):
        read_or_refused(form, content[: luck.randrange(len(content) + 1)])
    for _ in range(LENGTHS):
        damaged = bytearray(content)
        for _ in range(min(3, len(damaged))):
            damaged[luck.randrange(len(damaged))] = luck.randrange(256)
        read_or_refused(form, bytes(damaged))


@pytest.mark.parametrize("name", LARGE)
def test_a_file_that_would_fill_the_server_is_refused_or_read_within_the_limits(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    content = LARGE[name]()
    began = processor_seconds()
    try:
        require_honest(exchange.read(content, "berkas"))
    except DataFileError as refused:
        assert all(fault.fault_id and fault.fault_en for fault in refused.faults)
    assert processor_seconds() - began < sandbox.PROCESSOR_SECONDS + 1
    assert "could not be read" not in caplog.text, "a reader met what it did not expect"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    content = LARGE["zeros"]()
    began = processor_seconds()
    with pytest.raises(DataFileError, match="terlalu besar"):
        exchange.read(content, "bom.xlsx")
    assert processor_seconds() - began < 5, "unpacking it would take longer"
