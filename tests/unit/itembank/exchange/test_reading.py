"""The front door: which format a file has, and what becomes of one that its reader cannot bear."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.datafile import DataFileError
from app.itembank import exchange
from app.itembank.exchange import ExchangeItem, Format, sandbox
from app.itembank.exchange.detection import detect
from tests.corpus.hostile import BOOK, TEXT
from tests.corpus.office import packed

TABLE = "Soal;A;B;Kunci\nBerapa \\(\\sum_{i=1}^{2} i\\)?;2;3;B\n"
QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (BOOK, "soal.docx", Format.XLSX),
        (TEXT, "soal", Format.DOCX),
        (packed({"x/imsmanifest.xml": "<manifest/>"}), "soal.zip", Format.QTI_30),
        (TABLE.encode(), "soal.txt", Format.CSV),
        (TABLE.encode("utf-16"), "soal.csv", Format.CSV),
        (b"\xef\xbb\xbf <?xml version='1.0'?><quiz/>", "soal.xml", Format.MOODLE_XML),
        (f"<assessmentItem xmlns='{QTI}'/>".encode(), "soal.xml", Format.QTI_21),
        (b"Berapa?\nA. 1\nB. 2\nANSWER: B\n", "soal.txt", Format.AIKEN),
        (b"::S-1:: Berapa? {\n =2 ~3 }", "soal.txt", Format.GIFT),
        (b"SAHIH-BANK\n{}\n", "bank", Format.PACKAGE),
    ],
)
def test_a_file_is_known_by_what_is_in_it(content: bytes, name: str, found: Format) -> None:
    assert detect(content, name) is found


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(100), ".xlsx"),
        (b"", "tidak dikenal"),
        (b"\x89PNG\0\0", "tidak dikenal"),
        (b"<html></html>", "tidak dikenal"),
        (packed({"a.txt": "x"}), "tidak dikenal"),
        (b"SAHIH-BANK\n{}\n", "frasa sandi"),
        (bytes(10 * 1024 * 1024 + 1), "10 MB"),
    ],
)
def test_a_file_of_no_known_kind_is_refused_with_the_remedy(content: bytes, remedy: str) -> None:
    with pytest.raises(DataFileError) as refused:
        exchange.read(content, "berkas")
    (fault,) = refused.value.faults
    assert remedy in fault.fault_id
    assert (fault.file, bool(fault.fault_en)) == ("berkas", True)


def test_the_format_that_is_said_is_the_one_that_is_read() -> None:
    assert exchange.read(TABLE.encode(), "soal.gift", Format.CSV).rows[0].item
    with pytest.raises(DataFileError):
        exchange.read(TABLE.encode(), "soal.csv", Format.XLSX)


def test_a_reader_that_fails_is_told_of_in_the_log_without_a_word_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failing = tmp_path / "process.py"
    failing.write_text('import sys; sys.stdin.read(); print(\'{"failed_at": "KeyError at body.py:12"}\')')
    monkeypatch.setattr(sandbox, "PROCESS", failing)
    with pytest.raises(DataFileError, match="tidak utuh"):
        exchange.read(TABLE.encode(), "rahasia.csv")
    assert "KeyError at body.py:12" in caplog.text
    assert "rahasia" not in caplog.text


def test_a_text_that_a_cell_would_cut_is_not_written() -> None:
    item = ExchangeItem("x" * 40_000, ("a", "b"), key=0, code="S-1")
    for kind in (Format.CSV, Format.XLSX, Format.DOCX):
        with pytest.raises(DataFileError) as refused:
            exchange.write(kind, [item], {}, "n")
        assert (refused.value.faults[0].file, refused.value.faults[0].field) == ("S-1", "Soal")
