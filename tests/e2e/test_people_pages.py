"""Undertakings, due process and invitations in real browsers: who signs comes in, who is suspected is heard, who is invited reads where."""

from __future__ import annotations

import asyncpg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import LARGE, SMALL, Live, axe_violations, run_apart
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import enter
from tests.e2e.test_staff_pages import log_in
from tests.factories import PASSWORD

SUSPICION = "Secarik kertas berisi catatan di bawah papan ketik."
STATEMENT = "Kertas itu bon kantin; saya lupa menaruhnya di tas."
GROUNDS = "Kertas itu memuat rumus yang ditanyakan."


def run(live: Live, statement: str) -> None:
    async def execute() -> None:
        superuser = await asyncpg.connect(live.database.superuser_url)
        await superuser.execute(statement)
        await superuser.close()

    run_apart(execute())


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Ringkasan dan selesai").press("Enter")
    page.get_by_role("checkbox", name="Saya yakin").press("Space")
    page.get_by_role("button", name="SELESAI UJIAN", exact=True).press("Enter")
    page.get_by_role("button", name="Ya, kumpulkan jawaban").press("Enter")
    expect(page.get_by_role("button", name="Periksa hasil")).to_be_visible()


@pytest.mark.timeout(180)
def test_whoever_signs_is_in_the_room(live: Live, page: Page) -> None:
    run(live, "DELETE FROM undertakings")
    page.goto(f"{live.url}/pengawas")
    page.get_by_label("Nama pengguna").fill("proctor")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pernyataan sebelum bertugas")
    picture(page, "undertakings")
    for viewport in (LARGE, SMALL):
        page.set_viewport_size(viewport)
        assert axe_violations(page) == []
    for kind in ("Pernyataan kerahasiaan", "Pernyataan benturan kepentingan"):
        page.get_by_role("button", name=f"Saya menyatakan: {kind}").press("Enter")
        expect(page.get_by_role("heading", name=kind)).to_have_count(0)
    page.get_by_role("button", name="Ujian uji coba").press("Enter")
    page.get_by_role("button", name="Reset log-in Peserta 2").press("Enter")
    expect(page.get_by_text("Peserta 2 dapat mencoba log-in lagi sekarang")).to_be_visible()
    assert axe_violations(page) == []
    picture(page, "reset-login")


@pytest.mark.timeout(240)
def test_a_suspicion_is_heard_and_decided(live: Live, page: Page, browser: Browser) -> None:
    enter(page, live)
    hand_in(page)
    live.work_once()
    contexts: list[BrowserContext] = [browser.new_context(viewport=LARGE, locale="id-ID") for _ in range(2)]
    proctor, committee = [context.new_page() for context in contexts]

    log_in(proctor, live, "/pengawas", "proctor")
    proctor.get_by_role("combobox", name="Peserta").last.select_option(index=1)
    proctor.get_by_label("Uraian").fill(SUSPICION)
    proctor.get_by_role("button", name="Catat kejadian").press("Enter")
    proctor.get_by_role("button", name="Buka dugaan pelanggaran").press("Enter")
    dialog = proctor.get_by_role("dialog")
    expect(dialog.get_by_label("Uraian")).to_have_value(SUSPICION)
    picture(proctor, "open-case")
    assert axe_violations(proctor) == []
    dialog.get_by_label("Yang diduga").select_option("notes")
    dialog.get_by_role("button", name="Buka dugaan pelanggaran").press("Enter")
    expect(proctor.get_by_text("hasil peserta ditahan.")).to_be_visible()

    page.get_by_role("button", name="Periksa hasil").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hasil Anda sedang diperiksa")
    expect(page.get_by_text("belum ada yang perlu Anda lakukan")).to_be_visible()

    log_in(committee, live, "/kantor", "committee")
    committee.get_by_role("button", name="Dugaan pelanggaran").press("Enter")
    committee.get_by_role("button", name="Minta keterangan peserta").press("Enter")
    expect(committee.get_by_text("menunggu keterangan peserta")).to_be_visible()
    committee.get_by_label("Pertimbangan keputusan").fill(GROUNDS)
    expect(committee.get_by_role("button", name="Nyatakan batal")).to_be_disabled()

    page.reload()
    page.get_by_role("button", name="Periksa hasil").press("Enter")
    expect(page.get_by_text(SUSPICION)).to_be_visible()
    picture(page, "withheld")
    for viewport in (SMALL, LARGE):
        page.set_viewport_size(viewport)
        assert axe_violations(page) == []
    page.get_by_role("textbox").fill(STATEMENT)
    page.get_by_role("button", name="Kirim keterangan").press("Enter")
    expect(page.get_by_text("Keterangan Anda diterima.")).to_be_visible()

    committee.reload()
    expect(committee.get_by_text(STATEMENT)).to_be_visible()
    committee.get_by_label("Pertimbangan keputusan").fill(GROUNDS)
    picture(committee, "irregularity")
    for viewport in (SMALL, LARGE):
        committee.set_viewport_size(viewport)
        assert axe_violations(committee) == []
    committee.get_by_role("button", name="Nyatakan batal").press("Enter")
    committee.get_by_role("dialog").get_by_role("button", name="Nyatakan batal").press("Enter")
    expect(committee.get_by_text("diputuskan: ujian batal")).to_be_visible()

    page.reload()
    expect(page.get_by_text("KEPUTUSAN ATAS DUGAAN PELANGGARAN UJIAN")).to_be_visible()
    expect(page.get_by_text("Hak banding")).to_be_visible()
    picture(page, "letter")
    assert axe_violations(page) == []
    with page.expect_download() as kept:
        page.get_by_role("link", name="Simpan surat ini").press("Enter")
    assert kept.value.suggested_filename == f"keputusan-UJI-1-{live.world.cards[0].number}.pdf"
    picture(committee, "irregularity-decided")
    with committee.expect_download() as printed:
        committee.get_by_role("link", name="Unduh surat kepada Peserta 1").press("Enter")
    assert printed.value.suggested_filename == kept.value.suggested_filename
    for context in contexts:
        context.close()


