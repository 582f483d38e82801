"""Tables of items as people really send them."""

from __future__ import annotations

import pytest

from app.core.datafile import DataFileError
from app.itembank.exchange import ReadFile, ReadRow
from app.itembank.exchange.formats import csv
from app.itembank.exchange.formats.xlsx import reading as xlsx
from app.itembank.richtext import read_image
from tests.corpus.office import OFFICE, SHEET, relations, row, workbook

from .items import picture

HEAD = ("Kode", "KUK", "Soal", "A", "B", "C", "D", "Kunci")
ITEM = ("S-1", "1.1", "Berapa 2 + 2?", "3", "4", "5", "6", "B")


def only(found: ReadFile) -> ReadRow:
    (one,) = found.rows
    return one


def from_csv(text: str | bytes) -> ReadFile:
    return csv.read(text if isinstance(text, bytes) else text.encode(), "soal.csv")


def from_sheet(*rows: str, **more) -> ReadFile:
    return xlsx.read(workbook("".join(rows), **more), "soal.xlsx")


HEAD_LINE, ITEM_LINE = ";".join(HEAD), ";".join(ITEM)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD_LINE}\n{ITEM_LINE}\n",
        f"\ufeff{HEAD_LINE}\r\n{ITEM_LINE}",
        f"{HEAD_LINE}\n{ITEM_LINE}\n".replace(";", ","),
        f"{HEAD_LINE}\n{ITEM_LINE}\n".replace(";", "\t"),
        f"{HEAD_LINE}\n{ITEM_LINE}\n".encode("utf-16"),
        f"Bank soal 2026, edisi kedua\n\n{HEAD_LINE}\n{ITEM_LINE}\n;;;;;;;\n",
        f"No;{HEAD_LINE}\n1;{ITEM_LINE}\n",
        "KODE SOAL;No. KUK;Pertanyaan;Opsi A;Pilihan B;c;Jawaban D;Kunci jawaban\n" + ITEM_LINE,
        "Kode*;KUK :;  Butir\u00a0soal ;(A);B.;C;D;KUNCI\nS‑1;KUK 1,1;Berapa 2 + 2?;3;4;5;6;(b)",
        f"{HEAD_LINE}\nS-1;1.1 Menghitung;Berapa 2 + 2?;3;4;5;6;“B”",
        f"{HEAD_LINE}\nS-1;1.1;Berapa 2 + 2?;3;4;5;6;Opsi B",
    ],
)
def test_whatever_the_spreadsheet_wrote_it_is_the_same_item(content: str | bytes) -> None:
    found = only(from_csv(content))
    assert found.faults == ()
    item = found.item
    assert item
    assert (item.code, item.kuk, item.stem, item.options, item.key) == (
        "S-1",
        "1.1",
        "Berapa 2 + 2?",
        ("3", "4", "5", "6"),
        1,
    )


@pytest.mark.parametrize(
    ("written", "options", "key"),
    [
        ("a", ("w", "x", "y", "z"), 0),
        ("D.", ("w", "x", "y", "z"), 3),
        ("3", ("w", "x", "y", "z"), 2),
        ("Y", ("w", "x", "y", "z"), 2),
        ("c) y", ("w", "x", "y", "z"), 2),
        ("“Opsi C”", ("w", "x", "y", "z"), 2),
        ("30", ("10", "20", "30", "40"), 2),
        ("A", ("A", "B", "C", "D"), 0),
        ("A", ("B", "A", "C", "D"), None),
        ("2", ("2", "4", "6", "8"), None),
        ("E", ("w", "x", "y", "z"), None),
        ("c) x", ("w", "x", "y", "z"), None),
        ("benar", ("w", "x", "y", "z"), None),
        ("", ("w", "x", "y", "z"), None),
    ],
)
def test_a_key_is_a_letter_a_number_or_the_words_of_an_option_and_never_a_guess(written, options, key) -> None:
    found = only(from_csv(f"Soal;A;B;C;D;Kunci\nApa?;{';'.join(options)};{written}"))
    assert found.item
    assert found.item.key == key
    assert [fault.field for fault in found.faults] == ([] if key is not None else ["Kunci"])


