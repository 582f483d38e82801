"""Documents as people really send them: our template, tables of questions, numbered lists."""

from __future__ import annotations

import pytest

from app.core.datafile import DataFileError
from app.itembank.exchange import ExchangeItem, ReadFile
from app.itembank.exchange.formats.docx import reading
from app.itembank.richtext import read_image
from tests.corpus.office import NUMBERED, document, inline_picture, paragraph, run, table

from .items import picture

PNG = {"parts": {"word/media/a.png": picture()}, "targets": (("p", "image", "media/a.png"),)}


def read(*blocks: str, **more) -> ReadFile:
    return reading.read(document("".join(blocks), **more), "soal.docx")


def lines(*said: str) -> list[str]:
    return [paragraph(one) for one in said]


def items(found: ReadFile) -> list[ExchangeItem]:
    return [row.item for row in found.rows if row.item]


def brief(found: ReadFile) -> list[tuple[str, tuple[str, ...], int | None]]:
    return [(item.stem, item.options, item.key) for item in items(found)]


def notes(found: ReadFile) -> list[str]:
    return [note.text_id for row in found.rows for note in row.left_out] + [note.text_id for note in found.left_out]


TWO = [("Satu?", ("w", "x", "y"), 1), ("Dua?", ("p", "q", "r"), 2)]


@pytest.mark.parametrize(
    "blocks",
    [
        lines("1. Satu?", "a. w", "b. x", "c. y", "Kunci: B", "2. Dua?", "a. p", "b. q", "c. r", "Kunci: C"),
        lines("1) Satu?", "A) w", "B) x", "C) y", "Jawaban: b", "2) Dua?", "(a) p", "(b) q", "(c) r", "Jawaban : c."),
        lines("1. Satu?", "A. w\tB. x\tC. y", "Kunci jawaban: B", "2. Dua?", "a. p     b. q     c. r", "JAWABAN = C"),
        lines(
            "Soal 1",
            "Satu?",
            "a. w",
            "b. x",
            "c. y",
            "Soal 2",
            "Dua?",
            "a. p",
            "b. q",
            "c. r",
            "Kunci Jawaban",
            "1. B",
            "2. C",
        ),
        lines("1. Satu?", "a. w", "b. x", "c. y", "2. Dua?", "a. p", "b. q", "c. r", "KUNCI JAWABAN:", "1. B  2. C"),
        lines("1. Satu?\na. w\nb. x\nc. y\nKunci: B", "2. Dua?\na. p\nb. q\nc. r\nKunci: C"),
        lines("Satu?", "a. w", "b. x", "c. y", "Kunci: B", "Dua?", "a. p", "b. q", "c. r", "Kunci: C"),
        [
            *lines("1. Satu?", "a. w", "b. x", "c. y", "2. Dua?", "a. p", "b. q", "c. r", "Kunci"),
            table(("No", "Kunci"), ("1", "B"), ("2", "C")),
        ],
        [
            *lines("1. Satu?", "a. w", "b. x", "c. y", "2. Dua?", "a. p", "b. q", "c. r"),
            table(("No", "1", "2"), ("Kunci", "B", "C")),
        ],
        [
            table(
                ("No", "Soal", "A", "B", "C", "Kunci"),
                ("1", "Satu?", "w", "x", "y", "B"),
                ("2", "Dua?", "p", "q", "r", "C"),
            )
        ],
        [table(("Soal", "A", "B", "C", "Kunci"), ("Satu?", "w", "x", "y", "b"), ("Dua?", "p", "q", "r", "r"))],
        [
            table(("Soal", "A", "B", "C"), ("Satu?", "w", "x", "y"), ("Dua?", "p", "q", "r")),
            *lines("Kunci jawaban", "1. B", "2. C"),
        ],
        [
            table(("Soal", "Satu?"), ("A", "w"), ("B", "x"), ("C", "y"), ("Kunci", "B")),
            paragraph(""),
            table(("Soal", "Dua?"), ("A", "p"), ("B", "q"), ("C", "r"), ("Kunci", "C")),
        ],
    ],
)
def test_however_the_questions_are_laid_out_they_are_the_same(blocks: list[str]) -> None:
    found = read(*blocks)
    assert brief(found) == TWO
    assert not any(row.faults for row in found.rows)


