"""Files of items in real browsers: looked at, left, found again, brought in; and out of the bank by two people."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from app.worker import run_jobs
from tests.domain.itembank.importing import csv_of, row, second_member
from tests.e2e.conftest import Live
from tests.e2e.test_bank_pages import look, office

FILE = csv_of(
    row(stem="Siapa yang menunjuk auditor internal?"),
    row(stem="Apa isi program audit?", Kunci=""),
    row("MMU-1.1-01", stem="Apa tujuan tinjauan manajemen?"),
)


def send(page: Page, content: bytes) -> None:
    page.get_by_role("button", name="Impor", exact=True).press("Enter")
    page.get_by_label("Berkas").set_input_files(
        [{"name": "soal asesor.csv", "mimeType": "text/csv", "buffer": content}]
    )
    page.get_by_role("button", name="Baca berkas").press("Enter")
    expect(page.get_by_text("Membaca berkas…")).to_be_visible()


@pytest.mark.timeout(180)
def test_a_file_is_looked_at_left_found_again_and_brought_in(live: Live, browser: Browser) -> None:
    with office(browser, live, "committee") as page:
        send(page, FILE)
        look(page, "import-reading")
        live.run(run_jobs)
        expect(page.get_by_role("button", name="baru: 1")).to_be_visible()
        fault = page.get_by_role("row").filter(has_text="Apa isi program audit?")
        expect(fault).to_contain_text("Kunci: ")
        expect(page.get_by_role("button", name="Masukkan")).to_be_disabled()
        look(page, "import-report")

        page.get_by_role("button", name="ditolak: 1").press("Enter")
        expect(page.get_by_role("row")).to_have_count(2)
        page.get_by_role("button", name="Semua impor").press("Enter")
        expect(page.get_by_text("menunggu keputusan Anda")).to_be_visible()
        look(page, "imports")
        page.get_by_role("button", name="soal asesor.csv").press("Enter")

        page.get_by_label("Tinggalkan 1 baris yang ditolak").check()
        page.get_by_label("Alasan").fill("kumpulan asesor angkatan 12")
        page.get_by_role("button", name="Masukkan").press("Enter")
        expect(page.get_by_text("sedang dimasukkan")).to_be_visible()
        live.run(run_jobs)
        expect(page.get_by_text("2 soal sudah masuk sebagai konsep Anda.")).to_be_visible()
        page.get_by_role("button", name="Lihat soal").press("Enter")
        expect(page.get_by_role("row").filter(has_text="Siapa yang menunjuk auditor internal?")).to_be_visible()


@pytest.mark.timeout(180)
def test_what_is_no_file_of_items_is_refused_in_words(live: Live, browser: Browser) -> None:
    with office(browser, live, "committee") as page:
        send(page, b"\x00\x01\x02")
        live.run(run_jobs)
        expect(page.get_by_text("Tidak ada yang berubah.")).to_be_visible()
        expect(page.get_by_role("listitem").first).to_contain_text("bentuk berkas tidak dikenal")
        look(page, "import-refused")
        page.get_by_role("button", name="Buang impor ini").press("Enter")
        expect(page.get_by_text("Belum ada. Berkas yang Anda kirim")).to_be_visible()
        with page.expect_download() as template:
            page.get_by_role("link", name="Excel (.xlsx)").click()
        assert template.value.suggested_filename == "soal-templat.xlsx"


@pytest.mark.timeout(180)
def test_two_people_let_a_file_out(live: Live, browser: Browser) -> None:
    live.run(second_member)
    with office(browser, live, "committee") as asker:
        asker.get_by_role("button", name="Ekspor", exact=True).press("Enter")
        asker.get_by_role("combobox", name="Soal", exact=True).select_option("kuk")
        asker.get_by_role("combobox", name="KUK", exact=True).select_option("1.1")
        asker.get_by_label("Alasan").fill("arsip tahunan lembaga")
        asker.get_by_role("button", name="Minta", exact=True).press("Enter")
        expect(asker.get_by_text("anggota komite lain perlu menyetujuinya")).to_be_visible()
        expect(asker.get_by_role("button", name="Putuskan ekspor")).to_have_count(0)
        look(asker, "exports")
        with office(browser, live, "ratna") as other:
            other.get_by_role("button", name="Ekspor", exact=True).press("Enter")
            other.get_by_role("button", name="Putuskan ekspor").press("Enter")
            dialog = other.get_by_role("dialog")
            dialog.get_by_label("Alasan").fill("sesuai prosedur arsip")
            look(other, "export-decision")
            dialog.get_by_role("button", name="Setujui").press("Enter")
            expect(other.get_by_text("belum diambil")).to_be_visible()
            expect(other.get_by_role("button", name="Ambil berkas")).to_have_count(0)
        asker.reload()
        with asker.expect_download() as file:
            asker.get_by_role("button", name="Ambil berkas").press("Enter")
        assert file.value.suggested_filename.endswith(".xlsx")
        expect(asker.get_by_text("1 kali diambil")).to_be_visible()
