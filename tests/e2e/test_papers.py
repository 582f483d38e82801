"""Printing in a real browser: a paper is one press away, cards ask first, and a print's code opens a page that anybody reads."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from playwright.sync_api import Browser, Download, expect

from tests.e2e.conftest import LARGE, SMALL, Live, axe_violations
from tests.e2e.pictures import picture
from tests.e2e.test_staff_pages import log_in


def words_of(download: Download) -> str:
    pages = pypdf.PdfReader(io.BytesIO(download.path().read_bytes())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.timeout(180)
def test_a_proctor_prints_papers_and_cards(live: Live, browser: Browser) -> None:
    page = browser.new_context(viewport=LARGE, locale="id-ID", accept_downloads=True).new_page()
    log_in(page, live, "/pengawas", "proctor")
    section = page.get_by_role("region", name="Cetak")
    page.get_by_role("button", name="Cetak", exact=True).press("Enter")
    expect(section.get_by_role("heading", name="Cetak")).to_be_focused()
    for name, file in (("Daftar hadir", "daftar-hadir-UJI-1.pdf"), ("Berita acara", "berita-acara-UJI-1.pdf")):
        with page.expect_download() as download:
            section.get_by_role("link", name=name).press("Enter")
        assert download.value.suggested_filename == file
        assert live.world.cards[0].number in words_of(download.value)
    picture(page, "papers")
    section.get_by_role("button", name="Cetak kartu…").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("kartu lama tidak berlaku lagi")).to_be_visible()
    assert axe_violations(page) == []
    picture(page, "papers-cards")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Buat PIN baru dan cetak").press("Enter")
    assert download.value.suggested_filename == "kartu-peserta-UJI-1.pdf"
    assert words_of(download.value).count("PIN ini rahasia") == len(live.world.cards)
    expect(section.get_by_text("Kartu sudah diunduh")).to_be_visible()
    section.get_by_text("Cetakan terakhir").click()
    expect(section.get_by_role("listitem").filter(has_text="Kartu peserta")).to_have_count(1)
    for size in (LARGE, SMALL):
        page.set_viewport_size(size)
        assert axe_violations(page) == []
    picture(page, "papers-printed")
    section.get_by_role("link", name=re.compile("^[0-9A-Z]{4}-")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cetakan ini tercatat")
    assert axe_violations(page) == []
    picture(page, "papers-checked")
    page.goto(f"{live.url}/periksa/AAAA-BBBB-CCCC")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode tidak dikenal")
    assert axe_violations(page) == []
    page.context.close()


def test_the_office_prints_too(live: Live, browser: Browser) -> None:
    page = browser.new_context(viewport=LARGE, locale="id-ID", accept_downloads=True).new_page()
    log_in(page, live, "/kantor", "office")
    page.get_by_role("button", name="Cetak", exact=True).press("Enter")
    with page.expect_download() as download:
        page.get_by_role("link", name="Denah tempat duduk").press("Enter")
    assert download.value.suggested_filename == "denah-UJI-1.pdf"
    assert axe_violations(page) == []
    page.context.close()