def test_numbers_and_letters_that_word_itself_counts() -> None:
    def listed(*said: tuple[int, str]) -> list[str]:
        return [paragraph(words, list_id=1, level=level) for level, words in said]

    blocks = [
        *listed((0, "Satu?"), (1, "w"), (1, "x"), (1, "y")),
        paragraph("Kunci: B"),
        *listed((0, "Dua?"), (1, "p"), (1, "q"), (1, "r")),
        paragraph("Kunci: C"),
    ]
    assert brief(read(*blocks, **NUMBERED)) == TWO


def test_a_list_within_a_question_is_part_of_it() -> None:
    found = read(
        *lines("1. Perhatikan:", "1) satu", "2) dua", "Manakah yang benar?", "a. 1 saja", "b. 2 saja", "Kunci: A"),
        *lines("2. Apa?"),
        paragraph("butir", list_id=2),
        *lines("a. p", "b. q", "Kunci: B"),
        **NUMBERED,
    )
    first, second = items(found)
    assert first.stem == "<p>Perhatikan:</p><p>1) satu</p><p>2) dua</p><p>Manakah yang benar?</p>"
    assert second.stem == "<p>Apa?</p><ul><li>butir</li></ul>"
    assert (first.key, second.key) == (0, 1)


def test_a_table_within_a_question_is_part_of_it_and_its_source_is_no_field() -> None:
    found = read(
        *lines("1. Perhatikan tabel."),
        table(("=Bulan", "Cacat"), ("+", "4")),
        *lines(
            "Sumber: catatan pabrik",
            "Berapa?",
            "a. 3",
            "b. 4",
            "Kunci: B",
            "Pembahasan: lihat tabel.",
            "Baris kedua.",
            "KUK: 2.3",
        ),
    )
    (item,) = items(found)
    assert (
        '<table><tbody><tr><td rowspan="2">Bulan</td><td>Cacat</td></tr><tr><td>4</td></tr></tbody></table>'
        in item.stem
    )
    assert "Sumber: catatan pabrik" in item.stem
    assert (item.rationale, item.kuk, item.source) == ("<p>lihat tabel.</p><p>Baris kedua.</p>", "2.3", None)


def test_options_in_a_table_without_borders() -> None:
    found = read(*lines("1. Apa?"), table(("A. w", "C. y"), ("B. x", "D. z")), *lines("Kunci: D"))
    assert brief(found) == [("Apa?", ("w", "x", "y", "z"), 3)]


def test_merged_cells_and_a_criterion_for_several_rows() -> None:
    found = read(
        table(
            ("=KUK", "=Soal", "Pilihan", "Pilihan", "=Kunci"),
            ("+", "+", "A", "B", "+"),
            ("=1.1", "Satu?", "w", "x", "A"),
            ("+", "Dua?", "p", "q", "B"),
        )
    )
    assert [(item.kuk, item.stem, item.key) for item in items(found)] == [("1.1", "Satu?", 0), ("1.1", "Dua?", 1)]


def test_emphasis_pictures_and_equations_come_along() -> None:
    equation = (
        "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>"
    )
    stem = paragraph(
        run("Manakah"),
        run(" ", "<w:b/>"),
        run("yang "),
        run("BUKAN", "<w:b/>"),
        run(" m"),
        run("2", '<w:vertAlign w:val="superscript"/>'),
        equation,
        inline_picture("p", 'peta "kendali"'),
    )
    found = read(stem.replace("Manakah", "1. Manakah"), *lines("a. p", "b. q", "Kunci: A"), **PNG)
    (item,) = items(found)
    shown = read_image(picture())
    assert item.stem.startswith("Manakah yang <strong>BUKAN</strong> m<sup>2</sup><math")
    assert 'alttext="\\frac{a}{b}"' in item.stem
    assert f'<img alt="peta &quot;kendali&quot;" src="image:{shown.hash}">' in item.stem
    assert found.images == {shown.hash: shown}