@pytest.mark.parametrize(
    ("line", "field", "remedy"),
    [
        (";1.1;;3;4;5;6;B", "Soal", "tulis pokok soal"),
        (";1.1;Apa?;3;;;;A", "A", "kurang dari dua opsi"),
        (";1.1;Apa?;3;;5;6;A", "B", "isi"),
        (";1.1;Apa?;ya; YA ;5;6;C", "B", "sama dengan opsi A"),
        (f";1.1;\\({'{' * 25}x{'}' * 25}\\);3;4;5;6;B", "Soal", "perbaiki TeX"),
        (f"{'x' * 70};1.1;Apa?;3;4;5;6;B", "Kode", "60 tanda"),
        (f";1.1;{'x' * 50_000};3;4;5;6;B", "Soal", "pendekkan"),
        (";1.1;Apa; atau?;3;4;5;6;B", "-", "tanda kutip"),
    ],
)
def test_a_fault_names_row_field_and_remedy(line: str, field: str, remedy: str) -> None:
    faults = only(from_csv(f"Judul\n{HEAD_LINE}\n{line}")).faults
    fault = next(one for one in faults if one.field == field)
    assert (fault.file, fault.line) == ("soal.csv", 3)
    assert remedy in fault.fault_id
    assert fault.fault_en


@pytest.mark.parametrize(
    ("written", "fixed", "faults"),
    [("tetap", True, 0), ("Acak", False, 0), ("fixed", True, 0), ("", None, 0), ("1, 2, 3", None, 1)],
)
def test_the_order_of_options_is_fixed_shuffled_or_not_said(written: str, fixed: bool | None, faults: int) -> None:
    found = only(from_csv(f"Soal;A;B;Kunci;Urutan pilihan\nApa?;1;2;A;{written}"))
    assert found.item
    assert found.item.fixed_order is fixed
    assert [fault.field for fault in found.faults] == ["Urutan opsi"] * faults


@pytest.mark.parametrize(
    ("level", "share", "expected"),
    [
        ("Ingat", "0,65", ("remember", 0.65, ())),
        ("C3", "65 %", ("apply", 0.65, ())),
        ("analyse", "0.5", ("analyse", 0.5, ())),
        ("", "", (None, None, ())),
        ("sulit", "65", (None, None, ("Tingkat", "Perkiraan sulit"))),
        ("ingat", "101%", ("remember", None, ("Perkiraan sulit",))),
    ],
)
def test_levels_and_expectations_are_read_as_people_write_them(level, share, expected) -> None:
    found = only(from_csv(f"Soal;A;B;Kunci;Tingkat;Perkiraan sulit\nApa?;1;2;A;{level};{share}"))
    assert found.item
    assert (found.item.cognitive_level, found.item.expected_p, tuple(f.field for f in found.faults)) == expected


def test_the_text_of_a_case_stands_once_and_belongs_to_all_its_items() -> None:
    head = "Kasus (kode);Teks kasus;Soal;A;B;Kunci\n"
    rows = from_csv(f"{head}K1;;Satu?;1;2;A\nK1;Sebuah pabrik;Dua?;1;2;A\nK2;;Tiga?;1;2;A\n").rows
    assert [row.item.stimulus for row in rows if row.item] == ["Sebuah pabrik", "Sebuah pabrik", ""]
    assert [len(row.faults) for row in rows] == [0, 0, 1]
    rows = from_csv(f"{head}K1;satu;Satu?;1;2;A\nK1;dua;Dua?;1;2;A\n").rows
    assert all("punya 2 teks" in row.faults[0].fault_id for row in rows)


