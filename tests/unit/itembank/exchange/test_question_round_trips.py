"""Items written in a format and read again are the same items, picture for picture, with nothing to report about them."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from app.itembank import exchange
from app.itembank.exchange import Format
from app.itembank.exchange.formats import gift, moodle_xml, package, qti
from tests.unit.itembank.exchange.items import sample_bank
from tests.unit.itembank.exchange.samples import NOTICE, full_items, require_harmless

FORMATS = (moodle_xml, gift, qti)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("made", [sample_bank, full_items])
def test_items_come_back_as_they_were(format_: ModuleType, made) -> None:
    items, images = made()

    read = format_.read(format_.write(items, images, NOTICE), "ekspor")

    assert [row.item for row in read.rows] == items
    assert [row.faults + row.left_out for row in read.rows] == [()] * len(items)
    assert read.images == images
    require_harmless(read)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_source_comes_back_in_plain_words(format_: ModuleType) -> None:
    item = replace(full_items()[0][-1], source="<em>Juran</em> &amp; Gryna")

    (row,) = format_.read(format_.write([item], {}, NOTICE), "ekspor").rows

    assert row.item is not None
    assert row.item.source == "Juran &amp; Gryna"


@pytest.mark.parametrize("format_", [moodle_xml, gift])
def test_the_notice_stands_at_the_head_of_the_file(format_: ModuleType) -> None:
    items, images = full_items()

    assert NOTICE in format_.write(items, images, NOTICE).decode()[:1000]


@pytest.mark.parametrize("kind", [Format.MOODLE_XML, Format.GIFT, Format.QTI_30])
def test_the_confined_process_finds_out_the_format_and_reads_it(kind: Format) -> None:
    items, images = full_items()

    read = exchange.read(exchange.write(kind, items, images, NOTICE), "ekspor")

    assert read.format is kind
    assert [row.item for row in read.rows] == items
    assert read.images == images


def test_the_confined_process_opens_a_sealed_package() -> None:
    items, images = full_items()
    sealed = package.write(items, images, NOTICE, "lima kata yang cukup panjang")

    read = exchange.read(sealed, "ekspor", Format.PACKAGE, "lima kata yang cukup panjang")

    assert [row.item for row in read.rows] == items
