"""Files of people as offices really write them; and those that would take the server with them."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from app.core.datafile import DataFileError
from app.delivery.roster.table import LARGEST_FILE, MOST_ROWS, Row, read_table


def xlsx(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return out.getvalue()


ADI = Row(2, "MMU-1", "Adi Nugroho", "Lab 1", "05")


@pytest.mark.parametrize(
    "content",
    [
        b"nomor;nama;ruang;tempat\nMMU-1;Adi Nugroho;Lab 1;05\n",
        b"nama,tempat,nomor,ruang\r\nAdi Nugroho,05,MMU-1,Lab 1\r\n",
        "\ufeffNomor Peserta;NAMA;Ruangan;Kursi\nMMU-1;Adi  Nugroho ;Lab 1;05".encode(),
        b"participant_number\tname\troom\tseat\nMMU-1\tAdi Nugroho\tLab 1\t05\n",
        b'nomor;nama;ruang;tempat\n"MMU-1";"Adi Nugroho";"Lab 1";"05"\n;;;\n',
        b"No.;nomor;nama;ruang;tempat;keterangan\n1;MMU-1;Adi Nugroho;Lab 1;05;alergi\n",
        b"nomor,nama,ruang,tempat\nMMU-1,Adi Nugroho,Lab 1,05,,\n",
    ],
)
def test_whatever_the_spreadsheet_wrote_it_is_the_same_person(content: bytes) -> None:
    assert read_table(content).rows == (ADI,)


def test_what_means_nothing_here_is_said() -> None:
    table = read_table(b"No.;nama;keterangan\n1;Adi;x\n")
    assert table.ignored == ("No.", "keterangan")


def test_an_old_excel_writes_its_own_letters() -> None:
    assert read_table("nama\nRené Müller\n".encode("cp1252")).rows[0].name == "René Müller"


def test_a_workbook_holds_numbers_texts_and_gaps() -> None:
    table = read_table(
        xlsx(("nomor", "nama", "ruang", "tempat"), ("MMU-1", "Adi", None, 7), (), (None, "Budi", "Lab 2", 8.0))
    )
    assert table.rows == (Row(2, "MMU-1", "Adi", None, "7"), Row(4, None, "Budi", "Lab 2", "8"))


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (xlsx(("nama",), ('=CONCATENATE("A","di")',)), "tempel sebagai nilai"),
        (xlsx(("nama",), (datetime(2026, 1, 2, tzinfo=None),)), "jadikan teks"),
        (xlsx(("nama",), ("#N/A",)), "ketik nilainya"),
        (b"nama\n=1+1\n", "tempel sebagai nilai"),
    ],
)
def test_a_cell_that_is_no_text_is_refused_where_it_stands(content: bytes, remedy: str) -> None:
    (row,) = read_table(content).rows
    (fault,) = row.faults
    assert (fault.line, fault.field) == (2, "name")
    assert remedy in fault.fault_id


def test_a_text_that_our_own_template_guarded_is_itself() -> None:
    assert read_table(b"nama;ruang\nAdi;'-1\n").rows[0].room == "-1"


SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_sheet(xml: bytes) -> bytes:
    """A whole workbook, of which somebody has written the sheet by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(("nama",)))) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in book.namelist():
            made.writestr(part, xml if part == SHEET else book.read(part))
    return out.getvalue()


# Twelve kilobytes, eight megabytes unpacked, and most of a gigabyte in memory where nobody says stop.
CELLS = with_sheet(f"<worksheet {MAIN}><sheetData><row>{'<c/>' * 1_900_000}</row></sheetData></worksheet>".encode())
TEXT = "<sheetData><row><c t='inlineStr'><is><t>&a;</t></is></c></row></sheetData>"
HIDDEN_ENTITY = with_sheet(
    f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE worksheet [<!ENTITY a "nama">]><worksheet {MAIN}>{TEXT}</worksheet>'.encode(
        "utf-16-le"
    )
)
BOMB = with_part(xlsx(("nama",), ("Adi",)), "xl/media/a.bin", bytes(9 * 1024 * 1024))
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"", "judul kolom"),
        (b"\xef\xbb\xbf\n", "judul kolom"),
        (b"nama\n", "tidak ada peserta"),
        (b"alamat;kota\nJl. Mawar;Solo\n", "judul kolom"),
        (b"nama;Nama Lengkap\nAdi;Adi\n", "dua kali"),
        (b'nama;ruang\n"Adi;Lab 1\n', "tanda kutip"),
        ("nama\nAdi\n".encode("utf-16"), "CSV UTF-8"),
        (b"nama\n" + b"A\n" * (MOST_ROWS + 1), f"{MOST_ROWS} baris"),
        (b"nama\n" + b"A" * LARGEST_FILE, "1 MB"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), ".xlsx"),
        (b"PK\x03\x04 and then nothing of it", "simpan lagi"),
        (with_part(b"", "word/document.xml", b"<a/>"), "simpan lagi"),
        (BOMB, "terlalu besar"),
        (HIDDEN_ENTITY, "tidak wajar"),
        (with_part(xlsx(("nama",), ("Adi",)), "xl/externalLinks/externalLink1.xml", b"<a/>"), "berkas lain"),
        (with_part(xlsx(("nama",), ("Adi",)), "xl/vbaProject.bin", b"x"), "makro"),
        (with_part(xlsx(("nama",), ("Adi",)), "xl/odd.xml", ENTITIES), "tidak wajar"),
        (with_part(xlsx(("nama",), ("Adi",)), "xl/odd.xml", ENTITIES.decode().encode("utf-16")), "tidak wajar"),
    ],
)
def test_a_file_that_is_no_list_of_people_is_refused_with_the_remedy(content: bytes, remedy: str) -> None:
    with pytest.raises(DataFileError) as refused:
        read_table(content)
    (fault,) = refused.value.faults
    assert remedy in fault.fault_id
    assert fault.fault_en