def test_a_code_belongs_to_one_item() -> None:
    first, second = from_csv(f"{HEAD_LINE}\n{ITEM_LINE}\n{ITEM_LINE}\n").rows
    assert (first.faults, second.faults[0].field) == ((), "Kode")
    assert "di 2" in second.faults[0].fault_id


def test_what_is_not_read_is_listed() -> None:
    found = from_csv(f"{HEAD_LINE};Penulis\n{ITEM_LINE};Sari\n;;;;;;;;catatan\n")
    assert [note.text_id for note in found.left_out] == ["kolom “Penulis”", "baris tanpa soal"]
    assert from_csv(f"No;{HEAD_LINE}\n1;{ITEM_LINE}\n2;;;;;;;;\n").left_out == ()
    found = from_csv('Soal;A;B;Kunci\n"<u>Apa</u> <script>alert(1)</script>?";1;2;A\n')
    item = only(found)
    assert item.item
    assert item.item.stem == "Apa ?"
    assert {"<u>" in note.text_id or "<script>" in note.text_id for note in item.left_out} == {True}


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"", "judul kolom"),
        (b"nama;alamat\nAdi;Solo", "judul kolom"),
        (b"Soal;A;B;Kunci\n", "tidak ada soal"),
        (b'Soal;A;B;Kunci\n"Apa;1;2;A', "tanda kutip"),
        (b"\xff\xfeS\x00o", "UTF-8"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "UTF-8"),
        (b"Soal;A;B;Kunci\nA\0pa;1;2;A", "CSV"),
        (b"Soal;A;B;Kunci\n" + b"Apa?;1;2;A\n" * 10_005, "10000 soal"),
    ],
)
def test_a_file_that_is_no_table_of_items_is_refused_with_the_remedy(content: bytes, remedy: str) -> None:
    with pytest.raises(DataFileError) as refused:
        from_csv(content)
    assert remedy in refused.value.faults[0].fault_id


def test_a_sheet_has_numbers_dates_formulas_and_faults() -> None:
    styles = f'<styleSheet xmlns="{SHEET}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    found = from_sheet(
        row(*HEAD),
        row("S-1", 1.1, "Apa?", 12.5, 3, '<c t="b"><v>1</v></c>', "x", 2),
        row(
            "S-2",
            '<c s="1"><v>45000</v></c>',
            "Apa?",
            "<c><f>1+1</f><v>2</v></c>",
            '<c t="e"><v>#N/A</v></c>',
            5,
            6,
            "D",
        ),
        parts={"xl/styles.xml": styles},
    )
    good, bad = found.rows
    assert good.faults == ()
    assert good.item
    assert (good.item.kuk, good.item.options, good.item.key) == ("1.1", ("12,5", "3", "TRUE", "x"), 1)
    assert {(fault.line, fault.field): fault.fault_id.split(";")[0] for fault in bad.faults} == {
        (3, "KUK"): "sel berisi tanggal",
        (3, "A"): "sel berisi rumus",
        (3, "B"): "sel berisi kesalahan (#N/A, #REF!)",
    }


def test_titles_merged_cells_and_two_lines_of_headings() -> None:
    found = from_sheet(
        row("Bank soal skema MMu", None, None),
        row("No", "KUK", "Soal", "Pilihan jawaban", None, None, None, "Kunci"),
        row(None, None, None, "A", "B", "C", "D"),
        row(1, "1.1", "Satu?", "w", "x", "y", "z", "A"),
        row(2, None, "Dua?", "w", "x", "y", "z", "B"),
        after='<mergeCells><mergeCell ref="A1:H1"/><mergeCell ref="A2:A3"/><mergeCell ref="B2:B3"/><mergeCell ref="C2:C3"/>'
        '<mergeCell ref="H2:H3"/><mergeCell ref="B4:B5"/><mergeCell ref="bad"/></mergeCells>',
    )
    assert [(one.item.kuk, one.item.stem, one.item.key) for one in found.rows if one.item] == [
        ("1.1", "Satu?", 0),
        ("1.1", "Dua?", 1),
    ]
    assert not any(one.faults for one in found.rows)


