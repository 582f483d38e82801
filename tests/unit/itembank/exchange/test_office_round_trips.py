"""A bank that goes out as a file and comes back is the same bank."""

from __future__ import annotations

import io
import random
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.core.datafile import DataFileError
from app.core.sheets import FORMULA_STARTERS
from app.itembank import exchange
from app.itembank.exchange import TEMPLATES, ExchangeItem, Format
from app.itembank.exchange.formats import csv
from app.itembank.exchange.formats.docx import reading as docx
from app.itembank.exchange.formats.texts import guard, read_text, unguard, write_text
from app.itembank.exchange.formats.xlsx import reading as xlsx
from app.itembank.exchange.templates.examples import EXAMPLES
from app.itembank.richtext import BadFormula, clean, escape, plain

from .items import rich_items, sample_bank

OFFICE = (Format.XLSX, Format.DOCX, Format.CSV)
READ = {Format.XLSX: xlsx.read, Format.DOCX: docx.read, Format.CSV: csv.read}  # here and now, without the sandbox


@pytest.mark.parametrize("kind", OFFICE)
@pytest.mark.parametrize("make", [sample_bank, rich_items])
def test_what_is_written_is_read_as_the_same_items(kind: Format, make) -> None:
    items, images = make()
    found = exchange.read(exchange.write(kind, items, images, "Diekspor oleh Sari; 22 November 2026"), "bank")
    assert found.format is kind
    assert [row.item for row in found.rows] == items
    assert not any(row.faults or row.left_out for row in found.rows)
    assert (found.faults, found.left_out) == ((), ())
    assert found.images == ({} if kind is Format.CSV else images)


@pytest.mark.parametrize("kind", sorted(TEMPLATES))
def test_a_template_brings_its_example_and_no_fault(kind: Format) -> None:
    found = exchange.read(exchange.template(kind), "templat")
    assert [row.item for row in found.rows] == list(EXAMPLES)
    assert not any(row.faults or row.left_out for row in found.rows)
    assert (found.faults, found.left_out) == ((), ())


def test_the_notice_stands_where_a_person_sees_it() -> None:
    items, images = rich_items()
    notice = "Diekspor oleh Sari"
    assert exchange.write(Format.CSV, items, images, notice).decode("utf-8-sig").startswith(notice)
    book = load_workbook(io.BytesIO(exchange.write(Format.XLSX, items, images, notice)))
    assert [sheet["A2"].value for sheet in book] == [notice, notice]


def test_no_cell_begins_with_what_a_spreadsheet_would_run() -> None:
    nasty = [f"{sign}cmd|' /C calc'!A0" for sign in FORMULA_STARTERS] + ["'=1", "''=1", "\u200b=1", " =1"]
    base = rich_items()[0][0]
    items = [replace(base, code=None, stem=escape(text), rationale=escape(text), source=escape(text)) for text in nasty]
    book = load_workbook(io.BytesIO(exchange.write(Format.XLSX, items, {}, "=notice")))
    cells = [cell.value for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert not any(isinstance(value, str) and value.startswith(FORMULA_STARTERS) for value in cells)
    lines = exchange.write(Format.CSV, items, {}, "notice").decode("utf-8-sig")
    assert not any(cell.strip('"').startswith(FORMULA_STARTERS) for cell in lines.replace("\r\n", ";").split(";"))
    for kind in (Format.XLSX, Format.CSV):
        found = READ[kind](exchange.write(kind, items, {}, "notice"), "x")
        assert [row.item for row in found.rows] == items


@pytest.mark.parametrize(
    "text",
    [
        "a < b dan c > d",
        "a <b dan c> d",
        "R&D &amp; &lt;p&gt;",
        "<p>satu</p>",
        "'=1",
        "harga $5 \\(x\\)",
        "\\(\\frac{1}{2}\\) dari x",
        "baris\nbaris",
        "90\xa0% “kutip”",
        "a &nbsp; b",
        "<br>",
        "x<y>z</y>",
        "e\u0301",
    ],
)
def test_a_text_that_looks_like_something_else_survives_a_cell(text: str) -> None:
    for markup in (clean(escape(text)).markup, clean(text).markup):
        assert read_text(write_text(markup)).markup == markup


ELEMENTS = [
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<sub>2</sub>",
    "<ul><li>",
    "</ul>",
    "<br>",
    "<table><caption>",
    "</caption><tr><td>",
    "</table>",
    "&lt;",
    "&amp;",
    "&",
    "<",
    ">",
    "<x\xa0y>",
    "--",
]
SIGNS = [
    "a",
    " ",
    "\n",
    "\t",
    "'",
    "=",
    "-",
    "\\(x\\)",
    "\\(",
    "\\)",
    "\xa0",
    "“",
    "e\u0301",
    "\u202e",
    "👩\u200d🏫",
    "<i x=1>",
]
PARTS = st.sampled_from([*ELEMENTS, *SIGNS])


@given(st.lists(PARTS, max_size=12).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_canonical_text_survives_a_cell(text: str) -> None:
    try:
        markup = clean(text).markup
    except BadFormula:
        return
    written = write_text(markup)
    assert read_text(unguard(guard(written))).markup == markup
    assert not guard(written).startswith(FORMULA_STARTERS)


def test_no_word_is_lost_or_joined_to_another_on_the_way_through_a_document() -> None:
    luck = random.Random(6)
    texts = []
    while len(texts) < 150:
        with suppress(BadFormula):
            texts.append(clean("".join(luck.choices([*ELEMENTS, *SIGNS], k=10))).markup)
    items = [ExchangeItem(text, ("a", "b"), key=0) for text in texts if plain(text).strip()]
    found = docx.read(exchange.write(Format.DOCX, items, {}, "n"), "x")
    said = [plain(row.item.stem).split() for row in found.rows if row.item]
    assert said == [plain(item.stem).split() for item in items]


def test_a_key_whose_letter_is_also_an_option_is_written_so_that_nobody_can_mistake_it() -> None:
    item = ExchangeItem("Golongan darah?", ("B", "A", "O", "AB"), key=0)
    for kind in OFFICE:
        (row,) = READ[kind](exchange.write(kind, [item], {}, "n"), "x").rows
        assert (row.item and row.item.key, row.faults) == (0, ())


def test_pictures_lie_on_the_cell_that_shows_them() -> None:
    items, images = rich_items()
    sheet = load_workbook(io.BytesIO(exchange.write(Format.XLSX, items, images, "n")))["Soal"]
    (drawn,) = sheet._images
    assert sheet.cell(drawn.anchor._from.row + 1, drawn.anchor._from.col + 1).value.startswith("<p>Lihat gambar")


def test_a_cut_file_is_refused_and_never_half_read() -> None:
    items, images = rich_items()
    for kind in (Format.XLSX, Format.DOCX):
        whole = exchange.write(kind, items, images, "n")
        for start, end in pairwise(range(0, len(whole), len(whole) // 3)):
            for cut in (whole[:end], whole[start:end]):
                with pytest.raises(DataFileError):
                    READ[kind](cut, "x")
