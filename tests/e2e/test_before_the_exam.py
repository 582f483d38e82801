"""Before the exam in a real browser: a roster from a file, rooms and seats, the door, computers, the last checks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from app.delivery import Admission
from tests.e2e.conftest import LARGE, Live, axe_violations
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import wait_in_the_room
from tests.e2e.test_staff_pages import log_in
from tests.factories import make_photo

CSV = "nama;ruang;tempat;catatan\nCitra Lestari;Lab 1;1;x\nDewi Anggraini;Lab 1;1;\nPeserta 1;Lab 1;5;\n"


def file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


@pytest.mark.parametrize("live", [{"prepared": False}], indirect=True)
@pytest.mark.timeout(240)
def test_the_office_brings_people_in_and_seats_them(live: Live, page: Page) -> None:
    log_in(page, live, "/kantor", "office")
    page.get_by_role("button", name="Peserta", exact=True).click()
    page.get_by_label("Berkas peserta").set_input_files(file("peserta.csv", CSV))
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_text("1 ditambah, 1 diubah, 0 tetap, 1 ditolak.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Dewi")).to_contain_text("sudah untuk Citra Lestari")
    expect(page.get_by_role("button", name="Impor sekarang")).to_have_count(0)
    assert axe_violations(page) == []
    picture(page, "before-roster")
    page.get_by_label("Berkas peserta").set_input_files(file("peserta.csv", CSV.replace("Lab 1;1;\n", "Lab 1;2;\n")))
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_role("button", name="Impor sekarang").click()
    expect(page.get_by_text("Selesai: 2 ditambah, 1 diubah.")).to_be_visible()
    number = live.world.cards[0].number
    page.get_by_label("Foto peserta").set_input_files(
        [
            {"name": f"{number}.png", "mimeType": "image/png", "buffer": make_photo()},
            {"name": "lain.png", "mimeType": "image/png", "buffer": make_photo()},
        ]
    )
    page.get_by_role("button", name="Unggah foto").click()
    expect(page.get_by_text("1 foto tersimpan.")).to_be_visible()
    expect(page.get_by_text("Tidak ada peserta dengan nomor: LAIN.")).to_be_visible()
    expect(page.get_by_role("img", name="Foto Peserta 1")).to_be_visible()

    page.get_by_role("button", name="Ruang dan tempat duduk").click()
    page.get_by_label("Nama ruang").fill("Lab 2")
    page.get_by_label("Jumlah tempat").fill("2")
    page.get_by_role("button", name="Tambah ruang").click()
    expect(page.get_by_text("0 dari 2 tempat")).to_be_visible()
    page.get_by_role("button", name="Ubah ruang Lab 2").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nama ruang").fill("Lab 1")
    dialog.get_by_role("button", name="Simpan").press("Enter")
    expect(dialog).to_contain_text("Sudah ada ruang dengan nama ini.")
    assert axe_violations(page) == []
    picture(page, "before-room")
    dialog.get_by_label("Nama ruang").fill("Lab 3")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Lab 3").first).to_be_visible()
    page.get_by_role("spinbutton", name="Boleh datang tanpa alasan").fill("20")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tersimpan: tanpa alasan sampai")).to_be_visible()
    picture(page, "before-lateness")
    page.get_by_label("Nama petugas").select_option(label="Petugas proctor")
    page.get_by_role("checkbox", name="Lab 3").check()
    page.get_by_role("button", name="Simpan tugas").click()
    expect(page.get_by_text("Pengawas: Petugas proctor")).to_be_visible()
    page.get_by_label("Semua yang belum mulai").check()
    page.get_by_role("button", name="Dudukkan menurut nomor").click()
    expect(page.get_by_text("peserta akan pindah atau mendapat tempat")).to_be_visible()
    assert axe_violations(page) == []
    picture(page, "before-rooms")
    page.get_by_role("button", name="Terapkan").click()
    page.get_by_role("button", name="Pindahkan Peserta 1").click()
    page.get_by_role("dialog").get_by_label("Tempat").fill("2")
    page.get_by_role("dialog").get_by_role("button", name="Pindahkan").click()
    expect(page.get_by_role("dialog")).to_contain_text("Tempat itu sudah untuk")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Pemeriksaan sebelum ujian").click()
    expect(page.get_by_text("paket untuk 6 peserta")).to_be_visible(timeout=30_000)
    assert axe_violations(page) == []
    picture(page, "before-preflight")


@pytest.mark.parametrize("live", [{"admission": Admission.PROCTOR, "opens_in": timedelta(minutes=-20)}], indirect=True)
@pytest.mark.timeout(240)
def test_the_door_lets_in_whom_somebody_looked_at(live: Live, page: Page, browser: Browser) -> None:
    here = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    wait_in_the_room(here, live)
    expect(here.get_by_text("Pengawas sedang memeriksa kehadiran")).to_be_visible()

    log_in(page, live, "/pengawas", "proctor")
    page.get_by_role("button", name="Kesiapan komputer").click()
    expect(page.get_by_text("1 dari 4 komputer siap")).to_be_visible(timeout=20_000)
    assert axe_violations(page) == []
    picture(page, "before-readiness")

    page.get_by_role("button", name="Pintu masuk").click()
    page.get_by_role("button", name="Tandai 4 yang belum datang").click()
    page.get_by_role("dialog").get_by_role("button", name="Batal").click()
    page.get_by_role("button", name="Tidak hadir Peserta 4").click()
    expect(page.get_by_text("Tidak hadir (Petugas proctor")).to_be_visible()
    page.get_by_role("button", name="Periksa identitas Peserta 2").click()
    page.get_by_label("Tidak cocok").check()
    page.get_by_label("Apa yang tidak cocok").fill("wajah berbeda")
    page.get_by_role("button", name="Catat", exact=True).click()
    expect(page.get_by_text("Tidak cocok: wajah berbeda")).to_be_visible()
    page.get_by_role("button", name="Periksa identitas Peserta 1").click()
    assert axe_violations(page) == []
    picture(page, "before-identity")
    page.get_by_label("foto cocok").check()
    page.get_by_label("Terlambat").fill("kereta terlambat")
    page.get_by_role("button", name="Catat dan izinkan masuk").click()
    expect(page.get_by_text("sudah diizinkan masuk")).to_be_visible()
    expect(page.get_by_text("terlambat (datang")).to_have_count(2)
    assert axe_violations(page) == []
    picture(page, "before-door")
    expect(here.get_by_role("button", name="MULAI")).to_be_visible(timeout=30_000)
    here.context.close()