def test_the_first_sheet_with_headings_counts_and_others_are_listed() -> None:
    other = (
        f'<worksheet xmlns="{SHEET}"><sheetData>{row("Nama", "Alamat")}{row("Sari", "Solo")}</sheetData></worksheet>'
    )
    items = f'<worksheet xmlns="{SHEET}"><sheetData>{row(*HEAD)}{row(*ITEM)}</sheetData></worksheet>'
    parts = {"xl/worksheets/sheet2.xml": items, "xl/worksheets/sheet3.xml": items}
    found = from_sheet(
        row("Pengantar"), parts={**parts, "xl/worksheets/sheet4.xml": other}, names=("Awal", "B", "C", "D")
    )
    assert only(found).item
    assert [note.text_id for note in found.left_out] == ["lembar “Awal”", "lembar “C”", "lembar “D”"]


def test_runs_of_a_cell_keep_what_exams_need() -> None:
    def part(words: str, marks: str) -> str:
        return f'<r><rPr>{marks}</rPr><t xml:space="preserve">{words}</t></r>'

    runs = (
        part("Luas 3 m", "")
        + part("2", '<vertAlign val="superscript"/>')
        + part(" yang ", "")
        + part("BUKAN", "<b/><i/>")
    )
    found = from_sheet(row(*HEAD), row("S-1", "1.1", f'<c t="inlineStr"><is>{runs}</is></c>', "1", "2", "3", "4", "A"))
    item = only(found).item
    assert item
    assert item.stem == "Luas 3 m<sup>2</sup> yang <strong><em>BUKAN</em></strong>"


def anchored(*places: tuple[int, int, str]) -> str:
    """Row, column and relation of each picture; the first row is 0."""
    anchors = "".join(
        f"<oneCellAnchor><from><col>{column}</col><row>{line}</row></from><pic><nvPicPr>"
        f'<cNvPr id="1" name="g" descr="peta kendali"/></nvPicPr><blipFill><blip r:embed="{relation}"/></blipFill></pic></oneCellAnchor>'
        for line, column, relation in places
    )
    return f'<wsDr xmlns="x" xmlns:r="{OFFICE}">{anchors}</wsDr>'


def test_a_picture_belongs_to_the_cell_that_it_lies_on() -> None:
    png, jpeg = picture("red"), picture("blue", kind="JPEG")
    places = ((1, 2, "p"), (1, 4, "j"), (2, 8, "p"), (9, 9, "p"), (2, 2, "x"), (3, 2, "e"))
    found = from_sheet(
        row(*HEAD, "Gambar"),
        row(*ITEM),
        row("S-2", *ITEM[1:]),
        row("S-3", *ITEM[1:]),
        after='<drawing r:id="d"/>',
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("d", "drawing", "../drawings/d.xml")),
            "xl/drawings/d.xml": anchored(*places),
            "xl/drawings/_rels/d.xml.rels": relations(
                ("p", "image", "../media/a.png"),
                ("j", "image", "../media/b.jpg"),
                ("x", "image", "https://example.org/a.png"),
                ("e", "image", "../media/a.emf"),
            ),
            "xl/media/a.png": png,
            "xl/media/b.jpg": jpeg,
            "xl/media/a.emf": b"\x01\0\0\0 no picture of ours",
        },
    )
    red, blue = read_image(png).hash, read_image(jpeg).hash
    first, second, third = found.rows
    assert first.item
    assert first.item.stem == f'<p>Berapa 2 + 2?</p><p><img alt="peta kendali" src="image:{red}"></p>'
    assert blue in first.item.options[1]
    assert second.item
    assert red in second.item.stem  # from the column of pictures
    assert "ditautkan" in second.left_out[0].text_id
    assert "gambar" in third.faults[0].fault_id
    assert set(found.images) == {red, blue}
    assert "di luar baris soal" in found.left_out[0].text_id