@pytest.mark.timeout(240)
def test_the_office_writes_texts_and_everybody_signs_again(live: Live, page: Page) -> None:
    log_in(page, live, "/kantor", "office")
    page.get_by_role("button", name="Semua sesi").press("Enter")
    expect(page.get_by_role("button", name="Ujian uji coba")).to_be_visible()
    picture(page, "all-sittings")
    page.get_by_role("button", name="Naskah pernyataan dan undangan").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Naskah pernyataan dan undangan")
    picture(page, "texts")
    for viewport in (SMALL, LARGE):
        page.set_viewport_size(viewport)
        assert axe_violations(page) == []

    page.get_by_role("button", name="Tulis versi baru: Undangan peserta").press("Enter")
    page.get_by_role("textbox", name="Bahasa Indonesia").fill("Yth. $name, PIN Anda $pin")
    page.get_by_role("button", name="Pratinjau").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Tidak dikenal: $pin")
    picture(page, "texts-refused")
    page.get_by_role("textbox", name="Bahasa Indonesia").fill("Yth. $name,\nkami tunggu di $place, $date.")
    page.get_by_role("button", name="Pratinjau").press("Enter")
    expect(page.get_by_role("dialog").get_by_text("Yth. Sari Dewi")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("button", name="Simpan sebagai versi 2").press("Enter")
    expect(page.get_by_text("Versi 2 tersimpan.")).to_be_visible()
    expect(page.get_by_text("Versi lama (1)")).to_be_visible()
    page.reload()
    expect(page.get_by_text("kami tunggu di $place")).to_be_visible()

    page.get_by_role("button", name="Tulis versi baru: Pernyataan kerahasiaan").press("Enter")
    page.get_by_role("textbox", name="Bahasa Indonesia").fill(
        "Saya menjaga kerahasiaan semua yang saya ketahui karena tugas saya."
    )
    page.get_by_label("Persetujuan berlaku (hari)").fill("180")
    picture(page, "texts-writing")
    page.get_by_role("button", name="Pratinjau").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("diminta menyetujui naskah ini")
    picture(page, "texts-preview")
    for viewport in (SMALL, LARGE):
        page.set_viewport_size(viewport)
        assert axe_violations(page) == []
    page.get_by_role("button", name="Simpan sebagai versi 2").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pernyataan sebelum bertugas")
    expect(page.get_by_text("Naskah versi 2; berlaku 180 hari")).to_be_visible()
    page.get_by_role("button", name="Saya menyatakan: Pernyataan kerahasiaan").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Naskah pernyataan dan undangan")


@pytest.mark.timeout(180)
def test_the_office_says_where_and_copies_an_invitation(live: Live, page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live.url)
    log_in(page, live, "/kantor", "office")
    page.get_by_role("button", name="Undangan").press("Enter")
    page.get_by_label("Tempat (TUK)").fill("TUK Cendana")
    page.get_by_label("Alamat").fill("Jalan Melati 7, Bandung")
    page.get_by_role("button", name="Simpan tempat").press("Enter")
    expect(page.get_by_text("Tempat tersimpan")).to_be_visible()
    page.get_by_text(f"{live.world.cards[0].number} · Peserta 1").click()
    expect(page.get_by_text("Tempat: TUK Cendana").first).to_be_visible()
    picture(page, "invitations")
    for viewport in (SMALL, LARGE):
        page.set_viewport_size(viewport)
        assert axe_violations(page) == []
    page.get_by_role("button", name="Salin undangan Peserta 1").press("Enter")
    expect(page.get_by_text("Undangan Peserta 1 tersalin.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Alamat: Jalan Melati 7, Bandung" in copied
    assert live.world.cards[0].pin not in copied
    page.get_by_label("Bahasa undangan").select_option("en")
    page.get_by_role("button", name="Salin semua (4)").press("Enter")
    expect(page.get_by_text("4 undangan tersalin.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").count("Dear Peserta") == 4
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh CSV").click()
    assert download.value.suggested_filename == "UJI-1-undangan.csv"
