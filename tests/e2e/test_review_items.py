"""The item panel in a browser, by keys alone: from the table through the stack to decisions, and items side by side."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.db import Database
from tests.e2e.conftest import Live, at_desk, axe_violations
from tests.e2e.pictures import looking
from tests.reviewed import make_review

NOTE = "Ahli: dua opsi sama-sama benar, kuncinya diperiksa lagi."


looked = looking("items")


def look(page: Page, name: str) -> None:
    """In forced colours, too."""
    looked(page, name)
    page.emulate_media(forced_colors="active")
    assert axe_violations(page) == []
    page.emulate_media(forced_colors="none")


def make_ready(live: Live, **planted: int) -> tuple[UUID, str]:
    """A review under discussion, and the code of the item whose key the data contradict."""

    async def make(database: Database) -> tuple[UUID, str]:
        review, known = await make_review(database, live.world, **planted)
        return review, known[0].code

    made: tuple[UUID, str] = live.run(make)
    return made


def open_items(page: Page, review: UUID) -> None:
    page.goto(f"{page.url.split('#')[0]}#halaman=kajian/{review}/soal")
    expect(page.get_by_role("heading", name="Soal dalam kajian")).to_be_visible()


@pytest.mark.timeout(240)
def test_the_committee_goes_through_the_flagged_items_by_keys(live: Live, browser: Browser) -> None:
    review, code = make_ready(live)
    with at_desk(browser, live, "committee") as page:
        open_items(page, review)
        first = page.get_by_role("table", name="Tabel soal").locator("tbody tr").first
        expect(first).to_contain_text(code)
        expect(first).to_contain_text("kunci mungkin keliru")
        look(page, "table")

        page.get_by_role("button", name="Telusuri").press("Enter")
        card = page.get_by_role("article", name=code)
        expect(card).to_be_focused()
        expect(card.get_by_role("img", name="Berapa peserta dari tiap seperlima")).to_be_visible()
        look(page, "card")
        card.focus()
        page.keyboard.press("s")
        expect(page.get_by_role("dialog", name=code)).to_be_visible()
        page.keyboard.press("Escape")

        card.focus()
        page.keyboard.press("3")
        expect(page.get_by_role("radio", name="Ditangguhkan")).to_be_checked()
        expect(page.get_by_role("textbox", name="Catatan", exact=True)).to_be_focused()
        page.keyboard.type("n p 1")  # a letter in the note is a letter
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Tulis catatannya dahulu")).to_be_visible()
        page.get_by_role("textbox", name="Catatan", exact=True).fill(NOTE)
        page.get_by_role("button", name="Berikutnya").press("Enter")
        expect(page.get_by_role("article", name=code)).to_be_hidden()
        page.get_by_role("button", name="Sebelumnya").press("Enter")
        expect(page.get_by_role("textbox", name="Catatan", exact=True)).to_have_value(NOTE)  # nothing typed is lost
        page.get_by_role("radio", name="Ditangguhkan").check()
        page.get_by_role("textbox", name="Catatan", exact=True).press("Control+Enter")
        expect(page.get_by_text(f"{code}: Ditangguhkan. Keputusan tersimpan.")).to_be_visible()
        expect(page.get_by_role("article", name=code)).to_be_hidden()  # on to the next of the stack
        expect(page.get_by_role("article")).to_be_focused()
        page.keyboard.press("p")
        expect(page.get_by_role("article", name=code)).to_contain_text(NOTE)
        expect(page.get_by_role("article", name=code)).to_contain_text("oleh Petugas committee")

        page.get_by_role("button", name="Mulai temuan").first.press("Enter")
        expect(page.get_by_role("dialog", name="Buat temuan")).to_be_visible()


@pytest.mark.timeout(240)
def test_figures_explain_themselves_views_are_kept_and_items_stand_side_by_side(live: Live, browser: Browser) -> None:
    review, code = make_ready(live)
    with at_desk(browser, live, "committee") as page:
        open_items(page, review)
        rows = page.get_by_role("table", name="Tabel soal").locator("tbody tr")
        expect(rows).to_have_count(100)
        page.get_by_role("button", name="Tampilkan 20 soal lagi").press("Enter")
        expect(rows).to_have_count(120)
        page.get_by_label("Tanda", exact=True).select_option("kunci mungkin keliru")
        expect(page.get_by_text("1 dari 120 soal", exact=True)).to_be_visible()
        page.locator("summary", has_text="Tampilan tersimpan").click()
        page.get_by_label("Nama tampilan").fill("Kunci meragukan")
        page.get_by_role("button", name="Simpan tampilan ini").press("Enter")
        expect(page.get_by_role("button", name="Pakai Kunci meragukan")).to_be_visible()
        page.reload()
        expect(page.get_by_text("120 dari 120 soal", exact=True)).to_be_visible()
        page.locator("summary", has_text="Tampilan tersimpan").click()
        page.get_by_role("button", name="Pakai Kunci meragukan").press("Enter")
        expect(page.get_by_text("1 dari 120 soal", exact=True)).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Unduh CSV").click()
        assert code in download.value.path().read_text(encoding="utf-8")

        page.get_by_role("button", name=code, exact=True).press("Enter")
        page.get_by_role("region", name="Angka").get_by_role("button").first.press("Enter")
        expect(page.get_by_role("dialog", name="Menjawab benar")).to_contain_text("Berapa dari setiap 100 peserta")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Bagaimana jika kuncinya dikoreksi?").press("Enter")
        page.wait_for_url(f"**koreksi/baru:{code}")
        page.go_back()
        page.get_by_role("button", name="Bandingkan").press("Enter")
        page.get_by_label("Kanan").select_option(index=1)
        expect(page.get_by_role("region", name="Bandingkan").get_by_role("columnheader")).to_have_count(3)
        look(page, "compare")
        page.get_by_role("button", name="Dua periode").press("Enter")
        expect(page.get_by_label("Kiri")).to_be_visible()
        page.get_by_role("button", name="Dua versi").press("Enter")
        expect(page.get_by_text("Soal ini baru mempunyai satu versi.")).to_be_visible()


@pytest.mark.timeout(240)
def test_few_candidates_are_shown_as_counts_with_what_experts_say(live: Live, browser: Browser) -> None:
    review, code = make_ready(live, candidates=20)
    with at_desk(browser, live, "auditor") as page:
        open_items(page, review)
        expect(page.get_by_role("table", name="Tabel soal")).to_contain_text("belum cukup data (n = ")
        page.get_by_role("button", name=code, exact=True).press("Enter")
        card = page.get_by_role("article", name=code)
        expect(card).to_contain_text("Ahli memperkirakan")
        expect(card).to_contain_text("hanya hitungan yang ditampilkan")
        expect(card).to_contain_text("Keputusan hanya dapat diubah anggota komite")
        look(page, "few")