def test_tracked_changes_read_as_accepted_and_say_so() -> None:
    changed = "<w:p><w:r><w:t>1. Dua </w:t></w:r><w:del><w:r><w:delText>kali</w:delText></w:r></w:del><w:ins><w:r><w:t>tambah</w:t></w:r></w:ins></w:p>"
    found = read(changed, *lines("a. p", "b. q", "Kunci: A"))
    assert items(found)[0].stem == "Dua tambah"
    assert "perubahan terlacak" in notes(found)[0]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<w:r><w:footnoteReference w:id='1'/></w:r>", "catatan kaki"),
        ("<w:r><w:pict><v:textbox><w:txbxContent><w:p/></w:txbxContent></v:textbox></w:pict></w:r>", "kotak teks"),
        ("<w:r><w:object/></w:r>", "objek dari program lain"),
        ("<w:r><w:drawing/></w:r>", "grafik atau bagan"),
        (inline_picture("x"), "ditautkan"),
        (run("rahasia", "<w:vanish/>"), "teks tersembunyi"),
        (run("garis", '<w:u w:val="single"/>'), "garis bawah"),
        ("<m:oMath><m:phant/></m:oMath>", "persamaan dengan “phant”"),
        ("<w:r><w:sym w:char='F0B7'/></w:r>", "lambang"),
    ],
)
def test_what_cannot_be_carried_is_listed_with_its_question(inside: str, said: str) -> None:
    targets = (("x", "image", "https://example.org/a.png"),)
    found = read(paragraph("1. Apa?", inside), *lines("a. p", "b. q", "Kunci: A"), targets=targets)
    (row,) = found.rows
    assert said in row.left_out[0].text_id
    assert row.left_out[0].line == 1
    assert "rahasia" not in str(row.item)


def test_a_picture_that_cannot_be_taken_is_a_fault_of_its_question() -> None:
    parts = {"word/media/a.png": b"no picture"}
    found = read(
        paragraph("1. Apa?", inline_picture("p")),
        *lines("a. p", "b. q", "Kunci: A"),
        parts=parts,
        targets=PNG["targets"],
    )
    assert "PNG" in found.rows[0].faults[0].fault_id


def test_words_outside_of_the_questions_are_listed() -> None:
    found = read(
        *lines(
            "SOAL UJIAN 2026", "1. Apa?", "a. p", "b. q", "Bacaan untuk soal berikut", "Kunci: A", "2. Mana?", "a. p"
        )
    )
    said = notes(found)
    assert any("SOAL UJIAN 2026" in one for one in said)
    assert any("Bacaan untuk soal" in one for one in said)
    assert [fault.field for fault in found.rows[1].faults] == ["A", "Kunci"]


def test_questions_that_cannot_be_told_apart_are_a_fault() -> None:
    found = read(
        *lines("1. Satu?", "a. w", "b. x", "Kunci: A", "Pembahasan: jelas.", "Dua?", "a. p", "b. q", "Kunci: B")
    )
    (row,) = found.rows
    assert "beri nomor" in row.faults[0].fault_id


@pytest.mark.parametrize(
    ("blocks", "remedy"),
    [
        ([], "tidak ada soal"),
        (lines("Sebuah surat biasa."), "tidak ada soal"),
        ([table(("Nama", "Nilai"), ("Adi", "7"))], "tidak ada soal"),
    ],
)
def test_a_document_without_questions_is_refused(blocks: list[str], remedy: str) -> None:
    with pytest.raises(DataFileError) as refused:
        read(*blocks)
    assert remedy in refused.value.faults[0].fault_id
